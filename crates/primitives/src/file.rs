//! Deals, files and restoral orders (pallet file-bank; spec chain 3).

use crate::{AccountId, BVec, Hash, Tick, FRAGMENT_COUNT, MAX_OWNERS, MAX_SEGMENTS, NAME_MAX};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A file's or territory's name.
pub type Name = BVec<u8, NAME_MAX>;
/// The segments of a declaration.
pub type DeclaredSegments = BVec<SegmentList, MAX_SEGMENTS>;

/// A declared segment: its hash and those of its fragments, data first.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SegmentList {
    /// SHA-256 of the segment.
    pub hash: Hash,
    /// SHA-256 of each fragment.
    pub fragment_list: BVec<Hash, { FRAGMENT_COUNT as u32 }>,
}

/// One owner's view of a file.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct UserBrief {
    /// The owner.
    pub user: AccountId,
    /// What the owner calls the file.
    pub file_name: Name,
    /// The territory that pays for it.
    pub territory_name: Name,
}

/// A miner that says it holds one column of a deal.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct CompleteInfo {
    /// The column, from 1 to 12.
    pub index: u8,
    /// The miner.
    pub miner: AccountId,
}

/// A declared file that is not stored yet.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DealInfo {
    /// Bytes of the file.
    pub file_size: u128,
    /// Its segments.
    pub segment_list: DeclaredSegments,
    /// Its owner.
    pub user: UserBrief,
    /// The reports so far.
    pub complete_list: BVec<CompleteInfo, { FRAGMENT_COUNT as u32 }>,
}

/// Our addition to a deal: who may write its fragments, and until when it lives.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DealTerms {
    /// The account that declared the deal: its gateway, or the owner itself.
    pub operator: AccountId,
    /// When the deal was declared.
    pub declared_at: Tick,
    /// The deal ends by itself when this tick has passed.
    pub deadline: Tick,
}

/// A stored fragment.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FragmentInfo {
    /// SHA-256 of the fragment.
    pub hash: Hash,
    /// False while the fragment is lost and its restoral open.
    pub avail: bool,
    /// When a TEE worker's tag was reported.
    pub tag: Option<Tick>,
    /// The miner that is to hold it.
    pub miner: AccountId,
}

/// A stored segment.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SegmentInfo {
    /// SHA-256 of the segment.
    pub hash: Hash,
    /// Its fragments, in shard order.
    pub fragment_list: BVec<FragmentInfo, { FRAGMENT_COUNT as u32 }>,
}

/// Where a stored file stands.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum FileState {
    /// Every fragment was tagged.
    Active,
    /// Every column was reported; tags are missing.
    Calculate,
    /// Not used.
    Missing,
    /// Not used.
    Recovery,
}

/// A stored file.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FileInfo {
    /// Its segments.
    pub segment_list: BVec<SegmentInfo, MAX_SEGMENTS>,
    /// Its owners.
    pub owner: BVec<UserBrief, MAX_OWNERS>,
    /// Bytes of the file.
    pub file_size: u128,
    /// When the last column was reported.
    pub completion: Tick,
    /// Its state.
    pub stat: FileState,
}

/// One entry of a user's list of files.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct UserFileSliceInfo {
    /// The territory that pays.
    pub territory_name: Name,
    /// The file.
    pub file_hash: Hash,
    /// The space that the territory pays for: three times the padded size.
    pub file_size: u128,
}

/// What a user holds of a file in one territory; our index beside the lists of the published layout.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct HeldFile {
    /// The territory that pays.
    pub territory_name: Name,
    /// What the user calls the file.
    pub file_name: Name,
    /// Bytes of the file.
    pub file_size: u128,
    /// The space that it pays for: three times the padded size.
    pub space: u128,
}

/// A lost fragment that waits for somebody to rebuild it.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RestoralOrderInfo {
    /// How often the order was claimed.
    pub count: u32,
    /// The claimer; the origin while nobody claimed.
    pub miner: AccountId,
    /// The miner that held the fragment.
    pub origin_miner: AccountId,
    /// The fragment.
    pub fragment_hash: Hash,
    /// Its file.
    pub file_hash: Hash,
    /// When the order was made.
    pub gen_block: Tick,
    /// The claim ends here; 0 while nobody claimed.
    pub deadline: Tick,
}

/// A fragment and the TEE worker that tagged it.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DigestInfo {
    /// The fragment.
    pub fragment: Hash,
    /// The worker's public key.
    pub tee_puk: [u8; 32],
}

/// What the master key signs when a miner's fragments of a file are tagged.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TagSigInfo {
    /// The miner.
    pub miner: AccountId,
    /// One entry for each of its fragments.
    pub digest: BVec<DigestInfo, MAX_SEGMENTS>,
    /// The file.
    pub file_hash: Hash,
}
