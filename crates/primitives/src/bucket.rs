//! Buckets: groups of an owner's files under a name (pallet file-bank).

use crate::{file::Name, BVec, Tick, NAME_MAX, NAME_MIN};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// A bucket's name; [`check_name`] says which ones are good.
pub type BucketName = BVec<u8, NAME_MAX>;
/// Most buckets of an owner.
pub const MAX_BUCKETS: u32 = 1000;

/// A bucket; its files are listed apart from it.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct BucketInfo {
    /// When it was created.
    pub created: Tick,
    /// How many files are in it.
    pub object_num: u32,
}

/// A file in a bucket, with what a listing shows of it.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct BucketObject {
    /// What the owner calls the file.
    pub file_name: Name,
    /// Bytes of the file.
    pub file_size: u128,
    /// When it was put in.
    pub placed: Tick,
}

/// Why a name is not a bucket's: the rules are those of S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidBucketName {
    /// It has fewer than 3 or more than 63 characters.
    Length,
    /// It has others than lower-case letters, digits, dots and hyphens.
    Character,
    /// It begins or ends with a dot or a hyphen.
    Edge,
    /// It has two dots in a row.
    AdjacentDots,
    /// It looks like an IPv4 address.
    Address,
}

impl fmt::Display for InvalidBucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "a bucket's name has 3 to 63 characters",
            Self::Character => {
                "a bucket's name has only lower-case letters, digits, dots and hyphens"
            }
            Self::Edge => "a bucket's name begins and ends with a letter or digit",
            Self::AdjacentDots => "a bucket's name has no two dots in a row",
            Self::Address => "a bucket's name does not look like an IP address",
        })
    }
}

impl core::error::Error for InvalidBucketName {}

/// Says what is wrong with a name that no bucket may have.
pub fn check_name(name: &[u8]) -> Result<(), InvalidBucketName> {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let length = (NAME_MIN as usize..=NAME_MAX as usize).contains(&name.len());
    let characters = name
        .iter()
        .all(|byte| alphanumeric(byte) || matches!(byte, b'.' | b'-'));
    let edges = name.first().is_some_and(alphanumeric) && name.last().is_some_and(alphanumeric);
    let rules = [
        (length, InvalidBucketName::Length),
        (characters, InvalidBucketName::Character),
        (edges, InvalidBucketName::Edge),
        (
            !name.windows(2).any(|pair| pair == b".."),
            InvalidBucketName::AdjacentDots,
        ),
        (!is_address(name), InvalidBucketName::Address),
    ];
    rules
        .iter()
        .find(|(kept, _)| !kept)
        .map_or(Ok(()), |(_, rule)| Err(*rule))
}

/// Four groups of up to three digits, whatever number they make.
fn is_address(name: &[u8]) -> bool {
    let group = |part: &[u8]| (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    name.split(|byte| *byte == b'.').count() == 4 && name.split(|byte| *byte == b'.').all(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_like_those_of_s3_are_good() {
        let longest = "a".repeat(63);
        for name in [
            "abc",
            "my.bucket-1",
            "0-0",
            "a.-b",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.4444",
            "a.2.3.4",
            &longest,
        ] {
            assert_eq!(check_name(name.as_bytes()), Ok(()), "{name}");
        }
    }

    #[test]
    fn other_names_are_refused_with_the_reason() {
        let long = "a".repeat(64);
        for (name, reason) in [
            ("", InvalidBucketName::Length),
            ("ab", InvalidBucketName::Length),
            (&long, InvalidBucketName::Length),
            ("Abc", InvalidBucketName::Character),
            ("a_b", InvalidBucketName::Character),
            ("a b", InvalidBucketName::Character),
            ("löß", InvalidBucketName::Character),
            ("a\0b", InvalidBucketName::Character),
            (".abc", InvalidBucketName::Edge),
            ("abc-", InvalidBucketName::Edge),
            ("-..", InvalidBucketName::Edge),
            ("a..b", InvalidBucketName::AdjacentDots),
            ("192.168.5.4", InvalidBucketName::Address),
            ("999.0.0.00", InvalidBucketName::Address),
        ] {
            assert_eq!(check_name(name.as_bytes()), Err(reason), "{name}");
        }
    }
}
