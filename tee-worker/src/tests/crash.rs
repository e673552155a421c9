//! A worker that is killed in the middle of a step, and its successor on the same disk: nothing that
//! a miner was told is lost, and nothing is posted twice.

use super::{
    certificates,
    service_proofs::{names, prove, request, verify},
    tags,
};
use crate::{
    testing::{Harness, START},
    verdicts::Part,
};
use cess_primitives::{audit::ChallengeInfo, Hash};
use cess_tee_api::podr2::{podr2_api_client::Podr2ApiClient, RequestGenTag};
use std::time::Duration;
use tokio_stream::StreamExt;

/// A miner that was challenged over three fragments and submitted its proof.
async fn challenged() -> (Harness, ChallengeInfo, cess_podr2::Proof) {
    let worker = Harness::start().await;
    let challenge = worker.challenge(worker.fresh_state(), &names(&[1, 2, 3]));
    let proof = prove(&challenge, &[1, 2, 3]);
    worker.submit_service_proof(&proof.sigma);
    (worker, challenge, proof)
}

/// The chain takes the verdict over the service proof.
fn settle(worker: &Harness, result: bool) {
    worker.open_challenge(|challenge| {
        let proof = challenge.prove_info.service_prove.as_mut().unwrap();
        proof.verify_result = Some(result);
    });
}

#[tokio::test]
async fn a_list_of_tags_goes_on_with_the_next_process() {
    let worker = Harness::start().await;
    let names = [1, 2].map(|byte| Hash::of(&tags::fragment(byte)));
    let fid = worker.chain.add_file(&worker.miner.account_id(), &names);
    let first = tags::tag(&worker, tags::request(&worker, fid, tags::fragment(1)));
    let first = first.await.unwrap();
    let worker = worker.restart().await;
    let second = tags::request(&worker, fid, tags::fragment(2));
    let second = tags::after(second, &names[..1], &worker, &first.signature);
    let second = tags::tag(&worker, second).await.unwrap();
    let signed = tags::signed_list(&worker, fid, &names);
    assert!(worker.master.verify(&signed, &second.signature));
}

#[tokio::test]
async fn a_place_that_was_given_before_the_crash_is_asked_for_again() {
    let worker = Harness::start().await;
    let name = Hash::of(&tags::fragment(1));
    let fid = worker.chain.add_file(&worker.miner.account_id(), &[name]);
    let (sender, requests) = tokio::sync::mpsc::channel(1);
    let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
    let mut client = Podr2ApiClient::new(worker.channel.clone());
    sender.send(RequestGenTag::default()).await.unwrap();
    let mut answers = client.request_gen_tag(requests).await.unwrap().into_inner();
    assert!(answers.next().await.unwrap().unwrap().processing);
    drop((sender, answers, client));
    let worker = worker.restart().await;
    let tagged = tags::tag(&worker, tags::request(&worker, fid, tags::fragment(1))).await;
    assert!(tagged.is_ok());
}

#[tokio::test]
async fn a_miners_key_for_idle_space_is_the_same_after_a_restart_and_a_roll() {
    let worker = Harness::start().await;
    let miner_id = worker.miner.public_key().to_vec();
    let before = certificates::new_key(&worker, miner_id.clone()).await;
    let before = before.unwrap();
    let mut worker = worker.restart().await;
    worker.roll();
    let after = certificates::new_key(&worker, miner_id).await.unwrap();
    assert_eq!(
        (after.key_n, after.key_g, after.acc, after.podr2_pbk),
        (before.key_n, before.key_g, before.acc, before.podr2_pbk)
    );
}

#[tokio::test]
async fn a_proof_that_was_not_judged_before_the_crash_is_delivered_again() {
    let (worker, challenge, proof) = challenged().await;
    let worker = worker.restart().await;
    assert!(worker.chain.state().submitted.is_empty());
    let miner = worker.miner.account_id();
    assert!(!worker.verdicts.was_delivered(&miner, START, Part::Service));
    let answer = verify(&worker, request(&worker, &challenge, proof)).await;
    assert!(answer.unwrap().batch_verify_result);
    worker.chain.submitted(1).await;
}

