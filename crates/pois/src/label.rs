//! The label of a node.

use crate::{
    graph::{Graph, Place, MAX_PARENTS},
    Label, Params, LABEL_LEN,
};
use sha2::{Digest, Sha512};

/// Combines labels: byte by byte, so that their order does not matter.
#[inline]
pub(crate) fn xor(sum: &mut Label, label: &Label) {
    for (byte, other) in sum.iter_mut().zip(label) {
        *byte ^= other;
    }
}

/// `sha512(miner || i64 cluster || i64 file || i32 node || parents || elders [|| previous])`.
pub(crate) struct Labeller {
    input: [u8; 52 + 3 * LABEL_LEN],
}

impl Labeller {
    pub(crate) fn new(params: &Params, miner: &[u8; 32], place: Place) -> Self {
        let mut input = [0; 52 + 3 * LABEL_LEN];
        input[..32].copy_from_slice(miner);
        input[32..40].copy_from_slice(&place.cluster.to_be_bytes());
        input[40..48].copy_from_slice(&place.file(params).to_be_bytes());
        Self { input }
    }

    /// The label of node `x`, from the sums of its parents' and elders' labels.
    pub(crate) fn label(
        &mut self,
        x: u32,
        parents: &Label,
        elders: &Label,
        previous: Option<&Label>,
    ) -> Label {
        let (own, labels) = self.input.split_at_mut(52);
        own[48..].copy_from_slice(&x.to_be_bytes());
        labels[..64].copy_from_slice(parents);
        labels[64..128].copy_from_slice(elders);
        let end = match previous {
            Some(previous) => {
                labels[128..].copy_from_slice(previous);
                self.input.len()
            }
            None => self.input.len() - LABEL_LEN,
        };
        Sha512::digest(&self.input[..end]).into()
    }
}

/// The sum over the labels of these nodes, of which `nodes` begins with number `floor`. It stays in
/// registers, so that the processor fetches the labels of many nodes at a time.
#[inline]
fn sum(nodes: &[Label], floor: u32, list: &[u32]) -> Label {
    let mut sum = [0u64; 8];
    for node in list {
        let (words, _) = nodes[(node - floor) as usize].as_chunks::<8>();
        for (sum, word) in sum.iter_mut().zip(words) {
            *sum ^= u64::from_ne_bytes(*word);
        }
    }
    let mut label = [0; LABEL_LEN];
    let (words, _) = label.as_chunks_mut::<8>();
    for (word, sum) in words.iter_mut().zip(sum) {
        *word = sum.to_ne_bytes();
    }
    label
}

/// Labels a whole layer.
///
/// `nodes` are 2·N labels: those of the layer below (whatever they are, for layer 0), then the ones to be
/// made. `elders` are the sums over the elder layers, absent for a temporary layer.
pub(crate) fn label_layer(
    params: &Params,
    miner: &[u8; 32],
    place: Place,
    nodes: &mut [Label],
    elders: Option<&[Label]>,
    previous: Option<&[Label]>,
) {
    const NOTHING: Label = [0; LABEL_LEN];
    let n = params.labels() as usize;
    let base = place.base(params);
    // `nodes` begins with the layer below, if there is one.
    let floor = base.wrapping_sub(params.labels());
    let mut graph = Graph::new(params, miner, place);
    let mut labeller = Labeller::new(params, miner, place);
    let mut list = [0; MAX_PARENTS];
    for j in 0..n {
        let x = base + j as u32;
        let count = graph.parents(x, &mut list);
        let sum = sum(nodes, floor, &list[..count]);
        let elder = elders.map_or(&NOTHING, |elders| &elders[j]);
        let before = previous.map(|previous| &previous[j]);
        nodes[n + j] = labeller.label(x, &sum, elder, before);
    }
}
