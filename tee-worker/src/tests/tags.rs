use crate::{
    pool::Pool,
    services::Pools,
    testing::{account, Harness, PARAMS},
};
use cess_primitives::{
    file::{DigestInfo, TagSigInfo},
    payload::master_digest,
    Hash,
};
use cess_tee_api::{
    podr2::{
        podr2_api_client::Podr2ApiClient, DigestInfo as DigestMessage, GenTagMsg, RequestGenTag,
        ResponseGenTag,
    },
    retry_after, wire,
};
use std::time::Duration;
use tokio_stream::StreamExt;
use tonic::{Code, Status};

pub(super) fn fragment(byte: u8) -> Vec<u8> {
    vec![byte; PARAMS.fragment_size as usize]
}

pub(super) fn request(worker: &Harness, fid: Hash, data: Vec<u8>) -> RequestGenTag {
    RequestGenTag {
        fragment_name: Hash::of(&data).to_text(),
        fragment_data: data,
        custom_data: "x".into(),
        file_name: fid.to_text(),
        miner_id: worker.miner.public_key().to_vec(),
        ..Default::default()
    }
}

/// Continues the list of tagged fragments.
pub(super) fn after(
    request: RequestGenTag,
    names: &[Hash],
    worker: &Harness,
    signature: &[u8],
) -> RequestGenTag {
    let digest = |name: &Hash| DigestMessage {
        fragment_name: name.0.to_vec(),
        tee_account_id: worker.identity.key().to_vec(),
    };
    RequestGenTag {
        tee_digest_list: names.iter().map(digest).collect(),
        last_tee_signature: signature.to_vec(),
        ..request
    }
}

/// Sends messages on one stream; the last answer, or the refusal.
async fn converse(
    worker: &Harness,
    messages: Vec<RequestGenTag>,
) -> Result<ResponseGenTag, Status> {
    let mut client = Podr2ApiClient::new(worker.channel.clone());
    let mut answers = client
        .request_gen_tag(tokio_stream::iter(messages))
        .await?
        .into_inner();
    let mut last = None;
    while let Some(answer) = answers.next().await {
        last = Some(answer?);
    }
    last.ok_or_else(|| Status::unknown("no answer"))
}

/// Asks for a place, then for the tag.
pub(super) async fn tag(worker: &Harness, request: RequestGenTag) -> Result<GenTagMsg, Status> {
    let answer = converse(worker, vec![RequestGenTag::default(), request]).await?;
    Ok(answer.msg.expect("the last answer has the tag"))
}

pub(super) fn signed_list(worker: &Harness, fid: Hash, names: &[Hash]) -> [u8; 32] {
    let digest: Vec<_> = names
        .iter()
        .map(|name| DigestInfo {
            fragment: *name,
            tee_puk: worker.identity.key(),
        })
        .collect();
    master_digest(&TagSigInfo {
        miner: worker.miner.account_id(),
        digest: digest.try_into().unwrap(),
        file_hash: fid,
    })
}

#[tokio::test]
async fn a_listed_fragment_gets_a_good_tag_and_a_signed_list() {
    let worker = Harness::start().await;
    let name = Hash::of(&fragment(1));
    let fid = worker.chain.add_file(&worker.miner.account_id(), &[name]);
    let answer = tag(&worker, request(&worker, fid, fragment(1)))
        .await
        .unwrap();
    assert!(worker
        .master
        .verify(&signed_list(&worker, fid, &[name]), &answer.signature));
    let tagged = wire::podr2::tagged(answer).unwrap();
    let public = worker.master.podr2(&PARAMS).unwrap().public();
    public
        .check_tag(&tagged, &name, PARAMS.chunk_count, b"x")
        .unwrap();
}

