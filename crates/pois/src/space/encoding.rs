//! The protobuf encoding of `SpaceProof`, of which the chain gets the hash.
//!
//! It is made here and not taken from the wire, so that a proof has one hash however its message was
//! written. Fields stand in the order of their numbers; zeros and empty bytes are left out, as every
//! proto3 encoder does.

use super::{FileProof, RangeProof};
use crate::{Branch, Membership, Opening};

/// `SpaceProof{left=1, right=2, proofs=3, roots=4, wit_chains=5}`.
pub(super) fn space_proof(proof: &RangeProof) -> Vec<u8> {
    let mut message = Message::default();
    message.number(1, proof.range.left);
    message.number(2, proof.range.right);
    for FileProof { nodes, .. } in &proof.files {
        let mut group = Message::default();
        for node in nodes {
            group.put(1, &opening(node).0);
        }
        message.put(3, &group.0);
    }
    for file in &proof.files {
        message.put(4, &file.root);
    }
    for file in &proof.files {
        message.put(5, &membership(&file.membership).0);
    }
    message.0
}

/// `MhtProof{index=1, label=2, paths=3, locs=4}`.
fn opening(opening: &Opening) -> Message {
    let mut message = Message::default();
    message.number(1, opening.node.into());
    message.put(2, &opening.label);
    for sibling in &opening.path {
        message.put(3, sibling);
    }
    let locs = opening.locs();
    if !locs.is_empty() {
        message.put(4, &locs);
    }
    message
}

/// `AccWitnessNode{elem=1, wit=2, acc=3}`.
fn membership(member: &Membership) -> Message {
    let Branch { values, witnesses } = &member.branch;
    let top = node(&values[2], &[], None);
    let middle = node(&values[1], &witnesses[1], Some(top));
    let bottom = node(&values[0], &witnesses[0], Some(middle));
    node(&member.element, &member.witness, Some(bottom))
}

fn node(element: &[u8], witness: &[u8], above: Option<Message>) -> Message {
    let mut message = Message::default();
    message.put(1, element);
    if !witness.is_empty() {
        message.put(2, witness);
    }
    if let Some(above) = above {
        message.put(3, &above.0);
    }
    message
}

#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    /// A number, with wire type 0.
    fn number(&mut self, field: u8, value: u64) {
        if value != 0 {
            self.0.push(field << 3);
            self.varint(value);
        }
    }

    /// Bytes or a message, with wire type 2.
    fn put(&mut self, field: u8, bytes: &[u8]) {
        self.0.push(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
