//! Bytes in, segments out.

use crate::{cipher::Scheme, erasure::encode_into, Cipher, Layout, SegmentError, SegmentParts};
use cess_primitives::{file::SegmentList, hash, Hash, FRAGMENT_COUNT, MAX_SEGMENTS};
use std::io::{ErrorKind, Read};

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The file's id.
    pub fid: Hash,
    /// Its segments, as they are declared on chain.
    pub segments: Vec<SegmentList>,
    /// Bytes of the file as it was given; this is the `file_size` of its declaration.
    pub size: u64,
    /// Bytes of its segments.
    pub stored_size: u64,
}

/// Cuts a file into segments while its bytes arrive. After an error, drop it.
///
/// ```
/// use cess_segment::{Cipher, Layout, SegmentWriter};
/// let mut writer = SegmentWriter::new(Layout::new(64).unwrap(), &Cipher::none(), None).unwrap();
/// let mut input = &[7u8; 100][..];
/// let mut segments = Vec::new();
/// while !input.is_empty() {
///     segments.extend(writer.push(&mut input).unwrap());
/// }
/// let (last, summary) = writer.finish().unwrap();
/// segments.push(last);
/// assert_eq!((segments.len(), summary.size), (2, 100));
/// ```
pub struct SegmentWriter {
    layout: Layout,
    scheme: Scheme,
    announced: Option<u64>,
    /// Prefix and content of the segment that is being filled; allocated for a whole segment.
    buffer: Vec<u8>,
    /// Content bytes that it still takes.
    room: usize,
    /// Fragments that the caller gave back.
    spare: [Vec<u8>; FRAGMENT_COUNT],
    segments: Vec<SegmentList>,
    size: u64,
}

impl SegmentWriter {
    /// A writer for one file; `announced` is its length where that is known. Deriving the key of a
    /// sealed file takes some tens of milliseconds.
    ///
    /// # Errors
    /// [`SegmentError::Empty`] and [`SegmentError::TooManySegments`] by the announced length,
    /// [`SegmentError::Layout`] when the cipher doesn't fit.
    pub fn new(
        layout: Layout,
        cipher: &Cipher,
        announced: Option<u64>,
    ) -> Result<Self, SegmentError> {
        // One byte stands for a length that is not known: it checks that the cipher fits the layout.
        cipher.segments_of(announced.unwrap_or(1), layout)?;
        let scheme = cipher.scheme()?;
        let buffer = Vec::with_capacity(layout.segment_size());
        let mut writer = Self {
            layout,
            scheme,
            announced,
            buffer,
            room: 0,
            spare: Default::default(),
            segments: Vec::new(),
            size: 0,
        };
        writer.start_segment();
        Ok(writer)
    }

    /// Takes bytes from the front of `input`, until none is left or a segment is complete.
    ///
    /// A full segment is given out when the next byte arrives, because only then it is known not to
    /// be the last.
    ///
    /// # Errors
    /// [`SegmentError::TooManySegments`], [`SegmentError::WrongLength`].
    pub fn push(&mut self, input: &mut &[u8]) -> Result<Option<SegmentParts>, SegmentError> {
        if input.is_empty() {
            return Ok(None);
        }
        let seen = self.size.saturating_add(input.len() as u64);
        if let Some(announced) = self.announced.filter(|announced| seen > *announced) {
            return Err(SegmentError::WrongLength {
                announced,
                actual: seen,
            });
        }
        let largest = self.scheme.shape().largest(self.layout);
        if seen > largest {
            return Err(SegmentError::TooManySegments { largest });
        }
        let complete = if self.room == 0 {
            Some(self.emit(false)?)
        } else {
            None
        };
        let (taken, rest) = input.split_at(self.room.min(input.len()));
        self.buffer.extend_from_slice(taken);
        self.room -= taken.len();
        self.size += taken.len() as u64;
        *input = rest;
        Ok(complete)
    }

    /// Ends the file: its last segment, and what became of it.
    ///
    /// # Errors
    /// [`SegmentError::Empty`], [`SegmentError::WrongLength`].
    pub fn finish(mut self) -> Result<(SegmentParts, Summary), SegmentError> {
        if self.size == 0 {
            return Err(SegmentError::Empty);
        }
        if let Some(announced) = self.announced.filter(|announced| self.size != *announced) {
            return Err(SegmentError::WrongLength {
                announced,
                actual: self.size,
            });
        }
        let last = self.emit(true)?;
        let fid = hash::fid(self.segments.iter().map(|segment| segment.hash))
            .ok_or(SegmentError::Empty)?;
        let stored_size = self.segments.len() as u64 * self.layout.segment_size() as u64;
        Ok((
            last,
            Summary {
                fid,
                segments: self.segments,
                size: self.size,
                stored_size,
            },
        ))
    }

    /// Takes back a segment that is done with, so that the next one uses its memory: a third faster.
    pub fn recycle(&mut self, parts: SegmentParts) {
        self.spare = parts.fragments.map(|(_, bytes)| bytes);
    }

    /// Segments that were given out.
    pub fn segments(&self) -> u32 {
        self.segments.len() as u32
    }

    fn emit(&mut self, last: bool) -> Result<SegmentParts, SegmentError> {
        debug_assert!(self.segments() < MAX_SEGMENTS);
        self.scheme
            .seal(self.segments(), last, &mut self.buffer, self.layout)?;
        let parts = encode_into(&self.buffer, self.layout, std::mem::take(&mut self.spare))?;
        self.segments.push(parts.list());
        self.start_segment();
        Ok(parts)
    }

    fn start_segment(&mut self) {
        let index = self.segments();
        self.buffer.clear();
        self.buffer.extend_from_slice(self.scheme.prefix(index));
        self.room = self.scheme.shape().capacity(index, self.layout);
    }
}

/// Cuts everything that `reader` gives; `sink` gets each segment with its place, from 0.
///
/// # Errors
/// As [`SegmentWriter`], and [`SegmentError::Io`] from `reader` or `sink`.
pub fn split(
    mut reader: impl Read,
    announced: Option<u64>,
    layout: Layout,
    cipher: &Cipher,
    mut sink: impl FnMut(u32, SegmentParts) -> std::io::Result<()>,
) -> Result<Summary, SegmentError> {
    let mut writer = SegmentWriter::new(layout, cipher, announced)?;
    let mut chunk = vec![0; layout.segment_size().min(256 << 10)];
    loop {
        let mut input = match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => &chunk[..read],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        while !input.is_empty() {
            if let Some(parts) = writer.push(&mut input)? {
                sink(writer.segments() - 1, parts)?;
            }
        }
    }
    let (last, summary) = writer.finish()?;
    sink(summary.segments.len() as u32 - 1, last)?;
    Ok(summary)
}
