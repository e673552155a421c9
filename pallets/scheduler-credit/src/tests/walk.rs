//! Random walks: whatever is settled when, scores are those of the formula.

use crate::mock::*;
use cess_primitives::traits::WorkCredit;
use std::collections::BTreeMap;

const STASHES: u64 = 300;
const STEPS: u32 = 1_000;

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Points and punishments of a period, by stash.
type Period = BTreeMap<u32, (u128, u32)>;

/// The formula, straight from its description.
fn expected(periods: &[Period], n: u32) -> u32 {
    let credit = |period: &Period| {
        let total: u128 = period.values().map(|(points, _)| points).sum();
        let (points, punished) = period.get(&n).copied().unwrap_or_default();
        let share = (points * 1000).checked_div(total).unwrap_or(0) as i64;
        (share - (10 * i64::from(punished)).pow(2)).max(0) as u32
    };
    let recent = periods.iter().rev().map(credit);
    let sum: u32 = recent.zip([50, 20, 15, 10, 5]).map(|(c, w)| c * w).sum();
    sum / 100
}

#[test]
fn scores_are_those_of_the_formula_at_every_moment() {
    for seed in [1, 0xC355, 0x5EED_5EED] {
        let mut dice = Dice(seed);
        let mut closed: Vec<Period> = vec![];
        let mut running = Period::new();
        let mut chain = externalities();
        for step in 0..STEPS {
            execute_in(&mut chain, || {
                let n = dice.roll(STASHES) as u32;
                match dice.roll(40) {
                    0 => {
                        closed.push(std::mem::take(&mut running));
                        close(step);
                    }
                    1..=3 => blocks(1),
                    4..=6 => {
                        SchedulerCredit::punished(&acc(n));
                        running.entry(n).or_default().1 += 1;
                    }
                    _ => {
                        let points = dice.roll(1_000) + 1;
                        SchedulerCredit::replaced(&acc(n), u128::from(points) << 26);
                        running.entry(n).or_default().0 += u128::from(points);
                    }
                }
                let n = dice.roll(STASHES) as u32;
                assert_eq!(score(n), expected(&closed, n), "seed {seed}, step {step}");
            });
        }
    }
}
