use super::{beside, kin, Challenge, Commitment, NodeProof, Proof, Row};
use crate::{
    graph::{Graph, Place},
    label::{xor, Labeller},
    Append, Group, Label, Opening, Params, PoisError, SpaceProofInfo, LABEL_LEN,
};

/// The worker's check: every opened label is made again from its parents and elders, and the new files
/// are put under the accumulator. Gives the state with them.
///
/// The parents of every node are drawn again, where the published worker does it for four at random, and
/// every parent must be under its root, where the published one takes five of six on trust. A label
/// shows no more than the sum of its parents', so a miner that may invent some of them may put anything
/// under it.
///
/// # Errors
/// Says what does not hold.
pub fn verify(
    params: &Params,
    group: &Group,
    info: &SpaceProofInfo,
    commitment: &Commitment,
    challenge: &Challenge,
    proof: &Proof,
    append: &Append,
) -> Result<SpaceProofInfo, PoisError> {
    commitment.check(params, info)?;
    if proof.clusters.len() != params.clusters() as usize {
        return Err(PoisError::WrongShape("there is a row for each cluster"));
    }
    let verifier = Verifier {
        params,
        miner: info.miner.as_ref(),
        commitment,
    };
    let rows = challenge.checked(params, commitment)?;
    for (row, nodes) in rows.iter().zip(&proof.clusters) {
        verifier.cluster(row, nodes)?;
    }
    if append.first != commitment.first {
        return Err(PoisError::WrongShape("other files are appended"));
    }
    let accumulator = append.check(group, info, &commitment.file_roots(params))?;
    Ok(SpaceProofInfo {
        rear: info.rear + params.set_files(),
        accumulator,
        ..info.clone()
    })
}

struct Verifier<'a> {
    params: &'a Params,
    miner: &'a [u8; 32],
    commitment: &'a Commitment,
}

impl Verifier<'_> {
    fn cluster(&self, row: &Row, nodes: &[NodeProof]) -> Result<(), PoisError> {
        let k = self.params.layers();
        if nodes.len() != 2 * k as usize {
            return Err(PoisError::WrongShape("2·K nodes are opened in a cluster"));
        }
        let at = |layer| Place {
            cluster: row.cluster,
            layer,
        };
        let (files, walk) = nodes.split_at(k as usize);
        for ((layer, x), node) in (k..).zip(&row.files).zip(files) {
            self.node(at(layer), *x, node)?;
        }
        let (mut place, mut x) = (at(k - 1), row.base);
        let mut steps = row.steps.iter();
        for node in walk {
            let parents = self.node(place, x, node)?;
            if let Some(step) = steps.next() {
                let next = *step as usize % parents.len().max(1);
                x = parents.get(next).copied().unwrap_or(x);
                place = place.holding(self.params, x);
            }
        }
        Ok(())
    }

    /// Checks one node and gives its parents.
    fn node(&self, place: Place, x: u32, proof: &NodeProof) -> Result<Vec<u32>, PoisError> {
        let parents = Graph::new(self.params, self.miner, place).sorted(x);
        if parents.len() != proof.parents.len() {
            return Err(PoisError::WrongShape("every parent is opened"));
        }
        let kin: Vec<Place> = kin(self.params, place).collect();
        if kin.len() != proof.elders.len() {
            return Err(PoisError::WrongShape("every elder is opened"));
        }
        self.opened(place, x, &proof.node)?;
        let mut sum = [0; LABEL_LEN];
        for (parent, opening) in parents.iter().zip(&proof.parents) {
            self.opened(place.holding(self.params, *parent), *parent, opening)?;
            xor(&mut sum, &opening.label);
        }
        let mut elders = [0; LABEL_LEN];
        let mut previous: Option<&Label> = None;
        for (i, (kin, opening)) in kin.iter().zip(&proof.elders).enumerate() {
            self.opened(*kin, beside(self.params, *kin, x), opening)?;
            if i == 0 && place.previous(self.params).is_some() {
                previous = Some(&opening.label);
            } else {
                xor(&mut elders, &opening.label);
            }
        }
        let label = Labeller::new(self.params, self.miner, place).label(x, &sum, &elders, previous);
        if label == proof.node.label {
            Ok(parents)
        } else {
            Err(PoisError::WrongLabel {
                cluster: place.cluster,
                node: x,
            })
        }
    }

    fn opened(&self, place: Place, x: u32, opening: &Opening) -> Result<(), PoisError> {
        let root = self.commitment.root(self.params, place);
        let root = root.ok_or(PoisError::WrongShape("a row is for another set's cluster"))?;
        opening.check(self.params, x, root)
    }
}
