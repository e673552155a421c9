//! One combination of scheme, damage and sample, and what it says.

use crate::{
    damage::Hit,
    experiment::Measured,
    statistics::{audits_needed, detection, Interval},
    DamageMode, Layout, Scheme, Share,
};
use cess_primitives::{Preset, ProtocolParams};
use std::time::Duration;

/// How sure the interval of a measurement is.
pub const CONFIDENCE: f64 = 0.95;
/// The certainties with which damage is to be found.
pub const WANTED: [f64; 2] = [0.99, 0.9999];

/// What it cost to tag a fragment, or to certify an idle file.
#[derive(Clone, Copy, Debug, Default)]
pub struct TagCost {
    /// CPU time of the TEE worker, mean.
    pub cpu: Duration,
    /// Bytes of its answer.
    pub message: u64,
}

/// One combination of scheme, damage and sample, and what was measured.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The proof scheme.
    pub scheme: Scheme,
    /// What was stored.
    pub layout: Layout,
    /// How it was damaged.
    pub mode: DamageMode,
    /// How much of it was to be damaged.
    pub damage: Share,
    /// Chunks that a challenge named.
    pub sample: u32,
    /// What was damaged.
    pub hit: Hit,
    /// Chunk indices that were damaged in each set of which a challenge chooses one.
    pub by_set: Vec<u32>,
    /// What tagging cost.
    pub tagging: TagCost,
    /// What the audits came to.
    pub measured: Measured,
}

impl Trial {
    /// The share of audits that found the damage.
    pub fn rate(&self) -> f64 {
        self.measured.detected as f64 / self.measured.audits.max(1) as f64
    }

    /// The interval of Clopper and Pearson for it, with [`CONFIDENCE`].
    pub fn interval(&self) -> Interval {
        Interval::clopper_pearson(self.measured.detected, self.measured.audits, CONFIDENCE)
    }

    /// The probability that theory gives for the damage that there was: the mean over the sets, each of
    /// which a challenge chooses as often.
    pub fn theory(&self) -> f64 {
        let Layout { chunks, places, .. } = self.layout;
        let of_set = |damaged: &u32| detection(chunks * places, damaged * places, self.sample);
        self.by_set.iter().map(of_set).sum::<f64>() / self.by_set.len().max(1) as f64
    }

    /// Whether theory lies in the interval.
    pub fn agrees(&self) -> bool {
        self.interval().holds(self.theory())
    }

    /// Audits until the damage is found with probability `wanted`, by theory; `None`: never.
    pub fn audits_needed(&self, wanted: f64) -> Option<u64> {
        audits_needed(self.theory(), wanted)
    }

    /// Audits until it is found, on average; `None`: never.
    pub fn audits_mean(&self) -> Option<f64> {
        let theory = self.theory();
        (theory > 0.0).then(|| 1.0 / theory)
    }
}

/// Time that so many audits take in a network of a preset, where a miner is audited once in a challenge
/// period on average.
pub fn time_of(audits: f64, preset: Preset) -> Duration {
    let params = ProtocolParams::of(preset);
    let period = f64::from(params.challenge_period) * params.slot_ms as f64 / 1000.0;
    Duration::try_from_secs_f64(audits * period).unwrap_or(Duration::MAX)
}
