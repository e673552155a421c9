use crate::{
    testing::{Harness, START, VERIFY_SLIP},
    verdicts::{Over, Verdict},
};
use cess_chain::{event::AuditEvent, Block, Event, H256};
use cess_primitives::Tick;

fn block(tick: Tick, follows: bool, events: Vec<Event>) -> Block {
    Block {
        number: tick,
        hash: H256::zero(),
        parent: H256::zero(),
        tick,
        follows,
        events,
    }
}

/// A miner that submitted its idle proof to the chain, and nothing to the worker.
async fn silent_miner() -> Harness {
    let worker = Harness::start().await;
    worker.challenge(worker.fresh_state(), &[]);
    worker.submit_idle_proof([1; 32]);
    worker
}

#[tokio::test]
async fn a_proof_that_never_arrives_is_reported_once_shortly_before_the_end() {
    let worker = silent_miner().await;
    let mut duties = worker.duties();
    duties
        .on_block(&block(START + 1, false, vec![]))
        .await
        .unwrap();
    duties
        .on_block(&block(VERIFY_SLIP - 5, true, vec![]))
        .await
        .unwrap();
    assert!(worker.chain.state().submitted.is_empty());
    duties
        .on_block(&block(VERIFY_SLIP - 4, true, vec![]))
        .await
        .unwrap();
    duties
        .on_block(&block(VERIFY_SLIP - 3, true, vec![]))
        .await
        .unwrap();
    let calls = worker.chain.submitted(1).await;
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].title(), "Audit.report_missing_proof");
}

#[tokio::test]
async fn a_delivered_proof_is_not_reported() {
    let worker = silent_miner().await;
    let mut duties = worker.duties();
    duties
        .on_block(&block(START + 1, false, vec![]))
        .await
        .unwrap();
    // The chain is slow to take the verdict.
    worker.chain.state().failures = u32::MAX;
    let over = Over::Idle {
        total_hash: vec![1; 32],
        front: 0,
        rear: 5,
        accumulator: [0; 256],
    };
    let miner = worker.miner.account_id();
    let verdict = Verdict {
        miner,
        start: START,
        result: true,
        signature: [0; 64],
        over,
    };
    worker.verdicts.publish(verdict).await.unwrap();
    worker.chain.until_awaited(1).await;
    duties
        .on_block(&block(VERIFY_SLIP - 1, true, vec![]))
        .await
        .unwrap();
    worker.chain.state().failures = 0;
    worker.chain.produce_block();
    assert_eq!(
        worker.chain.submitted(1).await[0].title(),
        "Audit.post_idle_verdict"
    );
}

#[tokio::test]
async fn duties_follow_the_events_of_the_chain() {
    let worker = Harness::start().await;
    let mut duties = worker.duties();
    duties.on_block(&block(START, false, vec![])).await.unwrap();
    worker.challenge(worker.fresh_state(), &[]);
    worker.submit_idle_proof([1; 32]);
    let miner = worker.miner.account_id();
    let submitted = Event::Audit(AuditEvent::SubmitIdleProof {
        miner: miner.clone(),
    });
    duties
        .on_block(&block(START + 1, true, vec![submitted]))
        .await
        .unwrap();
    // Another worker was asked in the meantime.
    worker.open_challenge(|info| info.prove_info.idle_prove.as_mut().unwrap().tee_puk = [9; 32]);
    duties
        .on_block(&block(VERIFY_SLIP, true, vec![]))
        .await
        .unwrap();
    assert!(worker.chain.state().submitted.is_empty());
    // It failed, and this worker is asked again, with more time.
    worker.submit_idle_proof([1; 32]);
    worker.open_challenge(|info| info.challenge_element.verify_slip += 100);
    let to = worker.identity.key();
    let reassigned = Event::Audit(AuditEvent::VerifierReassigned {
        miner,
        from: [9; 32],
        to,
    });
    duties
        .on_block(&block(VERIFY_SLIP + 1, true, vec![reassigned]))
        .await
        .unwrap();
    assert!(worker.chain.state().submitted.is_empty());
    duties
        .on_block(&block(VERIFY_SLIP + 90, true, vec![]))
        .await
        .unwrap();
    assert_eq!(
        worker.chain.submitted(1).await[0].title(),
        "Audit.report_missing_proof"
    );
}

#[tokio::test]
async fn a_challenge_without_a_submitted_proof_is_not_the_workers_business() {
    let worker = Harness::start().await;
    worker.challenge(worker.fresh_state(), &[]);
    let mut duties = worker.duties();
    duties
        .on_block(&block(VERIFY_SLIP, false, vec![]))
        .await
        .unwrap();
    assert!(worker.chain.state().submitted.is_empty());
}
