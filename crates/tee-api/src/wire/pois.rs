//! State, claims and proofs of idle space.
//!
//! The scheme is that of `cess-pois`; its parts sit in the published messages like this:
//!
//! | message | field | holds |
//! |---|---|---|
//! | `Commits` | `file_indexs`, `roots` | numbers and roots of the claimed files |
//! | `Challenge` | `rows[f].values` | the nodes to open in the f-th claimed file |
//! | `CommitProof` | `node`, `parents` | a challenged node and what it was made from; no `elders` |
//! | `MhtProof` | `index`, `label`, `paths` | node, label, siblings up to the file's root; no `locs` |
//! | `AccProof` | `indexs`, `labels`, `acc_path` | claimed numbers, claimed roots, roots that are live already |
//! | `RequestVerifyDeletionProof` | `roots`, `acc_path` | roots of the files that go, roots of those that stay |
//! | `SpaceProof` | `left`, `right` | first and last live file |
//! | | `proofs[f]`, `roots[f]` | the opened nodes and the root of the f-th chosen file |
//! | | `wit_chains[f].elem`, `.wit` | its number (8 bytes, big-endian); the siblings up to the accumulator |
//!
//! Numbers are never trusted: every conversion from a message checks sign, length and order.

use crate::{
    convert::{account, array, index, required, signed, BadField},
    pois::{
        AccProof, AccWitnessNode, Challenge as ChallengeMessage, CommitProof, CommitProofGroup,
        CommitProofGroupInner, Commits, Int64Slice, MhtProof, MhtProofGroup, MinerPoisInfo,
        PoisStatus, RequestVerifyDeletionProof, SpaceProof,
    },
};
use cess_pois::{
    commit::{self, Challenge, Claim, NodeProof, Opening},
    deletion,
    merkle::Node,
    space, PoISKey, SpaceProofInfo,
};

/// The certified state as a message; `None` when it counts beyond 2^63 files.
pub fn state_message(info: &SpaceProofInfo, status_tee_sign: &[u8]) -> Option<MinerPoisInfo> {
    Some(MinerPoisInfo {
        acc: info.accumulator.to_vec(),
        front: signed(info.front)?,
        rear: signed(info.rear)?,
        key_n: info.pois_key.n.to_vec(),
        key_g: info.pois_key.g.to_vec(),
        status_tee_sign: status_tee_sign.to_vec(),
    })
}

/// The state that a miner claims to have.
pub fn state(miner_id: &[u8], info: &MinerPoisInfo) -> Result<SpaceProofInfo, BadField> {
    Ok(SpaceProofInfo {
        miner: account(miner_id, "miner_id")?,
        front: index(info.front, "pois_info.front")?,
        rear: index(info.rear, "pois_info.rear")?,
        pois_key: PoISKey {
            g: array(&info.key_g, "pois_info.key_g")?,
            n: array(&info.key_n, "pois_info.key_n")?,
        },
        accumulator: array(&info.acc, "pois_info.acc")?,
    })
}

/// The new state after a certificate or a deletion, for the miner that had `before`.
pub fn new_state(before: &SpaceProofInfo, status: &PoisStatus) -> Result<SpaceProofInfo, BadField> {
    Ok(SpaceProofInfo {
        front: index(status.front, "pois_status.front")?,
        rear: index(status.rear, "pois_status.rear")?,
        accumulator: array(&status.acc, "pois_status.acc")?,
        ..before.clone()
    })
}

/// The new state as a message.
pub fn status_message(info: &SpaceProofInfo) -> Option<PoisStatus> {
    Some(PoisStatus {
        acc: info.accumulator.to_vec(),
        front: signed(info.front)?,
        rear: signed(info.rear)?,
    })
}

/// The files that are to be certified, as a message.
pub fn claim_message(claim: &Claim) -> Option<Commits> {
    let (file_indexs, roots) = numbered(claim)?;
    Some(Commits { file_indexs, roots })
}

/// The files that are to be certified.
pub fn claim(commits: &Commits) -> Result<Claim, BadField> {
    claim_of(
        &commits.file_indexs,
        &commits.roots,
        "commit.file_indexs",
        "commit.roots",
    )
}

