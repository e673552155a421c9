use crate::{
    pool::Pool,
    services::Pools,
    testing::{account, master, Harness, PARAMS},
};
use cess_chain::calls::audit;
use cess_podr2::{Challenge, Chunks, Proof, Tagged};
use cess_primitives::{
    audit::{ChallengeInfo, QElement},
    payload::{master_digest, VerifyServiceResultInfo},
    BloomFilter, Hash,
};
use cess_tee_api::{
    convert::challenge_message,
    podr2::{
        podr2_verifier_api_client::Podr2VerifierApiClient,
        request_aggregate_signature::VerifyInServiceFileStruct, RequestAggregateSignature,
        RequestBatchVerify, ResponseBatchVerify,
    },
    wire, MinerSigned,
};
use std::time::Duration;
use tonic::{Code, Status};

fn fragment(byte: u8) -> Vec<u8> {
    vec![byte; PARAMS.fragment_size as usize]
}

pub(super) fn names(bytes: &[u8]) -> Vec<Hash> {
    bytes
        .iter()
        .map(|byte| Hash::of(&fragment(*byte)))
        .collect()
}

fn tagged(byte: u8) -> Tagged {
    let data = fragment(byte);
    master()
        .podr2(&PARAMS)
        .unwrap()
        .tag(&Hash::of(&data), &data, PARAMS.chunk_count, b"")
        .unwrap()
}

pub(super) fn prove(challenge: &ChallengeInfo, bytes: &[u8]) -> Proof {
    let q = Challenge::try_from(&challenge.challenge_element.service_param).unwrap();
    let key = master().podr2(&PARAMS).unwrap().public();
    let mut prover = key.prover(&q).unwrap();
    for byte in bytes {
        let data = fragment(*byte);
        prover
            .add(
                &tagged(*byte),
                &mut Chunks::of(&data, PARAMS.chunk_count).unwrap(),
            )
            .unwrap();
    }
    prover.finish().unwrap()
}

pub(super) fn request(
    worker: &Harness,
    challenge: &ChallengeInfo,
    proof: Proof,
) -> RequestBatchVerify {
    let (agg_proof, u_sigs) = wire::podr2::proof_message(proof);
    RequestBatchVerify {
        agg_proof: Some(agg_proof),
        qslices: Some(challenge_message(
            &challenge.challenge_element.service_param,
        )),
        u_sigs,
        miner_id: worker.miner.public_key().to_vec(),
        ..Default::default()
    }
}

pub(super) fn signed(worker: &Harness, mut request: RequestBatchVerify) -> RequestBatchVerify {
    request.set_signature(worker.miner.sign(&request.digest()));
    request
}

pub(super) async fn verify(
    worker: &Harness,
    request: RequestBatchVerify,
) -> Result<ResponseBatchVerify, Status> {
    let mut client = Podr2VerifierApiClient::new(worker.channel.clone());
    Ok(client.request_batch_verify(request).await?.into_inner())
}

/// What the chain rebuilds in order to check the signature.
fn verdict_digest(
    worker: &Harness,
    challenge: &ChallengeInfo,
    sigma: &str,
    result: bool,
) -> [u8; 32] {
    master_digest(&VerifyServiceResultInfo {
        miner: worker.miner.account_id(),
        tee_puk: worker.identity.key(),
        miner_prove: sigma.as_bytes().to_vec().try_into().unwrap(),
        result,
        chal: challenge.challenge_element.service_param.clone(),
        service_bloom_filter: challenge.miner_snapshot.service_bloom_filter.clone(),
    })
}

pub(super) async fn assert_posted(
    worker: &Harness,
    challenge: &ChallengeInfo,
    result: bool,
    signature: &[u8],
) {
    let bloom = &challenge.miner_snapshot.service_bloom_filter;
    let call = audit::post_service_verdict(
        &worker.miner.account_id(),
        result,
        signature,
        bloom,
        &worker.identity.key(),
    );
    assert_eq!(worker.chain.submitted(1).await, [call]);
}

#[tokio::test]
async fn a_whole_proof_passes_and_the_worker_posts_the_verdict() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1, 2, 3]));
    let proof = prove(&challenge, &[1, 2, 3]);
    worker.submit_service_proof(&proof.sigma);
    let sigma = proof.sigma.clone();
    let answer = verify(&worker, request(&worker, &challenge, proof))
        .await
        .unwrap();
    assert!(answer.batch_verify_result);
    assert!(worker.master.verify(
        &verdict_digest(&worker, &challenge, &sigma, true),
        &answer.signature
    ));
    assert_posted(&worker, &challenge, true, &answer.signature).await;
}

