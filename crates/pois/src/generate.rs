//! Making the layers of a set, one after the other, with a few of them in memory.

use crate::{graph::Place, label::label_layer, layer, Label, Params, PoisError, Store, LABEL_LEN};
use std::ops::ControlFlow;

/// How far a generation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Layers of the set that are there.
    pub done: usize,
    /// Layers of the set: [`Params::commit_roots`].
    pub total: usize,
}

/// Is told of progress between layers, and may stop the work.
pub type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// The places of a set in the order in which they are made, which is also that of a commitment's roots.
/// Sets are numbered from 0.
pub(crate) fn places(params: &Params, set: u64) -> impl Iterator<Item = Place> {
    let clusters = u64::from(params.clusters());
    let first = set * clusters + 1;
    (0..2 * params.layers()).flat_map(move |layer| {
        (first..first + clusters).map(move |cluster| Place { cluster, layer })
    })
}

/// Makes every layer of a set that is not there.
///
/// In memory: the layer that is made and the one below it, the one made before, and the sums of the
/// elders; with the Merkle level less than 4.1 times a file.
///
/// # Errors
/// [`PoisError::Cancelled`], [`PoisError::Store`], [`PoisError::Missing`] when a layer goes meanwhile.
pub(crate) fn generate(
    store: &impl Store,
    params: &Params,
    miner: &[u8; 32],
    set: u64,
    watch: Watch<'_>,
) -> Result<(), PoisError> {
    let total = params.commit_roots();
    let mut desk = Desk::default();
    for (done, place) in places(params, set).enumerate() {
        if watch(Progress { done, total }).is_break() {
            return Err(PoisError::Cancelled);
        }
        if !layer::is_present(store, params, place)? {
            desk.make(store, params, miner, place)?;
        }
    }
    // Whoever watches sees the end, but can't stop any more.
    let _ = watch(Progress { done: total, total });
    Ok(())
}

/// What is in memory while layers are made.
#[derive(Default)]
struct Desk {
    /// The layer below, and the one that is made.
    nodes: Vec<Label>,
    elders: Vec<Label>,
    previous: Vec<Label>,
    /// What `nodes` ends with.
    made: Option<Place>,
}

impl Desk {
    fn make(
        &mut self,
        store: &impl Store,
        params: &Params,
        miner: &[u8; 32],
        place: Place,
    ) -> Result<(), PoisError> {
        let n = params.labels() as usize;
        self.nodes.resize(2 * n, [0; LABEL_LEN]);
        let before = place.previous(params);
        if let Some(before) = before {
            self.previous.resize(n, [0; LABEL_LEN]);
            if self.made == Some(before) {
                self.previous.copy_from_slice(&self.nodes[n..]);
            } else {
                layer::read(store, before, &mut self.previous)?;
            }
        }
        self.made = None;
        if place.layer > 0 {
            let below = Place {
                layer: place.logical(params) - 1,
                ..place
            };
            layer::read(store, below, &mut self.nodes[..n])?;
        }
        if place.is_file(params) {
            self.elders.clear();
            self.elders.resize(n, [0; LABEL_LEN]);
            for elder in place.elders(params) {
                layer::add(store, elder, &mut self.elders)?;
            }
        }
        label_layer(
            params,
            miner,
            place,
            &mut self.nodes,
            place.is_file(params).then_some(&self.elders[..]),
            before.map(|_| &self.previous[..]),
        );
        layer::write(store, place, &self.nodes[n..])?;
        self.made = Some(place);
        Ok(())
    }
}
