//! What goes through messages comes back, and what is no proof is refused.

use super::*;
use crate::{
    convert::BadField,
    pois::{AccWitnessNode, Commits, MhtProof, MinerPoisInfo, SpaceProof},
};
use cess_pois::{
    commit::{self, Commitment},
    new_miner, space, Group, MemoryStore, Params, Prover, SecretKey, SpaceProofInfo,
};
use prost::Message;
use std::ops::ControlFlow;
use std::sync::OnceLock;

/// Two clusters of four files; eight of them are certified.
pub(super) struct Sample {
    pub(super) params: Params,
    pub(super) fresh: SpaceProofInfo,
    pub(super) certified: SpaceProofInfo,
    pub(super) commitment: Commitment,
    pub(super) challenge: commit::Challenge,
    pub(super) proof: commit::Proof,
    pub(super) append: cess_pois::Append,
    pub(super) deletion: cess_pois::deletion::Deletion,
    pub(super) space: space::RangeProof,
}

pub(super) fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let params = Params::new(4, 256, 1, 8).unwrap();
        let key = SecretKey::derive(&[7; 32], &[1; 32].into()).unwrap();
        let fresh = new_miner([1; 32].into(), key.public());
        let group = Group::secret(&key).unwrap();
        let prover = Prover::open(params, fresh.clone(), MemoryStore::default()).unwrap();
        let commitment = prover.generate(&mut |_| ControlFlow::Continue(())).unwrap();
        let challenge = commit::challenge(&params, &fresh, &commitment, &[9; 32]).unwrap();
        let (proof, append) = prover.prove_commit(&commitment, &challenge).unwrap();
        let certified = commit::verify(
            &params,
            &group,
            &fresh,
            &commitment,
            &challenge,
            &proof,
            &append,
        )
        .unwrap();
        prover.adopt(certified.clone()).unwrap();
        let deletion = prover.prove_deletion(3).unwrap();
        let mut ranges = prover.prove_space(&certified, &[7; 8]).unwrap();
        Sample {
            params,
            fresh,
            certified,
            commitment,
            challenge,
            proof,
            append,
            deletion,
            space: ranges.remove(0),
        }
    })
}

