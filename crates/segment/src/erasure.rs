//! Segment to fragments and back (spec off-chain 1.2, 1.3).

use crate::{Layout, SegmentError};
use cess_primitives::{file::SegmentList, Hash, DATA_SHARDS, FRAGMENT_COUNT, PARITY_SHARDS};
use reed_solomon_erasure::galois_8::{mul_slice, mul_slice_xor, ReedSolomon};
use sha2::{Digest, Sha256};

/// The published code's parity rows: fragment `4 + r` is the sum of `PARITY[r][j]` times fragment `j`.
pub const PARITY: [[u8; DATA_SHARDS]; PARITY_SHARDS] = [
    [27, 28, 18, 20],
    [28, 27, 20, 18],
    [18, 20, 27, 28],
    [20, 18, 28, 27],
    [245, 232, 196, 216],
    [232, 245, 216, 196],
    [196, 216, 245, 232],
    [216, 196, 232, 245],
];

/// Four tiles of data and eight of parity stay in a core's second-level cache, so that parity is
/// hashed before it leaves.
const TILE: usize = 16 << 10;

/// The fragments of a segment that are at hand, in shard order.
pub type Fragments = [Option<Vec<u8>>; FRAGMENT_COUNT];

/// A segment as it is stored: its name, and name and bytes of each fragment, data first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentParts {
    /// SHA-256 of the segment.
    pub hash: Hash,
    /// SHA-256 and bytes of each fragment.
    pub fragments: [(Hash, Vec<u8>); FRAGMENT_COUNT],
}

impl SegmentParts {
    /// The segment as it is declared on chain.
    pub fn list(&self) -> SegmentList {
        let hashes = self.fragments.iter().map(|(hash, _)| *hash).collect();
        SegmentList {
            hash: self.hash,
            fragment_list: cess_primitives::BVec::truncate_from(hashes),
        }
    }

    /// The segment's bytes, joined from the data fragments.
    pub fn segment(&self) -> Vec<u8> {
        let data: [&[u8]; DATA_SHARDS] = core::array::from_fn(|j| &self.fragments[j].1[..]);
        data.concat()
    }
}

/// Encodes a segment.
///
/// # Errors
/// [`SegmentError::BadLength`] when `segment` is not a whole segment.
pub fn encode_segment(segment: &[u8], layout: Layout) -> Result<SegmentParts, SegmentError> {
    encode_into(segment, layout, Default::default())
}

/// As [`encode_segment`], into buffers whose content does not matter.
///
/// Fresh memory costs a page fault for every 4 KiB, which is a third of the time of a segment.
pub(crate) fn encode_into(
    segment: &[u8],
    layout: Layout,
    mut buffers: [Vec<u8>; FRAGMENT_COUNT],
) -> Result<SegmentParts, SegmentError> {
    layout.check_segment(segment.len())?;
    let size = layout.fragment_size();
    let mut hashers: [Sha256; FRAGMENT_COUNT] = core::array::from_fn(|_| Sha256::new());
    buffers.iter_mut().for_each(|buffer| buffer.resize(size, 0));
    let (data, parity) = buffers.split_at_mut(DATA_SHARDS);
    for start in (0..size).step_by(TILE) {
        let tile = start..size.min(start + TILE);
        for (shard, quarter) in data.iter_mut().zip(segment.chunks_exact(size)) {
            shard[tile.clone()].copy_from_slice(&quarter[tile.clone()]);
        }
        let tiles: [&[u8]; DATA_SHARDS] = core::array::from_fn(|j| &data[j][tile.clone()]);
        for (row, out) in PARITY.iter().zip(parity.iter_mut()) {
            combine(row, &tiles, &mut out[tile.clone()]);
        }
        for (hasher, shard) in hashers.iter_mut().zip(data.iter().chain(parity.iter())) {
            hasher.update(&shard[tile.clone()]);
        }
    }
    let mut buffers = buffers.into_iter();
    let fragments = hashers.map(|hasher| (name(hasher), buffers.next().unwrap_or_default()));
    Ok(SegmentParts {
        hash: name(Sha256::new_with_prefix(segment)),
        fragments,
    })
}

/// Rebuilds a segment from any four of its fragments; the missing data fragments are filled in.
///
/// # Errors
/// [`SegmentError::TooFewFragments`], [`SegmentError::BadLength`], and [`SegmentError::HashMismatch`]
/// when the result is not the segment of that name.
pub fn rebuild_segment(
    fragments: &mut Fragments,
    layout: Layout,
    expected: &Hash,
) -> Result<Vec<u8>, SegmentError> {
    rebuild_data(fragments, layout)?;
    let mut segment = Vec::with_capacity(layout.segment_size());
    for shard in fragments[..DATA_SHARDS].iter().flatten() {
        segment.extend_from_slice(shard);
    }
    expect_hash(&segment, expected)?;
    Ok(segment)
}

/// Rebuilds the fragment at `index` (from 0) from any four fragments of its segment.
///
/// # Errors
/// As [`rebuild_segment`], and [`SegmentError::NoSuch`] when `index` is 12 or more.
pub fn rebuild_fragment(
    fragments: &mut Fragments,
    index: usize,
    layout: Layout,
    expected: &Hash,
) -> Result<Vec<u8>, SegmentError> {
    if index >= FRAGMENT_COUNT {
        return Err(SegmentError::NoSuch {
            what: "fragment",
            index,
        });
    }
    // The fragment at hand may be the corrupt one that is to be replaced.
    fragments[index] = None;
    rebuild_data(fragments, layout)?;
    let data: Vec<&[u8]> = fragments[..DATA_SHARDS]
        .iter()
        .flatten()
        .map(Vec::as_slice)
        .collect();
    let fragment = match index.checked_sub(DATA_SHARDS) {
        None => data[index].to_vec(),
        Some(row) => {
            let mut out = vec![0; layout.fragment_size()];
            combine(&PARITY[row], &data, &mut out);
            out
        }
    };
    expect_hash(&fragment, expected)?;
    Ok(fragment)
}

/// Fills in the data fragments that are missing.
fn rebuild_data(fragments: &mut Fragments, layout: Layout) -> Result<(), SegmentError> {
    for fragment in fragments.iter().flatten() {
        layout.check_fragment(fragment.len())?;
    }
    let present = fragments.iter().flatten().count();
    if present < DATA_SHARDS {
        return Err(SegmentError::TooFewFragments(present));
    }
    let code = ReedSolomon::new(DATA_SHARDS, PARITY_SHARDS)
        .map_err(|_| SegmentError::Crypto("the erasure code refused 4 + 8 shards"))?;
    code.reconstruct_data(fragments)
        .map_err(|_| SegmentError::TooFewFragments(present))
}

/// `out = sum(row[j] * shards[j])` over GF(2^8).
fn combine(row: &[u8; DATA_SHARDS], shards: &[&[u8]], out: &mut [u8]) {
    mul_slice(row[0], shards[0], out);
    for (factor, shard) in row.iter().zip(shards).skip(1) {
        mul_slice_xor(*factor, shard, out);
    }
}

fn name(hasher: Sha256) -> Hash {
    Hash::from_digest(&hasher.finalize().into())
}

fn expect_hash(bytes: &[u8], expected: &Hash) -> Result<(), SegmentError> {
    let actual = name(Sha256::new_with_prefix(bytes));
    if actual == *expected {
        return Ok(());
    }
    Err(SegmentError::HashMismatch {
        expected: *expected,
        actual,
    })
}
