//! Restoring fragments between miners.

use crate::miner::Miner;
use crate::receive::Receiver;
use crate::restore::{self, Orders};
use crate::store::{Condition, FragmentStore, MemoryStore};
use crate::testing::{account, miner, MemoryChain, MemoryTee, Sample};
use cess_p2p::memory::{MemoryNetwork, MemoryPeer};
use cess_p2p::Identity;
use cess_primitives::Hash;
use std::sync::Arc;

struct Peer {
    miner: Arc<Miner>,
    store: MemoryStore,
    transport: MemoryPeer,
}

struct Scene {
    chain: MemoryChain,
    network: MemoryNetwork,
    peers: Vec<Peer>,
    sample: Sample,
}

impl Scene {
    /// Twelve miners with a column each, and a thirteenth without.
    fn new() -> Self {
        let (chain, tee, sample) = (
            MemoryChain::new(account(1)),
            MemoryTee::new(),
            Sample::new(1),
        );
        let network = MemoryNetwork::new();
        let peers = (1..=13u8)
            .map(|seed| {
                let (miner, store) = miner(&chain.seen_by(account(seed)), &tee);
                let receiver = Arc::new(Receiver::new(Arc::clone(&miner)));
                let transport = network.join(Identity::from_seed([seed; 32]), receiver);
                Peer {
                    miner,
                    store,
                    transport,
                }
            })
            .collect::<Vec<_>>();
        let miners: Vec<_> = (1..13).map(account).collect();
        chain.lock().files.insert(sample.fid, sample.file(&miners));
        for (column, peer) in peers.iter().take(12).enumerate() {
            for (hash, data) in sample.column(column + 1) {
                peer.store.put(&hash, &data).unwrap();
                peer.miner.state.note_file(&sample.fid, 0).unwrap();
            }
        }
        Self {
            chain,
            network,
            peers,
            sample,
        }
    }

    fn fragment(&self, column: usize) -> Hash {
        self.sample.column(column)[0].0
    }

    /// The miner of the column (from 1) loses it and says so.
    async fn lose(&self, column: usize) -> Hash {
        let (peer, fragment) = (&self.peers[column - 1], self.fragment(column));
        peer.store.remove(&fragment).unwrap();
        peer.miner
            .chain
            .generate_restoral_order(&self.sample.fid, &fragment)
            .await
            .unwrap();
        fragment
    }

    async fn restore(&self, peer: usize) {
        let peer = &self.peers[peer - 1];
        restore::pass(&peer.miner, &peer.transport, &mut Orders::default())
            .await
            .unwrap();
    }

    fn holder(&self, fragment: &Hash) -> Option<cess_primitives::AccountId> {
        let ledger = self.chain.lock();
        let file = &ledger.files[&self.sample.fid];
        let mut all = file
            .segment_list
            .iter()
            .flat_map(|s| s.fragment_list.iter());
        all.find(|f| f.hash == *fragment && f.avail)
            .map(|f| f.miner.clone())
    }
}

#[tokio::test]
async fn a_miner_without_a_fragment_of_the_segment_restores_it_from_any_four() {
    let scene = Scene::new();
    let fragment = scene.lose(3).await;
    for column in [1, 2, 5, 6, 8, 9, 10] {
        scene
            .network
            .leave(&Identity::from_seed([column; 32]).peer_id_bytes());
    }
    scene.chain.lock().now = 20;
    scene.restore(13).await;
    assert_eq!(scene.holder(&fragment), Some(account(13)));
    assert_eq!(
        scene.peers[12].store.verify(&fragment, 1024).unwrap(),
        Condition::Intact
    );
    assert_eq!(
        scene.peers[12].miner.wakes.tags.take(),
        [scene.sample.fid],
        "it needs a tag now"
    );
}

#[tokio::test]
async fn a_miner_that_holds_another_fragment_of_the_segment_claims_nothing() {
    let scene = Scene::new();
    let fragment = scene.lose(3).await;
    scene.chain.lock().now = 20;
    scene.restore(7).await;
    assert_eq!(scene.holder(&fragment), None);
    assert_eq!(scene.chain.lock().orders[&fragment].count, 0);
}

#[tokio::test]
async fn the_origin_restores_its_own_fragment_after_the_others_had_their_chance() {
    let scene = Scene::new();
    let fragment = scene.lose(3).await;
    scene.restore(3).await;
    assert_eq!(scene.holder(&fragment), None, "not at once");
    scene.chain.lock().now = 20;
    scene.restore(3).await;
    assert_eq!(scene.holder(&fragment), Some(account(3)));
}

#[tokio::test]
async fn holders_with_damaged_bytes_are_passed_over() {
    let scene = Scene::new();
    let fragment = scene.lose(3).await;
    for column in [1, 2, 4, 5, 6, 7, 8] {
        let damaged = scene.fragment(column);
        scene.peers[column - 1].store.damage(&damaged, &[9; 1024]);
    }
    scene.chain.lock().now = 20;
    scene.restore(13).await;
    assert_eq!(scene.holder(&fragment), Some(account(13)));
}

#[tokio::test]
async fn too_few_holders_leave_the_claim_open_and_a_later_pass_finishes_it() {
    let scene = Scene::new();
    let fragment = scene.lose(3).await;
    let gone: Vec<u8> = (1..=9).collect();
    for seed in &gone {
        scene
            .network
            .leave(&Identity::from_seed([*seed; 32]).peer_id_bytes());
    }
    scene.chain.lock().now = 20;
    scene.restore(13).await;
    assert_eq!(scene.holder(&fragment), None);
    assert_eq!(
        scene.chain.lock().orders[&fragment].miner,
        account(13),
        "claimed"
    );
    for seed in gone {
        let receiver = Arc::new(Receiver::new(Arc::clone(
            &scene.peers[usize::from(seed) - 1].miner,
        )));
        scene
            .network
            .join(Identity::from_seed([seed; 32]), receiver);
    }
    scene.restore(13).await;
    assert_eq!(
        scene.holder(&fragment),
        Some(account(13)),
        "also after a restart: the orders were read anew"
    );
}

#[tokio::test]
async fn somebody_elses_claim_is_respected_until_it_ends() {
    let scene = Scene::new();
    let fragment = scene.lose(3).await;
    scene.chain.lock().now = 20;
    let origin = &scene.peers[2].miner.chain;
    origin.claim_restoral_order(&fragment).await.unwrap();
    scene.restore(13).await;
    assert_eq!(scene.chain.lock().orders[&fragment].count, 1);
    scene.chain.lock().now = 200;
    scene.restore(13).await;
    assert_eq!(scene.holder(&fragment), Some(account(13)));
}
