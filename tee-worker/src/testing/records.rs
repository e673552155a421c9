//! What the chain of the tests has stored.

use super::{TestChain, START};
use cess_primitives::{
    file::{FileInfo, FileState, FragmentInfo, SegmentInfo},
    miner::{state, MinerInfo, SpaceProofInfo},
    AccountId, BVec, BloomFilter, Hash,
};

impl TestChain {
    pub(crate) fn add_miner(&self, account: &AccountId, info: Option<SpaceProofInfo>) {
        let miner = MinerInfo {
            beneficiary: account.clone(),
            staking_account: account.clone(),
            endpoint: BVec::default(),
            collaterals: 0,
            debt: 0,
            state: state::POSITIVE.to_vec().try_into().unwrap(),
            declaration_space: 0,
            idle_space: 0,
            service_space: 0,
            lock_space: 0,
            space_proof_info: info,
            service_bloom_filter: BloomFilter::default(),
            tee_signature: [0; 64],
        };
        self.state().miners.insert(account.clone(), miner);
    }

    /// The same, with all fragments tagged before the challenges of the tests.
    pub(crate) fn add_tagged_file(&self, miner: &AccountId, fragments: &[Hash]) -> Hash {
        let fid = self.add_file(miner, fragments);
        let mut state = self.state();
        let file = state.files.get_mut(&fid).unwrap();
        let listed = file
            .segment_list
            .iter_mut()
            .flat_map(|s| s.fragment_list.iter_mut());
        listed.for_each(|fragment| fragment.tag = Some(START - 1));
        fid
    }

    /// A file in state Calculate with one segment of which this miner holds these fragments.
    pub(crate) fn add_file(&self, miner: &AccountId, fragments: &[Hash]) -> Hash {
        let fragment = |hash: &Hash| FragmentInfo {
            hash: *hash,
            avail: true,
            tag: None,
            miner: miner.clone(),
        };
        let segment = SegmentInfo {
            hash: Hash::of(b"segment"),
            fragment_list: fragments
                .iter()
                .map(fragment)
                .collect::<Vec<_>>()
                .try_into()
                .unwrap(),
        };
        let file = FileInfo {
            segment_list: vec![segment].try_into().unwrap(),
            owner: BVec::default(),
            file_size: 1,
            completion: 0,
            stat: FileState::Calculate,
        };
        let fid = Hash::of(format!("{fragments:?}").as_bytes());
        self.state().files.insert(fid, file);
        fid
    }
}
