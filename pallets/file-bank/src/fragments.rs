//! Ways to look at the fragments of a file.

use alloc::vec::Vec;
use cess_primitives::{
    file::{FragmentInfo, SegmentInfo},
    AccountId, Hash,
};

/// All fragments, segment by segment.
pub(crate) fn all(segments: &[SegmentInfo]) -> impl Iterator<Item = &FragmentInfo> {
    segments
        .iter()
        .flat_map(|segment| segment.fragment_list.iter())
}

/// As [`all`], to change them.
pub(crate) fn all_mut(segments: &mut [SegmentInfo]) -> impl Iterator<Item = &mut FragmentInfo> {
    segments
        .iter_mut()
        .flat_map(|segment| segment.fragment_list.iter_mut())
}

/// How many there are.
pub(crate) fn count(segments: &[SegmentInfo]) -> u32 {
    all(segments).count() as u32
}

/// The miner says that it holds the fragment, and no TEE worker has confirmed it yet.
pub(crate) fn awaits_tag(fragment: &FragmentInfo) -> bool {
    fragment.avail && fragment.tag.is_none()
}

/// The fragments that the miner holds without a tag.
pub(crate) fn untagged(segments: &[SegmentInfo], miner: &AccountId) -> Vec<Hash> {
    all(segments)
        .filter(|f| awaits_tag(f) && f.miner == *miner)
        .map(|f| f.hash)
        .collect()
}

/// Whether the miner holds any fragment of a segment in which `wanted` is true for one.
pub(crate) fn holds_sibling(
    segments: &[SegmentInfo],
    miner: &AccountId,
    wanted: impl Fn(&FragmentInfo) -> bool,
) -> bool {
    let held = |f: &FragmentInfo| f.avail && f.miner == *miner;
    let mut lists = segments.iter().map(|segment| &segment.fragment_list);
    lists.any(|list| list.iter().any(&wanted) && list.iter().any(held))
}

/// Fragments that one miner holds.
#[derive(Default)]
pub(crate) struct Holding {
    /// Those with a tag.
    pub(crate) tagged: Vec<Hash>,
    /// How many have none.
    pub(crate) untagged: u32,
}

impl Holding {
    pub(crate) fn add(&mut self, fragment: &FragmentInfo) {
        match fragment.tag {
            Some(_) => self.tagged.push(fragment.hash),
            None => self.untagged += 1,
        }
    }

    pub(crate) fn count(&self) -> u32 {
        self.tagged.len() as u32 + self.untagged
    }
}
