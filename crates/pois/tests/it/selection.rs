//! Which sets a space challenge draws.

use crate::common::{hashes, tiny, Miner};
use cess_pois::{
    new_miner,
    space::{self, Range, RangeHash, Selection},
    Params, PoISKey, PoisError, SpaceProofInfo,
};
use proptest::prelude::*;
use sha2::{Digest, Sha512};
use std::collections::BTreeSet;

/// A state of which only the numbers matter.
fn state(front: u64, rear: u64) -> SpaceProofInfo {
    let key = PoISKey {
        g: [3; 256],
        n: [5; 256],
    };
    SpaceProofInfo {
        front,
        rear,
        ..new_miner([1; 32].into(), key)
    }
}

/// Walks through the groups; the hash of each proof follows from `seed`.
fn ranges(params: &Params, info: &SpaceProofInfo, chals: &[u64; 8], seed: u8) -> Vec<RangeHash> {
    let mut selection = Selection::new(params, info, chals).unwrap();
    let mut ranges = Vec::new();
    while let Some(range) = selection.next_range() {
        let hash = [seed.wrapping_add(ranges.len() as u8); 32];
        selection.proven(hash);
        ranges.push(RangeHash { range, hash });
    }
    ranges
}

proptest! {
    #[test]
    fn one_set_of_each_sixteen_is_drawn_and_clipped_to_its_live_files(
        front in 0u64..3000, live in 1u64..3000, chals: [u64; 8], seed: u8, fast: bool,
    ) {
        let params = Params::new(8, 1024, 4, if fast { 32 } else { 256 }).unwrap();
        let files = params.set_files();
        let rear = (front + live).next_multiple_of(files);
        let info = state(front, rear);
        let ranges = ranges(&params, &info, &chals, seed);
        let sets = rear / files - front / files;
        prop_assert_eq!(ranges.len() as u64, sets.div_ceil(16));
        for (group, RangeHash { range: Range { left, right }, .. }) in (0..).zip(&ranges) {
            let set = (left - 1) / files;
            let first = front / files + 16 * group;
            prop_assert!((first..(first + 16).min(rear / files)).contains(&set));
            prop_assert_eq!(*left, (set * files).max(front) + 1);
            prop_assert_eq!(*right, (set + 1) * files + 1);
        }
        space::verify_chain(&params, &info, &chals, &ranges).unwrap();
    }

    #[test]
    fn a_changed_range_or_hash_breaks_the_chain(
        chals: [u64; 8], seed: u8, at in 0usize..4, change in 1u64..200,
    ) {
        let params = Params::new(8, 1024, 4, 32).unwrap();
        let info = state(40, 2048);
        let honest = ranges(&params, &info, &chals, seed);
        prop_assert_eq!(honest.len(), 4);
        let total = space::verify_chain(&params, &info, &chals, &honest).unwrap();
        let mut moved = honest.clone();
        moved[at].range.left += change;
        prop_assert!(space::verify_chain(&params, &info, &chals, &moved).is_err());
        let mut longer = honest.clone();
        longer[at].range.right += change;
        prop_assert!(space::verify_chain(&params, &info, &chals, &longer).is_err());
        // Another proof moves the ranges after it, or at least the total.
        let mut other = honest.clone();
        other[at].hash[0] ^= change as u8 | 1;
        prop_assert_ne!(space::verify_chain(&params, &info, &chals, &other).ok(), Some(total));
        prop_assert!(space::verify_chain(&params, &info, &chals, &honest[..3]).is_err());
        prop_assert!(space::verify_chain(&params, &info, &chals, &[&honest[..], &honest[..1]].concat()).is_err());
    }
}

#[test]
fn every_set_of_a_group_can_be_drawn_the_sixteenth_too() {
    let params = Params::new(8, 1024, 4, 32).unwrap();
    let info = state(0, 16 * 32);
    let drawn = |value: u64| ranges(&params, &info, &[value; 8], 0)[0].range.left / 32;
    let sets: BTreeSet<u64> = (0..300).map(drawn).collect();
    assert_eq!(sets, (0..16).collect());
}

#[test]
fn a_last_group_of_any_size_has_a_range() {
    let params = Params::new(8, 1024, 4, 32).unwrap();
    for sets in 1..=40 {
        for front in [0, 1, 31] {
            let info = state(front, sets * 32);
            for value in 0..20 {
                let ranges = ranges(&params, &info, &[value; 8], 9);
                assert_eq!(
                    ranges.len() as u64,
                    sets.div_ceil(16),
                    "{sets} sets, front {front}"
                );
            }
        }
    }
}

#[test]
fn the_draw_is_the_hash_of_miner_challenge_and_prior_proof() {
    let params = Params::new(8, 1024, 4, 32).unwrap();
    let info = state(0, 32 * 32);
    let chals = [1, 2, 3, 4, 5, 6, 7, u64::MAX];
    let draw = |prior: [u8; 32]| {
        let mut source = vec![1; 32];
        source.extend([0; 32]);
        source.extend(chals.iter().flat_map(|value| value.to_be_bytes()));
        source.extend(prior);
        // Modulo 16 the last four bits of a big-endian number count.
        u64::from(Sha512::digest(source)[63] % 16)
    };
    let ranges = ranges(&params, &info, &chals, 77);
    assert_eq!(ranges[0].range.left, draw([0; 32]) * 32 + 1);
    assert_eq!(ranges[1].range.left, (16 + draw([77; 32])) * 32 + 1);
}

#[test]
fn more_than_sixteen_sets_are_proven_range_by_range() {
    let mut miner = Miner::with_sets(tiny(), 1, 18);
    miner.give_up(2).unwrap();
    let proofs = miner.prove(&[6; 8]).unwrap();
    assert_eq!(proofs.len(), 2);
    miner.verify(&[6; 8], &proofs).unwrap();
    // The proofs of two ranges don't stand for each other.
    let mut swapped = hashes(&proofs);
    swapped.reverse();
    assert!(matches!(
        space::verify_chain(&miner.params, &miner.info, &[6; 8], &swapped),
        Err(PoisError::WrongRange { .. })
    ));
}
