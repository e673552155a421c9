//! A trial's numbers, flat: a line of the CSV file, an object of the JSON.

use crate::trial::{time_of, Trial, WANTED};
use cess_primitives::Preset;
use serde::Serialize;
use std::time::Duration;

/// What the two transactions of an audit cost on a running chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fees {
    /// Of the miner's, which submits the proof.
    pub proof: Fee,
    /// Of the worker's, which posts the verdict.
    pub verdict: Fee,
}

/// What one transaction costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fee {
    /// Its length in a block, bytes.
    pub length: u64,
    /// The fee in the token's smallest unit.
    pub amount: u128,
}

/// A trial in numbers. Times of CPUs are microseconds, sizes are bytes, fees are in the token's smallest
/// unit; numbers of an audit are means, but for messages, which are those of the audit that sends most.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The proof scheme.
    pub scheme: &'static str,
    /// Fragments of the miner.
    pub fragments: u32,
    /// Bytes of a fragment.
    pub fragment_size: u64,
    /// Chunks of a fragment.
    pub chunks: u32,
    /// Places of a chunk that a challenge can name.
    pub places: u32,
    /// Places that a challenge names.
    pub sample: u32,
    /// How data was damaged.
    pub damage_mode: &'static str,
    /// How much was to be damaged, percent.
    pub damage_percent: f64,
    /// Fragments that were damaged.
    pub fragments_damaged: u32,
    /// Chunks that were damaged, over all fragments.
    pub chunks_damaged: u64,
    /// Chunk indices that were damaged in at least one fragment.
    pub indices_damaged: u32,
    /// Audits made.
    pub audits: u64,
    /// Audits that failed.
    pub detected: u64,
    /// Their share.
    pub rate: f64,
    /// Lower end of its 95 % interval.
    pub rate_low: f64,
    /// Upper end.
    pub rate_high: f64,
    /// The probability by theory.
    pub theory: f64,
    /// Whether theory lies in the interval.
    pub agrees: bool,
    /// Audits until it is found, on average; nothing: never.
    pub audits_mean: Option<f64>,
    /// Audits until it is found with 99 %.
    pub audits_99: Option<u64>,
    /// Audits until it is found with 99.99 %.
    pub audits_9999: Option<u64>,
    /// Seconds that these take in preset `fast`.
    pub fast_seconds_99: Option<f64>,
    /// As above.
    pub fast_seconds_9999: Option<f64>,
    /// Seconds that these take in preset `reference`.
    pub reference_seconds_99: Option<f64>,
    /// As above.
    pub reference_seconds_9999: Option<f64>,
    /// The worker's CPU time for the tag of a fragment.
    pub tag_cpu_us: f64,
    /// The worker's message with a tag.
    pub tag_bytes: u64,
    /// The miner's CPU time for a proof.
    pub prove_cpu_us: f64,
    /// The worker's CPU time for a verdict.
    pub verify_cpu_us: f64,
    /// What the miner reads from its disk.
    pub read_bytes: f64,
    /// The miner's message to the worker.
    pub message_bytes: u64,
    /// The challenge in the chain's state.
    pub challenge_bytes: u64,
    /// The arguments of the transaction with the proof.
    pub proof_bytes: u64,
    /// The arguments of the transaction with the verdict.
    pub verdict_bytes: u64,
    /// The fee for the proof; nothing: no network was asked.
    pub proof_fee: Option<String>,
    /// The fee for the verdict.
    pub verdict_fee: Option<String>,
}

impl Row {
    /// The numbers of a trial, with fees if they are known.
    pub fn of(trial: &Trial, fees: Option<&Fees>) -> Self {
        let measured = &trial.measured;
        let each = |sum: f64| sum / measured.audits.max(1) as f64;
        let interval = trial.interval();
        let needed = WANTED.map(|wanted| trial.audits_needed(wanted));
        let seconds = |audits: Option<u64>, preset| {
            audits.map(|audits| time_of(audits as f64, preset).as_secs_f64())
        };
        Self {
            scheme: trial.scheme.name(),
            fragments: trial.layout.fragments,
            fragment_size: trial.layout.fragment_size,
            chunks: trial.layout.chunks,
            places: trial.layout.places,
            sample: trial.sample,
            damage_mode: trial.mode.name(),
            damage_percent: trial.damage.as_percent(),
            fragments_damaged: trial.hit.fragments,
            chunks_damaged: trial.hit.chunks,
            indices_damaged: trial.hit.indices,
            audits: measured.audits,
            detected: measured.detected,
            rate: trial.rate(),
            rate_low: interval.low,
            rate_high: interval.high,
            theory: trial.theory(),
            agrees: trial.agrees(),
            audits_mean: trial.audits_mean(),
            audits_99: needed[0],
            audits_9999: needed[1],
            fast_seconds_99: seconds(needed[0], Preset::Fast),
            fast_seconds_9999: seconds(needed[1], Preset::Fast),
            reference_seconds_99: seconds(needed[0], Preset::Reference),
            reference_seconds_9999: seconds(needed[1], Preset::Reference),
            tag_cpu_us: micros(trial.tagging.cpu),
            tag_bytes: trial.tagging.message,
            prove_cpu_us: each(micros(measured.prove)),
            verify_cpu_us: each(micros(measured.verify)),
            read_bytes: each(measured.read as f64),
            message_bytes: measured.traffic.message,
            challenge_bytes: measured.traffic.challenge,
            proof_bytes: measured.traffic.proof,
            verdict_bytes: measured.traffic.verdict,
            proof_fee: fees.map(|fees| fees.proof.amount.to_string()),
            verdict_fee: fees.map(|fees| fees.verdict.amount.to_string()),
        }
    }

