//! Straight lines through what was measured.

use crate::sample::Samples;
use anyhow::ensure;
use frame_benchmarking::{Analysis, BenchmarkMetadata, BenchmarkResult, BenchmarkSelector};
use frame_support::traits::StorageInfo;
use std::collections::BTreeMap;

/// Bytes that a layer of the state's trie adds to a proof: fifteen hashes of siblings.
const LAYER: u32 = 15 * 33;
/// Layers above a storage map, counted for every map that is read.
const LAYERS_ABOVE: u32 = 2;
/// Entries that a map is assumed to have where nothing limits them.
const ENTRIES: u32 = 1_000_000;
/// Bytes of a key that tell which storage it belongs to.
const PREFIX: usize = 32;

/// A quantity that grows evenly with each component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// With all components at nought.
    pub(crate) base: u128,
    /// For one more of each component, in their order.
    pub(crate) slopes: Vec<u128>,
}

impl Line {
    /// The larger base and slopes of both.
    fn max(self, other: Self) -> Self {
        let length = self.slopes.len().max(other.slopes.len());
        let slope = |line: &Self, i: usize| line.slopes.get(i).copied().unwrap_or(0);
        Self {
            slopes: (0..length)
                .map(|i| slope(&self, i).max(slope(&other, i)))
                .collect(),
            base: self.base.max(other.base),
        }
    }
}

/// What one benchmark came to.
#[derive(Debug)]
pub(crate) struct Cost {
    pub(crate) name: String,
    /// Names and largest values of the components.
    pub(crate) components: Vec<(String, u32)>,
    /// The shortest run, nanoseconds.
    pub(crate) fastest: u128,
    /// Computing, picoseconds.
    pub(crate) time: Line,
    /// Values that are read.
    pub(crate) reads: Line,
    /// Values that are written.
    pub(crate) writes: Line,
    /// Bytes of the proof on the small state of the benchmark.
    pub(crate) recorded: Line,
    /// Bytes of the proof on a large state.
    pub(crate) proof: Line,
}

impl Cost {
    /// Computing with all components at their largest, picoseconds.
    pub(crate) fn at_most(&self) -> f64 {
        let maxima = self.components.iter().map(|(_, max)| u128::from(*max));
        let grown: u128 = maxima
            .zip(&self.time.slopes)
            .map(|(max, slope)| max * slope)
            .sum();
        (self.time.base + grown) as f64
    }
}

/// Fits lines to the samples of a benchmark.
pub(crate) fn fit(
    name: String,
    benchmark: &BenchmarkMetadata,
    samples: &Samples,
    storage: &[StorageInfo],
) -> anyhow::Result<Cost> {
    let components = benchmark.components.iter();
    let fastest = samples
        .times
        .iter()
        .map(|sample| sample.extrinsic_time)
        .min();
    Ok(Cost {
        name,
        components: components
            .map(|(name, _, max)| (name.to_string(), *max))
            .collect(),
        fastest: fastest.unwrap_or(0),
        time: line(&samples.times, BenchmarkSelector::ExtrinsicTime)?,
        reads: line(&samples.accesses, BenchmarkSelector::Reads)?,
        writes: line(&samples.accesses, BenchmarkSelector::Writes)?,
        recorded: line(&samples.accesses, BenchmarkSelector::ProofSize)?,
        proof: proof(&samples.accesses, storage)?,
    })
}

/// The least squares without the highest and lowest quarter at each point; the median where there
/// is only one point.
fn line(samples: &Vec<BenchmarkResult>, of: BenchmarkSelector) -> anyhow::Result<Line> {
    ensure!(!samples.is_empty(), "nothing was measured");
    let fitted = Analysis::min_squares_iqr(samples, of)?;
    Ok(Line {
        base: fitted.base,
        slopes: fitted.slopes,
    })
}

/// The proof on a large state: each value that is read adds the hashes of all layers that a map of
/// full size has. The whole is what the storage comes to that adds most.
fn proof(samples: &[BenchmarkResult], storage: &[StorageInfo]) -> anyhow::Result<Line> {
    let mut of_prefix: BTreeMap<Vec<u8>, Vec<BenchmarkResult>> = BTreeMap::new();
    for sample in samples {
        for (key, reads, _, whitelisted) in &sample.keys {
            if *whitelisted {
                continue;
            }
            let prefix = key.get(..PREFIX).unwrap_or(key).to_vec();
            let entries = storage
                .iter()
                .find(|info| info.prefix == prefix)
                .and_then(|info| info.max_values)
                .unwrap_or(ENTRIES);
            let above = if *reads > 0 { LAYERS_ABOVE } else { 0 };
            let deeper = (layers(entries) * reads + above) * LAYER;
            of_prefix.entry(prefix).or_default().push(BenchmarkResult {
                components: sample.components.clone(),
                proof_size: sample.proof_size.saturating_add(deeper),
                ..Default::default()
            });
        }
    }
    let mut whole = Line::default();
    for of_one in of_prefix.values() {
        // Storage that is touched at one point only makes no line; the others tell what grows.
        if let Ok(one) = line(of_one, BenchmarkSelector::ProofSize) {
            whole = whole.max(one);
        }
    }
    Ok(whole)
}

/// Layers of a trie of so many entries.
fn layers(entries: u32) -> u32 {
    let mut layers = 0;
    while 16u64.pow(layers) < entries.into() {
        layers += 1;
    }
    layers.max(entries.min(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trie_has_a_layer_for_each_sixteenfold() {
        let counts = [0, 1, 16, 17, 256, 4096, 4097, 1_000_000, u32::MAX];
        assert_eq!(counts.map(layers), [0, 1, 1, 2, 2, 3, 4, 5, 8]);
    }

    fn sample(n: u32, reads: u32) -> BenchmarkResult {
        BenchmarkResult {
            components: vec![(frame_benchmarking::BenchmarkParameter::n, n)],
            reads,
            proof_size: 100 + 10 * n,
            keys: vec![(vec![1; 40], reads, 0, false), (vec![2; 32], 0, 1, false)],
            ..Default::default()
        }
    }

    #[test]
    fn lines_go_through_even_samples() {
        let samples: Vec<_> = (0..5).map(|n| sample(n, 3 + 2 * n)).collect();
        let reads = line(&samples, BenchmarkSelector::Reads).expect("a line");
        assert_eq!(
            reads,
            Line {
                base: 3,
                slopes: vec![2]
            }
        );
    }

    #[test]
    fn a_proof_counts_the_layers_of_every_value_that_is_read() {
        let samples: Vec<_> = (0..5).map(|n| sample(n, 1 + n)).collect();
        let whole = proof(&samples, &[]).expect("a line");
        let (base, slope) = (100 + 7 * LAYER, 10 + 5 * LAYER);
        assert_eq!(
            whole,
            Line {
                base: base.into(),
                slopes: vec![slope.into()]
            }
        );
    }

    #[test]
    fn what_is_only_written_needs_no_proof() {
        let mut unread = sample(0, 0);
        unread.proof_size = 0;
        unread.components.clear();
        assert_eq!(proof(&[unread], &[]).expect("a line").base, 0);
    }
}