#[tokio::test]
async fn the_last_signature_covers_all_fragments_of_the_file() {
    let worker = Harness::start().await;
    let names = [Hash::of(&fragment(1)), Hash::of(&fragment(2))];
    let fid = worker.chain.add_file(&worker.miner.account_id(), &names);
    let first = tag(&worker, request(&worker, fid, fragment(1)))
        .await
        .unwrap();
    let second = after(
        request(&worker, fid, fragment(2)),
        &names[..1],
        &worker,
        &first.signature,
    );
    let second = tag(&worker, second).await.unwrap();
    assert!(worker
        .master
        .verify(&signed_list(&worker, fid, &names), &second.signature));
}

#[tokio::test]
async fn one_stream_may_carry_several_fragments() {
    let worker = Harness::start().await;
    let names = [Hash::of(&fragment(1)), Hash::of(&fragment(2))];
    let fid = worker.chain.add_file(&worker.miner.account_id(), &names);
    let requests = vec![
        RequestGenTag::default(),
        request(&worker, fid, fragment(1)),
        request(&worker, fid, fragment(2)),
    ];
    assert!(converse(&worker, requests).await.unwrap().msg.is_some());
}

#[tokio::test]
async fn a_forged_list_is_refused() {
    let worker = Harness::start().await;
    let names = [Hash::of(&fragment(1)), Hash::of(&fragment(2))];
    let fid = worker.chain.add_file(&worker.miner.account_id(), &names);
    let forged = account("//Mallory").sign(&signed_list(&worker, fid, &names[..1]));
    for signature in [&forged[..], &[], &[1; 5]] {
        let status = tag(
            &worker,
            after(
                request(&worker, fid, fragment(2)),
                &names[..1],
                &worker,
                signature,
            ),
        )
        .await;
        assert_eq!(status.unwrap_err().code(), Code::InvalidArgument);
    }
}