#[tokio::test]
async fn a_proof_of_nothing_never_passes() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1]));
    worker.submit_service_proof("7");
    let mut request = request(
        &worker,
        &challenge,
        Proof {
            sigma: "7".into(),
            ..Proof::default()
        },
    );
    assert_eq!(
        verify(&worker, request.clone()).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    // The published worker took any starting filter and signed true.
    request.service_bloom_filter = challenge.miner_snapshot.service_bloom_filter.0.to_vec();
    assert_eq!(
        verify(&worker, request).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    assert!(worker.chain.state().submitted.is_empty());
}

#[tokio::test]
async fn a_missing_fragment_fails_a_signed_proof() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1, 2, 3]));
    let proof = prove(&challenge, &[1, 2]);
    worker.submit_service_proof(&proof.sigma);
    let request = signed(&worker, request(&worker, &challenge, proof));
    let answer = verify(&worker, request).await.unwrap();
    assert!(!answer.batch_verify_result);
    assert_posted(&worker, &challenge, false, &answer.signature).await;
}

#[tokio::test]
async fn nobody_else_can_make_a_miner_fail() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1, 2]));
    let good = prove(&challenge, &[1, 2]);
    worker.submit_service_proof(&good.sigma);
    let broken = Proof {
        mus: vec!["1".into(), "2".into()],
        ..good.clone()
    };
    let mut forged = request(&worker, &challenge, broken);
    assert_eq!(
        verify(&worker, forged.clone()).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    forged.set_signature(account("//Mallory").sign(&forged.digest()));
    assert_eq!(
        verify(&worker, forged).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    assert!(worker.chain.state().submitted.is_empty());
    assert!(
        verify(&worker, request(&worker, &challenge, good))
            .await
            .unwrap()
            .batch_verify_result
    );
}

#[tokio::test]
async fn a_base_that_no_worker_signed_fails() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1, 2]));
    let mut proof = prove(&challenge, &[1, 2]);
    worker.submit_service_proof(&proof.sigma);
    proof.u_sigs.swap(0, 1);
    let answer = verify(
        &worker,
        signed(&worker, request(&worker, &challenge, proof)),
    )
    .await
    .unwrap();
    assert!(!answer.batch_verify_result);
}

#[tokio::test]
async fn only_the_worker_that_the_chain_named_gives_a_verdict_once() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1]));
    let proof = prove(&challenge, &[1]);
    let request = request(&worker, &challenge, proof.clone());
    // Nothing was submitted yet.
    assert_eq!(
        verify(&worker, request.clone()).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    worker.submit_service_proof(&proof.sigma);
    worker.open_challenge(|info| info.prove_info.service_prove.as_mut().unwrap().tee_puk = [9; 32]);
    assert_eq!(
        verify(&worker, request.clone()).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    worker.submit_service_proof(&proof.sigma);
    worker.open_challenge(|info| {
        info.prove_info
            .service_prove
            .as_mut()
            .unwrap()
            .verify_result = Some(true)
    });
    assert_eq!(
        verify(&worker, request.clone()).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    worker.chain.state().challenges.clear();
    assert_eq!(
        verify(&worker, request).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
}

#[tokio::test]
async fn a_challenge_of_the_clients_own_making_is_refused() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1]));
    let proof = prove(&challenge, &[1]);
    worker.submit_service_proof(&proof.sigma);
    let easy = QElement {
        random_index_list: vec![0].try_into().unwrap(),
        random_list: vec![[1; 20]].try_into().unwrap(),
    };
    let request = RequestBatchVerify {
        qslices: Some(challenge_message(&easy)),
        ..request(&worker, &challenge, proof)
    };
    assert_eq!(
        verify(&worker, request).await.unwrap_err().code(),
        Code::InvalidArgument
    );
}

/// Two batches, the product of whose sigmas is submitted.
struct Batches {
    worker: Harness,
    challenge: ChallengeInfo,
    proofs: [Proof; 2],
}

async fn batches() -> Batches {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1, 2, 3]));
    let proofs = [prove(&challenge, &[1, 2]), prove(&challenge, &[3])];
    let key = worker.master.podr2(&PARAMS).unwrap().public();
    let sigma = key.product(&proofs[0].sigma, &proofs[1].sigma).unwrap();
    worker.submit_service_proof(&sigma);
    Batches {
        worker,
        challenge,
        proofs,
    }
}

fn item(worker: &Harness, sigma: &str, answer: &ResponseBatchVerify) -> VerifyInServiceFileStruct {
    VerifyInServiceFileStruct {
        miner_id: worker.miner.public_key().to_vec(),
        result: answer.batch_verify_result,
        sigma: sigma.into(),
        service_bloom_filter: answer.service_bloom_filter.clone(),
        signature: answer.signature.clone(),
    }
}

async fn aggregate(
    worker: &Harness,
    history: Vec<VerifyInServiceFileStruct>,
) -> Result<Vec<u8>, Status> {
    let request = RequestAggregateSignature {
        verify_inservice_file_history: history,
        qslices: None,
    };
    let mut client = Podr2VerifierApiClient::new(worker.channel.clone());
    Ok(client
        .request_aggregate_signature(request)
        .await?
        .into_inner()
        .signature)
}

