//! The choice between no cipher, the published one and ours.

use crate::{
    published::PublishedKey,
    sealed::{KdfParams, SealedKey},
    Layout, SegmentError,
};
use cess_primitives::MAX_SEGMENTS;
use core::fmt;
use zeroize::Zeroizing;

/// How a file is encrypted before it is cut.
#[derive(Clone)]
pub struct Cipher(Kind);

#[derive(Clone)]
enum Kind {
    None,
    Published(PublishedKey),
    Sealed {
        password: Zeroizing<Vec<u8>>,
        params: KdfParams,
    },
}

impl Cipher {
    /// The file is stored as it is.
    pub const fn none() -> Self {
        Self(Kind::None)
    }

    /// Whether the file is stored as it is.
    pub const fn is_none(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    /// AES-256-CBC as published clients expect it under the header `Cipher` (spec off-chain 1.4).
    ///
    /// # Errors
    /// [`SegmentError::KeyLength`] unless the key has 1 to 32 bytes.
    pub fn published(key: &[u8]) -> Result<Self, SegmentError> {
        PublishedKey::new(key).map(|key| Self(Kind::Published(key)))
    }

    /// AES-256-GCM under an Argon2id key: the way for new encrypted files.
    ///
    /// # Errors
    /// [`SegmentError::EmptyPassword`].
    pub fn sealed(password: &[u8]) -> Result<Self, SegmentError> {
        Self::sealed_with(password, KdfParams::default())
    }

    /// As [`Cipher::sealed`], with the cost of a guess at the password chosen by the caller.
    ///
    /// # Errors
    /// [`SegmentError::EmptyPassword`], [`SegmentError::Header`] when the cost is out of bounds.
    pub fn sealed_with(password: &[u8], params: KdfParams) -> Result<Self, SegmentError> {
        params.check()?;
        if password.is_empty() {
            return Err(SegmentError::EmptyPassword);
        }
        Ok(Self(Kind::Sealed {
            password: Zeroizing::new(password.to_vec()),
            params,
        }))
    }

    /// Segments of a file of `size` bytes.
    ///
    /// # Errors
    /// [`SegmentError::Empty`], [`SegmentError::TooManySegments`], [`SegmentError::Layout`].
    pub fn segments_of(&self, size: u64, layout: Layout) -> Result<u32, SegmentError> {
        let shape = match self.0 {
            Kind::None => Shape::Plain,
            Kind::Published(_) => Shape::Published,
            Kind::Sealed { .. } => Shape::Sealed,
        };
        shape.check(layout)?;
        shape.segments_of(size, layout)
    }

    /// The scheme of one file; a sealed one gets a fresh salt.
    pub(crate) fn scheme(&self) -> Result<Scheme, SegmentError> {
        Ok(match &self.0 {
            Kind::None => Scheme::Plain,
            Kind::Published(key) => Scheme::Published(key.clone()),
            Kind::Sealed { password, params } => {
                Scheme::Sealed(SealedKey::fresh(password, *params)?)
            }
        })
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::None => "Cipher::none",
            Kind::Published(_) => "Cipher::published(..)",
            Kind::Sealed { .. } => "Cipher::sealed(..)",
        })
    }
}

/// How much plaintext fits into the segments of a kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    Published,
    Sealed,
}

impl Shape {
    /// Bytes that the header takes from the first segment.
    pub(crate) const fn header(self) -> usize {
        match self {
            Self::Plain | Self::Published => 0,
            Self::Sealed => crate::sealed::HEADER_LEN,
        }
    }

    /// Bytes that the cipher adds to every segment.
    const fn overhead(self) -> usize {
        match self {
            Self::Plain => 0,
            Self::Published => crate::published::OVERHEAD,
            Self::Sealed => crate::sealed::OVERHEAD,
        }
    }

    /// Says whether segments of this layout can hold such a file.
    pub(crate) fn check(self, layout: Layout) -> Result<(), SegmentError> {
        let size = layout.segment_size();
        let rule = match self {
            Self::Published if size % 16 != 0 => "the cipher needs a multiple of 16 bytes",
            _ if size <= self.header() + self.overhead() => "the cipher leaves no room for content",
            _ => return Ok(()),
        };
        Err(SegmentError::Layout {
            segment_size: size as u64,
            rule,
        })
    }

    /// Bytes of the file in the segment at `index`, when it is full.
    pub(crate) fn capacity(self, index: u32, layout: Layout) -> usize {
        let header = if index == 0 { self.header() } else { 0 };
        layout.segment_size() - self.overhead() - header
    }

    /// Bytes of the file before the segment at `index`.
    pub(crate) fn offset(self, index: u32, layout: Layout) -> u64 {
        let full = u64::from(index) * (layout.segment_size() - self.overhead()) as u64;
        full.saturating_sub(self.header() as u64)
    }

    /// The segment that holds the byte at `position`.
    pub(crate) fn segment_at(self, position: u64, layout: Layout) -> u64 {
        (position + self.header() as u64) / (layout.segment_size() - self.overhead()) as u64
    }

    /// Bytes of the largest file.
    pub(crate) fn largest(self, layout: Layout) -> u64 {
        self.offset(MAX_SEGMENTS, layout)
    }

    /// Segments of a file of `size` bytes.
    pub(crate) fn segments_of(self, size: u64, layout: Layout) -> Result<u32, SegmentError> {
        let largest = self.largest(layout);
        match size {
            0 => Err(SegmentError::Empty),
            _ if size > largest => Err(SegmentError::TooManySegments { largest }),
            _ => Ok(self.segment_at(size - 1, layout) as u32 + 1),
        }
    }
}

/// A cipher with its key, at work on one file.
pub(crate) enum Scheme {
    Plain,
    Published(PublishedKey),
    Sealed(SealedKey),
}

impl Scheme {
    pub(crate) const fn shape(&self) -> Shape {
        match self {
            Self::Plain => Shape::Plain,
            Self::Published(_) => Shape::Published,
            Self::Sealed(_) => Shape::Sealed,
        }
    }

    /// What stands before the content of the segment at `index`.
    pub(crate) fn prefix(&self, index: u32) -> &[u8] {
        match self {
            Self::Sealed(key) if index == 0 => key.header(),
            _ => &[],
        }
    }

    /// Turns `prefix || content` into a whole segment, in place.
    pub(crate) fn seal(
        &self,
        index: u32,
        last: bool,
        buffer: &mut Vec<u8>,
        layout: Layout,
    ) -> Result<(), SegmentError> {
        match self {
            Self::Plain => buffer.resize(layout.segment_size(), 0),
            Self::Published(key) => key.seal(buffer, layout)?,
            Self::Sealed(key) => key.seal(index, last, buffer, layout)?,
        }
        layout.check_segment(buffer.len())
    }

    /// Turns a whole segment into the `content` bytes of the file that it holds, in place.
    pub(crate) fn open(
        &self,
        index: u32,
        last: bool,
        content: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<(), SegmentError> {
        match self {
            Self::Plain => {}
            Self::Published(key) => key.open(index, buffer)?,
            Self::Sealed(key) => key.open(index, last, content, buffer)?,
        }
        buffer.truncate(content);
        Ok(())
    }
}
