//! What each strain does, with a chain, fragments and a worker in memory. What becomes of it is shown by
//! the scenarios `byzantine_*`.

use super::{turn, Conduct, IdleFiles, Message, Reach, TurnError, World, HONEST, STRAINS};
use crate::error::MinerError;
use crate::miner::Miner;
use crate::receive::Receiver;
use crate::state::State;
use crate::store::{Condition, FragmentStore, MemoryStore};
use crate::testing::{account, miner, MemoryChain, MemoryTee, Sample};
use crate::tests::proving::challenge;
use crate::{audit, idle::space::IdleSpace, scrub, tags};
use async_trait::async_trait;
use cess_p2p::memory::MemoryNetwork;
use cess_p2p::Identity;
use cess_podr2::{Challenge, Names, Verdict};
use cess_primitives::miner::SpaceProofInfo;
use cess_primitives::Hash;
use cess_tee_api::podr2::{request_batch_verify::BatchVerifyParam, Qslice, RequestBatchVerify};
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// A miner with the first column of a file, tagged.
struct Scene {
    chain: MemoryChain,
    tee: Arc<MemoryTee>,
    miner: Arc<Miner>,
    store: MemoryStore,
    sample: Sample,
    fragments: Vec<Hash>,
    space: IdleSpace,
    _dir: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let (chain, tee) = (MemoryChain::new(account(1)), MemoryTee::new());
        let (miner, store) = miner(&chain, &tee);
        let dir = tempfile::tempdir().unwrap();
        let scene = Self {
            space: IdleSpace::open(dir.path()).unwrap(),
            fragments: Vec::new(),
            sample: Sample::new(2),
            chain,
            tee,
            miner,
            store,
            _dir: dir,
        };
        let fragments = scene.receive().await;
        Self { fragments, ..scene }
    }

    /// Takes the first column in and has it tagged.
    async fn receive(&self) -> Vec<Hash> {
        let miners: Vec<_> = (1..13).map(account).collect();
        let sample = &self.sample;
        let file = sample.file(&miners);
        self.chain.lock().files.insert(sample.fid, file);
        let column = sample.column(1);
        for (hash, data) in &column {
            self.store.put(hash, data).unwrap();
        }
        self.miner.state.note_file(&sample.fid, 0).unwrap();
        self.miner.wakes.tags.add(sample.fid);
        tags::pass(&self.miner, &mut HashSet::new()).await.unwrap();
        column.into_iter().map(|(hash, _)| hash).collect()
    }

    async fn turn(&self, strain: &str) {
        turn(&self.miner, strain).await.unwrap();
    }

    /// Challenges the miner and lets it answer; what it submitted for its fragments.
    async fn audit(&self) -> Option<Vec<u8>> {
        self.chain.lock().now += 50;
        challenge(&self.chain, &self.miner);
        let submitted = self.chain.lock().service_proofs.len();
        audit::pass(&self.miner, &self.space, &mut audit::Answer::default())
            .await
            .unwrap();
        self.chain.lock().service_proofs.get(submitted).cloned()
    }

    /// What a worker finds in the proof that was delivered last.
    fn verdict(&self) -> Verdict {
        let proof = self.tee.delivered.lock().unwrap().last().cloned().unwrap();
        let ledger = self.chain.lock();
        let asked = &ledger.challenges[&account(1)]
            .challenge_element
            .service_param;
        let challenge = Challenge::try_from(asked).unwrap();
        self.tee
            .key
            .verify(&challenge, &proof, Names::Distinct)
            .unwrap()
    }

    fn held(&self) -> usize {
        let held = |f: &&Hash| self.store.verify(f, 1024).unwrap() == Condition::Intact;
        self.fragments.iter().filter(held).count()
    }
}

#[test]
fn names_are_distinct_and_every_strain_can_be_made() {
    let names: HashSet<_> = STRAINS.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), STRAINS.len());
    assert!(!names.contains(HONEST.name));
    STRAINS.iter().for_each(|entry| drop(entry.make()));
}

#[tokio::test]
async fn an_unknown_strain_is_refused_with_those_that_there_are() {
    let scene = Scene::new().await;
    let error = turn(&scene.miner, "evil").await.unwrap_err();
    assert!(matches!(error, TurnError::Unknown(_)));
    let text = error.to_string();
    assert!(STRAINS.iter().all(|e| text.contains(e.name)), "{text}");
    assert!(scene.miner.conduct.is_honest());
}

