//! A set of ticks whose least element is found at once: the index of a pallet's due work.

use crate::Tick;

/// Which of 256 children a node has.
pub type Node = [u64; 4];

/// Levels of the tree; each takes eight bits of a tick, the root's level the highest ones.
const LEVELS: u8 = 4;

/// A set of ticks in whatever keeps 256-bit nodes under `(level, prefix)`.
///
/// Work that is due at a tick sits in a map keyed by that tick; a jump of the clock must find all
/// of it without trying every tick. The set is a tree of bitmaps of fixed height, so that
/// [`first`](TickSet::first), [`add`](TickSet::add) and [`discard`](TickSet::discard) touch at most
/// four nodes each, however far apart the ticks are.
pub trait TickSet {
    /// The node, all zero when there is none.
    fn node(level: u8, prefix: u32) -> Node;
    /// Keeps the node; an all-zero node is removed.
    fn set_node(level: u8, prefix: u32, node: Node);

    /// Puts a tick into the set.
    fn add(tick: Tick) {
        for level in 0..LEVELS {
            let (prefix, bit) = place(level, tick);
            let mut node = Self::node(level, prefix);
            let was_empty = node == Node::default();
            node[bit / 64] |= 1 << (bit % 64);
            Self::set_node(level, prefix, node);
            if !was_empty {
                return;
            }
        }
    }

    /// Takes a tick out of the set.
    fn discard(tick: Tick) {
        for level in 0..LEVELS {
            let (prefix, bit) = place(level, tick);
            let mut node = Self::node(level, prefix);
            node[bit / 64] &= !(1 << (bit % 64));
            Self::set_node(level, prefix, node);
            if node != Node::default() {
                return;
            }
        }
    }

    /// Whether the tick is in the set.
    fn has(tick: Tick) -> bool {
        let (prefix, bit) = place(0, tick);
        Self::node(0, prefix)[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// The least tick of the set.
    fn first() -> Option<Tick> {
        (0..LEVELS).rev().try_fold(0, |prefix, level| {
            let node = Self::node(level, prefix);
            let (word, bits) = node.iter().enumerate().find(|(_, bits)| **bits != 0)?;
            Some(prefix << 8 | word as u32 * 64 | bits.trailing_zeros())
        })
    }
}

/// The node that knows about the tick at this level, and the bit that stands for it.
fn place(level: u8, tick: Tick) -> (u32, usize) {
    let shifted = tick >> (8 * level);
    (shifted >> 8, (shifted & 0xff) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::RefCell;
    use std::collections::{BTreeMap, BTreeSet};

    thread_local! {
        static NODES: RefCell<BTreeMap<(u8, u32), Node>> = const { RefCell::new(BTreeMap::new()) };
    }

    struct Ticks;

    impl TickSet for Ticks {
        fn node(level: u8, prefix: u32) -> Node {
            NODES.with_borrow(|nodes| nodes.get(&(level, prefix)).copied().unwrap_or_default())
        }

        fn set_node(level: u8, prefix: u32, node: Node) {
            NODES.with_borrow_mut(|nodes| match node {
                [0, 0, 0, 0] => nodes.remove(&(level, prefix)),
                _ => nodes.insert((level, prefix), node),
            });
        }
    }

    #[test]
    fn ticks_come_out_in_order_however_they_went_in() {
        let ticks = [
            5,
            u32::MAX,
            0,
            255,
            256,
            1 << 16,
            (1 << 24) + 3,
            77_777,
            5,
            65_535,
        ];
        let mut model = BTreeSet::new();
        for tick in ticks {
            Ticks::add(tick);
            model.insert(tick);
            assert_eq!(Ticks::first(), model.first().copied());
        }
        while let Some(first) = model.pop_first() {
            assert!(Ticks::has(first));
            assert_eq!(Ticks::first(), Some(first));
            Ticks::discard(first);
            assert!(!Ticks::has(first));
        }
        assert_eq!(Ticks::first(), None);
        assert!(
            NODES.with_borrow(BTreeMap::is_empty),
            "an empty set keeps no node"
        );
    }

    #[test]
    fn discarding_a_stranger_keeps_its_neighbours() {
        Ticks::add(300);
        Ticks::discard(301);
        Ticks::discard(1 << 20);
        assert_eq!(Ticks::first(), Some(300));
    }
}
