//! State, commitments and proofs of idle space.
//!
//! The scheme is that of `cess-pois`; its parts sit in the published messages in the published meaning:
//!
//! | message | field | holds |
//! |---|---|---|
//! | `Commits` | `file_indexs` | numbers of the set's files, in order |
//! | | `roots` | roots of all its layers, then the SHA-256 of them |
//! | `Challenge` | `rows[c].values` | cluster, nodes, base and steps of the set's c-th cluster |
//! | `CommitProofGroup` | `..inner[c].commit_proof` | the nodes that row c asks for |
//! | `CommitProof` | `node`, `parents`, `elders` | a node, and what its label was made from |
//! | `MhtProof` | `index`, `label` | the node and its label |
//! | | `paths`, `locs` | the siblings up to the layer's root, and on which side each stands |
//! | `AccProof` | `indexs`, `labels` | numbers and elements of the new files |
//! | | `wit_chains`, `acc_path` | the accumulators before, and after: bottom, middle, top |
//! | `RequestVerifyDeletionProof` | `roots` | roots of the files that go |
//! | | `wit_chain`, `acc_path` | the accumulators before, and after |
//! | `AccWitnessNode` | `elem`, `wit`, `acc` | an element, its witness, and the same one level up |
//! | `SpaceProof` | `left`, `right` | the range's first file, and the one after its last |
//! | | `proofs[f]`, `roots[f]`, `wit_chains[f]` | a file's opened labels, its root, and its place under the accumulator |
//!
//! Nothing of a message is trusted: every conversion checks signs, lengths, counts, order and depth, and what
//! follows from other fields (`locs`, the last of `roots`) must be what follows. The greatest counts are those
//! of any network, see [`MOST_FILES`] and its neighbours; whether they are this network's, `cess-pois` says.

mod commit;
mod deletion;
#[cfg(test)]
mod fuzz;
mod opening;
mod space;
mod state;
#[cfg(test)]
mod tests;
mod witness;

pub use commit::{
    append, append_message, challenge, challenge_message, commit_proof, commit_proof_message,
    commitment, commitment_message,
};
pub use deletion::{deletion, deletion_message};
pub use space::{space_proof, space_proof_message};
pub use state::{new_state, state, state_message, status_message};

/// Most files of a set, and of a deletion: what one bottom accumulator holds.
pub const MOST_FILES: usize = cess_pois::FAN_OUT as usize;
/// Most roots of a commitment: the files' and as many below them.
pub const MOST_ROOTS: usize = 2 * MOST_FILES;
/// Most layers of a cluster, K: any more and the nodes have no 31-bit numbers.
pub const MOST_LAYERS: usize = 64;
/// Most parents of a node: D, and the one straight below it.
pub const MOST_PARENTS: usize = 65;
/// Most siblings on the way to a layer's root: nodes have 31-bit numbers.
pub const MOST_SIBLINGS: usize = 31;
