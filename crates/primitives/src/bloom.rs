//! The counting vector over a miner's tagged fragments.

use crate::{Hash, InvalidHash};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// 256 counters; each fragment adds the 256 bits of its hash, most significant bit first.
///
/// It is a sum check over the set of fragments (spec off-chain 4.5), called a bloom filter by the
/// published interface.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct BloomFilter(pub [u64; 256]);

impl Default for BloomFilter {
    fn default() -> Self {
        Self([0; 256])
    }
}

/// Why a fragment could not be added or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BloomError {
    /// The fragment's hash is not hex.
    InvalidHash,
    /// A counter would leave its range: the fragment is not in the filter.
    OutOfRange,
}

impl From<InvalidHash> for BloomError {
    fn from(_: InvalidHash) -> Self {
        Self::InvalidHash
    }
}

impl BloomFilter {
    /// Adds a fragment; on error nothing has changed.
    pub fn insert(&mut self, fragment: &Hash) -> Result<(), BloomError> {
        self.apply(fragment, |counter, bit| counter.checked_add(bit))
    }

    /// Removes a fragment; on error nothing has changed.
    pub fn remove(&mut self, fragment: &Hash) -> Result<(), BloomError> {
        self.apply(fragment, |counter, bit| counter.checked_sub(bit))
    }

    /// Whether no fragment is counted.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|c| *c == 0)
    }

    fn apply(
        &mut self,
        fragment: &Hash,
        op: impl Fn(u64, u64) -> Option<u64>,
    ) -> Result<(), BloomError> {
        let digest = fragment.digest()?;
        let mut next = self.0;
        for (i, counter) in next.iter_mut().enumerate() {
            let bit = u64::from(digest[i / 8] >> (7 - i % 8) & 1);
            *counter = op(*counter, bit).ok_or(BloomError::OutOfRange)?;
        }
        self.0 = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insert_and_remove_cancel_out() {
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        let mut filter = BloomFilter::default();
        filter.insert(&a).unwrap();
        filter.insert(&b).unwrap();
        filter.remove(&a).unwrap();
        let mut only_b = BloomFilter::default();
        only_b.insert(&b).unwrap();
        assert_eq!(filter, only_b);
        assert_eq!(filter.remove(&a), Err(BloomError::OutOfRange));
        assert_eq!(filter, only_b, "a failed removal changes nothing");
        assert_eq!(
            filter.insert(&Hash([b'g'; 64])),
            Err(BloomError::InvalidHash)
        );
    }
}
