//! Everything that a verifier gets may come from someone who wants to deceive it.

use crate::{
    arbitrary::{append, branch, commit_proof, number, range_proof, state, value, values},
    common::{small, tiny, Miner},
};
use cess_pois::{
    commit, deletion, element, merkle,
    space::{self, Range, RangeHash},
    Append, Group, Label, MemoryStore, Opening, PoISKey, PoisError, Record, SpaceProofInfo, Store,
    Value,
};
use codec::{Decode, Encode};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::{fmt::Debug, sync::LazyLock};

pub(crate) static MINER: LazyLock<Miner> = LazyLock::new(|| {
    let mut miner = Miner::with_sets(tiny(), 1, 3);
    miner.give_up(1).unwrap();
    miner
});

static PUBLIC: LazyLock<Group> = LazyLock::new(|| Group::public(&MINER.info.pois_key).unwrap());

static COMMITTED: LazyLock<(commit::Commitment, commit::Proof, Append)> = LazyLock::new(|| {
    let (commitment, challenge) = MINER.claim();
    let (proof, append) = MINER.prover.prove_commit(&commitment, &challenge).unwrap();
    (commitment, proof, append)
});

/// Flips a bit of a structure's encoding; gives what can be read and is another one.
fn altered<T: Encode + Decode + PartialEq + Debug>(honest: &T, at: Index, bit: u8) -> Option<T> {
    let mut bytes = honest.encode();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << bit;
    T::decode(&mut &bytes[..])
        .ok()
        .filter(|altered| altered != honest)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_flipped_bit_of_a_commit_proof_is_refused(at: Index, bit in 0..8u8) {
        let (commitment, proof, append) = &*COMMITTED;
        if let Some(proof) = altered(proof, at, bit) {
            prop_assert!(MINER.verify_commit(commitment, &proof, append).is_err());
        }
    }

    #[test]
    fn any_flipped_bit_of_a_commitment_is_refused(at: Index, bit in 0..8u8) {
        let (commitment, proof, append) = &*COMMITTED;
        if let Some(commitment) = altered(commitment, at, bit) {
            prop_assert!(MINER.verify_commit(&commitment, proof, append).is_err());
        }
    }

    #[test]
    fn any_flipped_bit_of_an_append_is_refused(at: Index, bit in 0..8u8) {
        let (commitment, proof, append) = &*COMMITTED;
        if let Some(append) = altered(append, at, bit) {
            prop_assert!(MINER.verify_commit(commitment, proof, &append).is_err());
        }
    }

    #[test]
    fn any_flipped_bit_of_a_deletion_is_refused(at: Index, bit in 0..8u8, count in 1u64..=11) {
        let proof = MINER.prover.prove_deletion(count).unwrap();
        deletion::verify(&MINER.group, &MINER.info, &proof).unwrap();
        if let Some(proof) = altered(&proof, at, bit) {
            for group in [&MINER.group, &*PUBLIC] {
                prop_assert!(deletion::verify(group, &MINER.info, &proof).is_err());
            }
        }
    }

    #[test]
    fn any_flipped_bit_of_a_space_proof_is_refused_and_changes_its_hash(
        space_param: [u64; 8], at: Index, bit in 0..8u8,
    ) {
        let proofs = MINER.prove(&space_param).unwrap();
        if let Some(proof) = altered(&proofs[0], at, bit) {
            for group in [&MINER.group, &*PUBLIC] {
                let (params, info) = (&MINER.params, &MINER.info);
                prop_assert!(space::verify_range(params, group, info, &space_param, &proof).is_err());
            }
            prop_assert_ne!(proof.hash(), proofs[0].hash());
        }
    }

    #[test]
    fn arbitrary_commit_proofs_are_refused(
        proof in commit_proof(), append in append(), roots in vec(any::<[u8; 32]>(), 0..20), first in number(),
    ) {
        let claim = commit::Commitment { first, roots };
        prop_assert!(MINER.verify_commit(&claim, &proof, &append).is_err());
        let (commitment, good, good_append) = &*COMMITTED;
        prop_assert!(MINER.verify_commit(commitment, &proof, good_append).is_err());
        prop_assert!(MINER.verify_commit(commitment, good, &append).is_err());
    }

    #[test]
    fn arbitrary_deletions_are_refused(
        roots in vec(any::<[u8; 32]>(), 0..300), branch in branch(), after in values(), info in state(),
    ) {
        let proof = deletion::Deletion { roots, branch, after };
        for info in [&MINER.info, &info] {
            prop_assert!(deletion::verify(&MINER.group, info, &proof).is_err());
        }
    }

    #[test]
    fn arbitrary_space_proofs_are_refused(proof in range_proof(), info in state(), space_param: [u64; 8]) {
        for info in [&MINER.info, &info] {
            let verdict = space::verify_range(&MINER.params, &MINER.group, info, &space_param, &proof);
            prop_assert!(verdict.is_err());
        }
    }

    #[test]
    fn arbitrary_lists_of_ranges_are_refused(
        ranges in vec((number(), number(), any::<[u8; 32]>()), 0..4), info in state(), space_param: [u64; 8],
    ) {
        let list = |(left, right, hash)| RangeHash { range: Range { left, right }, hash };
        let ranges: Vec<_> = ranges.into_iter().map(list).collect();
        for info in [&MINER.info, &info] {
            if let Ok(total) = space::verify_chain(&MINER.params, info, &space_param, &ranges) {
                // By chance a range may be right; then the hashes tell that the proofs are not.
                prop_assert_eq!(ranges.len(), 1);
                prop_assert_ne!(total, space::total_hash(&[MINER.prove(&space_param).unwrap()[0].hash()]));
            }
        }
    }

    #[test]
    fn arbitrary_keys_are_refused_or_make_groups(g in value(), n in value()) {
        // Only that it does not panic: any odd number of 2048 bits may be a modulus.
        let _ = Group::public(&PoISKey { g, n });
    }
}

