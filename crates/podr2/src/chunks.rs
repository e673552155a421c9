//! Access to single chunks of a fragment.

use crate::Podr2Error;
use std::io::{self, Read, Seek, SeekFrom};

/// A fragment of which single chunks can be read, so that a proof does not read all of it.
pub trait ChunkReader {
    /// The bytes of chunk `index`.
    ///
    /// # Errors
    /// Whatever keeps the chunk from being read.
    fn chunk(&mut self, index: u32) -> io::Result<Vec<u8>>;
}

/// The equal chunks of a file, or of anything else that can be read and sought.
#[derive(Debug)]
pub struct Chunks<R> {
    inner: R,
    count: u32,
    size: usize,
}

impl<'a> Chunks<io::Cursor<&'a [u8]>> {
    /// The `count` chunks of bytes in memory.
    ///
    /// # Errors
    /// [`Podr2Error::Chunking`] when they can't be cut into `count` equal chunks.
    pub fn of(data: &'a [u8], count: u32) -> Result<Self, Podr2Error> {
        Self::new(io::Cursor::new(data), data.len() as u64, count)
    }
}

impl<R: Read + Seek> Chunks<R> {
    /// The `count` chunks of a fragment of `len` bytes.
    ///
    /// # Errors
    /// [`Podr2Error::Chunking`] when it can't be cut into `count` equal chunks.
    pub fn new(inner: R, len: u64, count: u32) -> Result<Self, Podr2Error> {
        let size = chunk_size(len, count)?;
        Ok(Self { inner, count, size })
    }
}

impl<R: Read + Seek> ChunkReader for Chunks<R> {
    fn chunk(&mut self, index: u32) -> io::Result<Vec<u8>> {
        if index >= self.count {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the fragment has no such chunk",
            ));
        }
        self.inner
            .seek(SeekFrom::Start(u64::from(index) * self.size as u64))?;
        let mut chunk = vec![0; self.size];
        self.inner.read_exact(&mut chunk)?;
        Ok(chunk)
    }
}

/// Largest chunk, bytes; what is longer would not pass for a number of a proof.
pub(crate) const MAX_CHUNK: u64 = 1 << 20;

/// Bytes of each of `count` equal chunks.
pub(crate) fn chunk_size(len: u64, count: u32) -> Result<usize, Podr2Error> {
    let refused = Podr2Error::Chunking { len, chunks: count };
    match len.checked_rem(u64::from(count)) {
        Some(0) if len > 0 && len / u64::from(count) <= MAX_CHUNK => {
            Ok((len / u64::from(count)) as usize)
        }
        _ => Err(refused),
    }
}
