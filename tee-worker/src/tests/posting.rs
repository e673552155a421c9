use crate::{
    identity::Identity,
    testing::{account, Harness, TestChain, START},
    verdicts::{Over, StoreError, Verdict, Verdicts},
    view::View,
};
use cess_chain::calls::audit;
use cess_primitives::BloomFilter;
use std::{path::Path, sync::Arc};
use tokio_util::sync::{CancellationToken, DropGuard};

fn verdict() -> Verdict {
    Verdict {
        miner: account("//Miner//1").account_id(),
        start: START,
        result: true,
        signature: [5; 64],
        over: Over::Service {
            bloom: Box::new(BloomFilter::default()),
        },
    }
}

fn open(directory: &Path, chain: &Arc<TestChain>) -> Result<(Verdicts, DropGuard), StoreError> {
    let stop = CancellationToken::new();
    let me = Identity::new(account("//Tee//1")).unwrap().key();
    let verdicts = Verdicts::open(directory, Arc::clone(chain) as View, me, stop.clone())?;
    Ok((verdicts, stop.drop_guard()))
}

/// A challenge that waits for the verdict.
async fn challenged() -> Harness {
    let worker = Harness::start().await;
    worker.challenge(worker.fresh_state(), &[]);
    worker.submit_service_proof("7");
    worker
}

#[tokio::test]
async fn a_verdict_that_was_not_posted_is_posted_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let worker = challenged().await;
    worker.chain.state().failures = 1;
    let (verdicts, stop) = open(directory.path(), &worker.chain).unwrap();
    verdicts.publish(verdict()).await.unwrap();
    // It failed once and waits for a block when the worker is killed.
    worker.chain.until_awaited(1).await;
    drop((verdicts, stop));
    let (reopened, _stop) = loop {
        // The store is free when the last task of the killed worker has noticed.
        if let Ok(opened) = open(directory.path(), &worker.chain) {
            break opened;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        worker.chain.submitted(1).await[0].title(),
        "Audit.post_service_verdict"
    );
    assert!(reopened.was_delivered(&verdict().miner, START, verdict().part()));
}

#[tokio::test]
async fn a_verdict_waits_until_the_chain_is_back() {
    let worker = challenged().await;
    worker.chain.state().failures = 2;
    worker.verdicts.publish(verdict()).await.unwrap();
    for _ in 0..2 {
        worker.chain.until_awaited(1).await;
        worker.chain.produce_block();
        tokio::task::yield_now().await;
    }
    let verdict = verdict();
    let call = audit::post_service_verdict(
        &verdict.miner,
        true,
        &[5; 64],
        &BloomFilter::default(),
        &worker.identity.key(),
    );
    assert_eq!(worker.chain.submitted(1).await, [call]);
}

#[tokio::test]
async fn a_verdict_for_an_older_challenge_is_dropped() {
    let worker = challenged().await;
    worker
        .verdicts
        .publish(Verdict {
            start: START - 1,
            ..verdict()
        })
        .await
        .unwrap();
    worker.verdicts.publish(verdict()).await.unwrap();
    assert_eq!(worker.chain.submitted(1).await.len(), 1);
}
