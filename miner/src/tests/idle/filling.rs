//! Sets are made and certified, and give way to fragments.

use super::{Scene, UNIT};
use crate::status::Step;
use crate::testing::idle::Ask;
use crate::testing::{account, params};
use cess_pois::{Record, Store};
use std::ops::ControlFlow;

#[tokio::test]
async fn space_is_filled_with_whole_sets_and_temporary_layers_go() {
    let mut scene = Scene::filled(2).await;
    assert_eq!(scene.idle_space(), 8 * UNIT);
    assert_eq!(scene.layers(), (8, 0));
    assert_eq!(scene.miner.status.step(), Step::Ready);
    scene.target += 3 * UNIT;
    scene.settle().await;
    assert_eq!(scene.files(), (0, 8), "three quarters of a set are none");
    scene.target += UNIT;
    scene.settle().await;
    assert_eq!(scene.files(), (0, 12));
}

#[tokio::test]
async fn a_miner_killed_during_a_generation_finishes_that_set() {
    let mut scene = Scene::new(2);
    let sizes = cess_pois::Params::of(&params()).unwrap();
    let follow = scene.space.follow(
        sizes,
        scene.state(),
        Box::new(|_| ControlFlow::Continue(())),
    );
    follow.await.unwrap();
    let stop = Box::new(|progress: cess_pois::Progress| match progress.done {
        5 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert!(scene.space.generate(stop).await.is_err());
    assert_eq!(
        scene.layers(),
        (1, 4),
        "in the order in which they are made"
    );
    let made = scene.bytes(1);
    scene.restart();
    scene.settle().await;
    assert_eq!((scene.files(), scene.layers()), ((0, 8), (8, 0)));
    assert_eq!(scene.bytes(1), made);
}

#[tokio::test]
async fn a_file_that_was_half_written_when_the_power_went_is_made_again() {
    let mut scene = Scene::new(1);
    let (store, cluster) = (scene.store(), 1);
    for layer in [0, 2] {
        let record = Record::Layer { cluster, layer };
        store.write(record, &[&[7; 100]]).unwrap();
    }
    let unfinished = store.path(Record::Layer { cluster, layer: 1 });
    std::fs::write(unfinished.with_extension("part"), [7; 100]).unwrap();
    scene.restart();
    scene.settle().await;
    assert_eq!((scene.files(), scene.layers()), ((0, 4), (4, 0)));
}

#[tokio::test]
async fn a_worker_that_dies_in_the_middle_costs_nothing() {
    for (ask, kill) in [
        (Ask::Question, false),
        (Ask::Question, true),
        (Ask::Certify, false),
        (Ask::Certify, true),
    ] {
        let mut scene = Scene::new(2);
        *scene.tee.idle.dies_at.lock().unwrap() = Some(ask);
        assert!(scene.pass().await.is_err());
        assert_eq!(scene.files(), (0, 0));
        let made = scene.bytes(3);
        if kill {
            scene.restart();
        }
        scene.settle().await;
        assert_eq!(scene.files(), (0, 8));
        assert_eq!(scene.bytes(3), made, "what was made is not made again");
        assert_eq!(
            scene.chain.lock().idle_calls,
            2,
            "each set is paid for once"
        );
    }
}

#[tokio::test]
async fn a_certificate_that_the_chain_took_counts_even_if_the_miner_did_not_learn_of_it() {
    for kill in [false, true] {
        let mut scene = Scene::new(2);
        scene.chain.lock().loses_answer = true;
        assert!(scene.pass().await.is_err());
        assert_eq!(scene.files(), (0, 4));
        if kill {
            scene.restart();
        }
        scene.settle().await;
        assert_eq!((scene.files(), scene.layers()), ((0, 8), (8, 0)));
        assert_eq!(scene.chain.lock().idle_calls, 2);
    }
}

#[tokio::test]
async fn files_give_way_to_fragments_in_whole_units() {
    let mut scene = Scene::filled(2).await;
    scene.fragments_take(3);
    scene.settle().await;
    assert_eq!((scene.files(), scene.layers()), ((3, 8), (5, 0)));
    let pending = scene.chain.lock().pending[&account(1)];
    assert_eq!(pending, 1, "a part of a unit stays owed");
    scene.restart();
    scene.settle().await;
    assert_eq!(scene.files(), (3, 8));
}

#[tokio::test]
async fn files_are_given_up_once_however_the_request_ends() {
    for kill in [false, true] {
        for worker in [false, true] {
            let mut scene = Scene::filled(2).await;
            scene.fragments_take(2);
            match worker {
                true => *scene.tee.idle.dies_at.lock().unwrap() = Some(Ask::GiveUp),
                false => scene.chain.lock().loses_answer = true,
            }
            assert!(scene.pass().await.is_err());
            if kill {
                scene.restart();
            }
            scene.settle().await;
            assert_eq!((scene.files(), scene.layers()), ((2, 8), (6, 0)));
        }
    }
}

#[tokio::test]
async fn idle_space_comes_back_when_stored_files_are_deleted() {
    let scene = Scene::filled(2).await;
    scene.fragments_take(5);
    scene.settle().await;
    assert_eq!(scene.files(), (5, 8));
    scene.fragments_go();
    scene.settle().await;
    assert_eq!(scene.files(), (5, 12), "one set of the five files' room");
    assert_eq!(scene.idle_space(), 7 * UNIT);
    assert_eq!(scene.layers(), (7, 0));
}

#[tokio::test]
async fn deletions_stop_at_a_multiple_of_256_files_and_go_on_behind_it() {
    let scene = Scene::filled(65).await;
    scene.fragments_take(258);
    let before = scene.chain.lock().idle_calls;
    scene.settle().await;
    assert_eq!(scene.files(), (258, 260));
    assert_eq!(scene.chain.lock().idle_calls - before, 2);
    scene.challenge();
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
}
