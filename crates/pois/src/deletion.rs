//! Giving up files at the front, to make room for fragments.

use crate::{
    accumulator::{Branch, Group, Value},
    merkle::Node,
    PoisError, SpaceProofInfo,
};
use codec::{Decode, Encode};

/// The files that go, and what becomes of the accumulators above them. They are all under one bottom
/// accumulator: a deletion never crosses a multiple of 256 files.
///
/// The message `RequestVerifyDeletionProof`: `roots`, `wit_chain` = `branch`, `acc_path` = `after`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Deletion {
    /// Roots of the files `front+1..=front+roots.len()`.
    pub roots: Vec<Node>,
    /// From the bottom accumulator that holds them to the top.
    pub branch: Branch,
    /// The values of bottom, middle and top without them; `g` for one that holds nothing.
    pub after: [Value; 3],
}

/// Most files that a deletion can take from this state at once.
pub fn most(info: &SpaceProofInfo) -> u64 {
    todo!()
}

/// The worker's check: the state without these files.
///
/// # Errors
/// Says what does not hold.
pub fn verify(
    group: &Group,
    info: &SpaceProofInfo,
    deletion: &Deletion,
) -> Result<SpaceProofInfo, PoisError> {
    todo!()
}
