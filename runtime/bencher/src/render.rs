//! Costs as Rust: what `weights.rs` of a pallet looks like. It is formatted by `rustfmt` afterwards.

use crate::fit::{Cost, Line};
use std::fmt::Write;

/// How the measurement was made.
pub(crate) struct Head {
    pub(crate) date: String,
    pub(crate) processor: String,
    pub(crate) steps: u32,
    pub(crate) repeat: u32,
}

/// The whole file.
pub(crate) fn file(head: &Head, costs: &[Cost]) -> String {
    let declared: String = costs.iter().map(declaration).collect();
    let measured: String = costs.iter().map(function).collect();
    format!(
        "//! What calls and hooks cost, as measured. `scripts/weights` writes this file.\n\
         //!\n\
         //! {}, {}; {} steps, {} repeats.\n\n\
         use core::marker::PhantomData;\n\
         use frame_support::{{traits::Get, weights::Weight}};\n\n\
         /// What calls and hooks cost.\n\
         pub trait WeightInfo {{\n{declared}}}\n\n\
         /// [`WeightInfo`] with the runtime's cost of reading and writing.\n\
         pub struct SubstrateWeight<T>(PhantomData<T>);\n\n\
         impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {{\n{measured}}}\n",
        head.date, head.processor, head.steps, head.repeat
    )
}

fn declaration(cost: &Cost) -> String {
    let arguments: String = cost
        .components
        .iter()
        .map(|(name, _)| format!("{name}: u32, "))
        .collect();
    let proved: String = grown(cost, &cost.recorded)
        .map(|(name, slope)| format!(" + {slope} `{name}`"))
        .collect();
    let ranges = cost
        .components
        .iter()
        .map(|(name, max)| format!("; `{name}` up to {max}"));
    format!(
        "    /// At least {} ns; proves {}{proved} bytes{}.\n    fn {}({arguments}) -> Weight;\n",
        underscored(cost.fastest),
        cost.recorded.base,
        ranges.collect::<String>(),
        cost.name,
    )
}

fn function(cost: &Cost) -> String {
    let used = |name: &str| {
        [&cost.time, &cost.reads, &cost.writes, &cost.proof]
            .iter()
            .any(|line| grown(cost, line).any(|(grows, _)| grows == name))
    };
    let argument = |(name, _): &(String, u32)| match used(name) {
        true => format!("{name}: u32, "),
        false => format!("_{name}: u32, "),
    };
    let arguments: String = cost.components.iter().map(argument).collect();
    let mut text = format!(
        "    fn {}({arguments}) -> Weight {{\n        Weight::from_parts({}, {})\n",
        cost.name,
        underscored(cost.time.base),
        underscored(cost.proof.base),
    );
    let mut add = |term: String| {
        let _ = writeln!(text, "            .saturating_add({term})");
    };
    for (access, line) in [("reads", &cost.reads), ("writes", &cost.writes)] {
        if line.base > 0 {
            add(format!("T::DbWeight::get().{access}({})", line.base));
        }
    }
    for (name, slope) in grown(cost, &cost.time) {
        let each = underscored(slope);
        add(format!(
            "Weight::from_parts({each}, 0).saturating_mul({name}.into())"
        ));
    }
    for (name, slope) in grown(cost, &cost.proof) {
        let each = underscored(slope);
        add(format!(
            "Weight::from_parts(0, {each}).saturating_mul({name}.into())"
        ));
    }
    for (access, line) in [("reads", &cost.reads), ("writes", &cost.writes)] {
        for (name, slope) in grown(cost, line) {
            add(format!(
                "T::DbWeight::get().{access}({slope}_u64.saturating_mul({name}.into()))"
            ));
        }
    }
    text.push_str("    }\n");
    text
}

/// The components that the quantity grows with, and by how much.
fn grown<'a>(cost: &'a Cost, line: &'a Line) -> impl Iterator<Item = (&'a str, u128)> {
    let slopes = cost.components.iter().zip(&line.slopes);
    let slopes = slopes.map(|((name, _), slope)| (name.as_str(), *slope));
    slopes.filter(|(_, slope)| *slope > 0)
}

/// Digits in groups of three.
fn underscored(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(base: u128, slopes: &[u128]) -> Line {
        Line {
            base,
            slopes: slopes.to_vec(),
        }
    }

    #[test]
    fn digits_are_grouped_by_three() {
        let numbers = [0, 999, 1000, 1_234_567];
        let expected = ["0", "999", "1_000", "1_234_567"];
        assert_eq!(numbers.map(underscored), expected);
    }

    #[test]
    fn a_function_says_what_grows_and_nothing_else() {
        let cost = Cost {
            name: "expel".into(),
            components: vec![("m".into(), 4), ("n".into(), 19)],
            fastest: 25_438,
            time: line(1_000_000, &[0, 2_000]),
            reads: line(22, &[0, 12]),
            writes: line(0, &[0, 0]),
            recorded: line(2600, &[0, 8106]),
            proof: line(11_806, &[0, 10_561]),
        };
        let declared = "    /// At least 25_438 ns; proves 2600 + 8106 `n` bytes; `m` up to 4; `n` up to 19.\n    \
                        fn expel(m: u32, n: u32, ) -> Weight;\n";
        assert_eq!(declaration(&cost), declared);
        let measured = "    fn expel(_m: u32, n: u32, ) -> Weight {\n        \
            Weight::from_parts(1_000_000, 11_806)\n            \
            .saturating_add(T::DbWeight::get().reads(22))\n            \
            .saturating_add(Weight::from_parts(2_000, 0).saturating_mul(n.into()))\n            \
            .saturating_add(Weight::from_parts(0, 10_561).saturating_mul(n.into()))\n            \
            .saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))\n    }\n";
        assert_eq!(function(&cost), measured);
    }
}
