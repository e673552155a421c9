//! The nodes of a set of ticks form a tree without dead or hidden branches.

use alloc::collections::{BTreeMap, BTreeSet};
use cess_primitives::{due::Node, Tick};
use frame_support::ensure;
use sp_runtime::DispatchError;

/// The level of the root, whose prefix is 0.
const ROOT: u8 = 3;

/// The ticks of a set, from all its nodes.
pub(super) fn members(
    nodes: impl Iterator<Item = ((u8, u32), Node)>,
) -> Result<BTreeSet<Tick>, DispatchError> {
    let nodes: BTreeMap<_, _> = nodes.collect();
    let prefixes = |level| {
        let of_level = nodes.keys().filter(move |key| key.0 == level);
        of_level.map(|key| key.1).collect::<BTreeSet<u32>>()
    };
    let children = |level| {
        let of_level = nodes.iter().filter(move |(key, _)| key.0 == level);
        of_level
            .flat_map(|((_, prefix), node)| bits(node).map(move |bit| prefix << 8 | bit))
            .collect::<BTreeSet<u32>>()
    };
    for level in 0..ROOT {
        ensure!(
            prefixes(level) == children(level + 1),
            "a node of a set of ticks is dead or hidden"
        );
    }
    let rooted = nodes
        .keys()
        .all(|(level, prefix)| *level < ROOT || (*level == ROOT && *prefix == 0));
    ensure!(rooted, "a set of ticks has one root");
    ensure!(
        nodes.values().all(|node| *node != Node::default()),
        "an empty node of a set of ticks is kept"
    );
    Ok(children(0))
}

fn bits(node: &Node) -> impl Iterator<Item = u32> + '_ {
    (0..256u32).filter(|bit| node[*bit as usize / 64] >> (bit % 64) & 1 == 1)
}
