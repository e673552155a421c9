//! A stored file as calls work on it.
//!
//! The published layout keeps all owners of a file beside its segments. Only few calls are about
//! owners, and none about all of them, so that they stay encoded.

use crate::{packed::Packed, Config, File};
use alloc::vec::Vec;
use cess_primitives::{
    file::{FileState, SegmentInfo, UserBrief},
    BVec, Hash, Tick, MAX_SEGMENTS,
};
use codec::{Decode, Encode};
use frame_support::storage::unhashed;

/// Bytes behind the owners of an encoded [`FileInfo`](cess_primitives::file::FileInfo): size, completion and state.
const TAIL: usize = 16 + 4 + 1;

/// The published file, but with packed owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) segments: BVec<SegmentInfo, MAX_SEGMENTS>,
    pub(crate) owners: Packed<UserBrief>,
    pub(crate) file_size: u128,
    pub(crate) completion: Tick,
    pub(crate) state: FileState,
}

impl Record {
    /// The stored file with this fid.
    pub(crate) fn get<T: Config>(fid: &Hash) -> Option<Self> {
        Self::unpack(&unhashed::get_raw(&File::<T>::hashed_key_for(fid))?)
    }

    /// Stores the file.
    pub(crate) fn put<T: Config>(&self, fid: &Hash) {
        unhashed::put_raw(&File::<T>::hashed_key_for(fid), &self.pack());
    }

    fn unpack(mut bytes: &[u8]) -> Option<Self> {
        let segments = Decode::decode(&mut bytes).ok()?;
        let (owners, mut tail) = bytes.split_at_checked(bytes.len().checked_sub(TAIL)?)?;
        let (file_size, completion, state) = <(u128, Tick, FileState)>::decode(&mut tail).ok()?;
        Some(Self {
            segments,
            owners: Packed::unpack(owners)?,
            file_size,
            completion,
            state,
        })
    }

    fn pack(&self) -> Vec<u8> {
        let mut bytes = self.segments.encode();
        self.owners.pack_to(&mut bytes);
        (self.file_size, self.completion, self.state).encode_to(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::{
        file::{FileInfo, FragmentInfo},
        AccountId, FRAGMENT_COUNT,
    };

    fn file(segments: u8, owners: u8) -> FileInfo {
        let fragment = |n: u8| FragmentInfo {
            hash: Hash([n; 64]),
            avail: n % 3 > 0,
            tag: (n % 2 > 0).then_some(n.into()),
            miner: AccountId::new([n; 32]),
        };
        let fragments = |n: u8| (0..FRAGMENT_COUNT as u8).map(move |j| fragment(n ^ j));
        let segment = |n: u8| SegmentInfo {
            hash: Hash([n; 64]),
            fragment_list: BVec::truncate_from(fragments(n).collect()),
        };
        let owner = |n: u8| UserBrief {
            user: AccountId::new([n; 32]),
            file_name: BVec::truncate_from(vec![n; usize::from(n % 64)]),
            territory_name: BVec::truncate_from(vec![n; 4]),
        };
        FileInfo {
            segment_list: BVec::truncate_from((0..segments).map(segment).collect()),
            owner: BVec::truncate_from((0..owners).map(owner).collect()),
            file_size: 77,
            completion: 5,
            stat: FileState::Calculate,
        }
    }

    #[test]
    fn a_record_is_encoded_as_the_published_file() {
        for (segments, owners) in [(1, 1), (2, 0), (0, 3), (64, 64), (200, 250)] {
            let file = file(segments, owners);
            let record = Record::unpack(&file.encode()).expect("a file");
            assert_eq!(record.pack(), file.encode());
            assert_eq!(record.segments, file.segment_list);
            assert_eq!(record.owners.len(), u32::from(owners));
            assert_eq!((record.file_size, record.completion), (77, 5));
            assert_eq!(record.state, FileState::Calculate);
        }
    }

    #[test]
    fn half_a_file_is_none() {
        let bytes = file(1, 0).encode();
        let half = bytes.get(..bytes.len() / 2).expect("it is longer");
        assert_eq!(Record::unpack(half), None);
    }
}
