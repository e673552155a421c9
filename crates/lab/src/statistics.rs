//! What theory expects, and what a count of detections says.
//!
//! Everything here is a pure function. Probabilities are numbers between 0 and 1.

/// The probability that `sample` distinct indices out of `total` hit at least one of `damaged` ones:
/// `1 - C(total - damaged, sample) / C(total, sample)`.
///
/// One challenge names the same indices for every fragment, so with several fragments `damaged` counts
/// the indices that are damaged in at least one of them.
pub fn detection(total: u32, damaged: u32, sample: u32) -> f64 {
    let (damaged, sample) = (damaged.min(total), sample.min(total));
    // C(t-d, s) / C(t, s) is symmetric in d and s: the shorter product is taken.
    let (few, many) = (damaged.min(sample), damaged.max(sample));
    let missed = (0..few).map(|drawn| {
        let left = f64::from(total - drawn);
        ((left - f64::from(many)) / left).max(0.0)
    });
    1.0 - missed.product::<f64>()
}

/// How many audits, each of which detects with probability `each`, detect at least once with
/// probability `wanted`; `None` when none ever does.
pub fn audits_needed(each: f64, wanted: f64) -> Option<u64> {
    if each <= 0.0 {
        return None;
    }
    if each >= wanted {
        return Some(1);
    }
    // Rounded against the error of the two logarithms, so that a whole number stays one.
    let exact = (-wanted).ln_1p() / (-each).ln_1p();
    Some((exact - 1e-9).ceil().max(1.0) as u64)
}

/// A confidence interval of a probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// The interval of Clopper and Pearson (Biometrika 26, 1934) for `hits` in `trials`: at least a
    /// share `confidence` of such intervals hold the true probability, however few the trials are.
    ///
    /// Without trials it is everything.
    pub fn clopper_pearson(hits: u64, trials: u64, confidence: f64) -> Self {
        let hits = hits.min(trials);
        let tail = (1.0 - confidence) / 2.0;
        let low = match hits {
            0 => 0.0,
            // P(X >= hits) grows with the probability: the lower end is where it reaches the tail.
            hits => root(|p| at_least(hits, trials, p) >= tail),
        };
        let high = match trials - hits {
            0 => 1.0,
            misses => 1.0 - root(|q| at_least(misses, trials, q) >= tail),
        };
        Self { low, high }
    }

    /// Whether it holds a probability.
    pub fn holds(&self, probability: f64) -> bool {
        // The ends are known to some 1e-12; 1 must lie in an interval that ends there.
        (self.low - 1e-12..=self.high + 1e-12).contains(&probability)
    }
}

/// `P(X >= hits)` for a binomial X of so many trials, each with probability `p`.
fn at_least(hits: u64, trials: u64, p: f64) -> f64 {
    if hits == 0 || p >= 1.0 {
        return 1.0;
    }
    if p <= 0.0 || hits > trials {
        return 0.0;
    }
    // From the mean outwards terms shrink, so that a short sum is exact enough.
    if hits as f64 > trials as f64 * p {
        upper_sum(hits, trials, p)
    } else {
        1.0 - upper_sum(trials - hits + 1, trials, 1.0 - p)
    }
}

