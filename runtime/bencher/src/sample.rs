//! Running a benchmark at a number of points.

use crate::chain::{Chain, Record};
use frame_benchmarking::{
    BenchmarkConfig, BenchmarkList, BenchmarkMetadata, BenchmarkParameter, BenchmarkResult,
};

/// What was measured of one benchmark.
pub(crate) struct Samples {
    /// Several times at each point.
    pub(crate) times: Vec<BenchmarkResult>,
    /// Once at each point.
    pub(crate) accesses: Vec<BenchmarkResult>,
}

/// A value for each component.
type Point = Vec<(BenchmarkParameter, u32)>;

/// Takes samples; each point is run once more, to check that the benchmark does what it should.
pub(crate) fn take(
    chain: &Chain,
    pallet: &BenchmarkList,
    benchmark: &BenchmarkMetadata,
    steps: u32,
    repeat: u32,
) -> anyhow::Result<Samples> {
    let mut samples = Samples {
        times: Vec::new(),
        accesses: Vec::new(),
    };
    for point in points(&benchmark.components, steps) {
        let config = |verify, repeats| BenchmarkConfig {
            pallet: pallet.pallet.clone(),
            instance: pallet.instance.clone(),
            benchmark: benchmark.name.clone(),
            selected_components: point.clone(),
            verify,
            internal_repeats: repeats,
        };
        chain.run(Record::Time, &config(true, 1))?;
        let accesses = chain.run(Record::Accesses, &config(false, 1))?;
        samples.accesses.extend(accesses);
        let times = chain.run(Record::Time, &config(false, repeat))?;
        samples.times.extend(times);
    }
    Ok(samples)
}

/// Each component takes so many values from its least to its largest one, while the others are at
/// their largest.
fn points(components: &[(BenchmarkParameter, u32, u32)], steps: u32) -> Vec<Point> {
    if components.is_empty() {
        return vec![Point::new()];
    }
    let mut points = Vec::new();
    for (varied, (_, low, high)) in components.iter().enumerate() {
        let last = steps.saturating_sub(1).min(high.saturating_sub(*low));
        for step in 0..=last {
            let part = u64::from(high.saturating_sub(*low)) * u64::from(step);
            let value = low + part.checked_div(last.into()).unwrap_or(0) as u32;
            let at = |(index, (name, _, high)): (usize, &(BenchmarkParameter, u32, u32))| {
                (*name, if index == varied { value } else { *high })
            };
            points.push(components.iter().enumerate().map(at).collect());
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use BenchmarkParameter::{m, n};

    fn values(points: &[Point]) -> Vec<Vec<u32>> {
        let values = |point: &Point| point.iter().map(|(_, value)| *value).collect();
        points.iter().map(values).collect()
    }

    #[test]
    fn without_components_there_is_one_point() {
        assert_eq!(values(&points(&[], 50)), vec![Vec::<u32>::new()]);
    }

    #[test]
    fn a_component_goes_from_its_least_to_its_largest_value() {
        let taken = points(&[(n, 1, 1000)], 4);
        assert_eq!(
            values(&taken),
            vec![vec![1], vec![334], vec![667], vec![1000]]
        );
    }

    #[test]
    fn a_short_range_is_taken_whole_and_nothing_twice() {
        assert_eq!(
            values(&points(&[(n, 0, 2)], 50)),
            vec![vec![0], vec![1], vec![2]]
        );
        assert_eq!(values(&points(&[(n, 7, 7)], 50)), vec![vec![7]]);
    }

    #[test]
    fn while_one_component_varies_the_others_are_at_their_largest() {
        let taken = points(&[(m, 0, 5), (n, 2, 9)], 2);
        let expected = [[0, 9], [5, 9], [5, 2], [5, 9]];
        assert_eq!(values(&taken), expected.map(Vec::from));
    }
}
