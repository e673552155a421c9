//! Certifying a set of new files at the rear.

use crate::{
    accumulator::{Append, Group},
    merkle::{Node, Opening},
    Params, PoisError, SpaceProofInfo,
};
use codec::{Decode, Encode};

/// A set that a miner wants certified: the roots of all its layers.
///
/// The message `Commits`: `file_indexs` are `first..first + set_files`, `roots` are these and then
/// [`Commitment::hash`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Commitment {
    /// The set's first file, the one after the last certified.
    pub first: u64,
    /// `2·K·clusters` roots: that of layer `l` of cluster `c` (from 0) at `l·clusters + c`.
    pub roots: Vec<Node>,
}

impl Commitment {
    /// SHA-256 of all roots, the published last entry.
    pub fn hash(&self) -> Node {
        todo!()
    }

    /// The roots of the set's files, in the order of their numbers.
    pub fn file_roots(&self, params: &Params) -> Vec<Node> {
        todo!()
    }
}

/// What is to be opened of one cluster: the published values
/// `[cluster, K nodes of layer K, a node of layer K-1, K-1 places among parents]`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Row {
    /// Number of the cluster, from 1 over all sets.
    pub cluster: u64,
    /// A node `K·N + j` of each file.
    pub files: Vec<u32>,
    /// A node `(K-1)·N + j` of the layer below the files.
    pub base: u32,
    /// Each says which parent of the node before it is opened next: a number below `D + 1`, modulo
    /// the number of parents.
    pub steps: Vec<u32>,
}

impl Row {
    /// The published flat form, for the message `Int64Slice`.
    pub fn values(&self) -> Vec<i64> {
        todo!()
    }

    /// Reads the flat form.
    ///
    /// # Errors
    /// [`PoisError::WrongShape`].
    pub fn from_values(params: &Params, values: &[i64]) -> Result<Self, PoisError> {
        todo!()
    }
}

/// The worker's challenge: one row for each cluster of the set.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Challenge {
    /// The rows, in the order of their clusters.
    pub rows: Vec<Row>,
}

/// A node with everything that its label was made from. Nodes are numbered over all layers,
/// `x = l·N + j` with logical layer `l`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NodeProof {
    /// The node.
    pub node: Opening,
    /// Its parents, in ascending order. Every one has its path.
    pub parents: Vec<Opening>,
    /// The same node of the layer that was made before this one (absent for the set's very first
    /// layer), then for a file the same node of its K/2 elder layers.
    pub elders: Vec<Opening>,
}

/// The answer to a [`Challenge`]: for each row `2·K` nodes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// For each row the K files' nodes, the base, and the steps.
    pub clusters: Vec<Vec<NodeProof>>,
}

/// The worker's challenge. It follows from the worker's `secret`, the certified state and the
/// commitment, so the worker can make it again instead of remembering it, and a miner can't foresee it.
///
/// # Errors
/// [`PoisError::WrongShape`], [`PoisError::Gap`], [`PoisError::State`].
pub fn challenge(
    params: &Params,
    info: &SpaceProofInfo,
    commitment: &Commitment,
    secret: &[u8; 32],
) -> Result<Challenge, PoisError> {
    todo!()
}

/// The worker's check: every opened label is made again from its parents and elders, and the new files
/// are put under the accumulator. Gives the state with them.
///
/// # Errors
/// Says what does not hold.
pub fn verify(
    params: &Params,
    group: &Group,
    info: &SpaceProofInfo,
    commitment: &Commitment,
    challenge: &Challenge,
    proof: &Proof,
    append: &Append,
) -> Result<SpaceProofInfo, PoisError> {
    todo!()
}
