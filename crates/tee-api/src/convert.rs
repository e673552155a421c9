//! From the bytes of a message to protocol types; nothing here panics, whatever a client sends.

use crate::podr2;
use cess_primitives::{audit::QElement, AccountId, BVec, BloomFilter, Hash};
use thiserror::Error;
use tonic::Status;

/// A field of a message that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadField {
    /// Wrong number of bytes or items.
    #[error("{field} has {found} bytes or items, not {expected}")]
    Length {
        /// The field.
        field: &'static str,
        /// How many it must have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A hash that is not 64 characters of lower-case hex.
    #[error("{0} is not 64 characters of lower-case hex")]
    Hash(&'static str),
    /// A count or an index below zero.
    #[error("{0} is negative")]
    Negative(&'static str),
    /// Numbers that do not follow each other.
    #[error("{0} are not consecutive")]
    Order(&'static str),
    /// A message that is left out.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// It follows from other fields, and is not what follows.
    #[error("{0} does not agree with the rest of the message")]
    Disagrees(&'static str),
    /// More items than the protocol allows.
    #[error("{field} has {found} items, at most {most} are allowed")]
    TooMany {
        /// The field.
        field: &'static str,
        /// Most items.
        most: usize,
        /// How many it has.
        found: usize,
    },
}

impl From<BadField> for Status {
    fn from(error: BadField) -> Self {
        Self::invalid_argument(error.to_string())
    }
}

/// Exactly `N` bytes.
pub fn array<const N: usize>(bytes: &[u8], field: &'static str) -> Result<[u8; N], BadField> {
    bytes.try_into().map_err(|_| BadField::Length {
        field,
        expected: N,
        found: bytes.len(),
    })
}

/// A 32-byte account.
pub fn account(bytes: &[u8], field: &'static str) -> Result<AccountId, BadField> {
    array(bytes, field).map(AccountId::new)
}

/// 64 characters of lower-case hex.
pub fn hash(text: impl AsRef<[u8]>, field: &'static str) -> Result<Hash, BadField> {
    let hash = Hash(
        text.as_ref()
            .try_into()
            .map_err(|_| BadField::Hash(field))?,
    );
    hash.validate().map_err(|_| BadField::Hash(field))?;
    Ok(hash)
}

/// A count or an index, which the published messages keep as signed numbers.
pub fn index(value: i64, field: &'static str) -> Result<u64, BadField> {
    u64::try_from(value).map_err(|_| BadField::Negative(field))
}

/// The other way round; `None` beyond 2^63.
pub fn signed(value: u64) -> Option<i64> {
    i64::try_from(value).ok()
}

/// A message that must be there.
pub fn required<T>(value: Option<T>, field: &'static str) -> Result<T, BadField> {
    value.ok_or(BadField::Missing(field))
}

/// Refuses lists that are longer than `most`.
pub fn at_most<T>(list: &[T], most: usize, field: &'static str) -> Result<(), BadField> {
    if list.len() > most {
        return Err(BadField::TooMany {
            field,
            most,
            found: list.len(),
        });
    }
    Ok(())
}

/// The challenge of an idle proof. The chain's numbers are unsigned, the message's are signed: the
/// bits are the same.
pub fn space_challenge(values: &[i64], field: &'static str) -> Result<[u64; 8], BadField> {
    let found = values.len();
    let values: [i64; 8] = values.try_into().map_err(|_| BadField::Length {
        field,
        expected: 8,
        found,
    })?;
    Ok(values.map(|value| value as u64))
}

/// The challenge of an idle proof as a message keeps it.
pub fn space_challenge_message(values: &[u64; 8]) -> Vec<i64> {
    values.iter().map(|value| *value as i64).collect()
}

/// 256 counters.
pub fn bloom(values: &[u64], field: &'static str) -> Result<BloomFilter, BadField> {
    let found = values.len();
    let counters = values.try_into().map_err(|_| BadField::Length {
        field,
        expected: 256,
        found,
    })?;
    Ok(BloomFilter(counters))
}

/// A PoDR2 challenge: as many coefficients as indices.
pub fn challenge(slice: &podr2::Qslice) -> Result<QElement, BadField> {
    const MOST: usize = cess_primitives::audit::MAX_CHALLENGE_CHUNKS as usize;
    at_most(&slice.random_index_list, MOST, "qslices.random_index_list")?;
    if slice.random_list.len() != slice.random_index_list.len() {
        return Err(BadField::Length {
            field: "qslices.random_list",
            expected: slice.random_index_list.len(),
            found: slice.random_list.len(),
        });
    }
    let list = slice
        .random_list
        .iter()
        .map(|bytes| array(bytes, "qslices.random_list"))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(QElement {
        random_index_list: BVec::truncate_from(slice.random_index_list.clone()),
        random_list: BVec::truncate_from(list),
    })
}

/// A PoDR2 challenge as a message.
pub fn challenge_message(challenge: &QElement) -> podr2::Qslice {
    podr2::Qslice {
        random_index_list: challenge.random_index_list.to_vec(),
        random_list: challenge.random_list.iter().map(|c| c.to_vec()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_checked_and_named() {
        assert_eq!(
            account(&[1; 31], "miner_id"),
            Err(BadField::Length {
                field: "miner_id",
                expected: 32,
                found: 31
            })
        );
        assert!(bloom(&[0; 255], "bloom").is_err());
        assert!(space_challenge(&[0; 9], "chals").is_err());
        assert_eq!(
            Status::from(BadField::Missing("proof")).code(),
            tonic::Code::InvalidArgument
        );
    }

    #[test]
    fn hashes_are_lower_case_hex() {
        assert!(hash("a".repeat(64), "name").is_ok());
        assert_eq!(hash("A".repeat(64), "name"), Err(BadField::Hash("name")));
        assert_eq!(hash("a".repeat(63), "name"), Err(BadField::Hash("name")));
    }

    #[test]
    fn negative_indices_are_refused() {
        assert_eq!(index(-1, "front"), Err(BadField::Negative("front")));
        assert_eq!(index(i64::MAX, "front"), Ok(i64::MAX as u64));
        assert_eq!(signed(u64::MAX), None);
    }

    #[test]
    fn challenges_round_trip() {
        let values = [0, 1, u64::MAX, 3, 4, 5, 6, 1 << 63];
        assert_eq!(
            space_challenge(&space_challenge_message(&values), "chals"),
            Ok(values)
        );
        let element = QElement {
            random_index_list: BVec::truncate_from(vec![3, 5]),
            random_list: BVec::truncate_from(vec![[1; 20], [2; 20]]),
        };
        assert_eq!(challenge(&challenge_message(&element)), Ok(element));
    }

    #[test]
    fn a_challenge_has_a_coefficient_for_each_index() {
        let slice = podr2::Qslice {
            random_index_list: vec![1, 2],
            random_list: vec![vec![0; 20]],
        };
        assert!(challenge(&slice).is_err());
        let slice = podr2::Qslice {
            random_index_list: vec![1],
            random_list: vec![vec![0; 19]],
        };
        assert!(challenge(&slice).is_err());
        let slice = podr2::Qslice {
            random_index_list: vec![0; 1025],
            random_list: vec![vec![0; 20]; 1025],
        };
        assert!(challenge(&slice).is_err());
    }
}
