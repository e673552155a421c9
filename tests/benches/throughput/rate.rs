//! From blocks to a sustained rate.

use anyhow::{ensure, Result};
use serde_json::{json, Value};
use std::time::Instant;

/// Blocks at the beginning that are left out: work is only just coming in.
const RAMP: usize = 3;
/// Blocks that a rate is taken from, at least.
const LEAST: usize = 5;

/// What one block held of what is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// When it was seen.
    pub(crate) at: Instant,
    pub(crate) done: u32,
}

/// How often something happened while it happened steadily.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) done: u32,
    pub(crate) blocks: usize,
    pub(crate) seconds: f64,
    /// The most of one block.
    pub(crate) most: u32,
}

impl Rate {
    /// Over the blocks from the first that held any to the last, without the ramp and without that
    /// last one, which may not be full.
    pub(crate) fn over(what: &str, samples: &[Sample]) -> Result<Self> {
        let any = |sample: &Sample| sample.done > 0;
        let first = samples.iter().position(any).unwrap_or(samples.len());
        let last = samples.iter().rposition(any).unwrap_or(first);
        let steady = samples.get(first + RAMP..last).unwrap_or_default();
        let [base, counted @ ..] = steady else {
            let counts: Vec<u32> = samples.iter().map(|sample| sample.done).collect();
            anyhow::bail!("{what}: too few blocks held any: {counts:?}");
        };
        ensure!(
            counted.len() >= LEAST,
            "{what}: {} blocks are too few to call it sustained",
            counted.len()
        );
        let end = counted.last().map_or(base.at, |sample| sample.at);
        Ok(Self {
            done: counted.iter().map(|sample| sample.done).sum(),
            blocks: counted.len(),
            seconds: (end - base.at).as_secs_f64(),
            most: counted.iter().map(|s| s.done).max().unwrap_or_default(),
        })
    }

    pub(crate) fn per_second(&self) -> f64 {
        f64::from(self.done) / self.seconds
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "done": self.done,
            "blocks": self.blocks,
            "seconds": self.seconds,
            "most_in_a_block": self.most,
        })
    }
}