#[tokio::test]
async fn a_strain_that_was_chosen_at_run_time_counts_more_than_that_of_the_start() {
    let scene = Scene::new().await;
    let restarted = |at_first| {
        let state: Arc<State> = Arc::clone(&scene.miner.state);
        let store = Arc::new(scene.store.clone());
        let world = World::new(Arc::new(scene.chain.clone()), store, state);
        Conduct::new(world, super::find(at_first).unwrap())
            .unwrap()
            .name()
    };
    assert_eq!(restarted("silent"), "silent");
    scene.turn("drops").await;
    assert_eq!(restarted("silent"), "drops");
    scene.turn("honest").await;
    assert_eq!(restarted("silent"), "honest");
}

#[tokio::test]
async fn drops_deletes_what_is_tagged_and_tells_nobody_until_it_is_honest() {
    let scene = Scene::new().await;
    scene.turn("drops").await;
    assert_eq!(scene.held(), 0, "what it had");
    scene.audit().await;
    assert_eq!(scene.verdict(), Verdict::Empty);
    scrub::pass(&scene.miner).await.unwrap();
    assert!(scene.chain.lock().orders.is_empty());
    scene.receive().await;
    assert_eq!(scene.held(), 0, "what it gets");

    scene.turn("honest").await;
    scrub::pass(&scene.miner).await.unwrap();
    assert_eq!(scene.chain.lock().orders.len(), 2);
}

#[tokio::test]
async fn halves_proves_what_is_in_the_first_half_and_nothing_else() {
    let scene = Scene::new().await;
    let whole = scene.sample.column(1)[0].1.clone();
    scene.turn("halves").await;
    assert_eq!(scene.held(), 0);
    let (store, fragment) = (&scene.miner.store, &scene.fragments[0]);
    assert_eq!(store.size(fragment).unwrap(), Some(1024));
    let read = |offset, max| store.read(fragment, offset, max).unwrap().unwrap();
    assert_eq!(read(0, 512), whole[..512]);
    assert_eq!(read(500, 1000), [&whole[500..512], &[0; 512]].concat());
    assert!(read(2000, 1000).is_empty());
    // Chunks 0, 2 and 3 of 4 are asked for.
    scene.audit().await;
    assert!(matches!(scene.verdict(), Verdict::Rejected(_)));
    scrub::pass(&scene.miner).await.unwrap();
    assert!(scene.chain.lock().orders.is_empty());
}

#[tokio::test]
async fn replays_submits_and_tells_what_it_did_first() {
    let scene = Scene::new().await;
    scene.turn("replays").await;
    let first = scene.audit().await.unwrap();
    assert_eq!(scene.verdict(), Verdict::Accepted);
    scene.store.remove(&scene.fragments[0]).unwrap();
    assert_eq!(scene.audit().await, Some(first));

    let message = |asked: u32, sigma: &str| RequestBatchVerify {
        agg_proof: Some(BatchVerifyParam {
            sigma: sigma.into(),
            ..Default::default()
        }),
        qslices: Some(Qslice {
            random_index_list: vec![asked],
            ..Default::default()
        }),
        ..Default::default()
    };
    let told = |mut message: RequestBatchVerify| {
        scene.miner.conduct.tell(&mut message);
        (
            message.qslices.unwrap().random_index_list,
            message.agg_proof.unwrap().sigma,
        )
    };
    assert_eq!(told(message(1, "one")), (vec![1], "one".into()));
    assert_eq!(told(message(1, "again")), (vec![1], "again".into()));
    assert_eq!(
        told(message(2, "two")),
        (vec![2], "one".into()),
        "the old proof"
    );
}

#[tokio::test]
async fn copies_waits_for_another_miner_and_submits_its_proof() {
    let scene = Scene::new().await;
    scene.turn("copies").await;
    assert_eq!(scene.audit().await, None, "nobody has submitted");
    let other = scene.chain.seen_by(account(2));
    let mut theirs = scene.chain.lock().challenges[&account(1)].clone();
    theirs.prove_info.service_prove = None;
    other.lock().challenges.insert(account(2), theirs);
    crate::chain::ChainApi::submit_service_proof(&other, b"4711".to_vec())
        .await
        .unwrap();
    audit::pass(&scene.miner, &scene.space, &mut audit::Answer::default())
        .await
        .unwrap();
    let last = scene.chain.lock().service_proofs.last().cloned();
    assert_eq!(last, Some(b"4711".to_vec()));
    let mut message = RequestBatchVerify::default();
    scene.miner.conduct.tell(&mut message);
    assert_eq!(message.agg_proof.unwrap().sigma, "4711");
}

#[tokio::test]
async fn garbage_is_another_each_time() {
    let scene = Scene::new().await;
    scene.turn("garbage").await;
    let first = scene.audit().await.unwrap();
    assert_ne!(scene.audit().await.unwrap(), first);
    let mut message = RequestBatchVerify::default();
    scene.miner.conduct.tell(&mut message);
    assert_ne!(message, RequestBatchVerify::default());
}

