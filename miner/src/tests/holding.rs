//! Receiving, reporting, tagging, scrubbing and pruning.

use crate::miner::{Miner, Suspicion};
use crate::receive::Receiver;
use crate::store::{Condition, FragmentStore, MemoryStore};
use crate::testing::{account, miner, MemoryChain, MemoryTee, Sample};
use crate::{prune, report, scrub, tags};
use bytes::Bytes;
use cess_p2p::memory::{MemoryFragments, MemoryNetwork, MemoryPeer};
use cess_p2p::{FragmentTransport, Identity, Refusal, TransportError};
use cess_primitives::{BVec, Hash};
use std::collections::HashSet;
use std::sync::Arc;

struct Scene {
    chain: MemoryChain,
    tee: Arc<MemoryTee>,
    miner: Arc<Miner>,
    store: MemoryStore,
    gateway: MemoryPeer,
    stranger: MemoryPeer,
    holder: MemoryPeer,
    sample: Sample,
}

impl Scene {
    /// A declared deal, the gateway that declared it, a stranger, and a miner.
    fn new() -> Self {
        let (chain, tee, sample) = (
            MemoryChain::new(account(1)),
            MemoryTee::new(),
            Sample::new(2),
        );
        let gateway = Identity::from_seed([50; 32]);
        chain.declare(&sample, &gateway);
        let (miner, store) = miner(&chain, &tee);
        let network = MemoryNetwork::new();
        let nothing = MemoryFragments::accepting;
        Self {
            holder: network.join(
                Identity::from_seed([1; 32]),
                Arc::new(Receiver::new(Arc::clone(&miner))),
            ),
            gateway: network.join(gateway, nothing()),
            stranger: network.join(Identity::from_seed([51; 32]), nothing()),
            chain,
            tee,
            miner,
            store,
            sample,
        }
    }

    async fn send(
        &self,
        from: &MemoryPeer,
        hash: Hash,
        data: Vec<u8>,
    ) -> Result<(), TransportError> {
        from.put(
            self.holder.address(),
            self.sample.fid,
            hash,
            Bytes::from(data),
        )
        .await
    }

    async fn send_column(&self, column: usize) {
        for (hash, data) in self.sample.column(column) {
            self.send(&self.gateway, hash, data).await.unwrap();
        }
    }

    /// The deal becomes a file of which this miner has the column.
    fn complete(&self, column: usize) {
        let mut miners: Vec<_> = (100..112).map(account).collect();
        miners[column - 1] = account(1);
        let mut ledger = self.chain.lock();
        ledger.deals.clear();
        ledger
            .files
            .insert(self.sample.fid, self.sample.file(&miners));
    }

    async fn tag(&self) -> Result<(), crate::MinerError> {
        self.miner.wakes.tags.add(self.sample.fid);
        tags::pass(&self.miner, &mut HashSet::new())
            .await
            .map(|_| ())
    }
}

#[tokio::test]
async fn only_the_gateway_that_declared_the_deal_may_write_but_anybody_may_read() {
    let scene = Scene::new();
    let (hash, data) = scene.sample.column(3).remove(0);
    let refused = scene.send(&scene.stranger, hash, data.clone()).await;
    assert_eq!(refused, Err(Refusal::NotAuthorised.into()));
    scene
        .send(&scene.gateway, hash, data.clone())
        .await
        .unwrap();
    let read = scene
        .stranger
        .get(scene.holder.address(), scene.sample.fid, hash, 1024)
        .await;
    assert_eq!(read, Ok(data.into()));
}

#[tokio::test]
async fn only_listed_fragments_of_the_exact_size_of_a_known_deal_are_taken() {
    let scene = Scene::new();
    let foreign = vec![7; 1024];
    let unlisted = scene
        .send(&scene.gateway, Hash::of(&foreign), foreign.clone())
        .await;
    assert_eq!(unlisted, Err(Refusal::NotInDeal.into()));
    let (hash, data) = scene.sample.column(1).remove(0);
    let short = scene.send(&scene.gateway, hash, data[1..].to_vec()).await;
    assert_eq!(short, Err(Refusal::WrongSize { expected: 1024 }.into()));
    let wrong = scene.send(&scene.gateway, hash, foreign.clone()).await;
    assert_eq!(wrong, Err(Refusal::WrongHash.into()));
    scene.chain.lock().deals.clear();
    scene.miner.deals.forget(&scene.sample.fid);
    let unknown = scene.send(&scene.gateway, hash, data).await;
    assert_eq!(unknown, Err(Refusal::UnknownDeal.into()));
}

#[tokio::test]
async fn a_miner_without_idle_space_takes_nothing() {
    let scene = Scene::new();
    scene
        .chain
        .lock()
        .miners
        .get_mut(&account(1))
        .unwrap()
        .idle_space = 2047;
    let (hash, data) = scene.sample.column(1).remove(0);
    assert_eq!(
        scene.send(&scene.gateway, hash, data).await,
        Err(Refusal::NotReady.into())
    );
}