/// The challenge as a message; `chall_tee_sign` is left to the worker.
pub fn challenge_message(challenge: &Challenge) -> ChallengeMessage {
    let row = |nodes: &Vec<u32>| Int64Slice {
        values: nodes.iter().map(|node| (*node).into()).collect(),
    };
    ChallengeMessage {
        rows: challenge.rows.iter().map(row).collect(),
        chall_tee_sign: Vec::new(),
    }
}

/// The challenge in a message.
pub fn challenge(message: &ChallengeMessage) -> Result<Challenge, BadField> {
    let node = |value: &i64| u32::try_from(*value).map_err(|_| BadField::Negative("rows.values"));
    let row = |row: &Int64Slice| row.values.iter().map(node).collect();
    Ok(Challenge {
        rows: message.rows.iter().map(row).collect::<Result<_, _>>()?,
    })
}

/// A certificate's proof as the fields `commit_proof_group` and `acc_proof` of a request; `None`
/// when a file or a node has a number that the messages cannot hold.
pub fn commit_proof_message(
    claim: &Claim,
    proof: &commit::Proof,
) -> Option<(CommitProofGroup, AccProof)> {
    let commit_proof = |node: &NodeProof| {
        Some(CommitProof {
            node: Some(opening_message(&node.node)?),
            parents: node
                .parents
                .iter()
                .map(opening_message)
                .collect::<Option<_>>()?,
            elders: Vec::new(),
        })
    };
    let file = |nodes: &Vec<NodeProof>| {
        Some(CommitProofGroupInner {
            commit_proof: nodes.iter().map(commit_proof).collect::<Option<_>>()?,
        })
    };
    let group = CommitProofGroup {
        commit_proof_group_inner: proof.files.iter().map(file).collect::<Option<_>>()?,
    };
    let (indexs, labels) = numbered(claim)?;
    Some((
        group,
        AccProof {
            indexs,
            labels,
            wit_chains: None,
            acc_path: node_bytes(&proof.live),
        },
    ))
}

/// A certificate's claim and proof.
pub fn commit_proof(
    group: &CommitProofGroup,
    acc: &AccProof,
) -> Result<(Claim, commit::Proof), BadField> {
    let node = |proof: &CommitProof| {
        Ok(NodeProof {
            node: opening(required(proof.node.as_ref(), "commit_proof.node")?)?,
            parents: proof
                .parents
                .iter()
                .map(opening)
                .collect::<Result<_, _>>()?,
        })
    };
    let file = |inner: &CommitProofGroupInner| inner.commit_proof.iter().map(node).collect();
    let files = group
        .commit_proof_group_inner
        .iter()
        .map(file)
        .collect::<Result<Vec<Vec<_>>, BadField>>()?;
    let live = nodes(&acc.acc_path, "acc_proof.acc_path")?;
    let claim = claim_of(
        &acc.indexs,
        &acc.labels,
        "acc_proof.indexs",
        "acc_proof.labels",
    )?;
    Ok((claim, commit::Proof { live, files }))
}

/// Puts a deletion's proof into the fields `roots` and `acc_path` of a request.
pub fn deletion_message(proof: &deletion::Proof, request: &mut RequestVerifyDeletionProof) {
    let count = usize::try_from(proof.count)
        .unwrap_or(usize::MAX)
        .min(proof.live.len());
    let (gone, kept) = proof.live.split_at(count);
    request.roots = node_bytes(gone);
    request.acc_path = node_bytes(kept);
}

/// A deletion's proof.
pub fn deletion(request: &RequestVerifyDeletionProof) -> Result<deletion::Proof, BadField> {
    let mut live = nodes(&request.roots, "roots")?;
    let count = live.len() as u64;
    live.extend(nodes(&request.acc_path, "acc_path")?);
    Ok(deletion::Proof { count, live })
}

