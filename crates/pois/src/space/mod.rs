//! Proving that the live files are still there.

mod encoding;
mod selection;

pub use selection::{total_hash, verify_chain, Range, RangeHash, Selection};

use crate::{
    accumulator::{check_members, live_count, Membership},
    layer::Opener,
    merkle::Node,
    Group, Opening, Params, PoisError, SpaceProofInfo, Store,
};
use codec::{Decode, Encode};
use sha2::{Digest, Sha256};

/// Nodes that are opened in each file: one for each number of the chain's challenge.
pub const NODES: usize = 8;

/// An opened file.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FileProof {
    /// The nodes `value mod N`, in the order of the challenge.
    pub nodes: Vec<Opening>,
    /// The file's root.
    pub root: Node,
    /// That it is under the accumulator.
    pub membership: Membership,
}

/// The answer for one range: the message `SpaceProof`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RangeProof {
    /// The files.
    pub range: Range,
    /// One entry for each.
    pub files: Vec<FileProof>,
}

impl RangeProof {
    /// The protobuf encoding of the published message `SpaceProof`, in the order of its fields.
    pub fn encoded(&self) -> Vec<u8> {
        encoding::space_proof(self)
    }

    /// SHA-256 of [`Self::encoded`].
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.encoded()).into()
    }
}

/// The nodes that a challenge opens in every file.
fn nodes(params: &Params, space_param: &[u64; NODES]) -> [u32; NODES] {
    space_param.map(|value| (value % u64::from(params.labels())) as u32)
}

/// Opens the files of a range, whose roots and memberships are known.
pub(crate) fn open(
    store: &impl Store,
    params: &Params,
    space_param: &[u64; NODES],
    range: Range,
    files: impl IntoIterator<Item = (Node, Membership)>,
) -> Result<RangeProof, PoisError> {
    let nodes = nodes(params, space_param);
    let open = |(file, (root, membership)): (u64, (Node, Membership))| {
        let place = crate::graph::Place::of_file(params, file);
        let opener = Opener::new(store, params, place)?;
        if opener.root() != root {
            return Err(PoisError::Missing(place.record()));
        }
        Ok(FileProof {
            nodes: nodes
                .iter()
                .map(|node| opener.open(*node))
                .collect::<Result<_, _>>()?,
            root,
            membership,
        })
    };
    Ok(RangeProof {
        range,
        files: (range.left..)
            .zip(files)
            .map(open)
            .collect::<Result<_, _>>()?,
    })
}

/// Checks one range on its own, against the state that the chain recorded with the challenge: it must
/// be all that is live of one set. Whether it is the set that was asked for is for [`verify_chain`] to
/// say.
///
/// # Errors
/// [`PoisError::Empty`] when no file is live, which proves nothing; else says what does not hold.
pub fn verify_range(
    params: &Params,
    group: &Group,
    info: &SpaceProofInfo,
    space_param: &[u64; NODES],
    proof: &RangeProof,
) -> Result<(), PoisError> {
    if live_count(info)? == 0 {
        return Err(PoisError::Empty);
    }
    let Range { left, right } = proof.range;
    if Range::around(params, info, left) != Some(proof.range) {
        return Err(PoisError::WrongRange { left, right });
    }
    if proof.files.len() as u64 != right - left {
        return Err(PoisError::WrongShape("every file of the range is opened"));
    }
    let nodes = nodes(params, space_param);
    for file in &proof.files {
        if file.nodes.len() != NODES {
            return Err(PoisError::WrongShape("eight nodes of a file are opened"));
        }
        for (opening, node) in file.nodes.iter().zip(nodes) {
            opening.check(params, node, &file.root)?;
        }
    }
    let numbered = (left..).zip(&proof.files);
    check_members(
        group,
        info,
        numbered.map(|(number, file)| (number, &file.root, &file.membership)),
    )
}
