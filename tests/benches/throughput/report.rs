//! What is printed.

use crate::rate::Rate;
use crate::reference::Limit;
use serde_json::{json, Value};

/// What the measured rate is to be of the reference design's limit.
const GOAL: f64 = 10.0;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) rate: Rate,
    pub(crate) reference: Limit,
    /// Bytes of a transaction, where all have the same.
    pub(crate) bytes: Option<usize>,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.rate.per_second() / self.reference.per_second
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "what": self.what,
            "per_second": self.rate.per_second(),
            "reference_per_second": self.reference.per_second,
            "reference_limited_by": self.reference.by,
            "ratio": self.ratio(),
            "goal": GOAL,
            "transaction_bytes": self.bytes,
            "measured": self.rate.json(),
        })
    }

    fn text(&self) -> String {
        format!(
            "{:<22} {:>10.2} {:>14.3} {:>8.1} {:>12}   {}",
            self.what,
            self.rate.per_second(),
            self.reference.per_second,
            self.ratio(),
            self.rate.most,
            format_args!(
                "{} in {} blocks, {:.1} s; reference: {}",
                self.rate.done, self.rate.blocks, self.rate.seconds, self.reference.by
            )
        )
    }
}

/// The table for people.
pub(crate) fn table(rows: &[Row]) -> String {
    let head = format!(
        "{:<22} {:>10} {:>14} {:>8} {:>12}   {}",
        "", "measured/s", "reference/s", "ratio", "most a block", "counted"
    );
    let lines = rows.iter().map(Row::text);
    let lines: Vec<String> = std::iter::once(head).chain(lines).collect();
    format!("{}\n(goal: {GOAL} times the reference)", lines.join("\n"))
}