/// Certifies what is on disk, whatever it is, with Merkle levels that fit.
fn certify_with(change: impl FnOnce(&MemoryStore)) -> Result<(), PoisError> {
    let mut miner = Miner::new(small(), 1);
    miner.claim();
    change(&miner.store);
    miner.certify()
}

fn layer(cluster: u64, layer: u32) -> Record {
    Record::Layer { cluster, layer }
}

/// A layer of these labels as the prover keeps it, with the level of nodes over 128 labels.
fn kept(labels: &[Label]) -> Vec<u8> {
    let mut bytes = labels.as_flattened().to_vec();
    for part in labels.chunks(128) {
        bytes.extend(crate::plain::root(part));
    }
    bytes
}

#[test]
fn what_was_not_labelled_is_not_certified() {
    for cluster in 1..=2 {
        for number in 0..8 {
            let refused = certify_with(|store| {
                let zeros = kept(&[[0; 64]; 512]);
                store.write(layer(cluster, number), &[&zeros]).unwrap();
            });
            // One layer of zeros may be passed over by a single challenge; files may not.
            if number >= 4 {
                assert!(
                    matches!(refused, Err(PoisError::WrongLabel { .. })),
                    "{number}: {refused:?}"
                );
            }
        }
    }
    assert!(certify_with(|_| ()).is_ok());
}

#[test]
fn files_of_another_miner_or_another_cluster_are_not_certified() {
    let other = Miner::new(small(), 2);
    other.claim();
    let stolen = certify_with(|store| {
        for record in other.store.list().unwrap() {
            let bytes = other.store.read(record).unwrap().unwrap();
            store.write(record, &[&bytes]).unwrap();
        }
    });
    assert!(matches!(
        stolen,
        Err(PoisError::WrongLabel { cluster: 1, .. })
    ));
    let copied = certify_with(|store| {
        for number in 0..8 {
            let bytes = store.read(layer(1, number)).unwrap().unwrap();
            store.write(layer(2, number), &[&bytes]).unwrap();
        }
    });
    assert!(matches!(copied, Err(PoisError::WrongLabel { .. })));
}

