//! The 64 lower-case hex characters by which the protocol names files, segments and fragments.

use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// A SHA-256 digest as the chain keeps it: 64 ASCII characters of lower-case hex.
///
/// The type itself does not promise that its bytes are hex, because it is decoded from calls that
/// anyone may send; [`Hash::validate`] and [`Hash::digest`] do (spec Q29).
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Hash(pub [u8; 64]);

/// The bytes are not 64 characters of lower-case hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidHash;

impl fmt::Display for InvalidHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hash is 64 characters of lower-case hex")
    }
}

impl core::error::Error for InvalidHash {}

impl Hash {
    /// The name of a 32-byte digest.
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        let mut text = [0u8; 64];
        hex::encode_to_slice(digest, &mut text).expect("32 bytes are 64 hex characters; qed");
        Self(text)
    }

    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_digest(&sp_crypto_hashing::sha2_256(bytes))
    }

    /// Checks that every byte is a lower-case hex digit.
    pub fn validate(&self) -> Result<(), InvalidHash> {
        let ok = self
            .0
            .iter()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        ok.then_some(()).ok_or(InvalidHash)
    }

    /// The 32 raw bytes.
    pub fn digest(&self) -> Result<[u8; 32], InvalidHash> {
        self.validate()?;
        let mut raw = [0u8; 32];
        hex::decode_to_slice(self.0, &mut raw).map_err(|_| InvalidHash)?;
        Ok(raw)
    }

    /// The characters; characters that are not ASCII come out as `?`.
    pub fn to_text(&self) -> String {
        self.0
            .iter()
            .map(|b| {
                if b.is_ascii_graphic() {
                    *b as char
                } else {
                    '?'
                }
            })
            .collect()
    }
}

impl core::str::FromStr for Hash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let hash = Self(text.as_bytes().try_into().map_err(|_| InvalidHash)?);
        hash.validate()?;
        Ok(hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

#[cfg(feature = "std")]
impl serde::Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_text())
    }
}

#[cfg(feature = "std")]
impl<'de> serde::Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The root of the binary Merkle tree over raw segment digests: the file's id.
///
/// Pairs are hashed as `sha256(left || right)`, an odd last node is paired with itself at every
/// level, and a single segment is paired with itself too (spec off-chain 1.2). `None` for no segment.
pub fn merkle_root(digests: &[[u8; 32]]) -> Option<[u8; 32]> {
    let pair = |l: &[u8; 32], r: &[u8; 32]| sp_crypto_hashing::sha2_256(&[*l, *r].concat());
    let mut level = digests.to_vec();
    if let [only] = level[..] {
        return Some(pair(&only, &only));
    }
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|c| pair(&c[0], c.last().unwrap_or(&c[0])))
            .collect();
    }
    level.pop()
}

/// The fid of a file with these segments, or `None` when a hash is not hex or there is no segment.
pub fn fid(segments: impl IntoIterator<Item = Hash>) -> Option<Hash> {
    let digests = segments
        .into_iter()
        .map(|h| h.digest().ok())
        .collect::<Option<alloc::vec::Vec<_>>>()?;
    merkle_root(&digests).map(|root| Hash::from_digest(&root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_upper_case_is_refused() {
        let hash = Hash::of(b"hello cess");
        assert_eq!(hash.to_text().parse(), Ok(hash));
        assert_eq!(Hash::from_digest(&hash.digest().unwrap()), hash);
        assert_eq!(
            hash.to_text().to_uppercase().parse::<Hash>(),
            Err(InvalidHash)
        );
        assert_eq!("abc".parse::<Hash>(), Err(InvalidHash));
        assert_eq!(Hash([0xff; 64]).digest(), Err(InvalidHash));
    }

    #[test]
    fn fid_matches_the_published_vectors() {
        let one: Hash = "91e83b8a8dcfa82993a99614ecdd542f828e68cdf460e9daad70db0e738a4ec1"
            .parse()
            .unwrap();
        let fid_one = fid([one]).unwrap();
        assert_eq!(
            fid_one.to_text(),
            "be1e4130895feddd642d5ca739f80de7b7e101ca271581a7c68071d5327d0c59"
        );
        assert_eq!(fid([]), None);
        assert_eq!(fid([Hash([b'x'; 64])]), None);
    }
}
