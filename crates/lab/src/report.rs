//! What an experiment says, for people.

use crate::{
    row::Row,
    trial::{time_of, CONFIDENCE},
    units::{bytes, cpu, number, percent, table, time},
    Scheme,
};
use cess_primitives::{Preset, TCESS};

/// The rows of a plan as three tables: what was found, how long it takes to find it, what an audit costs.
/// When no fees are known it says how to learn them.
pub fn text(rows: &[Row]) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let size = bytes(first.fragment_size as f64);
    let chunk = bytes(first.fragment_size as f64 / f64::from(first.chunks));
    let noun = match first.scheme == Scheme::Pois.name() {
        true => "idle file",
        false => "fragment",
    };
    let plural = if first.fragments == 1 { "" } else { "s" };
    let head = format!(
        "{} {noun}{plural} of {size}, each of {} chunks of {chunk}; {} audits for each row\n",
        first.fragments, first.chunks, first.audits
    );
    let agreeing = rows.iter().filter(|row| row.agrees).count();
    let verdict = format!(
        "theory lies in the {:.0} % interval (Clopper-Pearson) in {agreeing} of {} rows\n",
        CONFIDENCE * 100.0,
        rows.len()
    );
    [
        head,
        found(rows),
        verdict,
        "\nuntil the damage is found, by theory, in audits and in time (fast / reference):\n"
            .into(),
        waits(rows),
        "\nwhat an audit costs (CPU time of the thread that works, mean; bytes):\n".into(),
        costs(rows),
        "\nwhat of it goes to the chain:\n".into(),
        chain_costs(rows),
    ]
    .concat()
}

fn found(rows: &[Row]) -> String {
    let header = [
        "scheme",
        "damage",
        "indices hit",
        "sample",
        "found",
        "measured",
        "95 % interval",
        "theory",
        "",
    ];
    let lines = rows.iter().map(|row| {
        vec![
            row.scheme.into(),
            format!("{}% of {}", row.damage_percent, whole(row.damage_mode)),
            format!("{} of {}", row.indices_damaged, row.chunks),
            row.sample.to_string(),
            format!("{}/{}", row.detected, row.audits),
            percent(row.rate),
            format!("{} - {}", percent(row.rate_low), percent(row.rate_high)),
            percent(row.theory),
            if row.agrees { "inside" } else { "OUTSIDE" }.into(),
        ]
    });
    table(&header, &lines.collect::<Vec<_>>())
}

fn whole(mode: &str) -> &str {
    match mode {
        "run" => "bytes in a run",
        other => other,
    }
}

/// Waits depend on damage and sample, not on the scheme.
fn waits(rows: &[Row]) -> String {
    let wait = |audits: Option<f64>| match audits {
        None => "never".into(),
        Some(audits) => {
            let [fast, reference] =
                [Preset::Fast, Preset::Reference].map(|p| time(time_of(audits, p)));
            format!("{} ({fast} / {reference})", number(audits))
        }
    };
    let of_one = rows.iter().filter(|row| row.scheme == rows[0].scheme);
    let lines = of_one.map(|row| {
        vec![
            format!("{}%", row.damage_percent),
            row.sample.to_string(),
            wait(row.audits_mean),
            wait(row.audits_99.map(|audits| audits as f64)),
            wait(row.audits_9999.map(|audits| audits as f64)),
        ]
    });
    let header = ["damage", "sample", "mean", "with 99 %", "with 99.99 %"];
    table(&header, &lines.collect::<Vec<_>>())
}

/// The rows of each scheme and sample: costs don't depend on damage, but for lost fragments.
fn by_scheme_and_sample(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        let same =
            |group: &&mut Vec<&Row>| (group[0].scheme, group[0].sample) == (row.scheme, row.sample);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn costs(rows: &[Row]) -> String {
    let lines = by_scheme_and_sample(rows).into_iter().map(|group| {
        let mean =
            |of: fn(&Row) -> f64| group.iter().map(|row| of(row)).sum::<f64>() / group.len() as f64;
        let row = group[0];
        vec![
            row.scheme.into(),
            row.sample.to_string(),
            cpu(mean(|row| row.prove_cpu_us)),
            cpu(mean(|row| row.verify_cpu_us)),
            bytes(mean(|row| row.read_bytes)),
            bytes(row.message_bytes as f64),
            cpu(row.tag_cpu_us),
            bytes(row.tag_bytes as f64),
        ]
    });
    let header = [
        "scheme",
        "sample",
        "miner proves",
        "worker verifies",
        "read from disk",
        "sent to the worker",
        "once: tag or certificate",
        "its message",
    ];
    table(&header, &lines.collect::<Vec<_>>())
}

fn chain_costs(rows: &[Row]) -> String {
    let fee =
        |amount: &Option<String>| match amount.as_ref().and_then(|fee| fee.parse::<u128>().ok()) {
            Some(amount) => format!("{:.6} TCESS", amount as f64 / TCESS as f64),
            None => "unknown".into(),
        };
    let lines = by_scheme_and_sample(rows).into_iter().map(|group| {
        let row = group[0];
        vec![
            row.scheme.into(),
            row.sample.to_string(),
            bytes(row.challenge_bytes as f64),
            bytes(row.proof_bytes as f64),
            fee(&row.proof_fee),
            bytes(row.verdict_bytes as f64),
            fee(&row.verdict_fee),
        ]
    });
    let header = [
        "scheme",
        "sample",
        "challenge",
        "miner's proof",
        "its fee",
        "worker's verdict",
        "its fee",
    ];
    let hint = match rows.iter().all(|row| row.proof_fee.is_none()) {
        true => {
            "fees are asked of a running network: start one with `cessnet up`, or name its folder with `--dir`\n"
        }
        false => "",
    };
    table(&header, &lines.collect::<Vec<_>>()) + hint
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{row::Fee, testing::trial, Fees};

    #[test]
    fn the_report_says_whether_theory_agrees_and_how_long_it_takes() {
        let rows = [
            Row::of(&trial(25.0, 700), None),
            Row::of(&trial(25.0, 1), None),
        ];
        let text = text(&rows);
        assert!(text.contains("in 1 of 2 rows"), "{text}");
        assert!(
            text.contains("inside") && text.contains("OUTSIDE"),
            "{text}"
        );
        assert!(
            text.contains("unknown") && text.contains("cessnet up"),
            "{text}"
        );
        assert!(text.contains("8 of 32"), "{text}");
    }

    #[test]
    fn damage_that_is_not_there_is_never_found() {
        let text = text(&[Row::of(&trial(0.0, 0), None)]);
        assert!(text.contains("never"), "{text}");
    }

    #[test]
    fn fees_are_told_in_tokens() {
        let fee = |amount| Fee { length: 1, amount };
        let fees = Fees {
            proof: fee(TCESS / 4),
            verdict: fee(TCESS / 8),
        };
        let row = Row::of(&trial(25.0, 700), Some(&fees));
        let text = text(&[row]);
        assert!(
            text.contains("0.250000 TCESS") && text.contains("0.125000 TCESS"),
            "{text}"
        );
        assert!(!text.contains("unknown"), "{text}");
    }

    #[test]
    fn nothing_measured_is_nothing_said() {
        assert_eq!(text(&[]), "");
    }
}
