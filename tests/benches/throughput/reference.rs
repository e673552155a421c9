//! What the reference design can take, from its published weights (spec chain 1.1 and 1.7).
//!
//! These are upper bounds: a block full of one call, no hooks, and hardware that keeps up.

/// Seconds between blocks.
const BLOCK: f64 = 6.0;
/// Picoseconds of a block that transactions may take: three quarters of two seconds.
const WEIGHT: f64 = 0.75 * 2e12;
/// Bytes of a block that transactions may take: three quarters of 5 MiB.
const LENGTH: f64 = 0.75 * 5.0 * 1024.0 * 1024.0;
/// Picoseconds of any transaction, before its call.
const EXTRINSIC: f64 = 108e6;
/// Picoseconds of a read and of a write.
const READ: f64 = 25e6;
const WRITE: f64 = 100e6;
/// Blocks from one draw of a challenge to the next; a draw challenges at most one miner.
const CHALLENGE_EVERY: f64 = 4.0;

/// The benchmarked weight of a call.
pub(crate) struct Cost {
    time: f64,
    per_segment: f64,
    reads: f64,
    writes: f64,
}

pub(crate) const UPLOAD_DECLARATION: Cost = Cost {
    time: 30.7e6,
    per_segment: 1.04e6,
    reads: 2.0,
    writes: 2.0,
};

pub(crate) const TRANSFER_REPORT: Cost = Cost {
    time: 125.3e6,
    per_segment: 2.4e6,
    reads: 20.0,
    writes: 21.0,
};

/// So many a second, and what keeps it from being more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) per_second: f64,
    pub(crate) by: &'static str,
}

impl Cost {
    /// Calls a second for files of so many segments in transactions of so many bytes.
    pub(crate) fn limit(&self, segments: u32, bytes: usize) -> Limit {
        let time = EXTRINSIC
            + self.time
            + self.per_segment * f64::from(segments)
            + self.reads * READ
            + self.writes * WRITE;
        let by_weight = (WEIGHT / time).floor() / BLOCK;
        let by_length = (LENGTH / bytes as f64).floor() / BLOCK;
        let (per_second, by) = match by_length < by_weight {
            true => (by_length, "block length"),
            false => (by_weight, "block weight"),
        };
        Limit { per_second, by }
    }
}

/// Idle and service proofs a second: two for each challenge.
pub(crate) fn proofs() -> Limit {
    let challenges = challenges();
    Limit {
        per_second: 2.0 * challenges.per_second,
        ..challenges
    }
}

/// Challenges a second.
pub(crate) fn challenges() -> Limit {
    Limit {
        per_second: 1.0 / (CHALLENGE_EVERY * BLOCK),
        by: "one every four blocks",
    }
}
