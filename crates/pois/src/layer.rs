//! Layers on disk: labels, then a level of their Merkle tree, so that a node is opened by hashing some
//! hundred labels and not all of them.

use crate::{
    graph::Place,
    merkle::{Node, Opening, Tree},
    Label, Params, PoisError, Record, Store, LABEL_LEN,
};

/// Labels under a node of the kept level: 8 KiB. The level takes a 256th of the labels' space; at
/// published sizes it is hashed in a millisecond, and a subtree in a fraction of that.
const SUBTREE: usize = 128;

impl Place {
    pub(crate) fn record(self) -> Record {
        Record::Layer {
            cluster: self.cluster,
            layer: self.layer,
        }
    }
}

/// Bytes of a layer's record.
fn record_len(params: &Params) -> u64 {
    let nodes = u64::from(params.labels()) / SUBTREE as u64;
    params.file_size() + nodes * size_of::<Node>() as u64
}

fn damaged(place: Place) -> PoisError {
    PoisError::Missing(place.record())
}

/// Whether the record is there, and as long as it must be.
pub(crate) fn is_present(
    store: &impl Store,
    params: &Params,
    place: Place,
) -> Result<bool, PoisError> {
    let last = record_len(params) - 1;
    store
        .read_at(place.record(), last, &mut [0])
        .map_err(PoisError::store(place.record()))
}

/// Keeps a layer.
pub(crate) fn write(store: &impl Store, place: Place, labels: &[Label]) -> Result<(), PoisError> {
    let level = kept_level(labels);
    store
        .write(
            place.record(),
            &[labels.as_flattened(), level.as_flattened()],
        )
        .map_err(PoisError::store(place.record()))
}

/// Reads the labels of a layer into `labels`, without looking at them.
pub(crate) fn read(
    store: &impl Store,
    place: Place,
    labels: &mut [Label],
) -> Result<(), PoisError> {
    fill(store, place, 0, labels.as_flattened_mut())
}

/// Adds the labels of a layer to `sums`, in portions.
pub(crate) fn add(store: &impl Store, place: Place, sums: &mut [Label]) -> Result<(), PoisError> {
    const PORTION: usize = 1 << 12;
    let mut buffer = vec![[0; LABEL_LEN]; PORTION.min(sums.len())];
    for (i, portion) in sums.chunks_mut(PORTION).enumerate() {
        let buffer = &mut buffer[..portion.len()];
        let offset = (i * PORTION * LABEL_LEN) as u64;
        fill(store, place, offset, buffer.as_flattened_mut())?;
        for (sum, label) in portion.iter_mut().zip(buffer) {
            crate::label::xor(sum, label);
        }
    }
    Ok(())
}

/// The root, by the kept level alone.
pub(crate) fn root(store: &impl Store, params: &Params, place: Place) -> Result<Node, PoisError> {
    Ok(Opener::new(store, params, place)?.root())
}

/// Whether the labels are those of the kept level, and the root is this one.
pub(crate) fn is_whole(
    store: &impl Store,
    params: &Params,
    place: Place,
    root: &Node,
) -> Result<bool, PoisError> {
    if !is_present(store, params, place)? {
        return Ok(false);
    }
    let opener = Opener::new(store, params, place)?;
    let mut labels = [[0; LABEL_LEN]; SUBTREE];
    for subtree in 0..params.labels() as usize / SUBTREE {
        fill(
            store,
            place,
            (subtree * size_of_val(&labels)) as u64,
            labels.as_flattened_mut(),
        )?;
        if opener.level.leaf(subtree) != Some(&Tree::over_labels(&labels).root()) {
            return Ok(false);
        }
    }
    Ok(opener.root() == *root)
}

/// Opens nodes of one layer.
pub(crate) struct Opener<'a, S> {
    store: &'a S,
    params: &'a Params,
    place: Place,
    level: Tree,
}

impl<'a, S: Store> Opener<'a, S> {
    pub(crate) fn new(store: &'a S, params: &'a Params, place: Place) -> Result<Self, PoisError> {
        let mut level = vec![[0; 32]; params.labels() as usize / SUBTREE];
        fill(store, place, params.file_size(), level.as_flattened_mut())?;
        Ok(Self {
            store,
            params,
            place,
            level: Tree::new(level),
        })
    }

    pub(crate) fn root(&self) -> Node {
        self.level.root()
    }

    /// Opens the node with this number; its label is checked against the kept level.
    pub(crate) fn open(&self, node: u32) -> Result<Opening, PoisError> {
        let j = (node % self.params.labels()) as usize;
        let mut labels = [[0; LABEL_LEN]; SUBTREE];
        let offset = (j / SUBTREE * size_of_val(&labels)) as u64;
        fill(self.store, self.place, offset, labels.as_flattened_mut())?;
        let subtree = Tree::over_labels(&labels);
        if self.level.leaf(j / SUBTREE) != Some(&subtree.root()) {
            return Err(damaged(self.place));
        }
        let path = subtree
            .path(j % SUBTREE)
            .chain(self.level.path(j / SUBTREE))
            .collect();
        Ok(Opening {
            node,
            label: labels[j % SUBTREE],
            path,
        })
    }
}

fn kept_level(labels: &[Label]) -> Vec<Node> {
    let subtrees = labels.chunks(SUBTREE);
    subtrees
        .map(|part| Tree::over_labels(part).root())
        .collect()
}

fn fill(store: &impl Store, place: Place, offset: u64, buffer: &mut [u8]) -> Result<(), PoisError> {
    let there = store
        .read_at(place.record(), offset, buffer)
        .map_err(PoisError::store(place.record()))?;
    if there {
        Ok(())
    } else {
        Err(damaged(place))
    }
}
