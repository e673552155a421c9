//! A label with its Merkle path.

use super::MOST_SIBLINGS;
use crate::{
    convert::{array, at_most, BadField},
    pois::MhtProof,
};
use cess_pois::{Node, Opening};

/// `None` when the node's number has more than 31 bits.
pub(super) fn opening_message(opening: &Opening) -> Option<MhtProof> {
    Some(MhtProof {
        index: i32::try_from(opening.node).ok()?,
        label: opening.label.to_vec(),
        paths: node_bytes(&opening.path),
        locs: opening.locs(),
    })
}

pub(super) fn opening(message: &MhtProof) -> Result<Opening, BadField> {
    at_most(&message.paths, MOST_SIBLINGS, "paths")?;
    let opening = Opening {
        node: u32::try_from(message.index).map_err(|_| BadField::Negative("index"))?,
        label: array(&message.label, "label")?,
        path: nodes(&message.paths, "paths")?,
    };
    if opening.locs() != message.locs {
        return Err(BadField::Disagrees("locs"));
    }
    Ok(opening)
}

/// All openings of a list of at most `most`.
pub(super) fn openings(
    messages: &[MhtProof],
    most: usize,
    field: &'static str,
) -> Result<Vec<Opening>, BadField> {
    at_most(messages, most, field)?;
    messages.iter().map(opening).collect()
}

pub(super) fn opening_messages(openings: &[Opening]) -> Option<Vec<MhtProof>> {
    openings.iter().map(opening_message).collect()
}

pub(super) fn node_bytes(nodes: &[Node]) -> Vec<Vec<u8>> {
    nodes.iter().map(|node| node.to_vec()).collect()
}

pub(super) fn nodes(bytes: &[Vec<u8>], field: &'static str) -> Result<Vec<Node>, BadField> {
    bytes.iter().map(|bytes| array(bytes, field)).collect()
}
