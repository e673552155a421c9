//! What can go wrong.

use cess_primitives::{Hash, MAX_SEGMENTS};

/// Why a file could not be cut, rebuilt or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// The file has no byte; the protocol has no fid for it.
    #[error("file is empty")]
    Empty,
    /// The file needs more segments than the chain accepts.
    #[error("file needs more than {MAX_SEGMENTS} segments; the largest file is {largest} bytes: split it")]
    TooManySegments {
        /// Bytes of the largest file with this layout and cipher.
        largest: u64,
    },
    /// The file turned out longer or shorter than its announced length.
    #[error("file was announced with {announced} bytes but has {actual}{}", if actual > announced { " or more" } else { "" })]
    WrongLength {
        /// What was announced.
        announced: u64,
        /// What was seen.
        actual: u64,
    },
    /// The sizes of segment and fragment don't fit together, or not with the cipher.
    #[error("segments of {segment_size} bytes can't be used: {rule}")]
    Layout {
        /// The segment size.
        segment_size: u64,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The published cipher takes the password itself as key, so its length is limited.
    #[error("the key must be 1 to 32 bytes long, not {0}")]
    KeyLength(usize),
    /// A sealed file needs a password that is not empty.
    #[error("the password is empty")]
    EmptyPassword,
    /// The file is sealed and no password was given.
    #[error("the file is encrypted: a password is needed")]
    PasswordNeeded,
    /// The password doesn't belong to this file.
    #[error("wrong password")]
    WrongPassword,
    /// The published cipher can't tell these two apart.
    #[error("wrong password, or segment {0} is damaged, or the file is not encrypted")]
    WrongPasswordOrDamaged(u32),
    /// A sealed segment was altered, moved or cut off.
    #[error("segment {0} is damaged: its authentication tag does not match")]
    Damaged(u32),
    /// The declared size of the file contradicts what is sealed in this segment.
    #[error("segment {0} was sealed for a file of another size than the declared one")]
    SealedSize(u32),
    /// The header of a sealed file is cut off, from another version, or asks for absurd work.
    #[error("the header of the encrypted file can't be used: {0}")]
    Header(&'static str),
    /// Size and number of segments contradict each other.
    #[error("a file of {size} bytes does not have {segments} segments")]
    SizeMismatch {
        /// Bytes of the file.
        size: u64,
        /// Its segments.
        segments: u32,
    },
    /// A range ends behind the file or before its own start.
    #[error("the range {start}..{end} is not within the file's {size} bytes")]
    Range {
        /// First byte.
        start: u64,
        /// Byte after the last.
        end: u64,
        /// Bytes of the file.
        size: u64,
    },
    /// There is no such segment or fragment.
    #[error("there is no {what} {index}")]
    NoSuch {
        /// `segment` or `fragment`.
        what: &'static str,
        /// The place asked for, from 0.
        index: usize,
    },
    /// Segment or fragment of the wrong length.
    #[error("a {what} has {expected} bytes, not {actual}")]
    BadLength {
        /// `segment` or `fragment`.
        what: &'static str,
        /// What the layout says.
        expected: usize,
        /// What was given.
        actual: usize,
    },
    /// Fewer than four fragments are there.
    #[error("{0} fragments are there, four are needed")]
    TooFewFragments(usize),
    /// The rebuilt bytes are not the ones that the chain knows: a fragment was corrupt.
    #[error("rebuilt bytes have the hash {actual} instead of {expected}: a fragment was corrupt")]
    HashMismatch {
        /// What the chain says.
        expected: Hash,
        /// What came out.
        actual: Hash,
    },
    /// The reader, the sink or the source of segments failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A cryptographic library refused its own parameters.
    #[error("cryptography failed: {0}")]
    Crypto(&'static str),
}
