//! Numbers drawn from one seed, for as many decisions as a block needs.

use alloc::vec::Vec;
use cess_primitives::traits::Randomness32;
use codec::Encode;
use sp_io::hashing::blake2_256;

/// A stream of random numbers; the same subject gives the same stream within a block.
pub(crate) struct Draw {
    seed: [u8; 32],
    drawn: u64,
}

impl Draw {
    /// Seeds a stream with the chain's randomness for this subject.
    pub(crate) fn about<R: Randomness32>(subject: impl Encode) -> Self {
        Self {
            seed: R::random(&(b"audit", subject).encode()),
            drawn: 0,
        }
    }

    /// Seeds a stream with the subject alone, which must be random in itself.
    pub(crate) fn of(subject: impl Encode) -> Self {
        Self {
            seed: blake2_256(&(b"audit", subject).encode()),
            drawn: 0,
        }
    }

    /// The next 32 bytes.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.drawn = self.drawn.wrapping_add(1);
        blake2_256(&(self.seed, self.drawn).encode())
    }

    /// A number below `bound`; 0 when there is none.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let mut number = [0; 16];
        number.copy_from_slice(&self.bytes()[..16]);
        // The number has 64 bits more than the bound: the bias is below 2^-64.
        let number = u128::from_le_bytes(number) % u128::from(bound.max(1));
        number as u64
    }

    /// Whether an event with the probability `part / whole` happens.
    pub(crate) fn happens(&mut self, part: u64, whole: u64) -> bool {
        self.below(whole) < part
    }

    /// One of the items.
    pub(crate) fn one_of<'a, I>(&mut self, items: &'a [I]) -> Option<&'a I> {
        items.get(self.below(items.len() as u64) as usize)
    }

    /// `count` distinct numbers below `bound`, or all of them when there are fewer (Floyd's method:
    /// it never draws twice for the same place).
    pub(crate) fn distinct(&mut self, count: u64, bound: u64) -> Vec<u64> {
        let mut numbers = Vec::new();
        for last in bound.saturating_sub(count)..bound {
            let number = self.below(last.saturating_add(1));
            numbers.push(if numbers.contains(&number) {
                last
            } else {
                number
            });
        }
        numbers
    }
}
