//! Arbitrary bytes and arbitrary messages: every decoder answers, whatever it gets, and accepts only what
//! it would write itself.

use super::{tests::sample, *};
use crate::pois::{
    AccProof, AccWitnessNode, Challenge, CommitProof, CommitProofGroup, CommitProofGroupInner,
    Commits, Int64Slice, MhtProof, MhtProofGroup, MinerPoisInfo, PoisStatus,
    RequestVerifyCommitAndAccProof, RequestVerifyDeletionProof, SpaceProof,
};
use proptest::{collection::vec, option, prelude::*};
use prost::Message;

/// Byte strings of the lengths that fields have, and of others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => prop_oneof![Just(32), Just(64), Just(256), Just(0)].prop_flat_map(|n| vec(any::<u8>(), n)),
        1 => vec(any::<u8>(), 0..300),
    ]
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -2i64..300, Just(i64::MAX), Just(i64::MIN)]
}

fn mht() -> impl Strategy<Value = MhtProof> {
    (
        any::<i32>(),
        bytes(),
        vec(bytes(), 0..34),
        vec(0u8..3, 0..34),
    )
        .prop_map(|(index, label, paths, locs)| MhtProof {
            index,
            label,
            paths,
            locs,
        })
}

fn witness() -> impl Strategy<Value = AccWitnessNode> {
    let leaf = (bytes(), bytes()).prop_map(|(elem, wit)| AccWitnessNode {
        elem,
        wit,
        acc: None,
    });
    leaf.prop_recursive(6, 8, 1, |inner| {
        (bytes(), bytes(), inner).prop_map(|(elem, wit, acc)| AccWitnessNode {
            elem,
            wit,
            acc: Some(Box::new(acc)),
        })
    })
}

fn group() -> impl Strategy<Value = CommitProofGroup> {
    let proof = (option::of(mht()), vec(mht(), 0..3), vec(mht(), 0..3)).prop_map(
        |(node, parents, elders)| CommitProof {
            node,
            parents,
            elders,
        },
    );
    let cluster = vec(proof, 0..3).prop_map(|commit_proof| CommitProofGroupInner { commit_proof });
    vec(cluster, 0..3).prop_map(|commit_proof_group_inner| CommitProofGroup {
        commit_proof_group_inner,
    })
}

fn space_message() -> impl Strategy<Value = SpaceProof> {
    let group = vec(mht(), 0..3).prop_map(|proofs| MhtProofGroup { proofs });
    (
        number(),
        number(),
        vec(group, 0..3),
        vec(bytes(), 0..3),
        vec(witness(), 0..3),
    )
        .prop_map(|(left, right, proofs, roots, wit_chains)| SpaceProof {
            left,
            right,
            proofs,
            roots,
            wit_chains,
        })
}