#[tokio::test]
async fn a_complete_column_is_reported_once_and_other_columns_are_refused_then() {
    let scene = Scene::new();
    let column = scene.sample.column(4);
    scene
        .send(&scene.gateway, column[0].0, column[0].1.clone())
        .await
        .unwrap();
    report::pass(&scene.miner).await.unwrap();
    assert!(
        scene.chain.lock().reports.is_empty(),
        "half a column is no column"
    );
    scene.send_column(4).await;
    report::pass(&scene.miner).await.unwrap();
    scene.miner.wakes.report.add(scene.sample.fid);
    report::pass(&scene.miner).await.unwrap();
    assert_eq!(scene.chain.lock().reports, [(account(1), 4)]);
    let (hash, data) = scene.sample.column(5).remove(0);
    assert_eq!(
        scene.send(&scene.gateway, hash, data).await,
        Err(Refusal::OtherColumn.into())
    );
}

#[tokio::test]
async fn who_loses_a_race_reports_another_column_that_it_holds() {
    let scene = Scene::new();
    scene.send_column(4).await;
    scene.send_column(7).await;
    scene.chain.lock().overtaken_by = Some(account(99));
    report::pass(&scene.miner).await.unwrap();
    assert_eq!(scene.chain.lock().reports, [(account(1), 7)]);
}

#[tokio::test]
async fn who_loses_the_race_over_its_only_column_gives_up_quietly() {
    let scene = Scene::new();
    scene.send_column(4).await;
    scene.chain.lock().overtaken_by = Some(account(99));
    report::pass(&scene.miner).await.unwrap();
    assert!(scene.chain.lock().reports.is_empty());
}

#[tokio::test]
async fn fragments_are_tagged_and_reported_and_challenges_know_them() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    scene.chain.lock().now = 30;
    scene.tag().await.unwrap();
    let reports = scene.chain.lock().tag_reports.clone();
    let listed: Vec<_> = reports[0].digest.iter().map(|d| d.fragment).collect();
    let mut expected: Vec<_> = scene.sample.column(2).into_iter().map(|(h, _)| h).collect();
    expected.sort();
    assert_eq!(listed, expected);
    let service = scene.miner.state.service().unwrap();
    assert_eq!(service.len(), 2);
    assert!(service
        .iter()
        .all(|(_, r)| r.tagged_at == 30 && r.count == 1));
}

#[tokio::test]
async fn tagging_goes_on_where_a_failure_left_it() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    *scene.tee.fails_after.lock().unwrap() = Some(1);
    // The pass itself defers the file; the failure comes back as its error.
    assert!(scene.tag().await.is_err());
    *scene.tee.fails_after.lock().unwrap() = None;
    scene.tag().await.unwrap();
    assert_eq!(
        *scene.tee.tags.lock().unwrap(),
        2,
        "no fragment is tagged twice"
    );
    assert_eq!(scene.chain.lock().tag_reports.len(), 1);
}

#[tokio::test]
async fn a_list_that_workers_no_longer_accept_is_begun_anew() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    *scene.tee.refuses_list.lock().unwrap() = true;
    assert!(scene.tag().await.is_err());
    scene.tag().await.unwrap();
    assert_eq!(*scene.tee.tags.lock().unwrap(), 3);
    assert_eq!(scene.chain.lock().tag_reports[0].digest.len(), 2);
}

#[tokio::test]
async fn a_small_file_does_not_wait_until_a_large_one_is_tagged() {
    let scene = Scene::new();
    let (large, small) = (Sample::new(9), Sample::new(1));
    for sample in [&large, &small] {
        let mut miners: Vec<_> = (100..112).map(account).collect();
        miners[1] = account(1);
        let file = sample.file(&miners);
        scene.chain.lock().files.insert(sample.fid, file);
        for (hash, data) in sample.column(2) {
            scene.store.put(&hash, &data).unwrap();
        }
        scene.miner.wakes.tags.add(sample.fid);
    }
    tags::pass(&scene.miner, &mut HashSet::new()).await.unwrap();
    let reports = scene.chain.lock().tag_reports.clone();
    let order: Vec<_> = reports.iter().map(|r| r.file_hash).collect();
    assert_eq!(order, [small.fid, large.fid]);
}

#[tokio::test]
async fn a_fragment_that_a_file_holds_twice_is_tagged_twice() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    {
        let mut ledger = scene.chain.lock();
        let file = ledger.files.get_mut(&scene.sample.fid).unwrap();
        let first = file.segment_list[0].clone();
        file.segment_list = BVec::truncate_from(vec![first.clone(), first]);
    }
    scene.tag().await.unwrap();
    assert_eq!(scene.chain.lock().tag_reports[0].digest.len(), 2);
    let service = scene.miner.state.service().unwrap();
    assert_eq!((service.len(), service[0].1.count), (1, 2));
}

