//! A chain and TEE workers in memory, with the rules that the tasks' tests need.

mod chain;
pub(crate) mod idle;
mod tee;

pub(crate) use chain::MemoryChain;
pub(crate) use tee::MemoryTee;

use crate::miner::Miner;
use crate::state::State;
use crate::store::MemoryStore;
use crate::tee::TeeApi;
use cess_p2p::Identity;
use cess_primitives::file::{
    DealInfo, FileInfo, FileState, FragmentInfo, Name, SegmentInfo, UserBrief,
};
use cess_primitives::miner::{state as miner_state, Endpoint, MinerInfo};
use cess_primitives::{AccountId, BVec, BloomFilter, Hash, Preset, ProtocolParams, GIB, TIB};
use cess_segment::{encode_segment, Layout, SegmentParts};
use std::sync::Arc;

/// The quantities of the tests: 4 KiB segments.
pub(crate) fn params() -> ProtocolParams {
    ProtocolParams {
        preset: Preset::Fast,
        segment_size: 4096,
        fragment_size: 1024,
        chunk_count: 4,
        idle_file_size: 16 << 10,
        idle_set: 4,
        idle_layers: 2,
        idle_degree: 1,
        ..ProtocolParams::fast()
    }
}

pub(crate) fn account(seed: u8) -> AccountId {
    AccountId::new([seed; 32])
}

/// A positive miner with plenty of idle space.
pub(crate) fn miner_info(account: AccountId) -> MinerInfo {
    let identity = Identity::from_seed(*AsRef::<[u8; 32]>::as_ref(&account));
    MinerInfo {
        beneficiary: account.clone(),
        staking_account: account.clone(),
        endpoint: Endpoint::truncate_from(format!("/p2p/{}", identity.peer_id()).into_bytes()),
        collaterals: 0,
        debt: 0,
        state: BVec::truncate_from(miner_state::POSITIVE.to_vec()),
        declaration_space: TIB.into(),
        idle_space: GIB.into(),
        service_space: 0,
        lock_space: 0,
        space_proof_info: None,
        service_bloom_filter: BloomFilter::default(),
        tee_signature: [0; 64],
    }
}

/// A file of some segments, cut and encoded, with its declaration.
pub(crate) struct Sample {
    pub(crate) fid: Hash,
    pub(crate) segments: Vec<SegmentParts>,
}

impl Sample {
    pub(crate) fn new(segments: u8) -> Self {
        let layout = Layout::of(&params()).unwrap();
        let segments: Vec<_> = (0..segments)
            .map(|seed| {
                let bytes: Vec<u8> = (0..4096u32)
                    .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 ^ seed)
                    .collect();
                encode_segment(&bytes, layout).unwrap()
            })
            .collect();
        let fid = cess_primitives::hash::fid(segments.iter().map(|s| s.list().hash)).unwrap();
        Self { fid, segments }
    }

    /// Name and bytes of the fragments of a column (1 to 12).
    pub(crate) fn column(&self, column: usize) -> Vec<(Hash, Vec<u8>)> {
        self.segments
            .iter()
            .map(|s| s.fragments[column - 1].clone())
            .map(|(h, d)| (h, d.to_vec()))
            .collect()
    }

    fn brief() -> UserBrief {
        let name = |text: &[u8]| Name::truncate_from(text.to_vec());
        UserBrief {
            user: account(200),
            file_name: name(b"file"),
            territory_name: name(b"land"),
        }
    }

    pub(crate) fn deal(&self) -> DealInfo {
        let segment_list: Vec<_> = self.segments.iter().map(|s| s.list()).collect();
        DealInfo {
            file_size: 4096 * self.segments.len() as u128,
            segment_list: BVec::truncate_from(segment_list),
            user: Self::brief(),
            complete_list: BVec::default(),
        }
    }

    /// The file with column `j` at `miners[j - 1]`, untagged.
    pub(crate) fn file(&self, miners: &[AccountId]) -> FileInfo {
        let fragment = |(hash, miner): (Hash, &AccountId)| FragmentInfo {
            hash,
            avail: true,
            tag: None,
            miner: miner.clone(),
        };
        let segments = self
            .segments
            .iter()
            .map(|s| s.list())
            .map(|list| SegmentInfo {
                hash: list.hash,
                fragment_list: BVec::truncate_from(
                    list.fragment_list
                        .iter()
                        .copied()
                        .zip(miners)
                        .map(fragment)
                        .collect(),
                ),
            });
        FileInfo {
            segment_list: BVec::truncate_from(segments.collect()),
            owner: BVec::truncate_from(vec![Self::brief()]),
            file_size: 4096 * self.segments.len() as u128,
            completion: 1,
            stat: FileState::Calculate,
        }
    }
}

/// A miner over this chain with everything in memory.
pub(crate) fn miner(chain: &MemoryChain, tee: &Arc<MemoryTee>) -> (Arc<Miner>, MemoryStore) {
    let store = MemoryStore::default();
    let state = Arc::new(State::in_memory().unwrap());
    let tee: Arc<dyn TeeApi> = Arc::clone(tee) as Arc<dyn TeeApi>;
    let miner = Miner::new(
        Arc::new(chain.clone()),
        Arc::new(store.clone()),
        state,
        tee,
        params(),
    )
    .unwrap();
    (Arc::new(miner), store)
}