#[tokio::test]
async fn a_list_of_another_file_is_refused() {
    let worker = Harness::start().await;
    let names = [Hash::of(&fragment(1)), Hash::of(&fragment(2))];
    let fid = worker.chain.add_file(&worker.miner.account_id(), &names);
    let other = worker
        .chain
        .add_file(&worker.miner.account_id(), &names[..1]);
    let first = tag(&worker, request(&worker, other, fragment(1)))
        .await
        .unwrap();
    let replayed = after(
        request(&worker, fid, fragment(2)),
        &names[..1],
        &worker,
        &first.signature,
    );
    assert_eq!(
        tag(&worker, replayed).await.unwrap_err().code(),
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn a_fragment_that_was_not_announced_is_refused() {
    let worker = Harness::start().await;
    let status = converse(&worker, vec![request(&worker, Hash::of(b"f"), fragment(1))])
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert!(status
        .message()
        .starts_with("Please ask if TEEWorker is available"));
}

#[tokio::test]
async fn malformed_requests_are_refused_and_do_not_break_the_worker() {
    let worker = Harness::start().await;
    let name = Hash::of(&fragment(1));
    let fid = worker.chain.add_file(&worker.miner.account_id(), &[name]);
    let good = || request(&worker, fid, fragment(1));
    let bad = [
        RequestGenTag {
            fragment_data: vec![1; 5],
            ..good()
        },
        RequestGenTag {
            fragment_data: fragment(2),
            ..good()
        },
        RequestGenTag {
            fragment_name: "zz".into(),
            ..good()
        },
        RequestGenTag {
            file_name: "A".repeat(64),
            ..good()
        },
        RequestGenTag {
            miner_id: vec![1; 31],
            ..good()
        },
        RequestGenTag {
            tee_digest_list: vec![DigestMessage::default()],
            ..good()
        },
        RequestGenTag {
            tee_digest_list: vec![DigestMessage::default(); 1000],
            ..good()
        },
    ];
    for request in bad {
        assert_eq!(
            tag(&worker, request).await.unwrap_err().code(),
            Code::InvalidArgument
        );
    }
    tag(&worker, good()).await.unwrap();
}

#[tokio::test]
async fn a_file_that_the_chain_lists_a_block_later_is_waited_for() {
    let worker = Harness::start().await;
    let name = Hash::of(&fragment(1));
    let fid = worker.chain.add_file(&worker.miner.account_id(), &[name]);
    let file = worker.chain.state().files.remove(&fid).unwrap();
    let appears = async {
        worker.chain.until_awaited(1).await;
        worker.chain.state().files.insert(fid, file);
        worker.chain.produce_block();
    };
    let (tagged, ()) = tokio::join!(tag(&worker, request(&worker, fid, fragment(1))), appears);
    tagged.unwrap();
}

#[tokio::test]
async fn a_fragment_that_stays_unlisted_is_refused_after_three_blocks() {
    let worker = Harness::start().await;
    let (name, stranger) = (Hash::of(&fragment(1)), account("//Miner//2"));
    let fid = worker.chain.add_file(&stranger.account_id(), &[name]);
    for fid in [fid, Hash::of(b"nowhere")] {
        let blocks = async {
            for _ in 0..3 {
                worker.chain.until_awaited(1).await;
                worker.chain.produce_block();
                tokio::task::yield_now().await;
            }
        };
        let refused = tag(&worker, request(&worker, fid, fragment(1)));
        let (refused, ()) = tokio::join!(refused, blocks);
        assert_eq!(refused.unwrap_err().code(), Code::FailedPrecondition);
    }
}

#[tokio::test]
async fn a_fragment_is_tagged_as_often_as_the_miner_holds_it() {
    let worker = Harness::start().await;
    let name = Hash::of(&fragment(0));
    let fid = worker
        .chain
        .add_file(&worker.miner.account_id(), &[name, name]);
    let first = tag(&worker, request(&worker, fid, fragment(0)))
        .await
        .unwrap();
    let again = |n: usize, signature: &[u8]| {
        after(
            request(&worker, fid, fragment(0)),
            &vec![name; n],
            &worker,
            signature,
        )
    };
    let second = tag(&worker, again(1, &first.signature)).await.unwrap();
    let blocks = async {
        for _ in 0..3 {
            worker.chain.until_awaited(1).await;
            worker.chain.produce_block();
            tokio::task::yield_now().await;
        }
    };
    let (third, ()) = tokio::join!(tag(&worker, again(2, &second.signature)), blocks);
    assert_eq!(third.unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn a_small_file_waits_for_one_place_of_a_large_one() {
    let tags = Pool::new("tags", 1, 16, Duration::from_secs(1));
    let worker = Harness::start_with(Pools {
        tags: tags.clone(),
        ..Pools::new(2)
    })
    .await;
    let place = tags.enter().await.unwrap();
    let ask = |file: &str| RequestGenTag {
        miner_id: worker.miner.public_key().to_vec(),
        file_name: file.into(),
        ..Default::default()
    };
    let (served, mut order) = tokio::sync::mpsc::unbounded_channel();
    for (count, file) in ["large", "large", "large", "small"].into_iter().enumerate() {
        let (served, channel, message) = (served.clone(), worker.channel.clone(), ask(file));
        tokio::spawn(async move {
            let requests = tokio_stream::iter([message]);
            let answers = Podr2ApiClient::new(channel).request_gen_tag(requests).await;
            let answer = answers.unwrap().into_inner().next().await;
            assert!(answer.unwrap().unwrap().processing);
            served.send(file).unwrap();
        });
        let queued = async {
            while tags.waiting() != count + 1 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), queued)
            .await
            .expect("a request without a place waits in the queue");
    }
    drop(place);
    // The client may learn of two places at once, in either order.
    let first = [order.recv().await, order.recv().await];
    assert!(first.contains(&Some("small")), "{first:?}");
}

#[tokio::test]
async fn a_busy_worker_says_when_to_come_back() {
    let tags = Pool::new("tags", 1, 0, Duration::from_secs(4));
    let worker = Harness::start_with(Pools {
        tags: tags.clone(),
        ..Pools::new(2)
    })
    .await;
    let _place = tags.enter().await.unwrap();
    let status = converse(&worker, vec![RequestGenTag::default()])
        .await
        .unwrap_err();
    assert_eq!(retry_after(&status), Some(Duration::from_secs(4)));
}
