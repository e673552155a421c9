//! A fragment may be named as often as the chain listed it for the miner when it made the challenge:
//! over all batches together, whatever became of its files since.
//!
//! The chain's snapshot is a sum. These tests give it the sum that the miner wants, as if it had found
//! fragments that add up to those it lost, and see that the chain's list still decides.

use super::service_proofs::{assert_posted, names, prove, request, signed, verify};
use crate::testing::{Harness, PARAMS, START};
use cess_primitives::{audit::ChallengeInfo, file::FileInfo};
use cess_tee_api::podr2::ResponseBatchVerify;
use tonic::{Code, Status};

/// A worker and a miner that was challenged while it held what these bytes name, tagged; the sum is
/// over `counted`.
async fn challenged(held: &[&[u8]], counted: &[u8]) -> (Harness, ChallengeInfo) {
    let worker = Harness::start().await;
    for file in held {
        let miner = worker.miner.account_id();
        worker.chain.add_tagged_file(&miner, &names(file));
    }
    let challenge = worker.challenge(worker.fresh_state(), &names(counted));
    (worker, challenge)
}

/// Submits and delivers a proof in these batches; the answer to the last.
async fn deliver(
    worker: &Harness,
    challenge: &ChallengeInfo,
    batches: &[&[u8]],
    is_signed: bool,
) -> Result<ResponseBatchVerify, Status> {
    let key = worker.master.podr2(&PARAMS).unwrap().public();
    let proofs: Vec<_> = batches.iter().map(|b| prove(challenge, b)).collect();
    let whole = proofs.iter().fold(String::new(), |sigma, proof| {
        key.product(&sigma, &proof.sigma).unwrap()
    });
    worker.submit_service_proof(&whole);
    let mut answer = ResponseBatchVerify::default();
    for proof in proofs {
        let mut batch = request(worker, challenge, proof);
        batch.service_bloom_filter = answer.service_bloom_filter;
        if is_signed {
            batch = signed(worker, batch);
        }
        answer = verify(worker, batch).await?;
        if !answer.batch_verify_result {
            break;
        }
    }
    Ok(answer)
}

async fn assert_false(worker: &Harness, challenge: &ChallengeInfo, batches: &[&[u8]]) {
    let stranger = deliver(worker, challenge, batches, false).await;
    assert_eq!(stranger.unwrap_err().code(), Code::InvalidArgument);
    assert!(worker.chain.state().submitted.is_empty());
    let answer = deliver(worker, challenge, batches, true).await.unwrap();
    assert!(!answer.batch_verify_result);
    assert_posted(worker, challenge, false, &answer.signature).await;
}

async fn assert_true(worker: &Harness, challenge: &ChallengeInfo, batches: &[&[u8]]) {
    let answer = deliver(worker, challenge, batches, false).await.unwrap();
    assert!(answer.batch_verify_result);
    assert_eq!(worker.chain.submitted(1).await.len(), 1);
}

#[tokio::test]
async fn a_fragment_that_is_held_once_counts_once_in_all_batches_together() {
    for batches in [
        &[&[1, 1][..]][..],
        &[&[1], &[1]],
        &[&[1], &[2], &[1]],
        &[&[2, 1], &[1]],
        &[&[1], &[1], &[1], &[1], &[1]],
    ] {
        let (worker, challenge) = challenged(&[&[1, 2, 3]], &batches.concat()).await;
        assert_false(&worker, &challenge, batches).await;
    }
}

#[tokio::test]
async fn what_a_file_or_several_hold_twice_is_named_twice_in_batches_of_any_size() {
    for held in [&[&[1, 1, 2][..]][..], &[&[1, 2], &[1]]] {
        for batches in [
            &[&[1, 1, 2][..]][..],
            &[&[1, 1], &[2]],
            &[&[1, 2], &[1]],
            &[&[1], &[2], &[1]],
        ] {
            let (worker, challenge) = challenged(held, &[1, 1, 2]).await;
            assert_true(&worker, &challenge, batches).await;
        }
    }
}

#[tokio::test]
async fn a_batch_with_names_that_the_chain_does_not_count_fails_at_once() {
    let (worker, challenge) = challenged(&[&[1, 2]], &[1, 2]).await;
    let batches: [&[u8]; 2] = [&[1, 1, 1], &[2]];
    assert_false(&worker, &challenge, &batches).await;
}

#[tokio::test]
async fn files_that_are_deleted_during_the_challenge_are_still_asked_for() {
    let (worker, challenge) = challenged(&[&[1, 1]], &[1, 1]).await;
    worker.chain.state().files.clear();
    assert_true(&worker, &challenge, &[&[1], &[1]]).await;
}

#[tokio::test]
async fn what_comes_during_the_challenge_does_not_count() {
    let (worker, challenge) = challenged(&[&[1, 2]], &[1, 1]).await;
    let miner = worker.miner.account_id();
    worker.chain.add_tagged_file(&miner, &names(&[1, 1, 1]));
    assert_false(&worker, &challenge, &[&[1], &[1]]).await;
}

/// A list of one file with the fragment twice, after a change of one of the two.
fn counted(change: impl Fn(&mut cess_primitives::file::FragmentInfo)) -> u32 {
    let chain = crate::testing::TestChain::new();
    let miner = crate::testing::account("//Miner//1").account_id();
    let fid = chain.add_tagged_file(&miner, &names(&[1, 1]));
    let mut file: FileInfo = chain.state().files[&fid].clone();
    change(&mut file.segment_list[0].fragment_list[0]);
    let counts = crate::view::count_fragments([file].iter(), &miner, START);
    counts.values().sum()
}

#[test]
fn only_what_the_miner_held_with_a_tag_when_it_was_challenged_is_listed() {
    assert_eq!(counted(|_| {}), 2);
    assert_eq!(counted(|fragment| fragment.tag = Some(START)), 2);
    let lost_or_not_tagged_yet = counted(|fragment| fragment.tag = None);
    assert_eq!(lost_or_not_tagged_yet, 1);
    let restored_since = counted(|fragment| fragment.tag = Some(START + 1));
    assert_eq!(restored_since, 1);
    let restored_by_another = counted(|fragment| {
        fragment.miner = crate::testing::account("//Miner//2").account_id();
    });
    assert_eq!(restored_by_another, 1);
}
