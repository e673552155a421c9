//! Filler files: what idle space is filled with.

use crate::{
    merkle::{self, Node, Tree},
    Params, PoisError, SpaceProofInfo,
};
use sha2::{Digest, Sha512};
use std::{collections::BTreeMap, io};

/// Bytes of a label.
pub const LABEL_LEN: usize = 64;
/// A label.
pub type Label = [u8; LABEL_LEN];

/// Labels that a label depends on: the one before it, and three from anywhere before.
pub(crate) const PARENTS: usize = 4;
const DOMAIN: &[u8] = b"cess-pois/filler/1";
const LABEL_LEAF: u8 = 1;

/// Where a miner keeps its filler files.
pub trait FillerStore {
    /// The bytes of file `index`.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    fn filler(&self, index: u64) -> io::Result<Vec<u8>>;
}

impl FillerStore for BTreeMap<u64, Vec<u8>> {
    fn filler(&self, index: u64) -> io::Result<Vec<u8>> {
        self.get(&index)
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// One filler file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filler {
    bytes: Vec<u8>,
}

impl Filler {
    /// Makes file `index` (from 1) of a miner; only `info`'s miner and key matter.
    ///
    /// # Errors
    /// [`PoisError::Params`].
    pub fn generate(params: &Params, info: &SpaceProofInfo, index: u64) -> Result<Self, PoisError> {
        let seed = seed(params, info, index)?;
        let count = params.labels()?;
        let mut bytes = Vec::with_capacity(count as usize * LABEL_LEN);
        for node in 0..count {
            let previous = bytes.last_chunk::<LABEL_LEN>();
            let parents = previous
                .map(|label| parents(node, label))
                .unwrap_or_default();
            let label = label_of(
                &seed,
                node,
                parents.iter().map(|parent| slice(&bytes, *parent)),
            );
            bytes.extend_from_slice(&label);
        }
        Ok(Self { bytes })
    }

    /// A file as it was read from a disk.
    ///
    /// # Errors
    /// [`PoisError::Damaged`] when its length is wrong.
    pub fn from_bytes(params: &Params, index: u64, bytes: Vec<u8>) -> Result<Self, PoisError> {
        if params.labels()? as usize * LABEL_LEN == bytes.len() {
            Ok(Self { bytes })
        } else {
            Err(PoisError::Damaged(index))
        }
    }

    /// The file's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file's bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The root of the tree over its labels.
    pub fn root(&self) -> Node {
        // A file has at least one label, so its tree has a root.
        self.tree().root().unwrap_or_default()
    }

    pub(crate) fn tree(&self) -> Tree {
        Tree::new(
            self.bytes
                .chunks_exact(LABEL_LEN)
                .map(|label| merkle::leaf(LABEL_LEAF, &[label]))
                .collect(),
        )
    }

    /// The label of a node; zeros when there is none.
    pub(crate) fn label(&self, node: u32) -> Label {
        let start = node as usize * LABEL_LEN;
        self.bytes
            .get(start..)
            .and_then(<[u8]>::first_chunk)
            .copied()
            .unwrap_or([0; LABEL_LEN])
    }

    /// Reads a file of a store.
    pub(crate) fn load(
        params: &Params,
        store: &impl FillerStore,
        index: u64,
    ) -> Result<Self, PoisError> {
        let bytes = store
            .filler(index)
            .map_err(|source| PoisError::Read { index, source })?;
        Self::from_bytes(params, index, bytes)
    }
}

/// What makes a file's labels differ from those of every other file.
pub(crate) fn seed(params: &Params, info: &SpaceProofInfo, index: u64) -> Result<Label, PoisError> {
    let mut hasher = Sha512::new_with_prefix(DOMAIN);
    let miner: &[u8] = info.miner.as_ref();
    for part in [
        miner,
        &info.pois_key.g,
        &info.pois_key.n,
        &index.to_be_bytes(),
    ] {
        hasher.update(part);
    }
    Ok(hasher
        .chain_update(params.labels()?.to_be_bytes())
        .finalize()
        .into())
}

/// The nodes that node `node > 0` depends on, by the label before it.
pub(crate) fn parents(node: u32, previous: &Label) -> [u32; PARENTS] {
    let mut parents = [node - 1; PARENTS];
    for (parent, word) in parents[1..].iter_mut().zip(previous.chunks_exact(8)) {
        *parent =
            (word.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) % u64::from(node)) as u32;
    }
    parents
}

/// The label of a node, from those of its parents; node 0 has none.
pub(crate) fn label_of<'a>(
    seed: &Label,
    node: u32,
    parents: impl Iterator<Item = &'a [u8]>,
) -> Label {
    let mut hasher = Sha512::new_with_prefix(seed);
    hasher.update(node.to_be_bytes());
    if node > 0 {
        parents.for_each(|label| hasher.update(label));
    }
    hasher.finalize().into()
}

/// The root that an opened label leads to.
pub(crate) fn root_of(label: &Label, node: u32, labels: u32, path: &[Node]) -> Option<Node> {
    merkle::root_of(
        merkle::leaf(LABEL_LEAF, &[label]),
        node.into(),
        labels.into(),
        path,
    )
}

fn slice(bytes: &[u8], node: u32) -> &[u8] {
    let start = node as usize * LABEL_LEN;
    &bytes[start..start + LABEL_LEN]
}
