//! Idle space, from an empty disk to audits, with a miner that is killed between any two steps.

mod auditing;
mod filling;
mod losing;

use crate::audit;
use crate::error::MinerError;
use crate::idle::{self, space::IdleSpace};
use crate::miner::Miner;
use crate::testing::idle::fresh_state;
use crate::testing::{account, miner, MemoryChain, MemoryTee};
use crate::work::Next;
use cess_pois::{DirStore, Record, SpaceProofInfo, Store};
use cess_primitives::audit::*;
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
