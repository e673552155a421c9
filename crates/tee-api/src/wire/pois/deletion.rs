//! Files that are given up.

use super::{
    opening::{node_bytes, nodes},
    witness::{branch, branch_message, value_bytes, values},
    MOST_FILES,
};
use crate::{
    convert::{at_most, required, BadField},
    pois::RequestVerifyDeletionProof,
};
use cess_pois::deletion::Deletion;

/// A request with a deletion's proof; the rest of it is left to the caller.
pub fn deletion_message(deletion: &Deletion) -> RequestVerifyDeletionProof {
    RequestVerifyDeletionProof {
        roots: node_bytes(&deletion.roots),
        wit_chain: Some(branch_message(&deletion.branch)),
        acc_path: value_bytes(&deletion.after),
        ..Default::default()
    }
}

/// A deletion's proof.
pub fn deletion(request: &RequestVerifyDeletionProof) -> Result<Deletion, BadField> {
    at_most(&request.roots, MOST_FILES, "roots")?;
    Ok(Deletion {
        roots: nodes(&request.roots, "roots")?,
        branch: branch(required(request.wit_chain.as_ref(), "wit_chain")?)?,
        after: values(&request.acc_path, "acc_path")?,
    })
}