    /// The columns of the CSV file, with the names of the fields.
    fn cells(&self) -> Vec<(&'static str, String)> {
        fn opt<T: ToString>(value: &Option<T>) -> String {
            value.as_ref().map_or(String::new(), T::to_string)
        }
        vec![
            ("scheme", self.scheme.into()),
            ("fragments", self.fragments.to_string()),
            ("fragment_size", self.fragment_size.to_string()),
            ("chunks", self.chunks.to_string()),
            ("places", self.places.to_string()),
            ("sample", self.sample.to_string()),
            ("damage_mode", self.damage_mode.into()),
            ("damage_percent", self.damage_percent.to_string()),
            ("fragments_damaged", self.fragments_damaged.to_string()),
            ("chunks_damaged", self.chunks_damaged.to_string()),
            ("indices_damaged", self.indices_damaged.to_string()),
            ("audits", self.audits.to_string()),
            ("detected", self.detected.to_string()),
            ("rate", self.rate.to_string()),
            ("rate_low", self.rate_low.to_string()),
            ("rate_high", self.rate_high.to_string()),
            ("theory", self.theory.to_string()),
            ("agrees", self.agrees.to_string()),
            ("audits_mean", opt(&self.audits_mean)),
            ("audits_99", opt(&self.audits_99)),
            ("audits_9999", opt(&self.audits_9999)),
            ("fast_seconds_99", opt(&self.fast_seconds_99)),
            ("fast_seconds_9999", opt(&self.fast_seconds_9999)),
            ("reference_seconds_99", opt(&self.reference_seconds_99)),
            ("reference_seconds_9999", opt(&self.reference_seconds_9999)),
            ("tag_cpu_us", self.tag_cpu_us.to_string()),
            ("tag_bytes", self.tag_bytes.to_string()),
            ("prove_cpu_us", self.prove_cpu_us.to_string()),
            ("verify_cpu_us", self.verify_cpu_us.to_string()),
            ("read_bytes", self.read_bytes.to_string()),
            ("message_bytes", self.message_bytes.to_string()),
            ("challenge_bytes", self.challenge_bytes.to_string()),
            ("proof_bytes", self.proof_bytes.to_string()),
            ("verdict_bytes", self.verdict_bytes.to_string()),
            ("proof_fee", opt(&self.proof_fee)),
            ("verdict_fee", opt(&self.verdict_fee)),
        ]
    }
}

/// The rows as CSV (RFC 4180) with a line of names. Nothing in it needs quotes; what is not known is
/// empty.
pub fn csv(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    for row in rows {
        let (names, values): (Vec<_>, Vec<_>) = row.cells().into_iter().unzip();
        if lines.is_empty() {
            lines.push(names.join(","));
        }
        lines.push(values.join(","));
    }
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::trial;

    #[test]
    fn the_csv_file_has_the_fields_of_the_json_in_their_order() {
        let row = Row::of(&trial(5.0, 10), None);
        let text = csv(&[row.clone(), row.clone()]);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!((lines[1], lines[3]), (lines[2], ""));
        let json = serde_json::to_string(&row).unwrap();
        let mut at = 0;
        for (name, value) in lines[0].split(',').zip(lines[1].split(',')) {
            let field = format!("\"{name}\":");
            let found = json[at..]
                .find(&field)
                .unwrap_or_else(|| panic!("{name} in {json}"));
            at += found + field.len();
            let rest = json[at..].trim_start_matches('"');
            let value = if value.is_empty() { "null" } else { value };
            assert!(
                rest.starts_with(value.trim_end_matches(".0")),
                "{name}: {value} is not {rest}"
            );
        }
        assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
        assert_eq!(lines[0].split(',').count(), json.matches("\":").count());
    }

    #[test]
    fn what_is_not_known_or_never_happens_is_empty() {
        let row = Row::of(&trial(0.0, 10), None);
        assert_eq!(
            (row.audits_mean, row.audits_99, row.proof_fee.clone()),
            (None, None, None)
        );
        assert!(csv(&[row]).contains(",,"));
        let fee = |amount| Fee {
            length: 100,
            amount,
        };
        let fees = Fees {
            proof: fee(u128::MAX),
            verdict: fee(1),
        };
        let row = Row::of(&trial(0.0, 10), Some(&fees));
        assert_eq!(row.proof_fee, Some(u128::MAX.to_string()));
    }
}
