//! Commitments, challenges over them, and the answers.

use super::{
    opening::{node_bytes, nodes, opening, opening_message, opening_messages, openings},
    witness::{branch, branch_message, value_bytes, values},
    MOST_FILES, MOST_LAYERS, MOST_PARENTS, MOST_ROOTS,
};
use crate::{
    convert::{array, at_most, index, required, signed, BadField},
    pois::{
        AccProof, Challenge as ChallengeMessage, CommitProof, CommitProofGroup,
        CommitProofGroupInner, Commits, Int64Slice,
    },
};
use cess_pois::{
    commit::{Challenge, Commitment, NodeProof, Proof, Row},
    Append, Label, Params,
};

/// The commitment as a message; `None` when its files have numbers beyond 2^63.
pub fn commitment_message(commitment: &Commitment) -> Option<Commits> {
    let mut roots = node_bytes(&commitment.roots);
    roots.push(commitment.hash().to_vec());
    Some(Commits {
        file_indexs: numbers(commitment.first, commitment.roots.len() / 2)?,
        roots,
    })
}

/// The commitment in a message: two roots for each file, and the hash of all roots.
pub fn commitment(commits: &Commits) -> Result<Commitment, BadField> {
    const ROOTS: &str = "commit.roots";
    at_most(&commits.file_indexs, MOST_FILES, "commit.file_indexs")?;
    at_most(&commits.roots, MOST_ROOTS + 1, ROOTS)?;
    let first = first_of(&commits.file_indexs, "commit.file_indexs")?;
    let (hash, roots) = commits.roots.split_last().ok_or(BadField::Missing(ROOTS))?;
    if roots.len() != 2 * commits.file_indexs.len() {
        return Err(BadField::Length {
            field: ROOTS,
            expected: 2 * commits.file_indexs.len() + 1,
            found: commits.roots.len(),
        });
    }
    let roots = nodes(roots, ROOTS)?;
    let commitment = Commitment { first, roots };
    if commitment.hash() != array(hash, ROOTS)? {
        return Err(BadField::Disagrees("the last of commit.roots"));
    }
    Ok(commitment)
}

/// The challenge as a message; `chall_tee_sign` is left to the worker.
pub fn challenge_message(challenge: &Challenge) -> ChallengeMessage {
    let rows = challenge.rows.iter().map(|row| Int64Slice {
        values: row.values(),
    });
    ChallengeMessage {
        rows: rows.collect(),
        chall_tee_sign: Vec::new(),
    }
}

/// The challenge in a message.
pub fn challenge(params: &Params, message: &ChallengeMessage) -> Result<Challenge, BadField> {
    at_most(&message.rows, MOST_FILES, "rows")?;
    let row = |row: &Int64Slice| {
        at_most(&row.values, 2 * MOST_LAYERS + 1, "rows.values")?;
        Row::from_values(params, &row.values).map_err(|_| BadField::Disagrees("rows.values"))
    };
    Ok(Challenge {
        rows: message.rows.iter().map(row).collect::<Result<_, _>>()?,
    })
}

/// The answer to a challenge; `None` when a node has a number that the message cannot hold.
pub fn commit_proof_message(proof: &Proof) -> Option<CommitProofGroup> {
    let commit_proof = |node: &NodeProof| {
        Some(CommitProof {
            node: Some(opening_message(&node.node)?),
            parents: opening_messages(&node.parents)?,
            elders: opening_messages(&node.elders)?,
        })
    };
    let cluster = |nodes: &Vec<NodeProof>| {
        Some(CommitProofGroupInner {
            commit_proof: nodes.iter().map(commit_proof).collect::<Option<_>>()?,
        })
    };
    Some(CommitProofGroup {
        commit_proof_group_inner: proof.clusters.iter().map(cluster).collect::<Option<_>>()?,
    })
}

/// The answer in a message.
pub fn commit_proof(group: &CommitProofGroup) -> Result<Proof, BadField> {
    let node = |proof: &CommitProof| {
        Ok(NodeProof {
            node: opening(required(proof.node.as_ref(), "commit_proof.node")?)?,
            parents: openings(&proof.parents, MOST_PARENTS, "commit_proof.parents")?,
            elders: openings(&proof.elders, MOST_LAYERS, "commit_proof.elders")?,
        })
    };
    let cluster = |inner: &CommitProofGroupInner| {
        at_most(&inner.commit_proof, 2 * MOST_LAYERS, "commit_proof")?;
        inner.commit_proof.iter().map(node).collect()
    };
    let clusters = &group.commit_proof_group_inner;
    at_most(clusters, MOST_FILES, "commit_proof_group_inner")?;
    Ok(Proof {
        clusters: clusters.iter().map(cluster).collect::<Result<_, _>>()?,
    })
}

/// New files under the accumulator; `None` when they have numbers beyond 2^63.
pub fn append_message(append: &Append) -> Option<AccProof> {
    Some(AccProof {
        indexs: numbers(append.first, append.elements.len())?,
        labels: append.elements.iter().map(|e| e.to_vec()).collect(),
        wit_chains: Some(branch_message(&append.branch)),
        acc_path: value_bytes(&append.after),
    })
}

/// New files under the accumulator.
pub fn append(message: &AccProof) -> Result<Append, BadField> {
    const LABELS: &str = "acc_proof.labels";
    at_most(&message.indexs, MOST_FILES, "acc_proof.indexs")?;
    if message.labels.len() != message.indexs.len() {
        return Err(BadField::Length {
            field: LABELS,
            expected: message.indexs.len(),
            found: message.labels.len(),
        });
    }
    let element = |label: &Vec<u8>| array(label, LABELS);
    let elements: Result<Vec<Label>, _> = message.labels.iter().map(element).collect();
    Ok(Append {
        first: first_of(&message.indexs, "acc_proof.indexs")?,
        elements: elements?,
        branch: branch(required(
            message.wit_chains.as_ref(),
            "acc_proof.wit_chains",
        )?)?,
        after: values(&message.acc_path, "acc_proof.acc_path")?,
    })
}

/// `first` and the numbers after it.
fn numbers(first: u64, count: usize) -> Option<Vec<i64>> {
    let end = first.checked_add(u64::try_from(count).ok()?)?;
    (first..end).map(signed).collect()
}

/// The first of numbers that must follow each other.
fn first_of(numbers: &[i64], field: &'static str) -> Result<u64, BadField> {
    let first = index(*numbers.first().ok_or(BadField::Missing(field))?, field)?;
    for (number, expected) in numbers.iter().zip(first..) {
        if index(*number, field)? != expected {
            return Err(BadField::Order(field));
        }
    }
    Ok(first)
}
