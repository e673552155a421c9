//! The sizes of a network's segments and fragments.

use crate::SegmentError;
use cess_primitives::{ProtocolParams, DATA_SHARDS};

/// Bytes of a segment and of a fragment: a segment is four fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    fragment_size: usize,
}

impl Layout {
    /// The layout with segments of so many bytes.
    ///
    /// # Errors
    /// [`SegmentError::Layout`] when that is no positive multiple of four, or doesn't fit in memory.
    pub fn new(segment_size: u64) -> Result<Self, SegmentError> {
        let refuse = |rule| SegmentError::Layout { segment_size, rule };
        if segment_size == 0 || segment_size % DATA_SHARDS as u64 != 0 {
            return Err(refuse("the size must be a positive multiple of four"));
        }
        if segment_size > i32::MAX as u64 {
            return Err(refuse("the size must be below 2 GiB"));
        }
        Ok(Self {
            fragment_size: segment_size as usize / DATA_SHARDS,
        })
    }

    /// The layout of a network.
    ///
    /// # Errors
    /// [`SegmentError::Layout`] when the sizes don't fit together.
    pub fn of(params: &ProtocolParams) -> Result<Self, SegmentError> {
        let layout = Self::new(params.segment_size)?;
        if layout.fragment_size as u64 != params.fragment_size {
            let rule = "a segment is four fragments";
            return Err(SegmentError::Layout {
                segment_size: params.segment_size,
                rule,
            });
        }
        Ok(layout)
    }

    /// Bytes of a segment.
    pub const fn segment_size(self) -> usize {
        self.fragment_size * DATA_SHARDS
    }

    /// Bytes of a fragment.
    pub const fn fragment_size(self) -> usize {
        self.fragment_size
    }

    pub(crate) fn check_segment(self, actual: usize) -> Result<(), SegmentError> {
        let expected = self.segment_size();
        if actual == expected {
            return Ok(());
        }
        Err(SegmentError::BadLength {
            what: "segment",
            expected,
            actual,
        })
    }

    pub(crate) fn check_fragment(self, actual: usize) -> Result<(), SegmentError> {
        let expected = self.fragment_size;
        if actual == expected {
            return Ok(());
        }
        Err(SegmentError::BadLength {
            what: "fragment",
            expected,
            actual,
        })
    }
}
