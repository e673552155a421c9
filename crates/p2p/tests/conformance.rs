//! One suite that every network must pass: put and get, resuming, refusals, limits.
//!
//! Each test runs over the network in memory and over libp2p on localhost.

use bytes::Bytes;
use cess_p2p::memory::{MemoryFragments, MemoryNetwork};
use cess_p2p::{Address, FragmentTransport, Identity, Node, NodeConfig, Refusal, TransportError};
use cess_primitives::Hash;
use futures::future::join_all;
use std::sync::Arc;

const FRAGMENT: usize = 1 << 20;
const MAX: u64 = FRAGMENT as u64;

/// A peer that asks, and one that serves `store` at `address`.
struct Pair {
    asker: Box<dyn FragmentTransport>,
    address: Address,
    store: Arc<MemoryFragments>,
}

async fn in_memory() -> Pair {
    let network = MemoryNetwork::new();
    let store = MemoryFragments::accepting();
    let holder = network.join(Identity::from_seed([1; 32]), store.clone());
    let asker = network.join(Identity::from_seed([2; 32]), MemoryFragments::accepting());
    Pair {
        address: holder.address().clone(),
        asker: Box::new(asker),
        store,
    }
}

fn config(seed: u8) -> NodeConfig {
    let listen = "127.0.0.1:0".parse().unwrap();
    NodeConfig::new(Identity::from_seed([seed; 32]), listen)
}

/// Keeps the serving node alive as long as the asking one.
struct Libp2p {
    asker: Node,
    _holder: Node,
}

#[async_trait::async_trait]
impl FragmentTransport for Libp2p {
    async fn put(
        &self,
        to: &Address,
        fid: Hash,
        fragment: Hash,
        data: Bytes,
    ) -> Result<(), TransportError> {
        self.asker.put(to, fid, fragment, data).await
    }
    async fn get(
        &self,
        from: &Address,
        fid: Hash,
        fragment: Hash,
        max: u64,
    ) -> Result<Bytes, TransportError> {
        self.asker.get(from, fid, fragment, max).await
    }
}

async fn over_libp2p() -> Pair {
    let store = MemoryFragments::accepting();
    let holder = Node::start(config(1), store.clone()).await.unwrap();
    let asker = Node::start(config(2), MemoryFragments::accepting())
        .await
        .unwrap();
    let address = holder.address().clone();
    Pair {
        asker: Box::new(Libp2p {
            asker,
            _holder: holder,
        }),
        address,
        store,
    }
}

fn fid() -> Hash {
    Hash::of(b"the file")
}

/// A fragment whose bytes differ all along, so that a shifted resume would show.
fn fragment(seed: u32) -> (Hash, Bytes) {
    let data: Vec<u8> = (0..FRAGMENT as u32)
        .map(|i| (i.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 13) as u8)
        .collect();
    (Hash::of(&data), data.into())
}

async fn what_was_put_can_be_got(pair: Pair) {
    let (hash, data) = fragment(1);
    pair.asker
        .put(&pair.address, fid(), hash, data.clone())
        .await
        .unwrap();
    assert_eq!(pair.store.fragment(&hash), Some(data.clone()));
    assert_eq!(
        pair.asker.get(&pair.address, fid(), hash, MAX).await,
        Ok(data)
    );
}

async fn putting_twice_sends_the_bytes_once(pair: Pair) {
    let (hash, data) = fragment(2);
    pair.asker
        .put(&pair.address, fid(), hash, data.clone())
        .await
        .unwrap();
    pair.asker
        .put(&pair.address, fid(), hash, data)
        .await
        .unwrap();
    assert_eq!(pair.store.resumed_at(), [0, MAX]);
}

async fn a_cut_put_continues_where_the_receiver_stands(pair: Pair) {
    let (hash, data) = fragment(3);
    pair.store.cut_next_write_at(300_000);
    pair.asker
        .put(&pair.address, fid(), hash, data.clone())
        .await
        .unwrap();
    let [first, second] = pair.store.resumed_at()[..] else {
        panic!("one cut, two attempts")
    };
    assert_eq!(first, 0);
    assert!(second >= 300_000, "continued at {second}");
    assert_eq!(pair.store.fragment(&hash), Some(data));
}

async fn a_cut_get_continues_where_the_asker_stands(pair: Pair) {
    let (hash, data) = fragment(4);
    pair.store.insert(hash, data.clone());
    pair.store.cut_next_read_at(300_000);
    assert_eq!(
        pair.asker.get(&pair.address, fid(), hash, MAX).await,
        Ok(data)
    );
}

async fn a_put_of_other_bytes_is_refused_and_forgotten(pair: Pair) {
    let (hash, data) = fragment(5);
    let (_, other) = fragment(6);
    let answer = pair.asker.put(&pair.address, fid(), hash, other).await;
    assert_eq!(answer, Err(Refusal::WrongHash.into()));
    assert_eq!(pair.store.fragment(&hash), None);
    pair.asker
        .put(&pair.address, fid(), hash, data)
        .await
        .unwrap();
}