/// A space proof as a message; `None` when a number is too large for it.
pub fn space_proof_message(proof: &space::Proof) -> Option<SpaceProof> {
    let file = |file: &space::FileProof| {
        Some(MhtProofGroup {
            proofs: file
                .nodes
                .iter()
                .map(opening_message)
                .collect::<Option<_>>()?,
        })
    };
    let witness = |file: &space::FileProof| AccWitnessNode {
        elem: file.index.to_be_bytes().to_vec(),
        wit: file.path.as_flattened().to_vec(),
        acc: None,
    };
    Some(SpaceProof {
        left: signed(proof.front)?.checked_add(1)?,
        right: signed(proof.rear)?,
        proofs: proof.files.iter().map(file).collect::<Option<_>>()?,
        roots: proof.files.iter().map(|file| file.root.to_vec()).collect(),
        wit_chains: proof.files.iter().map(witness).collect(),
    })
}

/// A space proof.
pub fn space_proof(message: &SpaceProof) -> Result<space::Proof, BadField> {
    let left = index(message.left, "proof.left")?;
    let count = message.proofs.len();
    for (field, found) in [
        ("proof.roots", message.roots.len()),
        ("proof.wit_chains", message.wit_chains.len()),
    ] {
        if found != count {
            return Err(BadField::Length {
                field,
                expected: count,
                found,
            });
        }
    }
    let parts = message
        .proofs
        .iter()
        .zip(&message.roots)
        .zip(&message.wit_chains);
    let file = |((group, root), witness): ((&MhtProofGroup, &Vec<u8>), &AccWitnessNode)| {
        let (path, rest) = witness.wit.as_chunks::<32>();
        if !rest.is_empty() {
            let (expected, found) = (path.len() * 32, witness.wit.len());
            return Err(BadField::Length {
                field: "proof.wit_chains.wit",
                expected,
                found,
            });
        }
        Ok(space::FileProof {
            index: u64::from_be_bytes(array(&witness.elem, "proof.wit_chains.elem")?),
            root: array(root, "proof.roots")?,
            path: path.to_vec(),
            nodes: group.proofs.iter().map(opening).collect::<Result<_, _>>()?,
        })
    };
    Ok(space::Proof {
        front: left
            .checked_sub(1)
            .ok_or(BadField::Negative("proof.left"))?,
        rear: index(message.right, "proof.right")?,
        files: parts.map(file).collect::<Result<_, _>>()?,
    })
}

fn opening_message(opening: &Opening) -> Option<MhtProof> {
    Some(MhtProof {
        index: i32::try_from(opening.node).ok()?,
        label: opening.label.to_vec(),
        paths: node_bytes(&opening.path),
        locs: Vec::new(),
    })
}

fn opening(message: &MhtProof) -> Result<Opening, BadField> {
    Ok(Opening {
        node: u32::try_from(message.index).map_err(|_| BadField::Negative("index"))?,
        label: array(&message.label, "label")?,
        path: nodes(&message.paths, "paths")?,
    })
}

fn numbered(claim: &Claim) -> Option<(Vec<i64>, Vec<Vec<u8>>)> {
    let last = claim.first.checked_add(claim.roots.len() as u64)?;
    let numbers = (claim.first..last).map(signed).collect::<Option<_>>()?;
    Some((numbers, node_bytes(&claim.roots)))
}

/// Files that follow each other, each with its root.
fn claim_of(
    numbers: &[i64],
    roots: &[Vec<u8>],
    numbers_field: &'static str,
    roots_field: &'static str,
) -> Result<Claim, BadField> {
    if numbers.len() != roots.len() {
        return Err(BadField::Length {
            field: roots_field,
            expected: numbers.len(),
            found: roots.len(),
        });
    }
    let first = index(
        *numbers.first().ok_or(BadField::Missing(numbers_field))?,
        numbers_field,
    )?;
    for (number, expected) in numbers.iter().zip(first..) {
        if index(*number, numbers_field)? != expected {
            return Err(BadField::Order(numbers_field));
        }
    }
    Ok(Claim {
        first,
        roots: nodes(roots, roots_field)?,
    })
}

fn node_bytes(nodes: &[Node]) -> Vec<Vec<u8>> {
    nodes.iter().map(|node| node.to_vec()).collect()
}