#[test]
fn every_proof_survives_the_way_through_messages() {
    let s = sample();
    let commits = commitment_message(&s.commitment).unwrap();
    assert_eq!(commits.file_indexs, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(
        commits.roots.len(),
        17,
        "two for each file, and the hash of all"
    );
    assert_eq!(commitment(&commits), Ok(s.commitment.clone()));
    let asked = challenge_message(&s.challenge);
    assert_eq!(challenge(&s.params, &asked), Ok(s.challenge.clone()));
    let group = commit_proof_message(&s.proof).unwrap();
    assert_eq!(commit_proof(&group), Ok(s.proof.clone()));
    let acc = append_message(&s.append).unwrap();
    assert_eq!(append(&acc), Ok(s.append.clone()));
    assert_eq!(
        deletion(&deletion_message(&s.deletion)),
        Ok(s.deletion.clone())
    );
    let message = space_proof_message(&s.space).unwrap();
    assert_eq!(space_proof(&message), Ok(s.space.clone()));

    let message = state_message(&s.certified, &[5; 64]).unwrap();
    assert_eq!(state(&[1; 32], &message), Ok(s.certified.clone()));
    let status = status_message(&s.certified).unwrap();
    assert_eq!(new_state(&s.fresh, &status), Ok(s.certified.clone()));
}

#[test]
fn a_space_proofs_hash_is_that_of_the_published_encoding() {
    let s = sample();
    let message = space_proof_message(&s.space).unwrap();
    assert_eq!(s.space.encoded(), message.encode_to_vec());
    let hash = sp_crypto_hashing::sha2_256(&message.encode_to_vec());
    assert_eq!(s.space.hash(), hash);
    let empty = space::RangeProof {
        files: Vec::new(),
        ..s.space.clone()
    };
    let message = space_proof_message(&empty).unwrap();
    assert_eq!(empty.encoded(), message.encode_to_vec());
}

#[test]
fn commitments_with_gaps_signs_or_lengths_that_are_wrong_are_refused() {
    let good = commitment_message(&sample().commitment).unwrap();
    let with = |change: fn(&mut Commits)| {
        let mut commits = good.clone();
        change(&mut commits);
        commitment(&commits)
    };
    let indexs = "commit.file_indexs";
    assert_eq!(with(|c| c.file_indexs[3] = 9), Err(BadField::Order(indexs)));
    assert_eq!(
        with(|c| c.file_indexs[0] = -1),
        Err(BadField::Negative(indexs))
    );
    assert!(with(|c| c.file_indexs[0] = i64::MIN).is_err());
    assert!(with(|c| c.file_indexs = vec![i64::MAX; 8]).is_err());
    assert!(with(|c| c.file_indexs = (1..=257).collect()).is_err());
    assert!(with(|c| c.file_indexs.clear()).is_err());
    assert!(with(|c| c.roots.clear()).is_err());
    assert!(with(|c| c.roots.truncate(16)).is_err());
    assert!(with(|c| c.roots[2].truncate(31)).is_err());
    assert_eq!(
        with(|c| c.roots[16][0] ^= 1),
        Err(BadField::Disagrees("the last of commit.roots"))
    );
    assert!(with(|c| c.roots[5][0] ^= 1).is_err());
}

#[test]
fn numbers_at_the_end_of_their_range_are_no_overflow() {
    let mut commits = Commits {
        file_indexs: vec![i64::MAX],
        roots: vec![vec![0; 32]; 2],
    };
    let hash = Commitment {
        first: i64::MAX as u64,
        roots: vec![[0; 32]; 2],
    }
    .hash();
    commits.roots.push(hash.to_vec());
    assert_eq!(commitment(&commits).unwrap().first, i64::MAX as u64);
    let beyond = Commitment {
        first: u64::MAX,
        roots: vec![[0; 32]; 2],
    };
    assert_eq!(commitment_message(&beyond), None);
}

#[test]
fn openings_with_other_sides_paths_or_nodes_are_refused() {
    let good = commit_proof_message(&sample().proof).unwrap();
    let with = |change: fn(&mut MhtProof)| {
        let mut group = good.clone();
        let proof = &mut group.commit_proof_group_inner[0].commit_proof[0];
        change(proof.node.as_mut().unwrap());
        commit_proof(&group)
    };
    assert!(with(|_| ()).is_ok());
    assert_eq!(with(|m| m.locs[0] ^= 1), Err(BadField::Disagrees("locs")));
    assert_eq!(with(|m| m.index = -1), Err(BadField::Negative("index")));
    assert!(with(|m| m.label.truncate(63)).is_err());
    assert!(with(|m| m.paths[0].push(0)).is_err());
    assert!(with(|m| m.paths = vec![vec![0; 32]; 32]).is_err());
}

/// A chain of `depth` witnesses, each with values of 256 bytes.
fn chain(depth: usize) -> AccWitnessNode {
    (1..depth).fold(AccWitnessNode::default(), |acc, _| AccWitnessNode {
        elem: vec![1; 256],
        wit: vec![1; 256],
        acc: Some(Box::new(acc)),
    })
}

#[test]
fn witnesses_have_exactly_the_levels_of_the_accumulator() {
    let good = space_proof_message(&sample().space).unwrap();
    let with = |change: &dyn Fn(&mut SpaceProof)| {
        let mut message = good.clone();
        change(&mut message);
        space_proof(&message)
    };
    assert!(with(&|m| m.wit_chains[0].acc = None).is_err());
    assert!(with(&|m| m.wit_chains[0].elem.push(0)).is_err());
    for depth in [1, 2, 3, 5, 90] {
        assert!(with(&|m| m.wit_chains[0].acc = Some(Box::new(chain(depth)))).is_err());
    }
    assert!(with(&|m| drop(m.wit_chains.pop())).is_err());
    assert!(with(&|m| drop(m.roots.pop())).is_err());
    assert!(with(&|m| m.left = -1).is_err());
    assert!(with(&|m| m.right = i64::MIN).is_err());
    assert!(with(&|m| m.proofs[0].proofs = vec![MhtProof::default(); 9]).is_err());
}

#[test]
fn states_with_short_keys_or_negative_numbers_are_refused() {
    let good = state_message(&sample().certified, &[]).unwrap();
    let with = |change: fn(&mut MinerPoisInfo)| {
        let mut info = good.clone();
        change(&mut info);
        state(&[1; 32], &info)
    };
    assert!(with(|i| i.front = -1).is_err());
    assert!(with(|i| i.rear = i64::MIN).is_err());
    assert!(with(|i| i.key_n.truncate(255)).is_err());
    assert!(with(|i| i.acc.clear()).is_err());
    assert!(state(&[1; 31], &good).is_err());
}
