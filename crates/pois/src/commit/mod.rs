//! Certifying a set of new files at the rear.

mod challenge;
mod prove;
mod verify;

pub use challenge::{challenge, Challenge, Row};
pub use verify::verify;

pub(crate) use prove::prove;

use crate::{
    accumulator::live_count, graph::Place, merkle::Node, Opening, Params, PoisError, SpaceProofInfo,
};
use codec::{Decode, Encode};
use sha2::{Digest, Sha256};

/// A set that a miner wants certified: the roots of all its layers.
///
/// The message `Commits`: `file_indexs` are `first..first + set_files`, `roots` are these and then
/// [`Commitment::hash`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Commitment {
    /// The set's first file, the one after the last certified.
    pub first: u64,
    /// `2·K·clusters` roots: that of layer `l` of cluster `c` (from 0) at `l·clusters + c`.
    pub roots: Vec<Node>,
}

impl Commitment {
    /// SHA-256 of all roots, the published last entry.
    pub fn hash(&self) -> Node {
        Sha256::digest(self.roots.as_flattened()).into()
    }

    /// The roots of the set's files, in the order of their numbers.
    pub fn file_roots(&self, params: &Params) -> Vec<Node> {
        let (k, clusters) = (params.layers() as usize, params.clusters() as usize);
        let places =
            (0..clusters).flat_map(|cluster| (k..2 * k).map(move |layer| (layer, cluster)));
        places
            .filter_map(|(layer, cluster)| self.roots.get(layer * clusters + cluster).copied())
            .collect()
    }

    /// The root of a layer of this set.
    pub(crate) fn root(&self, params: &Params, place: Place) -> Option<&Node> {
        let clusters = u64::from(params.clusters());
        let cluster = place.cluster.checked_sub(self.first_cluster(params))?;
        let index = u64::from(place.layer) * clusters + cluster;
        (cluster < clusters)
            .then(|| self.roots.get(index as usize))
            .flatten()
    }

    /// The number of the set's first cluster.
    pub(crate) fn first_cluster(&self, params: &Params) -> u64 {
        self.first.saturating_sub(1) / u64::from(params.layers()) + 1
    }

    /// Checks that this is a set that can follow the certified files.
    pub(crate) fn check(&self, params: &Params, info: &SpaceProofInfo) -> Result<(), PoisError> {
        live_count(info)?;
        let (first, next) = (self.first, info.rear.saturating_add(1));
        let room = next.checked_add(params.set_files());
        if first != next || room.is_none_or(|end| i64::try_from(end).is_err()) {
            return Err(PoisError::Gap { first, next });
        }
        if info.rear % params.set_files() != 0 {
            return Err(PoisError::WrongShape(
                "the certified files end within a set",
            ));
        }
        if self.roots.len() != params.commit_roots() {
            return Err(PoisError::WrongShape(
                "a commitment has a root for each layer of each cluster",
            ));
        }
        Ok(())
    }
}

/// A node with everything that its label was made from. Nodes are numbered over all layers,
/// `x = l·N + j` with logical layer `l`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NodeProof {
    /// The node.
    pub node: Opening,
    /// Its parents, in ascending order. Every one has its path.
    pub parents: Vec<Opening>,
    /// The same node of the layer that was made before this one (absent for the set's very first
    /// layer), then for a file the same node of its K/2 elder layers.
    pub elders: Vec<Opening>,
}

/// The answer to a [`Challenge`]: for each row `2·K` nodes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// For each row the K files' nodes, the base, and the steps.
    pub clusters: Vec<Vec<NodeProof>>,
}

/// The layers whose labels at the same height go into a label: the one that was made before, then the
/// elders.
fn kin(params: &Params, place: Place) -> impl Iterator<Item = Place> {
    place
        .previous(params)
        .into_iter()
        .chain(place.elders(params))
}

/// The number of the node at the same height as `x` in another layer.
fn beside(params: &Params, place: Place, x: u32) -> u32 {
    place.base(params) + x % params.labels()
}
