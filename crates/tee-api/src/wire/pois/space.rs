//! Proofs of one range of files.

use super::{
    opening::{opening_messages, openings},
    witness::{membership, membership_message},
    MOST_FILES,
};
use crate::{
    convert::{array, at_most, index, signed, BadField},
    pois::{AccWitnessNode, MhtProofGroup, SpaceProof},
};
use cess_pois::space::{FileProof, Range, RangeProof, NODES};

/// A range's proof as a message; `None` when a number is too large for it.
///
/// SHA-256 of its encoding is [`RangeProof::hash`].
pub fn space_proof_message(proof: &RangeProof) -> Option<SpaceProof> {
    let group = |file: &FileProof| {
        Some(MhtProofGroup {
            proofs: opening_messages(&file.nodes)?,
        })
    };
    let files = &proof.files;
    Some(SpaceProof {
        left: signed(proof.range.left)?,
        right: signed(proof.range.right)?,
        proofs: files.iter().map(group).collect::<Option<_>>()?,
        roots: files.iter().map(|file| file.root.to_vec()).collect(),
        wit_chains: files
            .iter()
            .map(|file| membership_message(&file.membership))
            .collect(),
    })
}

/// A range's proof: the three lists have an entry for each file.
pub fn space_proof(message: &SpaceProof) -> Result<RangeProof, BadField> {
    at_most(&message.proofs, MOST_FILES, "proof.proofs")?;
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
    let lists = message.proofs.iter().zip(&message.roots);
    let file = |((group, root), witness): ((&MhtProofGroup, &Vec<u8>), &AccWitnessNode)| {
        Ok(FileProof {
            nodes: openings(&group.proofs, NODES, "proof.proofs.proofs")?,
            root: array(root, "proof.roots")?,
            membership: membership(witness)?,
        })
    };
    Ok(RangeProof {
        range: Range {
            left: index(message.left, "proof.left")?,
            right: index(message.right, "proof.right")?,
        },
        files: lists
            .zip(&message.wit_chains)
            .map(file)
            .collect::<Result<_, _>>()?,
    })
}