#[tokio::test]
async fn a_verdict_that_the_miner_knows_is_posted_by_the_next_process() {
    let (worker, challenge, proof) = challenged().await;
    worker.chain.state().failures = u32::MAX;
    let answer = verify(&worker, request(&worker, &challenge, proof)).await;
    assert!(answer.unwrap().batch_verify_result);
    worker.chain.until_awaited(1).await;
    worker.chain.state().failures = 0;
    let worker = worker.restart().await;
    let posted = worker.chain.submitted(1).await;
    assert_eq!(posted[0].title(), "Audit.post_service_verdict");
    let miner = worker.miner.account_id();
    assert!(worker.verdicts.was_delivered(&miner, START, Part::Service));
}

#[tokio::test]
async fn a_verdict_that_the_chain_took_before_the_crash_is_not_posted_again() {
    let (worker, challenge, proof) = challenged().await;
    // It arrives, but the worker dies before it learns so.
    worker.chain.state().failures = u32::MAX;
    let answer = verify(&worker, request(&worker, &challenge, proof)).await;
    assert!(answer.unwrap().batch_verify_result);
    worker.chain.until_awaited(1).await;
    settle(&worker, true);
    worker.chain.state().failures = 0;
    let worker = worker.restart().await;
    let emptied = async {
        while worker.verdicts.waiting().unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), emptied)
        .await
        .expect("a verdict that is not wanted is forgotten");
    assert!(worker.chain.state().submitted.is_empty());
}

#[tokio::test]
async fn a_proof_that_is_delivered_twice_while_its_verdict_waits_is_posted_once() {
    let (worker, challenge, proof) = challenged().await;
    worker.chain.state().failures = 1;
    for _ in 0..2 {
        let again = request(&worker, &challenge, proof.clone());
        assert!(verify(&worker, again).await.unwrap().batch_verify_result);
    }
    worker.chain.until_awaited(1).await;
    worker.chain.produce_block();
    assert_eq!(worker.chain.submitted(1).await.len(), 1);
    settle(&worker, true);
    let again = verify(&worker, request(&worker, &challenge, proof)).await;
    assert!(again.is_err(), "the chain wants no further verdict");
    assert_eq!(worker.chain.state().submitted.len(), 1);
}

#[tokio::test]
async fn what_was_tagged_before_a_roll_is_proven_after_it() {
    let (mut worker, challenge, proof) = challenged().await;
    let before = worker.master.public();
    worker.roll();
    assert_ne!(worker.master.public(), before);
    let answer = verify(&worker, request(&worker, &challenge, proof)).await;
    assert!(answer.unwrap().batch_verify_result);
    worker.chain.submitted(1).await;
}

#[tokio::test]
async fn a_list_that_was_signed_before_a_roll_is_begun_anew() {
    let mut worker = Harness::start().await;
    let names = [1, 2].map(|byte| Hash::of(&tags::fragment(byte)));
    let fid = worker.chain.add_file(&worker.miner.account_id(), &names);
    let first = tags::tag(&worker, tags::request(&worker, fid, tags::fragment(1)));
    let first = first.await.unwrap();
    worker.roll();
    let second = || tags::request(&worker, fid, tags::fragment(2));
    let continued = tags::after(second(), &names[..1], &worker, &first.signature);
    let refused = tags::tag(&worker, continued).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    let anew = tags::tag(&worker, second()).await.unwrap();
    let signed = tags::signed_list(&worker, fid, &names[1..]);
    assert!(worker.master.verify(&signed, &anew.signature));
}

#[tokio::test]
async fn a_damaged_store_of_verdicts_is_an_error_that_names_the_file() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("tee.redb"), b"no database").unwrap();
    let chain = crate::testing::TestChain::new();
    let stop = tokio_util::sync::CancellationToken::new();
    let opened = crate::verdicts::Verdicts::open(directory.path(), chain, [1; 32], stop);
    let error = opened.err().unwrap().to_string();
    assert!(error.contains("tee.redb"), "{error}");
}