/// A correct message in which some bytes were changed, dropped or doubled.
fn mutated(original: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = original.len();
    vec((0..length, any::<u8>(), 0u8..3), 1..4).prop_map(move |changes| {
        let mut bytes = original.clone();
        for (at, byte, kind) in changes {
            let at = at.min(bytes.len().saturating_sub(1));
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

fn commit_request() -> Vec<u8> {
    let s = sample();
    RequestVerifyCommitAndAccProof {
        commit_proof_group: commit_proof_message(&s.proof),
        acc_proof: append_message(&s.append),
        miner_id: vec![1; 32],
        pois_info: state_message(&s.fresh, &[2; 64]),
        miner_sign: vec![3; 64],
        commit: commitment_message(&s.commitment),
    }
    .encode_to_vec()
}

/// Runs every decoder of a commit request.
fn read_commit(message: &RequestVerifyCommitAndAccProof) {
    if let Some(group) = &message.commit_proof_group {
        if let Ok(proof) = commit_proof(group) {
            assert_eq!(commit_proof_message(&proof).as_ref(), Some(group));
        }
    }
    if let Some(acc) = &message.acc_proof {
        if let Ok(append) = append(acc) {
            assert_eq!(append_message(&append).as_ref(), Some(acc));
        }
    }
    if let Some(commits) = &message.commit {
        if let Ok(commitment) = commitment(commits) {
            assert_eq!(commitment_message(&commitment).as_ref(), Some(commits));
        }
    }
    if let Some(info) = &message.pois_info {
        if let Ok(read) = state(&message.miner_id, info) {
            let written = state_message(&read, &info.status_tee_sign);
            assert_eq!(written.as_ref(), Some(info));
        }
    }
}

fn read_deletion(message: &RequestVerifyDeletionProof) {
    if let Ok(read) = deletion(message) {
        let written = deletion_message(&read);
        assert_eq!(
            (&written.roots, &written.wit_chain, &written.acc_path),
            (&message.roots, &message.wit_chain, &message.acc_path)
        );
    }
}

fn read_space(message: &SpaceProof) {
    if let Ok(proof) = space_proof(message) {
        assert_eq!(space_proof_message(&proof).as_ref(), Some(message));
        assert_eq!(proof.encoded(), message.encode_to_vec());
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..2000)) {
        if let Ok(message) = RequestVerifyCommitAndAccProof::decode(&bytes[..]) {
            read_commit(&message);
        }
        if let Ok(message) = RequestVerifyDeletionProof::decode(&bytes[..]) {
            read_deletion(&message);
        }
        if let Ok(message) = SpaceProof::decode(&bytes[..]) {
            read_space(&message);
        }
        if let Ok(message) = Challenge::decode(&bytes[..]) {
            let _ = challenge(&sample().params, &message);
        }
        if let Ok(message) = PoisStatus::decode(&bytes[..]) {
            let _ = new_state(&sample().fresh, &message);
        }
    }

    #[test]
    fn correct_certificates_with_changed_bytes_are_read_or_refused(bytes in mutated(commit_request())) {
        if let Ok(message) = RequestVerifyCommitAndAccProof::decode(&bytes[..]) {
            read_commit(&message);
        }
    }

    #[test]
    fn correct_deletions_with_changed_bytes_are_read_or_refused(
        bytes in mutated(deletion_message(&sample().deletion).encode_to_vec())
    ) {
        if let Ok(message) = RequestVerifyDeletionProof::decode(&bytes[..]) {
            read_deletion(&message);
        }
    }

    #[test]
    fn correct_space_proofs_with_changed_bytes_are_read_or_refused(
        bytes in mutated(space_proof_message(&sample().space).unwrap().encode_to_vec())
    ) {
        if let Ok(message) = SpaceProof::decode(&bytes[..]) {
            read_space(&message);
        }
    }

    #[test]
    fn arbitrary_certificates_are_read_or_refused(
        group in option::of(group()),
        indexs in vec(number(), 0..5),
        labels in vec(bytes(), 0..5),
        wit_chains in option::of(witness()),
        acc_path in vec(bytes(), 0..5),
        file_indexs in vec(number(), 0..5),
        roots in vec(bytes(), 0..11),
        miner_id in bytes(),
        (front, rear, acc, key_n, key_g) in (number(), number(), bytes(), bytes(), bytes()),
    ) {
        read_commit(&RequestVerifyCommitAndAccProof {
            commit_proof_group: group,
            acc_proof: Some(AccProof { indexs, labels, wit_chains, acc_path }),
            miner_id,
            pois_info: Some(MinerPoisInfo { acc, front, rear, key_n, key_g, status_tee_sign: vec![] }),
            miner_sign: vec![],
            commit: Some(Commits { file_indexs, roots }),
        });
    }

    #[test]
    fn arbitrary_deletions_are_read_or_refused(
        roots in vec(bytes(), 0..5), wit_chain in option::of(witness()), acc_path in vec(bytes(), 0..5)
    ) {
        read_deletion(&RequestVerifyDeletionProof { roots, wit_chain, acc_path, ..Default::default() });
    }

    #[test]
    fn arbitrary_space_proofs_are_read_or_refused(message in space_message()) {
        read_space(&message);
    }

    #[test]
    fn arbitrary_challenges_are_read_or_refused(rows in vec(vec(number(), 0..20), 0..4)) {
        let rows: Vec<_> = rows.into_iter().map(|values| Int64Slice { values }).collect();
        let message = Challenge { rows, chall_tee_sign: vec![] };
        if let Ok(read) = challenge(&sample().params, &message) {
            prop_assert_eq!(challenge_message(&read), message);
        }
    }

    #[test]
    fn arbitrary_states_are_read_or_refused(acc in bytes(), front in number(), rear in number()) {
        let status = PoisStatus { acc, front, rear };
        if let Ok(read) = new_state(&sample().fresh, &status) {
            prop_assert_eq!(status_message(&read), Some(status));
        }
    }
}

#[test]
fn a_message_of_a_million_empty_items_is_refused_before_they_are_copied() {
    let message = RequestVerifyCommitAndAccProof {
        commit: Some(Commits {
            file_indexs: vec![0; 1_000_000],
            roots: vec![vec![]; 1_000_000],
        }),
        ..Default::default()
    };
    let bytes = message.encode_to_vec();
    let message = RequestVerifyCommitAndAccProof::decode(&bytes[..]).unwrap();
    assert!(commitment(&message.commit.unwrap()).is_err());
}

#[test]
fn witnesses_that_are_nested_too_deep_are_refused_before_the_stack_ends() {
    let mut bytes = Vec::new();
    for _ in 0..100_000 {
        // Field 3, a message that holds everything so far.
        let mut outer = vec![0x1a];
        prost::encoding::encode_varint(bytes.len() as u64, &mut outer);
        outer.append(&mut bytes);
        bytes = outer;
        if bytes.len() > 60_000 {
            break;
        }
    }
    assert!(AccWitnessNode::decode(&bytes[..]).is_err());
}
