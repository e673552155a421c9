//! The stacked expander: which nodes a label depends on.

use crate::Params;
use sha2::{Digest, Sha512};

/// Most parents of a node: the one straight below it, and D that are drawn.
pub(crate) const MAX_PARENTS: usize = 65;

/// A layer of a cluster. Clusters are numbered from 1 over all sets, layers are real ones: 0..K are
/// temporary, K..2K are the cluster's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) cluster: u64,
    pub(crate) layer: u32,
}

impl Place {
    /// The file with this number, from 1.
    pub(crate) fn of_file(params: &Params, file: u64) -> Self {
        let k = u64::from(params.layers());
        Self {
            cluster: (file - 1) / k + 1,
            layer: (k + (file - 1) % k) as u32,
        }
    }

    pub(crate) fn is_file(self, params: &Params) -> bool {
        self.layer >= params.layers()
    }

    /// The number of the file, 0 for a temporary layer.
    pub(crate) fn file(self, params: &Params) -> u64 {
        if self.is_file(params) {
            let k = params.layers();
            (self.cluster - 1) * u64::from(k) + u64::from(self.layer - k) + 1
        } else {
            0
        }
    }

    /// All files share the logical layer K: they stand side by side on layer K-1.
    pub(crate) fn logical(self, params: &Params) -> u32 {
        self.layer.min(params.layers())
    }

    /// The first number of this layer's nodes.
    pub(crate) fn base(self, params: &Params) -> u32 {
        self.logical(params) * params.labels()
    }

    /// The layer that holds a parent of a node of this one.
    pub(crate) fn holding(self, params: &Params, parent: u32) -> Self {
        let layer = if parent >= self.base(params) {
            self.layer
        } else {
            self.logical(params) - 1
        };
        Self { layer, ..self }
    }

    /// The layer that was made right before this one; none before the first of a set.
    pub(crate) fn previous(self, params: &Params) -> Option<Self> {
        let clusters = u64::from(params.clusters());
        if (self.cluster - 1) % clusters > 0 {
            Some(Self {
                cluster: self.cluster - 1,
                ..self
            })
        } else {
            self.layer.checked_sub(1).map(|layer| Self {
                cluster: self.cluster + clusters - 1,
                layer,
            })
        }
    }

    /// The K/2 temporary layers that a file depends on beside its parents: the even ones for the first
    /// half of a cluster's files, the odd ones for the second.
    pub(crate) fn elders(self, params: &Params) -> impl Iterator<Item = Self> {
        let k = params.layers();
        let count = if self.is_file(params) { k / 2 } else { 0 };
        let first = self.layer.saturating_sub(k / 2) / k;
        (0..count).map(move |t| Self {
            layer: first + 2 * t,
            ..self
        })
    }
}

/// Draws the parents of a layer's nodes.
pub(crate) struct Graph {
    degree: u32,
    labels: u32,
    has_parents: bool,
    /// `miner || i64 cluster || i64 real layer || i64 node`.
    seed: [u8; 56],
}

impl Graph {
    pub(crate) fn new(params: &Params, miner: &[u8; 32], place: Place) -> Self {
        let mut seed = [0; 56];
        seed[..32].copy_from_slice(miner);
        seed[32..40].copy_from_slice(&place.cluster.to_be_bytes());
        seed[40..48].copy_from_slice(&u64::from(place.layer).to_be_bytes());
        Self {
            degree: params.degree(),
            labels: params.labels(),
            has_parents: place.layer > 0,
            seed,
        }
    }

    /// Writes the parents of node `x` into `list`, each once and in no order; gives their number.
    pub(crate) fn parents(&mut self, x: u32, list: &mut [u32; MAX_PARENTS]) -> usize {
        if !self.has_parents {
            return 0;
        }
        self.seed[48..].copy_from_slice(&u64::from(x).to_be_bytes());
        let hash = Sha512::digest(self.seed);
        let below = x - self.labels;
        let floor = below - below % self.labels;
        let group = self.labels / self.degree;
        let spread = group / 256;
        list[0] = below;
        let mut count = 1;
        let mut moved = None;
        for (i, byte) in (0..self.degree).zip(&hash) {
            let byte = u32::from(*byte);
            // The spread is a power of two.
            let drawn = floor + i * group + byte * spread + (byte & (spread - 1));
            if drawn == below {
                moved = Some(drawn + 1);
                continue;
            }
            // A node before this one stands in for one that would be too far down.
            list[count] = if drawn < below {
                drawn + self.labels
            } else {
                drawn
            };
            count += 1;
        }
        // Every draw is from a group of its own, so only a moved one can meet another.
        if let Some(moved) = moved.filter(|moved| !list[..count].contains(moved)) {
            list[count] = moved;
            count += 1;
        }
        count
    }

    /// The parents of node `x` in ascending order, as challenges count them.
    pub(crate) fn sorted(&mut self, x: u32) -> Vec<u32> {
        let mut list = [0; MAX_PARENTS];
        let count = self.parents(x, &mut list);
        list[..count].sort_unstable();
        list[..count].to_vec()
    }
}