/// The binomial probabilities from `from` upwards, where they fall; `from` is at least the mean.
fn upper_sum(from: u64, trials: u64, p: f64) -> f64 {
    let log =
        ln_choose(trials, from) + from as f64 * p.ln() + (trials - from) as f64 * (-p).ln_1p();
    let (mut term, mut sum) = (log.exp(), 0.0);
    for k in from..=trials {
        sum += term;
        if term <= sum * 1e-17 {
            break;
        }
        term *= (trials - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
    }
    sum.min(1.0)
}

fn ln_choose(n: u64, k: u64) -> f64 {
    (0..k.min(n - k))
        .map(|i| ((n - i) as f64 / (i + 1) as f64).ln())
        .sum()
}

/// The smallest probability for which a condition that stays true holds.
fn root(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        match holds(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: f64, b: f64, by: f64) {
        assert!((a - b).abs() < by, "{a} is not {b}");
    }

    fn choose(n: u32, k: u32) -> f64 {
        (0..k)
            .map(|i| f64::from(n - i) / f64::from(i + 1))
            .product()
    }

    #[test]
    fn detection_is_what_counting_gives() {
        // One of four is damaged, two are looked at: half of the pairs hold it.
        close(detection(4, 1, 2), 0.5, 1e-15);
        // Two of five, two looked at: 3 of 10 pairs miss.
        close(detection(5, 2, 2), 0.7, 1e-15);
        // The published numbers: 47 of 1024 chunks; 1 % damaged.
        close(detection(1024, 10, 47), 0.376_233_434_3, 1e-9);
        close(detection(1024, 1, 47), 47.0 / 1024.0, 1e-15);
    }

    #[test]
    fn nothing_is_never_found_and_everything_always() {
        assert_eq!(detection(32, 0, 3), 0.0);
        assert_eq!(detection(32, 32, 1), 1.0);
        assert_eq!(detection(32, 30, 3), 1.0, "only two are whole");
        assert_eq!(detection(32, 1, 32), 1.0);
        assert_eq!(detection(0, 0, 0), 0.0);
    }

    #[test]
    fn audits_are_counted_up_to_the_wanted_certainty() {
        assert_eq!(audits_needed(0.5, 0.99), Some(7));
        assert_eq!(
            audits_needed(0.9, 0.99),
            Some(2),
            "a whole number stays one"
        );
        assert_eq!(audits_needed(0.37, 0.9999), Some(20));
        assert_eq!(audits_needed(1.0, 0.9999), Some(1));
        assert_eq!(audits_needed(0.0, 0.99), None);
    }

    #[test]
    fn intervals_are_the_exact_ones() {
        // Summed with exact binomial coefficients in 60 decimal digits.
        for (hits, trials, low, high) in [
            (0, 10, 0.0, 0.308_497_107_8),
            (5, 10, 0.187_086_028_4, 0.812_913_971_6),
            (10, 10, 0.691_502_892_2, 1.0),
            (187, 500, 0.331_442_529_0, 0.418_056_876_3),
            (1, 1000, 0.000_025_317_5, 0.005_558_924_3),
        ] {
            let interval = Interval::clopper_pearson(hits, trials, 0.95);
            close(interval.low, low, 1e-9);
            close(interval.high, high, 1e-9);
        }
        let nothing = Interval::clopper_pearson(0, 0, 0.95);
        assert_eq!(
            nothing,
            Interval {
                low: 0.0,
                high: 1.0
            }
        );
        assert!(Interval::clopper_pearson(9, 9, 0.95).holds(1.0));
        assert!(Interval::clopper_pearson(0, 9, 0.95).holds(0.0));
        assert!(!Interval::clopper_pearson(1, 9, 0.95).holds(0.0));
    }

    /// The whole binomial sum, term by term.
    fn plain_tail(hits: u64, trials: u64, p: f64) -> f64 {
        (hits..=trials)
            .map(|k| {
                choose(trials as u32, k as u32)
                    * p.powi(k as i32)
                    * (1.0 - p).powi((trials - k) as i32)
            })
            .sum()
    }

    proptest! {
        #[test]
        fn detection_agrees_with_the_binomial_coefficients(
            total in 1..60u32, damaged in 0..60u32, sample in 0..60u32,
        ) {
            let (damaged, sample) = (damaged.min(total), sample.min(total));
            let missed = match sample <= total - damaged {
                true => choose(total - damaged, sample) / choose(total, sample),
                false => 0.0,
            };
            prop_assert!((detection(total, damaged, sample) - (1.0 - missed)).abs() < 1e-9);
        }

        #[test]
        fn more_damage_and_larger_samples_are_found_more_often(
            total in 2..2000u32, damaged in 0..2000u32, sample in 0..2000u32,
        ) {
            let p = detection(total, damaged, sample);
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert!(detection(total, damaged + 1, sample) >= p - 1e-12);
            prop_assert!(detection(total, damaged, sample + 1) >= p - 1e-12);
        }

        #[test]
        fn the_audits_needed_are_enough_and_no_more(each in 0.001..1.0f64, wanted in 0.5..0.99999f64) {
            let audits = audits_needed(each, wanted).unwrap() as f64;
            let found = |audits: f64| 1.0 - (1.0 - each).powf(audits);
            prop_assert!(found(audits) >= wanted - 1e-9);
            prop_assert!(audits == 1.0 || found(audits - 1.0) < wanted + 1e-9);
        }

        #[test]
        fn the_tail_is_the_sum_of_its_terms(trials in 1..60u64, hits in 0..60u64, p in 0.0..1.0f64) {
            let hits = hits.min(trials);
            prop_assert!((at_least(hits, trials, p) - plain_tail(hits, trials, p)).abs() < 1e-9);
        }

        #[test]
        fn an_interval_holds_what_was_measured_and_narrows_with_trials(
            trials in 1..2000u64, part in 0.0..=1.0f64,
        ) {
            let hits = (trials as f64 * part) as u64;
            let interval = Interval::clopper_pearson(hits, trials, 0.95);
            let wider = Interval::clopper_pearson(hits, trials, 0.999);
            prop_assert!(interval.holds(hits as f64 / trials as f64));
            prop_assert!(wider.low <= interval.low && interval.high <= wider.high);
            let more = Interval::clopper_pearson(hits * 10, trials * 10, 0.95);
            prop_assert!(more.high - more.low < interval.high - interval.low);
        }
    }
}
