//! Proving that the live files are still there.

use crate::{
    accumulator::{Group, Membership},
    merkle::{Node, Opening},
    Params, PoisError, SpaceProofInfo,
};
use codec::{Decode, Encode};

/// Nodes that are opened in each file: one for each number of the chain's challenge.
pub const NODES: usize = 8;

/// Files `left..right` that a challenge chose: what is live of one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Range {
    /// The first file.
    pub left: u64,
    /// The file after the last.
    pub right: u64,
}

/// An opened file.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FileProof {
    /// The nodes `value mod N`, in the order of the challenge.
    pub nodes: Vec<Opening>,
    /// The file's root.
    pub root: Node,
    /// That it is under the accumulator.
    pub membership: Membership,
}

/// The answer for one range: the message `SpaceProof`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RangeProof {
    /// The files.
    pub range: Range,
    /// One entry for each.
    pub files: Vec<FileProof>,
}

impl RangeProof {
    /// The protobuf encoding of the published message `SpaceProof`.
    pub fn encoded(&self) -> Vec<u8> {
        todo!()
    }

    /// SHA-256 of [`Self::encoded`].
    pub fn hash(&self) -> [u8; 32] {
        todo!()
    }
}

/// A range with the hash of its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RangeHash {
    /// The files.
    pub range: Range,
    /// [`RangeProof::hash`].
    pub hash: [u8; 32],
}

/// Which ranges a challenge asks for: one set of each 16. The choice in a group follows from the hash
/// of the proof of the group before it.
#[derive(Clone, Debug)]
pub struct Selection {}

impl Selection {
    /// The selection over the live files of a state.
    ///
    /// # Errors
    /// [`PoisError::Empty`] when nothing is live, [`PoisError::State`].
    pub fn new(
        params: &Params,
        info: &SpaceProofInfo,
        space_param: &[u64; NODES],
    ) -> Result<Self, PoisError> {
        todo!()
    }

    /// The next range; `None` when all groups had theirs.
    pub fn next_range(&self) -> Option<Range> {
        todo!()
    }

    /// Notes the hash of the range's proof and moves on to the next group.
    pub fn proven(&mut self, hash: [u8; 32]) {
        todo!()
    }
}

/// Checks one range on its own, against the state that the chain recorded with the challenge. Whether
/// it is a range that was asked for is for [`verify_chain`] to say.
///
/// # Errors
/// [`PoisError::Empty`] when no file is live, which proves nothing; else says what does not hold.
pub fn verify_range(
    params: &Params,
    group: &Group,
    info: &SpaceProofInfo,
    space_param: &[u64; NODES],
    proof: &RangeProof,
) -> Result<(), PoisError> {
    todo!()
}

/// Checks that these are the ranges of the challenge, all of them, in order. Gives the total hash, which
/// the miner submits to the chain.
///
/// # Errors
/// [`PoisError::Empty`], [`PoisError::WrongRange`].
pub fn verify_chain(
    params: &Params,
    info: &SpaceProofInfo,
    space_param: &[u64; NODES],
    ranges: &[RangeHash],
) -> Result<[u8; 32], PoisError> {
    todo!()
}

/// SHA-256 over the hashes of a challenge's proofs, in order: what the miner submits to the chain.
pub fn total_hash(hashes: &[[u8; 32]]) -> [u8; 32] {
    todo!()
}
