//! Challenges over idle space.

use super::Scene;
use crate::events;
use crate::status::IdleWork;
use crate::testing::idle::Ask;
use crate::testing::{account, params};
use crate::work::Next;
use std::ops::ControlFlow;
use std::sync::Arc;

#[tokio::test]
async fn a_generation_waits_while_a_challenge_is_open() {
    let scene = Scene::filled(1).await;
    let scene = Scene {
        target: 2 * scene.target,
        ..scene
    };
    scene.challenge();
    scene.settle().await;
    assert_eq!(scene.files(), (0, 4));
    assert_eq!(scene.miner.status.idle_work(), IdleWork::Paused);
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
    scene.challenge_ends();
    scene.settle().await;
    assert_eq!(scene.files(), (0, 8));
}

#[tokio::test]
async fn a_challenge_that_comes_in_the_middle_stops_a_generation_between_layers() {
    let scene = Scene::new(1);
    let (space, watched) = (scene.space.clone(), Arc::clone(&scene.miner));
    let sizes = cess_pois::Params::of(&params()).unwrap();
    let on = || Box::new(|_| ControlFlow::Continue(()));
    space.follow(sizes, scene.state(), on()).await.unwrap();
    let challenged = Box::new(move |progress: cess_pois::Progress| {
        if progress.done == 3 {
            let event = cess_chain::event::AuditEvent::GenerateChallenge { miner: account(1) };
            events::on_block(&watched, &block(event));
        }
        match watched.is_challenged() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    assert!(space.generate(challenged).await.is_err());
    assert_eq!(scene.layers(), (0, 3));
}

fn block(event: cess_chain::event::AuditEvent) -> cess_chain::Block {
    cess_chain::Block {
        number: 1,
        hash: Default::default(),
        parent: Default::default(),
        tick: 1,
        follows: true,
        events: vec![cess_chain::Event::Audit(event)],
    }
}

#[tokio::test]
async fn every_range_of_a_challenge_is_proven() {
    let scene = Scene::filled(17).await;
    scene.challenge();
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
    let submitted = scene.chain.lock().idle_proofs.clone();
    assert_eq!(submitted.len(), 1);
    assert_eq!(submitted[0].len(), 32);
}

#[tokio::test]
async fn a_worker_that_dies_during_a_delivery_gets_the_same_proof_again() {
    let mut scene = Scene::filled(1).await;
    scene.challenge();
    *scene.tee.idle.dies_at.lock().unwrap() = Some(Ask::Deliver);
    assert!(matches!(scene.audit().await, Next::Within(_)));
    scene.restart();
    scene.settle().await;
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
    assert_eq!(scene.chain.lock().idle_proofs.len(), 1, "submitted once");
}

#[tokio::test]
async fn what_was_given_up_since_the_challenge_is_still_proven() {
    let mut scene = Scene::filled(2).await;
    scene.challenge();
    scene.fragments_take(6);
    scene.settle().await;
    assert_eq!((scene.files(), scene.layers()), ((6, 8), (8, 0)));
    scene.restart();
    scene.settle().await;
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
    scene.challenge_ends();
    scene.settle().await;
    assert_eq!(scene.layers(), (2, 0), "now they are not needed any more");
}

#[tokio::test]
async fn damage_that_a_challenge_meets_is_repaired_while_there_is_time() {
    let scene = Scene::filled(2).await;
    scene.challenge();
    for file in 1..=8 {
        let path = scene.store().path(Scene::record(file));
        let bytes = vec![0xaa; std::fs::metadata(&path).unwrap().len() as usize];
        std::fs::write(path, bytes).unwrap();
    }
    let next = scene.audit().await;
    assert!(matches!(next, Next::Within(_)), "it is tried again");
    assert!(scene.chain.lock().idle_proofs.is_empty());
    scene.settle().await;
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
}

#[tokio::test]
async fn no_idle_proof_is_submitted_after_its_time() {
    let scene = Scene::filled(1).await;
    scene.challenge();
    scene.chain.lock().now = 21;
    assert_eq!(scene.audit().await, Next::Woken);
    assert!(scene.chain.lock().idle_proofs.is_empty());
}
