//! Binary Merkle trees with SHA-256 over the labels of a layer, as published: leaves are
//! `sha256(label)`, nodes `sha256(left || right)`.
//!
//! Leaves and nodes are hashed alike, and both are over 64 bytes. That is harmless because a path's
//! length is fixed by the parameters, and never taken from a proof.

use crate::{Label, Params, PoisError};
use codec::{Decode, Encode};
use sha2::{Digest, Sha256};

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

    /// Checks that this is the label of `node` under `root`.
    pub(crate) fn check(&self, params: &Params, node: u32, root: &Node) -> Result<(), PoisError> {
        if self.node != node {
            return Err(PoisError::WrongShape("it opens another node"));
        }
        let place = (node % params.labels()) as usize;
        if self.path.len() != params.path_len()
            || root_of(leaf(&self.label), place, &self.path) != *root
        {
            return Err(PoisError::WrongNode { node });
        }
        Ok(())
    }
}

/// The digest of a label.
pub fn leaf(label: &Label) -> Node {
    Sha256::digest(label).into()
}

fn join(left: &Node, right: &Node) -> Node {
    let mut both = [0; 64];
    both[..32].copy_from_slice(left);
    both[32..].copy_from_slice(right);
    Sha256::digest(both).into()
}

/// Where a path from the leaf at `place` leads to.
pub fn root_of(leaf: Node, place: usize, path: &[Node]) -> Node {
    let step = |node: Node, (height, sibling): (usize, &Node)| {
        if place >> height & 1 == 0 {
            join(&node, sibling)
        } else {
            join(sibling, &node)
        }
    };
    path.iter().enumerate().fold(leaf, step)
}

/// A whole tree over a power of two of nodes.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// From the leaves to the root.
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// The tree over these nodes; a lone last node of a level has no place in it.
    pub(crate) fn new(leaves: Vec<Node>) -> Self {
        let mut levels = vec![leaves];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let above = level.chunks_exact(2).map(|pair| join(&pair[0], &pair[1]));
            levels.push(above.collect());
        }
        Self { levels }
    }

    pub(crate) fn over_labels(labels: &[Label]) -> Self {
        Self::new(labels.iter().map(leaf).collect())
    }

    /// The root; zeros for a tree without leaves.
    pub(crate) fn root(&self) -> Node {
        let top = self.levels.last().and_then(|level| level.first());
        top.copied().unwrap_or_default()
    }

    /// The leaf at `place`.
    pub(crate) fn leaf(&self, place: usize) -> Option<&Node> {
        self.levels[0].get(place)
    }

    /// The siblings from the leaf at `place` upwards.
    pub(crate) fn path(&self, place: usize) -> impl Iterator<Item = Node> + '_ {
        let siblings = self.levels.iter().enumerate();
        siblings.filter_map(move |(height, level)| level.get(place >> height ^ 1).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_label_leads_to_the_root_and_only_from_its_place(height in 0u32..7, place: u32, other: u32) {
            let count = 1 << height;
            let (place, other) = (place as usize % count, other as usize % count);
            let label = |i: usize| [i as u8; 64];
            let labels: Vec<Label> = (0..count).map(label).collect();
            let tree = Tree::over_labels(&labels);
            let path: Vec<Node> = tree.path(place).collect();
            prop_assert_eq!(path.len(), height as usize);
            prop_assert_eq!(tree.leaf(place), Some(&leaf(&label(place))));
            prop_assert_eq!(root_of(leaf(&label(place)), place, &path), tree.root());
            if other != place {
                prop_assert_ne!(root_of(leaf(&label(place)), other, &path), tree.root());
                prop_assert_ne!(root_of(leaf(&label(other)), place, &path), tree.root());
            }
        }
    }
}