#[tokio::test]
async fn batches_add_up_to_a_verdict() {
    let Batches {
        worker,
        challenge,
        proofs,
    } = batches().await;
    let sigmas = proofs.each_ref().map(|proof| proof.sigma.clone());
    let [first, second] = proofs;
    let first = verify(&worker, request(&worker, &challenge, first))
        .await
        .unwrap();
    let early = aggregate(&worker, vec![item(&worker, &sigmas[0], &first)]).await;
    assert_eq!(early.unwrap_err().code(), Code::FailedPrecondition);
    assert!(worker.chain.state().submitted.is_empty());
    let next = RequestBatchVerify {
        service_bloom_filter: first.service_bloom_filter.clone(),
        ..request(&worker, &challenge, second)
    };
    let second = verify(&worker, next).await.unwrap();
    assert_eq!(
        second.service_bloom_filter,
        challenge.miner_snapshot.service_bloom_filter.0
    );
    // The verdict is posted without a request for the aggregate, which only shows it.
    worker.chain.submitted(1).await;
    let history = vec![
        item(&worker, &sigmas[0], &first),
        item(&worker, &sigmas[1], &second),
    ];
    let signature = aggregate(&worker, history).await.unwrap();
    assert_posted(&worker, &challenge, true, &signature).await;
}

#[tokio::test]
async fn a_batch_continues_only_what_this_worker_added_up() {
    let Batches {
        worker,
        challenge,
        proofs: [_, second],
    } = batches().await;
    let mut others = BloomFilter::default();
    names(&[1, 2])
        .iter()
        .for_each(|name| others.insert(name).unwrap());
    let request = RequestBatchVerify {
        service_bloom_filter: others.0.to_vec(),
        ..request(&worker, &challenge, second)
    };
    assert_eq!(
        verify(&worker, request).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
}

#[tokio::test]
async fn a_history_with_false_or_forged_items_is_refused() {
    let Batches {
        worker,
        challenge,
        proofs: [first, _],
    } = batches().await;
    let sigma = first.sigma.clone();
    let answer = verify(&worker, request(&worker, &challenge, first))
        .await
        .unwrap();
    let good = item(&worker, &sigma, &answer);
    let bad = [
        VerifyInServiceFileStruct {
            result: false,
            ..good.clone()
        },
        VerifyInServiceFileStruct {
            sigma: "1".into(),
            ..good.clone()
        },
        VerifyInServiceFileStruct {
            service_bloom_filter: vec![1],
            ..good.clone()
        },
        VerifyInServiceFileStruct {
            signature: vec![],
            ..good.clone()
        },
        VerifyInServiceFileStruct {
            sigma: "1".repeat(5000),
            ..good
        },
    ];
    for item in bad {
        assert_eq!(
            aggregate(&worker, vec![item]).await.unwrap_err().code(),
            Code::InvalidArgument
        );
    }
    assert_eq!(
        aggregate(&worker, vec![]).await.unwrap_err().code(),
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn malformed_proofs_are_refused_and_do_not_break_the_worker() {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1]));
    let proof = prove(&challenge, &[1]);
    worker.submit_service_proof(&proof.sigma);
    let good = || request(&worker, &challenge, proof.clone());
    let with = |change: fn(&mut Proof)| {
        let mut proof = proof.clone();
        change(&mut proof);
        request(&worker, &challenge, proof)
    };
    let bad = [
        RequestBatchVerify {
            agg_proof: None,
            ..good()
        },
        RequestBatchVerify {
            qslices: None,
            ..good()
        },
        RequestBatchVerify {
            miner_id: vec![],
            ..good()
        },
        RequestBatchVerify {
            u_sigs: vec![],
            ..good()
        },
        RequestBatchVerify {
            service_bloom_filter: vec![0; 3],
            ..good()
        },
        with(|proof| proof.mus = vec!["-1".into()]),
        with(|proof| proof.mus = vec!["9".repeat(3_000_000)]),
        with(|proof| proof.us = vec!["0".into()]),
        with(|proof| proof.sigma = String::new()),
        with(|proof| proof.names.clear()),
    ];
    for request in bad {
        assert_eq!(
            verify(&worker, request).await.unwrap_err().code(),
            Code::InvalidArgument
        );
    }
    assert!(verify(&worker, good()).await.unwrap().batch_verify_result);
}

#[tokio::test]
async fn tags_in_progress_never_block_an_audit() {
    let tags = Pool::new("tags", 1, 0, Duration::from_secs(1));
    let worker = Harness::start_with(Pools {
        tags: tags.clone(),
        ..Pools::new(1)
    })
    .await;
    let _busy = tags.enter().await.unwrap();
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1]));
    let proof = prove(&challenge, &[1]);
    worker.submit_service_proof(&proof.sigma);
    assert!(
        verify(&worker, request(&worker, &challenge, proof))
            .await
            .unwrap()
            .batch_verify_result
    );
}