async fn a_get_of_damaged_bytes_is_an_error(pair: Pair) {
    let (hash, _) = fragment(7);
    let (_, other) = fragment(8);
    pair.store.insert(hash, other);
    assert_eq!(
        pair.asker.get(&pair.address, fid(), hash, MAX).await,
        Err(TransportError::WrongHash)
    );
}

async fn an_unknown_fragment_is_not_found(pair: Pair) {
    let (hash, _) = fragment(9);
    let error = pair
        .asker
        .get(&pair.address, fid(), hash, MAX)
        .await
        .unwrap_err();
    assert!(error.is_not_found());
}

async fn refusals_arrive_with_their_reason(pair: Pair) {
    let (hash, data) = fragment(10);
    for reason in [
        Refusal::NotAuthorised,
        Refusal::UnknownDeal,
        Refusal::Busy,
        Refusal::WrongSize { expected: 5 },
    ] {
        pair.store.refuse_writes(Some(reason));
        assert_eq!(
            pair.asker
                .put(&pair.address, fid(), hash, data.clone())
                .await,
            Err(reason.into())
        );
        pair.store.refuse_reads(Some(reason));
        assert_eq!(
            pair.asker.get(&pair.address, fid(), hash, MAX).await,
            Err(reason.into())
        );
    }
}

async fn a_disk_that_fills_up_in_the_middle_is_reported(pair: Pair) {
    let (hash, data) = fragment(11);
    pair.store.full_at(Some(200_000));
    assert_eq!(
        pair.asker.put(&pair.address, fid(), hash, data).await,
        Err(Refusal::NoSpace.into())
    );
}

async fn many_transfers_run_at_the_same_time(pair: Pair) {
    let fragments: Vec<_> = (20..28).map(fragment).collect();
    let puts = fragments
        .iter()
        .map(|(hash, data)| pair.asker.put(&pair.address, fid(), *hash, data.clone()));
    for result in join_all(puts).await {
        result.unwrap();
    }
    let gets = fragments
        .iter()
        .map(|(hash, _)| pair.asker.get(&pair.address, fid(), *hash, MAX));
    for (result, (_, data)) in join_all(gets).await.into_iter().zip(&fragments) {
        assert_eq!(result.as_ref(), Ok(data));
    }
}

async fn too_large_fragments_are_refused_by_both_sides(pair: Pair) {
    let (hash, data) = fragment(12);
    pair.store.insert(hash, data);
    let error = pair
        .asker
        .get(&pair.address, fid(), hash, MAX - 1)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        TransportError::TooLarge {
            len: MAX,
            max: MAX - 1
        }
    );
    let huge = Bytes::from(vec![0; (8 << 20) + 1]);
    let answer = pair
        .asker
        .put(&pair.address, fid(), Hash::of(&huge), huge)
        .await;
    assert_eq!(answer, Err(Refusal::WrongSize { expected: 8 << 20 }.into()));
}

async fn names_that_are_no_hashes_are_refused(pair: Pair) {
    let (_, data) = fragment(13);
    let answer = pair
        .asker
        .put(&pair.address, fid(), Hash([b'/'; 64]), data)
        .await;
    assert_eq!(answer, Err(Refusal::BadRequest.into()));
    let answer = pair
        .asker
        .get(&pair.address, Hash([b'.'; 64]), fid(), MAX)
        .await;
    assert_eq!(answer, Err(Refusal::BadRequest.into()));
}

async fn an_absent_peer_is_unreachable(pair: Pair) {
    let nobody = Address::of_peer(&Identity::from_seed([99; 32]).peer_id_bytes()).unwrap();
    let error = pair
        .asker
        .get(&nobody, fid(), fid(), MAX)
        .await
        .unwrap_err();
    assert!(
        matches!(error, TransportError::Unreachable { .. }),
        "{error}"
    );
}

macro_rules! conformance {
    ($($behaviour:ident),* $(,)?) => {
        mod memory { $(#[tokio::test] async fn $behaviour() { super::$behaviour(super::in_memory().await).await })* }
        mod libp2p { $(#[tokio::test] async fn $behaviour() { super::$behaviour(super::over_libp2p().await).await })* }
    };
}

conformance!(
    what_was_put_can_be_got,
    putting_twice_sends_the_bytes_once,
    a_cut_put_continues_where_the_receiver_stands,
    a_cut_get_continues_where_the_asker_stands,
    a_put_of_other_bytes_is_refused_and_forgotten,
    a_get_of_damaged_bytes_is_an_error,
    an_unknown_fragment_is_not_found,
    refusals_arrive_with_their_reason,
    a_disk_that_fills_up_in_the_middle_is_reported,
    many_transfers_run_at_the_same_time,
    too_large_fragments_are_refused_by_both_sides,
    names_that_are_no_hashes_are_refused,
    an_absent_peer_is_unreachable,
);
