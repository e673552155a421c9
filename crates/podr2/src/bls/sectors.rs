//! Chunks as numbers below the order of the group, and sums of products of them.
//!
//! A sector is 31 bytes, read as one big-endian number of 248 bits; the last sector of a chunk is what is
//! left. Sums are kept whole and reduced once at their end: that is what makes the scalar side of the
//! scheme cheap.

use super::curve::Scalar;
use zeroize::Zeroize;

/// Bytes of a sector.
pub(super) const SECTOR_BYTES: usize = 31;

/// Sectors of a chunk.
pub(super) fn count(chunk_size: usize) -> usize {
    chunk_size.div_ceil(SECTOR_BYTES)
}

/// The sectors of a chunk, as words of which the lowest comes first.
pub(super) fn of(chunk: &[u8]) -> impl Iterator<Item = [u64; 4]> + '_ {
    chunk.chunks(SECTOR_BYTES).map(words)
}

/// At most 32 big-endian bytes as words, the lowest first.
pub(super) fn words(bytes: &[u8]) -> [u64; 4] {
    let mut padded = [0; 32];
    padded[32 - bytes.len()..].copy_from_slice(bytes);
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().rev().zip(padded.chunks_exact(8)) {
        *word = bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    }
    padded.zeroize();
    words
}

/// A sum of up to 2^64 products of numbers of 256 bits. Adding takes the same time for all numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum([u64; 9]);

impl Sum {
    /// Adds `a · b`; `a` has at most four words.
    pub(super) fn add_product(&mut self, a: &[u64], b: &[u64; 4]) {
        for (at, digit) in a.iter().enumerate() {
            let mut carry = 0u64;
            for (word, factor) in self.0[at..].iter_mut().zip(b) {
                let sum = u128::from(*digit)
                    .wrapping_mul(u128::from(*factor))
                    .wrapping_add(u128::from(*word))
                    .wrapping_add(u128::from(carry));
                (*word, carry) = (sum as u64, (sum >> 64) as u64);
            }
            for word in &mut self.0[at + b.len()..] {
                let (sum, over) = word.overflowing_add(carry);
                (*word, carry) = (sum, u64::from(over));
            }
        }
    }

    /// The sum modulo the order of the group.
    pub(super) fn reduce(&self) -> Scalar {
        Scalar::reduce_words(&self.0)
    }
}

impl Drop for Sum {
    /// The products may be of secret numbers.
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::bn::{BigNum, BigNumContext};
    use proptest::{collection::vec, prelude::*};

    fn order() -> BigNum {
        BigNum::from_hex_str("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001")
            .unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn sums_of_products_are_those_of_openssl(pairs in vec((any::<[u8; 32]>(), any::<[u8; 32]>()), 0..20)) {
            let (mut sum, mut expected) = (Sum::default(), BigNum::new().unwrap());
            for (a, b) in pairs {
                sum.add_product(&words(&a), &words(&b));
                let (a, b) = (BigNum::from_slice(&a).unwrap(), BigNum::from_slice(&b).unwrap());
                expected = &expected + &(&a * &b);
            }
            let mut rest = BigNum::new().unwrap();
            rest.checked_rem(&expected, &order(), &mut BigNumContext::new().unwrap()).unwrap();
            prop_assert_eq!(sum.reduce().to_bytes().to_vec(), rest.to_vec_padded(32).unwrap());
        }
    }

    #[test]
    fn sums_of_the_largest_numbers_do_not_overflow() {
        let (mut sum, mut expected) = (Sum::default(), BigNum::new().unwrap());
        let largest = BigNum::from_slice(&[0xff; 32]).unwrap();
        for _ in 0..1000 {
            sum.add_product(&[u64::MAX; 4], &[u64::MAX; 4]);
            expected = &expected + &(&largest * &largest);
        }
        let mut rest = BigNum::new().unwrap();
        rest.checked_rem(&expected, &order(), &mut BigNumContext::new().unwrap())
            .unwrap();
        assert_eq!(
            sum.reduce().to_bytes().to_vec(),
            rest.to_vec_padded(32).unwrap()
        );
    }

    #[test]
    fn the_last_sector_is_what_is_left() {
        assert_eq!(count(8192), 265);
        let sectors: Vec<_> = of(&[1; 33]).collect();
        assert_eq!(sectors.len(), 2);
        assert_eq!(sectors[1], [0x0101, 0, 0, 0]);
        assert_eq!(sectors[0][3], 0x0001_0101_0101_0101);
    }
}
