//! Binary Merkle trees with SHA-256 over the labels of a layer, as published: leaves are
//! `sha256(label)`, nodes `sha256(left || right)`.

use crate::Label;
use codec::{Decode, Encode};

/// A SHA-256 digest.
pub type Node = [u8; 32];

/// A label and its place under a root: the message `MhtProof`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Opening {
    /// The node: `x = l·N + j` in commit proofs, `j` in space proofs. The message's `index`.
    pub node: u32,
    /// Its label.
    pub label: Label,
    /// The siblings from the leaf up to the root: the message's `paths`.
    pub path: Vec<Node>,
}

impl Opening {
    /// The message's `locs`: for each sibling 0 when it stands on the left, else 1. They follow from the
    /// node, so a verifier compares them and needs them for nothing else.
    pub fn locs(&self) -> Vec<u8> {
        (0..self.path.len())
            .map(|height| u8::from(self.node.checked_shr(height as u32).unwrap_or(0) & 1 == 0))
            .collect()
    }
}
