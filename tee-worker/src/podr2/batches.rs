//! The batches of a service proof, added up.

use super::internal;
use cess_podr2::{Challenge, Names, Proof, SecretKey, Verdict as Judgement};
use cess_primitives::{BloomFilter, Hash, Tick};
use std::{collections::BTreeMap, sync::Arc};
use tonic::Status;

/// The batches of a challenge that were proven so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batches {
    pub(super) start: Tick,
    /// Sum of the names.
    pub(super) bloom: BloomFilter,
    /// Product of their sigmas; empty before the first batch.
    pub(super) sigma: String,
    /// The names of each batch, shared because a copy is made for each that follows.
    names: Vec<Arc<[Hash]>>,
    /// The signature of the verdict over all of them, once they are complete.
    pub(super) verdict: Option<[u8; 64]>,
}

impl Batches {
    /// Nothing yet.
    pub(super) fn none(start: Tick) -> Self {
        Self {
            start,
            bloom: BloomFilter::default(),
            sigma: String::new(),
            names: Vec::new(),
            verdict: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The fragments that are named more than once in all batches together, and how often.
    pub(super) fn repeated(&self) -> BTreeMap<Hash, u32> {
        let mut names: Vec<&Hash> = self.names.iter().flat_map(|names| names.iter()).collect();
        names.sort_unstable();
        names
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() > 1)
            .map(|same| (*same[0], u32::try_from(same.len()).unwrap_or(u32::MAX)))
            .collect()
    }

    /// The batches with this one, or why the proof does not hold.
    ///
    /// How often a fragment may be named is not judged here, because that takes all batches.
    pub(super) fn judge(
        mut self,
        key: &dyn SecretKey,
        challenge: &Challenge,
        proof: Proof,
    ) -> Result<Result<Self, String>, Status> {
        let mut counts = BTreeMap::new();
        for name in &proof.names {
            *counts.entry(*name).or_insert(0) += 1;
        }
        match key.verify(challenge, &proof, Names::Counted(&counts)) {
            Ok(Judgement::Accepted) => {}
            Ok(Judgement::Rejected(rejection)) => return Ok(Err(rejection.to_string())),
            // Who holds no fragment is not asked for a proof, so one over nothing proves nothing.
            Ok(Judgement::Empty) => return Ok(Err("the proof names no fragment".into())),
            Err(error) => return Err(internal(&error)),
        }
        self.bloom = add_names(&self.bloom, &proof.names)?;
        let product = key.public().product(&self.sigma, &proof.sigma);
        self.sigma = product.map_err(|error| internal(&error))?;
        self.names.push(proof.names.into());
        Ok(Ok(self))
    }
}

/// The sum with these names.
pub(super) fn add_names(before: &BloomFilter, names: &[Hash]) -> Result<BloomFilter, Status> {
    let mut sum = before.clone();
    for name in names {
        sum.insert(name)
            .map_err(|_| Status::invalid_argument("too many fragments are counted"))?;
    }
    Ok(sum)
}

/// Whether more names can bring the sum to the whole. It also bounds the names that are kept.
pub(super) fn is_part(sum: &BloomFilter, whole: &BloomFilter) -> bool {
    sum.0.iter().zip(&whole.0).all(|(part, all)| part <= all)
}