#[tokio::test]
async fn lost_and_damaged_fragments_are_put_up_for_restoral() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    let [(lost, _), (damaged, _)] = &scene.sample.column(2)[..] else {
        panic!("two segments")
    };
    scene.store.remove(lost).unwrap();
    scene.store.damage(damaged, &[0; 1024]);
    scene.miner.wakes.scrub.add(Suspicion::Everything);
    scrub::pass(&scene.miner).await.unwrap();
    let orders: HashSet<_> = scene.chain.lock().orders.keys().copied().collect();
    assert_eq!(orders, HashSet::from([*lost, *damaged]));
    assert_eq!(
        scene.store.verify(damaged, 1024).unwrap(),
        Condition::Missing,
        "bad bytes are gone"
    );
    scene.miner.wakes.scrub.add(Suspicion::Everything);
    scrub::pass(&scene.miner).await.unwrap();
}

#[tokio::test]
async fn a_lost_fragment_that_should_be_tagged_is_put_up_for_restoral() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    let (lost, _) = scene.sample.column(2).remove(0);
    scene.store.remove(&lost).unwrap();
    assert!(scene.tag().await.is_err());
    scrub::pass(&scene.miner).await.unwrap();
    assert!(scene.chain.lock().orders.contains_key(&lost));
    scene.tag().await.unwrap();
    assert_eq!(
        scene.chain.lock().tag_reports[0].digest.len(),
        1,
        "the rest is tagged"
    );
}

#[tokio::test]
async fn what_nobody_wants_goes_after_a_grace_and_the_rest_stays() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.send_column(3).await;
    scene.complete(2);
    let mut unwanted = prune::Unwanted::default();
    prune::pass(&scene.miner, &mut unwanted).await.unwrap();
    assert_eq!(
        scene.store.list().unwrap().len(),
        4,
        "a fork may bring it back"
    );
    scene.chain.lock().now += 10;
    prune::pass(&scene.miner, &mut unwanted).await.unwrap();
    let left: HashSet<_> = scene.store.list().unwrap().into_iter().collect();
    assert_eq!(
        left,
        scene.sample.column(2).into_iter().map(|(h, _)| h).collect()
    );
    scene.chain.lock().files.clear();
    prune::pass(&scene.miner, &mut unwanted).await.unwrap();
    scene.chain.lock().now += 10;
    prune::pass(&scene.miner, &mut unwanted).await.unwrap();
    assert_eq!(scene.store.list().unwrap(), []);
    assert_eq!(scene.miner.state.files().unwrap(), []);
}

#[tokio::test]
async fn an_open_challenge_keeps_fragments_of_deleted_files() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    scene.tag().await.unwrap();
    super::proving::challenge(&scene.chain, &scene.miner);
    scene.chain.lock().files.clear();
    let mut unwanted = prune::Unwanted::default();
    scene.tag().await.unwrap();
    for _ in 0..3 {
        prune::pass(&scene.miner, &mut unwanted).await.unwrap();
        scene.chain.lock().now += 20;
    }
    assert_eq!(scene.store.list().unwrap().len(), 2);
    assert_eq!(scene.miner.state.service().unwrap().len(), 2);
    scene.chain.lock().challenges.clear();
    for _ in 0..2 {
        prune::pass(&scene.miner, &mut unwanted).await.unwrap();
        scene.chain.lock().now += 20;
    }
    assert_eq!(scene.store.list().unwrap(), []);
}

#[tokio::test]
async fn a_fragment_whose_tag_is_gone_is_restored_to_get_a_new_one() {
    let scene = Scene::new();
    scene.send_column(2).await;
    scene.complete(2);
    scene.tag().await.unwrap();
    scene.miner.state.retain_tags(|_| false).unwrap();
    scene.miner.wakes.scrub.add(Suspicion::Everything);
    scrub::pass(&scene.miner).await.unwrap();
    assert_eq!(scene.chain.lock().orders.len(), 2);
    assert_eq!(scene.store.list().unwrap().len(), 2, "the bytes are good");
}

#[tokio::test]
async fn a_deal_that_is_declared_again_starts_afresh() {
    let scene = Scene::new();
    scene.send_column(4).await;
    report::pass(&scene.miner).await.unwrap();
    scene
        .chain
        .declare(&scene.sample, &Identity::from_seed([50; 32]));
    scene.miner.deals.forget(&scene.sample.fid);
    scene.send_column(4).await;
    report::pass(&scene.miner).await.unwrap();
    assert_eq!(
        scene.chain.lock().reports,
        [(account(1), 4), (account(1), 4)]
    );
    scene.miner.deals.forget(&scene.sample.fid);
    let (hash, data) = scene.sample.column(5).remove(0);
    assert_eq!(
        scene.send(&scene.gateway, hash, data).await,
        Err(Refusal::OtherColumn.into())
    );
}
