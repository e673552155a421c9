//! The miner's side of an audit.

use super::{
    coefficient,
    curve::{self, AffineG1, Scalar, G1},
    sectors::{self, Sum},
    tag::point_bytes,
    weight, Public,
};
use crate::{Challenge, ChunkReader, Podr2Error, Proof, Prover, Tagged};
use cess_primitives::Hash;

/// Authenticators that are multiplied together: more save little and take memory.
const TOGETHER: usize = 4096;

pub(super) struct BlsProver {
    key: Public,
    challenge: Challenge,
    names: Vec<Hash>,
    /// The sum over the fragments for each sector.
    mu: Vec<Scalar>,
    sigma: G1,
    /// Authenticators that are not in sigma yet, with their coefficients.
    points: Vec<AffineG1>,
    scalars: Vec<Scalar>,
}

impl BlsProver {
    pub(super) fn new(key: &Public, challenge: &Challenge) -> Self {
        Self {
            key: key.clone(),
            challenge: challenge.clone(),
            names: Vec::new(),
            mu: vec![Scalar::default(); sectors::count(key.chunk_size())],
            sigma: G1::default(),
            points: Vec::new(),
            scalars: Vec::new(),
        }
    }

    fn multiply(&mut self) {
        let part = curve::sum_of_products(&self.points, &self.scalars);
        self.sigma = self.sigma.plus(&part);
        self.points.clear();
        self.scalars.clear();
    }
}

impl Prover for BlsProver {
    fn add(&mut self, tagged: &Tagged, reader: &mut dyn ChunkReader) -> Result<(), Podr2Error> {
        let core = &tagged.tag.t;
        let name = core.name;
        let weight = weight(&self.challenge, &name);
        let mut sums = vec![Sum::default(); self.mu.len()];
        let items = self.challenge.items();
        let (mut points, mut scalars) = (
            Vec::with_capacity(items.len()),
            Vec::with_capacity(items.len()),
        );
        for (index, v) in items {
            let sigma = core.phi.get(*index as usize);
            let sigma = sigma.ok_or(Podr2Error::NoSuchChunk {
                name,
                chunks: core.phi.len(),
                index: *index,
            })?;
            let point = point_bytes(sigma).and_then(|bytes| curve::uncompress(&bytes));
            points.push(point.ok_or(Podr2Error::DamagedTag(name))?);
            let chunk = reader
                .chunk(*index)
                .map_err(|source| Podr2Error::Read { name, source })?;
            if chunk.len() != self.key.chunk_size() {
                return Err(Podr2Error::ChunkSize {
                    size: chunk.len(),
                    expected: self.key.chunk_size(),
                });
            }
            let v = coefficient(v);
            let words = v.to_words();
            for (sum, sector) in sums.iter_mut().zip(sectors::of(&chunk)) {
                // A coefficient has 160 bits.
                sum.add_product(&words[..3], &sector);
            }
            scalars.push(v.times(&weight));
        }
        for (mu, sum) in self.mu.iter_mut().zip(sums) {
            *mu = mu.plus(&sum.reduce().times(&weight));
        }
        self.names.push(name);
        self.points.append(&mut points);
        self.scalars.append(&mut scalars);
        if self.points.len() >= TOGETHER {
            self.multiply();
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Proof, Podr2Error> {
        if self.names.is_empty() {
            return Ok(Proof::default());
        }
        self.multiply();
        let mu = self.mu.iter().map(|mu| hex::encode(mu.to_bytes()));
        Ok(Proof {
            names: self.names,
            us: vec![self.key.generators_name().to_owned()],
            u_sigs: Vec::new(),
            mus: vec![mu.collect()],
            sigma: hex::encode(self.sigma.to_bytes()),
        })
    }
}
