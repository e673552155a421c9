use super::{beside, kin, Challenge, Commitment, NodeProof, Proof, Row};
use crate::{
    graph::{Graph, Place},
    layer::Opener,
    Opening, Params, PoisError, Store,
};
use std::collections::BTreeMap;

/// Opens what the challenge asks for, in a set that is on disk with all its layers.
pub(crate) fn prove(
    store: &impl Store,
    params: &Params,
    miner: &[u8; 32],
    commitment: &Commitment,
    challenge: &Challenge,
) -> Result<Proof, PoisError> {
    let rows = challenge.checked(params, commitment)?;
    let mut clusters = Vec::with_capacity(rows.len());
    for row in rows {
        let mut prover = ClusterProver {
            store,
            params,
            miner,
            commitment,
            openers: BTreeMap::new(),
        };
        clusters.push(prover.prove(&row)?);
    }
    Ok(Proof { clusters })
}

/// Opens nodes of one cluster, and of those made before.
struct ClusterProver<'a, S> {
    store: &'a S,
    params: &'a Params,
    miner: &'a [u8; 32],
    commitment: &'a Commitment,
    openers: BTreeMap<Place, Opener<'a, S>>,
}

impl<S: Store> ClusterProver<'_, S> {
    fn prove(&mut self, row: &Row) -> Result<Vec<NodeProof>, PoisError> {
        let k = self.params.layers();
        let at = |layer| Place {
            cluster: row.cluster,
            layer,
        };
        let mut nodes = Vec::with_capacity(2 * k as usize);
        for (layer, x) in (k..).zip(&row.files) {
            nodes.push(self.node(at(layer), *x)?);
        }
        let (mut place, mut x) = (at(k - 1), row.base);
        for step in row.steps.iter().map(Some).chain([None]) {
            let proof = self.node(place, x)?;
            if let Some(step) = step {
                let next = *step as usize % proof.parents.len().max(1);
                x = proof.parents.get(next).map_or(x, |parent| parent.node);
                place = place.holding(self.params, x);
            }
            nodes.push(proof);
        }
        Ok(nodes)
    }

    fn node(&mut self, place: Place, x: u32) -> Result<NodeProof, PoisError> {
        let mut graph = Graph::new(self.params, self.miner, place);
        let parents = graph.sorted(x);
        let kin: Vec<Place> = kin(self.params, place).collect();
        Ok(NodeProof {
            node: self.open(place, x)?,
            parents: parents
                .into_iter()
                .map(|parent| self.open(place.holding(self.params, parent), parent))
                .collect::<Result<_, _>>()?,
            elders: kin
                .into_iter()
                .map(|place| self.open(place, beside(self.params, place, x)))
                .collect::<Result<_, _>>()?,
        })
    }

    fn open(&mut self, place: Place, x: u32) -> Result<Opening, PoisError> {
        if !self.openers.contains_key(&place) {
            let opener = Opener::new(self.store, self.params, place)?;
            if Some(&opener.root()) != self.commitment.root(self.params, place) {
                return Err(PoisError::Missing(place.record()));
            }
            self.openers.insert(place, opener);
        }
        match self.openers.get(&place) {
            Some(opener) => opener.open(x),
            None => Err(PoisError::Missing(place.record())),
        }
    }
}
