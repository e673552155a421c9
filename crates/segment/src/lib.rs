//! A file's way to segments, fragments and fid, and back.
//!
//! # The mathematics in a page
//!
//! A **file** of `size` bytes is cut into `n = ceil(size / capacity)` **segments** of `S` bytes; the
//! last one is filled up with zeros. `S` is a property of the network ([`Layout`]): 32 MiB on the
//! published one. Without a cipher `capacity = S`, so that a segment is a piece of the file itself.
//!
//! A segment becomes twelve **fragments** of `S / 4` bytes by a systematic Reed-Solomon code over
//! GF(2^8) with the polynomial `0x11D` ([`erasure`]). With `d0..d3` the quarters of the segment,
//! fragments 1-4 are `d0..d3` and fragment `5 + r` is `sum(P[r][j] * d_j)`, where `P` is the lower
//! part of the 12x4 Vandermonde matrix `V[r][c] = r^c` times the inverse of its top 4x4 square. Any
//! four fragments determine the segment, because any four rows of that matrix are independent.
//!
//! Everything has the SHA-256 of its bytes as its name ([`cess_primitives::Hash`]). The **fid** is the
//! root of the Merkle tree over the segments' digests, so it depends on the stored bytes only: two
//! files that differ by zeros at the end share it.
//!
//! A [`Cipher`] works before the cut, one chunk for each segment, so that a range of the file can be
//! opened without the rest of it:
//!
//! * [`Cipher::published`]: AES-256-CBC as published clients expect it. The chunk is `S - 16` bytes,
//!   the password itself is the key and half of it the IV. It hides nothing from somebody who guesses,
//!   and equal beginnings stay equal: it is here for compatibility.
//! * [`Cipher::sealed`]: AES-256-GCM under an Argon2id key with a random salt. The first segment
//!   starts with a header of [`sealed::HEADER_LEN`] bytes; each segment ends with the count of its
//!   plaintext bytes (encrypted) and the tag. Nonce and associated data hold the segment's place and
//!   whether it is the last, so segments can't be swapped, dropped or cut off unnoticed.
//!
//! # The way there and back
//!
//! [`SegmentWriter`] takes bytes and gives segments ([`split`] does so from a [`std::io::Read`]);
//! [`rebuild_segment`] and [`rebuild_fragment`] turn any four fragments into what is missing;
//! [`Opener`] turns stored segments into the file or a range of it. Nothing here does I/O of its own,
//! and memory is that of one segment and its fragments, whatever the size of the file.
//!
//! ```
//! use cess_segment::{split, Cipher, Layout, Opener};
//!
//! let layout = Layout::new(1024).unwrap();
//! let cipher = Cipher::sealed(b"correct horse").unwrap();
//! let file = b"hello cess".repeat(300);
//!
//! let mut stored = Vec::new();
//! let summary = split(&file[..], Some(3000), layout, &cipher, |_, parts| {
//!     stored.push(parts.segment());
//!     Ok(())
//! })
//! .unwrap();
//!
//! let count = summary.segments.len() as u32;
//! let opener = Opener::new(layout, count, summary.size, Some(b"correct horse"), &stored[0]).unwrap();
//! let mut range = Vec::new();
//! opener.read_range(1010..1020, |i| Ok(stored[i as usize].clone()), &mut range).unwrap();
//! assert_eq!(range, b"hello cess");
//! ```
#![warn(missing_docs)]

mod cipher;
pub mod erasure;
mod error;
mod layout;
mod opener;
mod published;
pub mod sealed;
mod writer;

pub use cipher::Cipher;
pub use erasure::{encode_segment, rebuild_fragment, rebuild_segment, Fragments, SegmentParts};
pub use error::SegmentError;
pub use layout::Layout;
pub use opener::{Opener, Piece};
pub use sealed::{is_sealed, KdfParams};
pub use writer::{split, SegmentWriter, Summary};