#[test]
fn a_label_over_invented_parents_is_refused() {
    // Only the sum of the parents goes into a label, so changing two of them alike changes nothing there;
    // the published verifier does not look for the paths of most parents.
    let (commitment, proof, append) = &*COMMITTED;
    let mut forged = proof.clone();
    let node = &mut forged.clusters[0][0];
    assert!(node.parents.len() >= 2);
    for parent in &mut node.parents[..2] {
        parent.label[5] ^= 0x55;
    }
    let refused = MINER.verify_commit(commitment, &forged, append);
    assert!(
        matches!(refused, Err(PoisError::WrongNode { .. })),
        "{refused:?}"
    );

    let mut unproven = proof.clone();
    unproven.clusters[0][0].parents[1].path.clear();
    let refused = MINER.verify_commit(commitment, &unproven, append);
    assert!(
        matches!(refused, Err(PoisError::WrongNode { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_path_from_a_node_of_the_tree_is_not_one_from_a_label() {
    // Leaves and inner nodes are hashed alike: two digests may pass for a label, one level up.
    let (commitment, proof, append) = &*COMMITTED;
    let mut forged = proof.clone();
    let opening = &mut forged.clusters[0][0].node;
    let own = merkle::leaf(&opening.label);
    let sibling = opening.path.remove(0);
    let (left, right) = if opening.node % 2 == 0 {
        (own, sibling)
    } else {
        (sibling, own)
    };
    opening.label[..32].copy_from_slice(&left);
    opening.label[32..].copy_from_slice(&right);
    assert!(MINER.verify_commit(commitment, &forged, append).is_err());
}

#[test]
fn every_witness_of_a_range_is_checked() {
    let proofs = MINER.prove(&[4; 8]).unwrap();
    let proof = &proofs[0];
    for file in 0..proof.files.len() {
        for other in 0..proof.files.len() {
            if file != other {
                let mut forged = proof.clone();
                forged.files[file].membership.witness = proof.files[other].membership.witness;
                let refused = MINER.verify_range(&[4; 8], &forged);
                assert!(
                    matches!(refused, Err(PoisError::WrongAccumulator(_))),
                    "{file}"
                );
            }
        }
    }
}

#[test]
fn a_file_is_under_the_accumulator_by_number_and_root_only() {
    let proof = &MINER.prove(&[4; 8]).unwrap()[0];
    let mut forged = proof.clone();
    forged.files.swap(0, 1);
    assert!(MINER.verify_range(&[4; 8], &forged).is_err());
    // A file that never was, with an element of its own.
    let labels = [[3; 64]; 256];
    let root = crate::plain::root(&labels);
    let mut forged = proof.clone();
    let file = &mut forged.files[0];
    file.root = root;
    file.membership.element = element(&MINER.info.miner, proof.range.left, &root);
    file.nodes = vec![
        Opening {
            node: 4,
            label: labels[4],
            path: crate::plain::path(&labels, 4),
        };
        8
    ];
    let refused = MINER.verify_range(&[4; 8], &forged);
    assert!(matches!(
        refused,
        Err(PoisError::WrongAccumulator("a file is not under it"))
    ));
}

#[test]
fn numbers_that_are_no_residues_are_refused_by_both_ways_to_compute() {
    let n = MINER.info.pois_key.n;
    let proof = &MINER.prove(&[4; 8]).unwrap()[0];
    // The same residue, written as a number beyond the modulus, where there is room for it.
    let beyond = |value: &Value| -> Option<Value> {
        let mut sum = [0; 256];
        let mut carry = 0;
        for i in (0..256).rev() {
            let byte = u16::from(value[i]) + u16::from(n[i]) + carry;
            sum[i] = byte as u8;
            carry = byte >> 8;
        }
        (carry == 0).then_some(sum)
    };
    let witness = proof.files[0].membership.witness;
    for bad in [Some([0; 256]), Some(n), Some([0xff; 256]), beyond(&witness)]
        .into_iter()
        .flatten()
    {
        let mut forged = proof.clone();
        forged.files[0].membership.witness = bad;
        for group in [&MINER.group, &*PUBLIC] {
            let refused = space::verify_range(&MINER.params, group, &MINER.info, &[4; 8], &forged);
            assert!(matches!(
                refused,
                Err(PoisError::WrongAccumulator(
                    "a value is zero or not below n"
                ))
            ));
        }
    }
    for bad in [[0; 256], [1; 256], n.map(|byte| byte & 0xfe)] {
        assert!(matches!(
            Group::public(&PoISKey {
                n: bad,
                ..MINER.info.pois_key.clone()
            }),
            Err(PoisError::Key(_))
        ));
    }
    let mut one = [0; 256];
    one[255] = 1;
    for bad in [[0; 256], one, n, [0xff; 256]] {
        assert!(matches!(
            Group::public(&PoISKey {
                g: bad,
                ..MINER.info.pois_key.clone()
            }),
            Err(PoisError::Key(_))
        ));
    }
}

#[test]
fn a_deletion_takes_the_oldest_files_and_no_others() {
    let good = MINER.prover.prove_deletion(2).unwrap();
    let verify = |proof: &deletion::Deletion| deletion::verify(&MINER.group, &MINER.info, proof);
    assert_eq!(verify(&good).unwrap().front, 3);
    let mut fewer = good.clone();
    fewer.roots.pop();
    assert!(
        verify(&fewer).is_err(),
        "the accumulator lost more than is said"
    );
    let mut swapped = good.clone();
    swapped.roots.swap(0, 1);
    assert!(verify(&swapped).is_err());
    // Files of a later set, under the same accumulators: it is for their numbers, not for the front's.
    let mut later = good.clone();
    later.roots = MINER.prover.prove_deletion(5).unwrap().roots[3..].to_vec();
    assert!(verify(&later).is_err());
    for count in [0, 12, 300] {
        let mut wrong = good.clone();
        wrong.roots = vec![[0; 32]; count];
        assert!(matches!(
            verify(&wrong),
            Err(PoisError::Count { most: 11, .. })
        ));
    }
    let all = MINER.prover.prove_deletion(11).unwrap();
    assert_eq!(verify(&all).unwrap().accumulator, MINER.info.pois_key.g);
    let mut not_g = all;
    not_g.after[2] = MINER.info.accumulator;
    assert!(verify(&not_g).is_err());
}

#[test]
fn a_set_can_not_be_appended_twice_or_to_another_state() {
    let (commitment, proof, append) = &*COMMITTED;
    let after = MINER.verify_commit(commitment, proof, append).unwrap();
    assert_eq!(after.rear, MINER.info.rear + 4);
    let verify = |info: &SpaceProofInfo| {
        let challenge = commit::challenge(&MINER.params, info, commitment, &[1; 32])?;
        let (params, group) = (&MINER.params, &MINER.group);
        commit::verify(params, group, info, commitment, &challenge, proof, append)
    };
    assert!(matches!(verify(&after), Err(PoisError::Gap { .. })));
    let other = SpaceProofInfo {
        accumulator: MINER.info.pois_key.g,
        ..MINER.info.clone()
    };
    assert!(verify(&other).is_err());
    assert!(
        verify(&MINER.info).is_err(),
        "it answers another worker's challenge"
    );
}
