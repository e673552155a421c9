//! The live files, and the accumulator over them.

use crate::{
    commit::Claim,
    merkle::{self, Node, Tree},
    PoISKey, PoisError, SpaceProofInfo,
};

const FILE_LEAF: u8 = 2;

/// The roots of files `front+1..=rear`: what a miner remembers besides the files themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveFiles {
    front: u64,
    roots: Vec<Node>,
}

impl LiveFiles {
    /// Files `front+1..` with these roots.
    pub fn new(front: u64, roots: Vec<Node>) -> Self {
        Self { front, roots }
    }

    /// Files given up so far.
    pub fn front(&self) -> u64 {
        self.front
    }

    /// Files certified so far.
    pub fn rear(&self) -> u64 {
        self.front + self.roots.len() as u64
    }

    /// Their roots, oldest first.
    pub fn roots(&self) -> &[Node] {
        &self.roots
    }

    /// Takes in files that were certified.
    pub fn append(&mut self, claim: &Claim) {
        self.roots.extend_from_slice(&claim.roots);
    }

    /// Drops up to `count` files that were given up.
    pub fn drop_front(&mut self, count: u64) {
        let count = count.min(self.roots.len() as u64);
        self.roots.drain(..count as usize);
        self.front += count;
    }

    /// The Merkle root over the live files in the first 32 bytes; the key's `g` when there is none,
    /// as the chain expects of a key without files (spec chain 4).
    pub fn accumulator(&self, key: &PoISKey) -> [u8; 256] {
        let Some(root) = self.tree().root() else {
            return key.g;
        };
        let mut accumulator = [0; 256];
        accumulator[..32].copy_from_slice(&root);
        accumulator
    }

    pub(crate) fn tree(&self) -> Tree {
        let files = (self.front + 1..).zip(&self.roots);
        Tree::new(files.map(|(index, root)| file_leaf(index, root)).collect())
    }

    /// Whether this is the state that was certified.
    pub(crate) fn matches(&self, info: &SpaceProofInfo) -> bool {
        self.front == info.front
            && self.rear() == info.rear
            && self.accumulator(&info.pois_key) == info.accumulator
    }

    /// The live files that a prover shows, checked against the certified state.
    pub(crate) fn checked(info: &SpaceProofInfo, roots: &[Node]) -> Result<Self, PoisError> {
        if roots.len() as u64 != live_count(info)? {
            return Err(PoisError::WrongAccumulator);
        }
        let live = Self::new(info.front, roots.to_vec());
        if live.accumulator(&info.pois_key) == info.accumulator {
            Ok(live)
        } else {
            Err(PoisError::WrongAccumulator)
        }
    }
}

/// How many files are live.
pub(crate) fn live_count(info: &SpaceProofInfo) -> Result<u64, PoisError> {
    let (front, rear) = (info.front, info.rear);
    rear.checked_sub(front)
        .ok_or(PoisError::State { front, rear })
}

/// The leaf of a file in the tree under the accumulator.
pub(crate) fn file_leaf(index: u64, root: &Node) -> Node {
    merkle::leaf(FILE_LEAF, &[&index.to_be_bytes(), root])
}
