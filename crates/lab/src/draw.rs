//! Random numbers from a seed, drawn as the chain draws them.
//!
//! The chain's challenges come from a stream of Blake2 hashes over its randomness, and distinct indices
//! from it by Floyd's method (pallet audit, module `draw`). Here the seed is the experiment's, so that a
//! run can be repeated; the method is the same.

use codec::Encode;
use sp_crypto_hashing::blake2_256;
use std::collections::HashSet;

/// A stream of random numbers about one subject.
#[derive(Clone, Debug)]
pub struct Draw {
    seed: [u8; 32],
    drawn: u64,
}

impl Draw {
    /// The stream about a subject; different subjects have independent streams.
    pub fn about(subject: impl Encode) -> Self {
        Self {
            seed: blake2_256(&(b"lab", subject).encode()),
            drawn: 0,
        }
    }

    /// The next 32 bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        self.drawn = self.drawn.wrapping_add(1);
        blake2_256(&(self.seed, self.drawn).encode())
    }

    /// Fills a buffer.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(32) {
            part.copy_from_slice(&self.bytes()[..part.len()]);
        }
    }

    /// A number below `bound`; 0 when there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        let mut number = [0; 16];
        number.copy_from_slice(&self.bytes()[..16]);
        // The number has 64 bits more than the bound: the bias is below 2^-64.
        (u128::from_le_bytes(number) % u128::from(bound.max(1))) as u64
    }

    /// `count` distinct numbers below `bound`, or all of them when there are fewer.
    pub fn distinct(&mut self, count: u64, bound: u64) -> Vec<u64> {
        let mut taken = HashSet::new();
        (bound.saturating_sub(count)..bound)
            .map(|last| {
                let number = self.below(last + 1);
                let number = if taken.contains(&number) {
                    last
                } else {
                    number
                };
                taken.insert(number);
                number
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stream_depends_on_its_subject_only() {
        let first = |subject: &str| Draw::about(subject).bytes();
        assert_eq!(first("a"), first("a"));
        assert_ne!(first("a"), first("b"));
        let mut draw = Draw::about("a");
        assert_ne!(draw.bytes(), draw.bytes());
    }

    #[test]
    fn every_index_is_drawn_equally_often() {
        let (draws, sample, bound) = (20_000u32, 5, 32);
        let mut counts = [0u32; 32];
        for number in 0..draws {
            for index in Draw::about(number).distinct(sample, bound) {
                counts[index as usize] += 1;
            }
        }
        let expected = f64::from(draws) * sample as f64 / bound as f64;
        for (index, count) in counts.iter().enumerate() {
            // Five standard deviations.
            let off = (f64::from(*count) - expected).abs();
            assert!(
                off < 5.0 * expected.sqrt(),
                "index {index}: {count}, not {expected}"
            );
        }
    }

    proptest! {
        #[test]
        fn distinct_numbers_are_distinct_and_below_the_bound(seed: u64, count in 0..200u64, bound in 0..150u64) {
            let numbers = Draw::about(seed).distinct(count, bound);
            let set: HashSet<_> = numbers.iter().collect();
            prop_assert_eq!(numbers.len() as u64, count.min(bound));
            prop_assert_eq!(set.len(), numbers.len());
            prop_assert!(numbers.iter().all(|number| *number < bound));
        }
    }
}
