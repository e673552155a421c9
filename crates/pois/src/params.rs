//! Sizes and counts.

use crate::PoisError;
use cess_primitives::ProtocolParams;

/// Bytes of a label.
pub const LABEL_LEN: usize = 64;
/// A label: the SHA-512 that a node of the graph carries.
pub type Label = [u8; LABEL_LEN];

/// Elements that one accumulator of any level holds (published).
pub const FAN_OUT: u64 = 256;
/// Sets of which a space challenge opens one (published).
pub const GROUP: u64 = 16;

/// Sizes and counts of a network's idle files; prover and verifier must use the same.
///
/// They are checked when they are made, so that everything else may rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Params {
    layers: u32,
    labels: u32,
    degree: u32,
    clusters: u32,
}

impl Params {
    /// `layers` is K, `labels` N, `degree` D; a set has `set_files` files, K for each cluster.
    ///
    /// # Errors
    /// [`PoisError::Params`] says which rule they break.
    pub fn new(layers: u32, labels: u32, degree: u32, set_files: u32) -> Result<Self, PoisError> {
        let rules = [
            (
                layers >= 2 && layers % 2 == 0,
                "K is even and at least two: half of the layers are elders",
            ),
            (
                labels.is_power_of_two() && degree.is_power_of_two() && degree <= 64,
                "N and D are powers of two, and D is at most 64, the bytes of a hash",
            ),
            (
                degree >= 1 && labels / degree.max(1) >= 256,
                "N / D is at least 256, so that a byte of a hash can name any node of a group",
            ),
            (
                layers <= 64 && (i64::from(layers) + 1) * i64::from(labels) <= i64::from(i32::MAX),
                "the nodes of all layers are numbered with 31 bits, in at most 64 layers",
            ),
            (
                set_files > 0 && set_files % layers.max(1) == 0,
                "a set is a whole number of clusters, of K files each",
            ),
            (
                set_files > 0 && FAN_OUT % u64::from(set_files.max(1)) == 0,
                "a set divides 256, the elements of an accumulator",
            ),
        ];
        if let Some((_, rule)) = rules.iter().find(|(holds, _)| !holds) {
            return Err(PoisError::Params(rule));
        }
        Ok(Self {
            layers,
            labels,
            degree,
            clusters: set_files / layers,
        })
    }

    /// The sizes and counts of a network.
    ///
    /// # Errors
    /// [`PoisError::Params`] when they can't be used.
    pub fn of(protocol: &ProtocolParams) -> Result<Self, PoisError> {
        if protocol.idle_file_size % LABEL_LEN as u64 != 0 {
            return Err(PoisError::Params("a file is a multiple of 64 bytes"));
        }
        let labels = u32::try_from(protocol.idle_file_size / LABEL_LEN as u64)
            .map_err(|_| PoisError::Params("a file has fewer than 2^32 labels"))?;
        let (layers, degree) = (protocol.idle_layers, protocol.idle_degree);
        Self::new(layers, labels, degree, protocol.idle_set)
    }

    /// K: layers below the files, and files of a cluster.
    pub fn layers(&self) -> u32 {
        self.layers
    }

    /// N: labels of a file, nodes of a layer.
    pub fn labels(&self) -> u32 {
        self.labels
    }

    /// D: parents that a node draws beside the one straight below it.
    pub fn degree(&self) -> u32 {
        self.degree
    }

    /// Clusters of a set.
    pub fn clusters(&self) -> u32 {
        self.clusters
    }

    /// Files that are certified in one go.
    pub fn set_files(&self) -> u64 {
        u64::from(self.layers) * u64::from(self.clusters)
    }

    /// Bytes of a file.
    pub fn file_size(&self) -> u64 {
        u64::from(self.labels) * LABEL_LEN as u64
    }

    /// Roots of a commitment: one for each layer of each cluster, the files' and those below.
    pub fn commit_roots(&self) -> usize {
        2 * self.layers as usize * self.clusters as usize
    }

    /// Siblings on the way from a label to its root.
    pub fn path_len(&self) -> usize {
        self.labels.trailing_zeros() as usize
    }
}
