//! Stored segments in, the file or a range of it out.

use crate::{
    cipher::{Scheme, Shape},
    is_sealed,
    published::PublishedKey,
    sealed::SealedKey,
    Layout, SegmentError,
};
use cess_primitives::MAX_SEGMENTS;
use core::fmt;
use std::{io::Write, ops::Range};

/// A slice of one opened segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The segment, from 0.
    pub segment: u32,
    /// The slice of what [`Opener::open`] makes of it.
    pub within: Range<usize>,
}

/// Reads a stored file: says which segments a range needs, and opens them one by one, in any order.
///
/// It fetches nothing itself, so that it serves a blocking caller ([`Opener::read_range`]) as well as
/// an asynchronous one ([`Opener::pieces`] and [`Opener::open`]). The caller checks the segments'
/// hashes; [`crate::rebuild_segment`] does.
pub struct Opener {
    layout: Layout,
    scheme: Scheme,
    segments: u32,
    size: u64,
}

impl Opener {
    /// An opener for the file of `size` bytes in `segments` segments, as the chain says, with the first
    /// bytes of its first segment ([`crate::sealed::HEADER_LEN`] are enough).
    ///
    /// A sealed file is recognised by its header. Else a password means the published cipher, and no
    /// password a plain file.
    ///
    /// # Errors
    /// [`SegmentError::SizeMismatch`], [`SegmentError::PasswordNeeded`],
    /// [`SegmentError::WrongPassword`], [`SegmentError::KeyLength`], [`SegmentError::Header`].
    pub fn new(
        layout: Layout,
        segments: u32,
        size: u64,
        password: Option<&[u8]>,
        first_segment: &[u8],
    ) -> Result<Self, SegmentError> {
        let shape = match password {
            _ if is_sealed(first_segment) => Shape::Sealed,
            Some(_) => Shape::Published,
            None => Shape::Plain,
        };
        shape.check(layout)?;
        // The sizes are checked first: that is cheap, and a key derivation is not.
        if segments > MAX_SEGMENTS || shape.segments_of(size, layout).ok() != Some(segments) {
            return Err(SegmentError::SizeMismatch { size, segments });
        }
        let scheme = match (shape, password) {
            (Shape::Plain, _) => Scheme::Plain,
            (_, None) => return Err(SegmentError::PasswordNeeded),
            (Shape::Published, Some(key)) => Scheme::Published(PublishedKey::new(key)?),
            (Shape::Sealed, Some(password)) => {
                Scheme::Sealed(SealedKey::recover(password, first_segment)?)
            }
        };
        Ok(Self {
            layout,
            scheme,
            segments,
            size,
        })
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Segments of the file.
    pub fn segments(&self) -> u32 {
        self.segments
    }

    /// Where the bytes of a range are, in order.
    ///
    /// # Errors
    /// [`SegmentError::Range`] when the range leaves the file.
    pub fn pieces(&self, range: Range<u64>) -> Result<impl Iterator<Item = Piece>, SegmentError> {
        let Range { start, end } = range;
        if start > end || end > self.size {
            return Err(SegmentError::Range {
                start,
                end,
                size: self.size,
            });
        }
        let (shape, layout) = (self.scheme.shape(), self.layout);
        let first = shape.segment_at(start, layout);
        let after = if start == end {
            first
        } else {
            shape.segment_at(end - 1, layout) + 1
        };
        Ok((first as u32..after as u32).map(move |segment| {
            let offset = shape.offset(segment, layout);
            let capacity = shape.capacity(segment, layout) as u64;
            let from = start.saturating_sub(offset) as usize;
            let to = (end - offset).min(capacity) as usize;
            Piece {
                segment,
                within: from..to,
            }
        }))
    }

    /// Opens one stored segment: the file's bytes in it.
    ///
    /// # Errors
    /// [`SegmentError::NoSuch`], [`SegmentError::BadLength`], [`SegmentError::Damaged`],
    /// [`SegmentError::WrongPasswordOrDamaged`].
    pub fn open(&self, segment: u32, mut stored: Vec<u8>) -> Result<Vec<u8>, SegmentError> {
        if segment >= self.segments {
            return Err(SegmentError::NoSuch {
                what: "segment",
                index: segment as usize,
            });
        }
        self.layout.check_segment(stored.len())?;
        let last = segment + 1 == self.segments;
        let offset = self.scheme.shape().offset(segment, self.layout);
        let capacity = self.scheme.shape().capacity(segment, self.layout);
        let content = (self.size - offset).min(capacity as u64) as usize;
        self.scheme.open(segment, last, content, &mut stored)?;
        Ok(stored)
    }

    /// Writes a range of the file to `out`, one segment at a time; `fetch` gives stored segments.
    ///
    /// # Errors
    /// Those of [`Opener::pieces`] and [`Opener::open`], and [`SegmentError::Io`] from `fetch` or `out`.
    pub fn read_range(
        &self,
        range: Range<u64>,
        mut fetch: impl FnMut(u32) -> std::io::Result<Vec<u8>>,
        mut out: impl Write,
    ) -> Result<(), SegmentError> {
        for Piece { segment, within } in self.pieces(range)? {
            out.write_all(&self.open(segment, fetch(segment)?)?[within])?;
        }
        Ok(())
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { segments, size, .. } = self;
        write!(
            f,
            "Opener({:?}, {size} bytes in {segments} segments)",
            self.scheme.shape()
        )
    }
}
