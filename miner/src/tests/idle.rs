//! Idle space, from an empty disk to audits, with a miner that is killed between any two steps.

use crate::error::MinerError;
use crate::events::suspect_idle_files;
use crate::idle::{self, space::IdleSpace};
use crate::miner::Miner;
use crate::status::{IdleWork, Step};
use crate::testing::idle::{fresh_state, Ask};
use crate::testing::{account, miner, params, MemoryChain, MemoryTee};
use crate::work::Next;
use crate::{audit, events};
use cess_pois::{DirStore, Record, SpaceProofInfo, Store};
use cess_primitives::audit::*;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Files of a set.
const SET: u64 = 4;
const UNIT: u128 = 64 << 20;

struct Scene {
    chain: MemoryChain,
    tee: Arc<MemoryTee>,
    dir: tempfile::TempDir,
    miner: Arc<Miner>,
    space: IdleSpace,
    target: u128,
}

impl Scene {
    /// A miner with an empty disk that is to fill so many sets.
    fn new(sets: u64) -> Self {
        let (chain, tee) = (MemoryChain::new(account(1)), MemoryTee::new());
        tee.idle.reads(&chain);
        {
            let mut ledger = chain.lock();
            let info = ledger.miners.get_mut(&account(1)).unwrap();
            info.idle_space = 0;
            info.space_proof_info = Some(fresh_state(account(1)));
        }
        let dir = tempfile::tempdir().unwrap();
        let (miner, _) = miner(&chain, &tee);
        Self {
            space: IdleSpace::open(dir.path().join("idle")).unwrap(),
            chain,
            tee,
            dir,
            miner,
            target: u128::from(sets * SET) * UNIT,
        }
    }

    async fn filled(sets: u64) -> Self {
        let scene = Self::new(sets);
        scene.settle().await;
        assert_eq!(scene.files(), (0, sets * SET));
        scene
    }

    /// What is left of a miner that is killed: its disk.
    fn restart(&mut self) {
        self.space = IdleSpace::open(self.dir.path().join("idle")).unwrap();
        (self.miner, _) = miner(&self.chain, &self.tee);
    }

    async fn pass(&self) -> Result<Next, MinerError> {
        idle::pass(&self.miner, &self.space, self.target).await
    }

    /// Takes steps until there is nothing more to do.
    async fn settle(&self) {
        for _ in 0..100 {
            if self.pass().await.unwrap() == Next::Woken {
                return;
            }
        }
        panic!("the miner always finds something to do");
    }

    fn state(&self) -> SpaceProofInfo {
        let miner = self.chain.lock().miners[&account(1)].clone();
        miner.space_proof_info.unwrap()
    }

    /// Front and rear on the chain.
    fn files(&self) -> (u64, u64) {
        let state = self.state();
        (state.front, state.rear)
    }

    fn idle_space(&self) -> u128 {
        self.chain.lock().miners[&account(1)].idle_space
    }

    fn store(&self) -> DirStore {
        DirStore::open(self.dir.path().join("idle")).unwrap()
    }

    /// The layers on the disk: those of files, and temporary ones.
    fn layers(&self) -> (usize, usize) {
        let all = self.store().list().unwrap();
        let layers = all.iter().filter_map(|record| match record {
            Record::Layer { layer, .. } => Some(*layer),
            Record::Bottom(_) => None,
        });
        let (files, temporary): (Vec<u32>, Vec<u32>) = layers.partition(|layer| *layer >= 2);
        (files.len(), temporary.len())
    }

    /// A stored file: two for each cluster, in layers 2 and 3.
    fn record(file: u64) -> Record {
        Record::Layer {
            cluster: (file - 1) / 2 + 1,
            layer: 2 + ((file - 1) % 2) as u32,
        }
    }

    fn bytes(&self, file: u64) -> Vec<u8> {
        self.store().read(Self::record(file)).unwrap().unwrap()
    }

    /// Fragments took the room of `files` files, and a bit.
    fn fragments_take(&self, files: u64) {
        let mut ledger = self.chain.lock();
        let space = u128::from(files) * UNIT;
        ledger.pending.insert(account(1), space + 1);
        let info = ledger.miners.get_mut(&account(1)).unwrap();
        info.idle_space -= space;
        info.service_space += space;
    }

    /// The files that they belong to are deleted.
    fn fragments_go(&self) {
        let mut ledger = self.chain.lock();
        ledger.miners.get_mut(&account(1)).unwrap().service_space = 0;
    }

    /// Challenges the miner over its idle space.
    fn challenge(&self) {
        let state = self.state();
        let mut ledger = self.chain.lock();
        let start = ledger.now;
        let info = ChallengeInfo {
            miner_snapshot: MinerSnapShot {
                idle_space: 1,
                service_space: 0,
                service_bloom_filter: Default::default(),
                space_proof_info: state,
                tee_signature: [0; 64],
            },
            challenge_element: ChallengeElement {
                start,
                idle_slip: start + 20,
                service_slip: start + 20,
                verify_slip: start + 40,
                space_param: [1, 22, 333, 4444, 55, 6, 77, 8],
                service_param: QElement {
                    random_index_list: Default::default(),
                    random_list: Default::default(),
                },
            },
            prove_info: ProveInfo {
                assign: 0,
                idle_prove: None,
                service_prove: None,
            },
        };
        ledger.challenges.insert(account(1), info);
    }

    fn challenge_ends(&self) {
        self.chain.lock().challenges.clear();
    }

    async fn audit(&self) -> Next {
        let mut answer = audit::Answer::default();
        audit::pass(&self.miner, &self.space, &mut answer)
            .await
            .unwrap()
    }

    fn verdicts(&self) -> Vec<bool> {
        self.tee.idle.verdicts.lock().unwrap().clone()
    }
}

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
