//! Merkle trees with SHA-256, leaves and nodes kept apart.
//!
//! A node without a sibling moves up as it is, so a tree has no padding, and a path's length follows
//! from the leaf's place and the number of leaves. Both come from signed state, never from the proof.

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Node = [u8; 32];

/// The digest of a leaf; `kind` keeps trees over different things apart.
pub fn leaf(kind: u8, content: &[&[u8]]) -> Node {
    let mut hasher = Sha256::new_with_prefix([kind]);
    content.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

fn join(left: &Node, right: &Node) -> Node {
    Sha256::new_with_prefix([0])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// A whole tree, leaves first.
#[derive(Clone, Debug)]
pub struct Tree {
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// The tree over these leaves.
    pub fn new(leaves: Vec<Node>) -> Self {
        let mut levels = vec![leaves];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let above = level.chunks(2).map(|pair| match pair {
                [left, right] => join(left, right),
                alone => alone[0],
            });
            levels.push(above.collect());
        }
        Self { levels }
    }

    /// The root; `None` for a tree without leaves.
    pub fn root(&self) -> Option<Node> {
        self.levels.last().and_then(|level| level.first()).copied()
    }

    /// The siblings from the leaf at `index` upwards; `None` when there is no such leaf.
    pub fn path(&self, index: usize) -> Option<Vec<Node>> {
        self.levels[0].get(index)?;
        let siblings = self.levels.iter().enumerate();
        Some(
            siblings
                .filter_map(|(height, level)| level.get((index >> height) ^ 1).copied())
                .collect(),
        )
    }
}

/// The root that follows from a leaf, its place among `count` leaves, and its siblings; `None` when the
/// path is too short or too long for that place.
pub fn root_of(leaf: Node, mut index: u64, mut count: u64, path: &[Node]) -> Option<Node> {
    if index >= count {
        return None;
    }
    let mut siblings = path.iter();
    let mut node = leaf;
    while count > 1 {
        let sibling = index ^ 1;
        if sibling < count {
            let other = siblings.next()?;
            node = if index < sibling {
                join(&node, other)
            } else {
                join(other, &node)
            };
        }
        index /= 2;
        count = count.div_ceil(2);
    }
    siblings.next().is_none().then_some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_leaf_leads_to_the_root_and_only_from_its_place(count in 1usize..70, place in 0usize..70, other in 0usize..70) {
            let (place, other) = (place % count, other % count);
            let leaves: Vec<Node> = (0..count).map(|i| leaf(1, &[&i.to_be_bytes()])).collect();
            let tree = Tree::new(leaves.clone());
            let path = tree.path(place).unwrap();
            prop_assert_eq!(root_of(leaves[place], place as u64, count as u64, &path), tree.root());
            if other != place {
                prop_assert_ne!(root_of(leaves[place], other as u64, count as u64, &path), tree.root());
                prop_assert_ne!(root_of(leaves[other], place as u64, count as u64, &path), tree.root());
            }
            let longer: Vec<Node> = path.iter().copied().chain([[0; 32]]).collect();
            prop_assert_eq!(root_of(leaves[place], place as u64, count as u64, &longer), None);
            if !path.is_empty() {
                prop_assert_eq!(root_of(leaves[place], place as u64, count as u64, &path[1..]), None);
            }
        }
    }

    #[test]
    fn a_tree_without_leaves_has_no_root() {
        assert_eq!(Tree::new(vec![]).root(), None);
        assert_eq!(Tree::new(vec![]).path(0), None);
        assert_eq!(root_of([0; 32], 0, 0, &[]), None);
    }
}