fn nodes(bytes: &[Vec<u8>], field: &'static str) -> Result<Vec<Node>, BadField> {
    bytes.iter().map(|bytes| array(bytes, field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_pois::{new_miner, Filler, LiveFiles, Params};
    use std::collections::BTreeMap;

    const PARAMS: Params = Params {
        file_size: 1024,
        max_commit: 8,
        commit_nodes: 3,
        space_files: 4,
    };

    fn miner() -> SpaceProofInfo {
        new_miner(
            [1; 32].into(),
            PoISKey {
                g: [3; 256],
                n: [4; 256],
            },
        )
    }

    fn files() -> BTreeMap<u64, Vec<u8>> {
        let file = |i| {
            (
                i,
                Filler::generate(&PARAMS, &miner(), i).unwrap().into_bytes(),
            )
        };
        (1..=5).map(file).collect()
    }

    #[test]
    fn every_proof_survives_the_way_through_messages() {
        let (mut live, files) = (LiveFiles::default(), files());
        let original = commit::claim(&PARAMS, &live, 5, &files).unwrap();
        assert_eq!(
            claim(&claim_message(&original).unwrap()),
            Ok(original.clone())
        );
        let asked = commit::challenge(&PARAMS, &miner(), &original, &[9; 32]).unwrap();
        assert_eq!(challenge(&challenge_message(&asked)), Ok(asked.clone()));
        let proof = commit::prove(&PARAMS, &live, &original, &asked, &files).unwrap();
        let (group, acc) = commit_proof_message(&original, &proof).unwrap();
        assert_eq!(
            commit_proof(&group, &acc),
            Ok((original.clone(), proof.clone()))
        );
        let certified = commit::verify(&PARAMS, &miner(), &original, &asked, &proof).unwrap();
        live.append(&original);

        let message = state_message(&certified, &[5; 64]).unwrap();
        assert_eq!(state(&[1; 32], &message), Ok(certified.clone()));
        assert_eq!(
            new_state(&miner(), &status_message(&certified).unwrap()),
            Ok(certified.clone())
        );

        let proof = space::prove(&PARAMS, &certified, &[7; 8], &live, &files).unwrap();
        assert_eq!(
            space_proof(&space_proof_message(&proof).unwrap()),
            Ok(proof)
        );

        let proof = deletion::prove(&live, 2).unwrap();
        let mut request = RequestVerifyDeletionProof::default();
        deletion_message(&proof, &mut request);
        assert_eq!((request.roots.len(), request.acc_path.len()), (2, 3));
        assert_eq!(deletion(&request), Ok(proof));
    }

    #[test]
    fn bad_lengths_signs_and_orders_are_errors() {
        let root = vec![0u8; 32];
        let commits = |numbers: &[i64], roots: usize| Commits {
            file_indexs: numbers.to_vec(),
            roots: vec![root.clone(); roots],
        };
        assert!(claim(&commits(&[], 0)).is_err());
        assert!(claim(&commits(&[-1, 0], 2)).is_err());
        assert!(claim(&commits(&[1, 3], 2)).is_err());
        assert!(claim(&commits(&[1, 2], 1)).is_err());
        assert!(claim(&commits(&[i64::MAX], 1)).is_ok());
        assert!(claim(&Commits {
            file_indexs: vec![1],
            roots: vec![vec![0; 31]]
        })
        .is_err());
        assert!(challenge(&ChallengeMessage {
            rows: vec![Int64Slice { values: vec![-1] }],
            ..Default::default()
        })
        .is_err());
        let negative = MhtProof {
            index: -1,
            label: vec![0; 64],
            ..Default::default()
        };
        assert!(opening(&negative).is_err());
        for left in [0, -1, i64::MIN] {
            assert!(space_proof(&SpaceProof {
                left,
                right: 5,
                ..Default::default()
            })
            .is_err());
        }
        let odd = SpaceProof {
            left: 1,
            right: 1,
            proofs: vec![MhtProofGroup::default()],
            roots: vec![root.clone()],
            wit_chains: vec![AccWitnessNode {
                elem: vec![0; 8],
                wit: vec![0; 33],
                acc: None,
            }],
        };
        assert!(space_proof(&odd).is_err());
        assert!(space_proof(&SpaceProof {
            roots: vec![],
            ..odd
        })
        .is_err());
        assert!(state(
            &[0; 32],
            &MinerPoisInfo {
                key_g: vec![1; 256],
                ..Default::default()
            }
        )
        .is_err());
    }
}
