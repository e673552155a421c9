//! Files, disks and certificates that are lost.

use super::{Scene, UNIT};
use crate::events::suspect_idle_files;
use crate::testing::account;
use crate::testing::idle::fresh_state;
use cess_pois::Record;

#[tokio::test]
async fn lost_shortened_and_damaged_files_are_made_again_when_they_are_looked_for() {
    let mut scene = Scene::filled(3).await;
    let originals: Vec<_> = (1..=12).map(|file| scene.bytes(file)).collect();
    for kill in [false, true] {
        let path = |file| scene.store().path(Scene::record(file));
        std::fs::remove_file(path(1)).unwrap();
        std::fs::write(path(7), b"rot").unwrap();
        let mut damaged = originals[7].clone();
        damaged[1000] ^= 1;
        std::fs::write(path(8), damaged).unwrap();
        if kill {
            scene.restart();
        }
        suspect_idle_files(&scene.miner);
        scene.settle().await;
        for (file, original) in (1..).zip(&originals) {
            assert_eq!(scene.bytes(file), *original, "file {file}");
        }
        assert_eq!((scene.files(), scene.layers()), ((0, 12), (12, 0)));
    }
    let metrics = scene.miner.status.metrics().unwrap();
    assert!(metrics.contains("cess_miner_idle_files_repaired_total 3"));
}

#[tokio::test]
async fn a_miner_that_lost_its_whole_disk_makes_everything_again() {
    let mut scene = Scene::filled(2).await;
    scene.fragments_take(1);
    scene.settle().await;
    let original = scene.bytes(6);
    std::fs::remove_dir_all(scene.dir.path().join("idle")).unwrap();
    scene.restart();
    scene.settle().await;
    assert_eq!(scene.files(), (1, 8));
    assert_eq!(scene.bytes(6), original);
    scene.challenge();
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
}

#[tokio::test]
async fn what_another_miner_certified_is_made_anew_before_it_is_proven() {
    let mut scene = Scene::filled(1).await;
    let other = Scene::new(1);
    {
        let mut ledger = other.chain.lock();
        let info = ledger.miners.get_mut(&account(1)).unwrap();
        let mut state = fresh_state(account(1));
        state.miner = account(2);
        info.space_proof_info = Some(state);
    }
    other.settle().await;
    // Whole in itself, with its Merkle levels, but not what was certified.
    let copied = other.store().path(Scene::record(2));
    std::fs::copy(copied, scene.store().path(Scene::record(2))).unwrap();
    std::fs::remove_file(scene.store().path(Record::Bottom(0))).unwrap();
    scene.restart();
    scene.settle().await;
    scene.challenge();
    scene.audit().await;
    assert_eq!(scene.verdicts(), [true]);
}

#[tokio::test]
async fn a_certificate_that_a_fork_took_back_is_asked_for_again() {
    let scene = Scene::new(2);
    scene.pass().await.unwrap();
    let first = scene.state();
    scene.settle().await;
    assert_eq!(scene.layers(), (8, 0));
    {
        let mut ledger = scene.chain.lock();
        let info = ledger.miners.get_mut(&account(1)).unwrap();
        info.space_proof_info = Some(first);
        info.idle_space = 4 * UNIT;
    }
    scene.settle().await;
    assert_eq!((scene.files(), scene.layers()), ((0, 8), (8, 0)));
}
