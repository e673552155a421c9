//! Proving that the live files are still there.

use crate::{
    commit::{draw, Opening},
    live::{file_leaf, live_count},
    merkle::{self, Node},
    Filler, FillerStore, LiveFiles, Params, PoisError, SpaceProofInfo,
};
use codec::{Decode, Encode};
use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeMap;

/// Nodes that are opened in each file: one for each number of the chain's challenge.
pub const NODES: usize = 8;

/// A file that the challenge chose, and the nodes to open in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The file's number.
    pub index: u64,
    /// The nodes.
    pub nodes: [u32; NODES],
}

/// An opened file.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FileProof {
    /// The file's number.
    pub index: u64,
    /// Its root.
    pub root: Node,
    /// The siblings from the file up to the accumulator.
    pub path: Vec<Node>,
    /// The opened nodes.
    pub nodes: Vec<Opening>,
}

/// The answer to a challenge; the chain keeps only [`total_hash`] of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// Files given up when the challenge was made.
    pub front: u64,
    /// Files certified when the challenge was made.
    pub rear: u64,
    /// The chosen files, in the order of [`targets`].
    pub files: Vec<FileProof>,
}

impl Proof {
    /// SHA-256 of the proof's SCALE encoding.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.encode()).into()
    }
}

/// SHA-256 over the hashes of a challenge's proofs, in order: what the miner submits to the chain.
pub fn total_hash(proofs: &[[u8; 32]]) -> [u8; 32] {
    Sha256::digest(proofs.as_flattened()).into()
}

/// The files and nodes that a challenge asks for: all live files when they fit into one proof, else as
/// many as do, drawn without repetition by a hash chain over miner, state and challenge.
///
/// # Errors
/// [`PoisError::Empty`], [`PoisError::State`], [`PoisError::Params`].
pub fn targets(
    params: &Params,
    info: &SpaceProofInfo,
    space_param: &[u64; NODES],
) -> Result<Vec<Target>, PoisError> {
    let labels = u64::from(params.labels()?);
    let live = live_count(info)?;
    if live == 0 {
        return Err(PoisError::Empty);
    }
    let mut link: [u8; 64] = Sha512::new_with_prefix(b"cess-pois/space/1")
        .chain_update((info, space_param).encode())
        .finalize()
        .into();
    // A shuffle of which only the places that were touched are kept.
    let mut moved = BTreeMap::new();
    let count = live.min(params.space_files.into());
    let mut targets = Vec::with_capacity(count as usize);
    for place in 0..count {
        let from = place + draw(Sha512::new_with_prefix(link), live - place);
        let chosen = *moved.get(&from).unwrap_or(&from);
        moved.insert(from, *moved.get(&place).unwrap_or(&place));
        let index = info.front + 1 + chosen;
        link = Sha512::new_with_prefix(link)
            .chain_update(index.to_be_bytes())
            .finalize()
            .into();
        let nodes = core::array::from_fn(|k| {
            let hash =
                Sha512::new_with_prefix(link).chain_update((k as u64, space_param[k]).encode());
            draw(hash, labels) as u32
        });
        targets.push(Target { index, nodes });
    }
    Ok(targets)
}

/// The miner's side.
///
/// # Errors
/// [`PoisError::NotMyState`] when `live` is not the challenged state, [`PoisError::Read`],
/// [`PoisError::Damaged`], and those of [`targets`].
pub fn prove(
    params: &Params,
    info: &SpaceProofInfo,
    space_param: &[u64; NODES],
    live: &LiveFiles,
    store: &impl FillerStore,
) -> Result<Proof, PoisError> {
    let targets = targets(params, info, space_param)?;
    if !live.matches(info) {
        return Err(PoisError::NotMyState);
    }
    let live_tree = live.tree();
    let mut files = Vec::with_capacity(targets.len());
    for Target { index, nodes } in targets {
        let place = (index - info.front - 1) as usize;
        let file = Filler::load(params, store, index)?;
        let tree = file.tree();
        let root = live.roots()[place];
        if tree.root() != Some(root) {
            return Err(PoisError::Damaged(index));
        }
        let nodes = nodes.map(|node| Opening::of(&file, &tree, node)).to_vec();
        let path = live_tree.path(place).ok_or(PoisError::NotMyState)?;
        files.push(FileProof {
            index,
            root,
            path,
            nodes,
        });
    }
    Ok(Proof {
        front: info.front,
        rear: info.rear,
        files,
    })
}

/// The verifier's side: `info` is the state that the chain recorded with the challenge.
///
/// # Errors
/// [`PoisError::Empty`] when no file is live, which proves nothing; else says what does not hold.
pub fn verify(
    params: &Params,
    info: &SpaceProofInfo,
    space_param: &[u64; NODES],
    proof: &Proof,
) -> Result<(), PoisError> {
    let targets = targets(params, info, space_param)?;
    if (proof.front, proof.rear) != (info.front, info.rear) {
        return Err(PoisError::WrongShape("it is for another front or rear"));
    }
    if targets.len() != proof.files.len() {
        return Err(PoisError::WrongShape("it opens another number of files"));
    }
    let labels = params.labels()?;
    let live = live_count(info)?;
    for (Target { index, nodes }, file) in targets.into_iter().zip(&proof.files) {
        if file.index != index || file.nodes.len() != nodes.len() {
            return Err(PoisError::WrongShape(
                "it opens another file or other nodes",
            ));
        }
        let place = index - info.front - 1;
        let top = merkle::root_of(file_leaf(index, &file.root), place, live, &file.path);
        if top.as_ref().map(|top| &top[..]) != Some(&info.accumulator[..32]) {
            return Err(PoisError::WrongFile(index));
        }
        for (node, opening) in nodes.into_iter().zip(&file.nodes) {
            opening.check(index, node, labels, &file.root)?;
        }
    }
    Ok(())
}
