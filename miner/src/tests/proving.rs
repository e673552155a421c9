//! Service proofs, from the challenge to the worker's desk.

use crate::idle::space::IdleSpace;
use crate::miner::{Miner, Suspicion};
use crate::store::FragmentStore;
use crate::testing::idle::fresh_state;
use crate::testing::{account, miner, MemoryChain, MemoryTee, Sample};
use crate::{audit, tags};
use cess_podr2::{Challenge, Names, Verdict};
use cess_primitives::audit::*;
use cess_primitives::{BVec, BloomFilter, Hash, Podr2Scheme};
use std::collections::HashSet;
use std::sync::Arc;

/// Challenges the miner over everything that it has tagged.
pub(crate) fn challenge(chain: &MemoryChain, miner: &Miner) {
    let mut bloom = BloomFilter::default();
    for ((_, fragment), record) in miner.state.service().unwrap() {
        (0..record.count).for_each(|_| bloom.insert(&fragment).unwrap());
    }
    let me = miner.account();
    let mut ledger = chain.lock();
    let start = ledger.now;
    let info = ChallengeInfo {
        miner_snapshot: MinerSnapShot {
            idle_space: 0,
            service_space: 1,
            service_bloom_filter: bloom,
            space_proof_info: fresh_state(me.clone()),
            tee_signature: [0; 64],
        },
        challenge_element: ChallengeElement {
            start,
            idle_slip: start + 20,
            service_slip: start + 20,
            verify_slip: start + 40,
            space_param: [0; 8],
            service_param: QElement {
                random_index_list: BVec::truncate_from(vec![0, 2, 3]),
                random_list: BVec::truncate_from(vec![[1; 20], [2; 20], [3; 20]]),
            },
        },
        prove_info: ProveInfo {
            assign: 0,
            idle_prove: None,
            service_prove: None,
        },
    };
    ledger.challenges.insert(me, info);
}

struct Scene {
    chain: MemoryChain,
    tee: Arc<MemoryTee>,
    miner: Arc<Miner>,
    store: crate::store::MemoryStore,
    space: IdleSpace,
    _dir: tempfile::TempDir,
    fragments: Vec<Hash>,
}

impl Scene {
    /// A miner with two tagged fragments and a challenge over them.
    async fn new() -> Self {
        Self::of(Podr2Scheme::Rsa).await
    }

    /// The same in a network with this scheme.
    async fn of(scheme: Podr2Scheme) -> Self {
        let (chain, tee, sample) = (
            MemoryChain::new(account(1)),
            MemoryTee::of(scheme),
            Sample::new(2),
        );
        let (miner, store) = miner(&chain, &tee);
        let miners: Vec<_> = (1..13).map(account).collect();
        chain.lock().files.insert(sample.fid, sample.file(&miners));
        let column = sample.column(1);
        for (hash, data) in &column {
            store.put(hash, data).unwrap();
        }
        miner.state.note_file(&sample.fid, 0).unwrap();
        miner.wakes.tags.add(sample.fid);
        tags::pass(&miner, &mut HashSet::new()).await.unwrap();
        chain.lock().now = 50;
        challenge(&chain, &miner);
        let dir = tempfile::tempdir().unwrap();
        let space = IdleSpace::open(dir.path()).unwrap();
        let fragments = column.into_iter().map(|(h, _)| h).collect();
        Self {
            chain,
            tee,
            miner,
            store,
            space,
            _dir: dir,
            fragments,
        }
    }

    async fn audit(&self) {
        audit::pass(&self.miner, &self.space, &mut audit::Answer::default())
            .await
            .unwrap();
    }

    fn verdict(&self) -> Verdict {
        let proof = self.tee.delivered.lock().unwrap().last().cloned().unwrap();
        let asked = self.chain.lock().challenges[&account(1)]
            .challenge_element
            .service_param
            .clone();
        let challenge = Challenge::try_from(&asked).unwrap();
        assert_eq!(
            proof.sigma.as_bytes(),
            self.chain.lock().service_proofs[0],
            "what was submitted"
        );
        self.tee
            .key
            .verify(&challenge, &proof, Names::Distinct)
            .unwrap()
    }
}

#[tokio::test]
async fn a_challenge_is_answered_with_a_proof_that_holds() {
    let scene = Scene::new().await;
    scene.audit().await;
    assert_eq!(scene.verdict(), Verdict::Accepted);
    assert_eq!(scene.tee.delivered.lock().unwrap()[0].names.len(), 2);
}

#[tokio::test]
async fn the_networks_scheme_is_the_workers_business_alone() {
    let scene = Scene::of(Podr2Scheme::Bls12381).await;
    scene.audit().await;
    assert_eq!(scene.verdict(), Verdict::Accepted);
    let damaged = Scene::of(Podr2Scheme::Bls12381).await;
    damaged.store.damage(&damaged.fragments[0], &[0xaa; 1024]);
    damaged.audit().await;
    assert!(matches!(damaged.verdict(), Verdict::Rejected(_)));
}

#[tokio::test]
async fn a_miner_that_restarts_after_submitting_delivers_the_same_proof() {
    let scene = Scene::new().await;
    scene.audit().await;
    scene.tee.delivered.lock().unwrap().clear();
    scene.audit().await;
    assert_eq!(scene.chain.lock().service_proofs.len(), 1, "submitted once");
    assert_eq!(scene.verdict(), Verdict::Accepted);
}

#[tokio::test]
async fn a_lost_fragment_is_left_out_and_looked_after() {
    let scene = Scene::new().await;
    scene.store.remove(&scene.fragments[0]).unwrap();
    scene.audit().await;
    assert_eq!(scene.verdict(), Verdict::Accepted, "what is left holds");
    assert_eq!(
        scene.tee.delivered.lock().unwrap()[0].names,
        [scene.fragments[1]]
    );
    assert_eq!(
        scene.miner.wakes.scrub.take(),
        [Suspicion::Fragment(scene.fragments[0])]
    );
}

#[tokio::test]
async fn a_damaged_fragment_makes_a_proof_that_does_not_hold() {
    let scene = Scene::new().await;
    scene.store.damage(&scene.fragments[0], &[0xaa; 1024]);
    scene.audit().await;
    assert!(matches!(scene.verdict(), Verdict::Rejected(_)));
    assert_eq!(
        scene.miner.wakes.scrub.take(),
        [Suspicion::Everything],
        "all fragments are looked at"
    );
}

#[tokio::test]
async fn a_miner_that_lost_everything_says_so() {
    let scene = Scene::new().await;
    scene
        .fragments
        .iter()
        .for_each(|f| assert!(scene.store.remove(f).unwrap()));
    scene.audit().await;
    assert_eq!(scene.chain.lock().service_proofs, [Vec::<u8>::new()]);
    assert_eq!(scene.verdict(), Verdict::Empty);
}

#[tokio::test]
async fn what_was_deleted_since_the_challenge_is_still_proven() {
    let scene = Scene::new().await;
    scene.chain.lock().files.clear();
    scene.audit().await;
    assert_eq!(scene.verdict(), Verdict::Accepted);
    assert_eq!(scene.tee.delivered.lock().unwrap()[0].names.len(), 2);
}