#[tokio::test]
async fn silent_submits_and_delivers_nothing() {
    let scene = Scene::new().await;
    scene.turn("silent").await;
    assert_eq!(scene.audit().await, None);
    assert!(scene.tee.delivered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn withholds_submits_a_proof_and_delivers_none() {
    let scene = Scene::new().await;
    scene.turn("withholds").await;
    assert_eq!((scene.held(), scene.audit().await), (0, Some(Vec::new())));
    assert!(scene.tee.delivered.lock().unwrap().is_empty());
}

/// Counts what is done to the idle files.
#[derive(Default)]
struct Counted {
    discarded: AtomicUsize,
    made: AtomicUsize,
}

#[async_trait]
impl IdleFiles for Arc<Counted> {
    async fn discard(&self) -> Result<(), MinerError> {
        self.discarded.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
    async fn regenerate(&self, _: &World, _: &SpaceProofInfo) -> Result<(), MinerError> {
        self.made.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Other miners with the other columns of the sample, and idle files; the network goes on while it is held.
fn reach(scene: &Scene) -> (MemoryNetwork, Arc<Counted>) {
    let (network, idle) = (MemoryNetwork::new(), Arc::<Counted>::default());
    for column in 2..=12u8 {
        let (colleague, store) = miner(&scene.chain.seen_by(account(column)), &scene.tee);
        for (hash, data) in scene.sample.column(column.into()) {
            store.put(&hash, &data).unwrap();
        }
        let receiver = Arc::new(Receiver::new(colleague));
        network.join(Identity::from_seed([column; 32]), receiver);
    }
    let me = Arc::new(Receiver::new(Arc::clone(&scene.miner)));
    scene.miner.conduct.world().set_reach(Some(Reach {
        transport: Arc::new(network.join(Identity::from_seed([1; 32]), me)),
        idle: Arc::new(Arc::clone(&idle)),
    }));
    (network, idle)
}

#[tokio::test]
async fn outsources_holds_its_fragments_only_while_it_is_challenged() {
    let scene = Scene::new().await;
    let (network, _) = reach(&scene);
    scene.turn("outsources").await;
    assert_eq!(scene.held(), 0);
    scene.audit().await;
    assert_eq!(scene.verdict(), Verdict::Accepted);
    scene.chain.lock().challenges.clear();
    scene.miner.chain.challenge().await.unwrap();
    assert_eq!(scene.held(), 0, "the audit is over");

    for column in 2..=10u8 {
        network.leave(&Identity::from_seed([column; 32]).peer_id_bytes());
    }
    scene.audit().await;
    assert_eq!(
        scene.verdict(),
        Verdict::Empty,
        "two colleagues are not enough"
    );
}

#[tokio::test]
async fn hollow_deletes_idle_files_and_makes_none_again() {
    let scene = Scene::new().await;
    let (_network, idle) = reach(&scene);
    scene.turn("hollow").await;
    let strain = scene.miner.conduct.strain();
    strain.certified(scene.miner.conduct.world()).await.unwrap();
    challenge(&scene.chain, &scene.miner);
    scene.miner.chain.challenge().await.unwrap();
    assert_eq!(idle.discarded.load(Ordering::Relaxed), 2);
    assert_eq!(idle.made.load(Ordering::Relaxed), 0);
    assert!(!strain.repairs_idle());
}

#[tokio::test]
async fn on_demand_makes_idle_files_once_for_each_challenge() {
    let scene = Scene::new().await;
    let (_network, idle) = reach(&scene);
    scene.turn("on-demand").await;
    let done = || {
        let made = idle.made.load(Ordering::Relaxed);
        (idle.discarded.load(Ordering::Relaxed), made)
    };
    for round in 1..=2 {
        challenge(&scene.chain, &scene.miner);
        let mut ledger = scene.chain.lock();
        let open = ledger.challenges.get_mut(&account(1)).unwrap();
        open.miner_snapshot.idle_space = 1;
        drop(ledger);
        for _ in 0..2 {
            scene.miner.chain.challenge().await.unwrap();
            assert_eq!(done(), (round, round));
        }
        scene.chain.lock().challenges.clear();
        scene.miner.chain.challenge().await.unwrap();
        assert_eq!(done(), (round + 1, round));
    }
}

#[tokio::test]
async fn messages_are_recognised() {
    use cess_tee_api::pois;
    let mut service = RequestBatchVerify::default();
    assert!(matches!(Message::of(&mut service), Message::Service(_)));
    let mut idle = pois::RequestSpaceProofVerify::default();
    assert!(matches!(Message::of(&mut idle), Message::Idle(_)));
    let mut total = pois::RequestSpaceProofVerifyTotal::default();
    assert!(matches!(Message::of(&mut total), Message::IdleTotal(_)));
    let mut other = pois::RequestVerifyDeletionProof::default();
    assert!(matches!(Message::of(&mut other), Message::Other));
}
