//! PoIS: proof that a miner keeps its idle space filled.
//!
//! # The mathematics in a page
//!
//! Idle space is filled with **filler files** numbered from 1. A file is `n` labels of 64 bytes
//! ([`Params`]), made from the miner's account, its PoIS key and the file's number only ([`Filler`]):
//!
//! ```text
//! seed     = sha512(domain || miner || g || n || file || number of labels)
//! label(x) = sha512(seed || x || label(x-1) || label(p1) || label(p2) || label(p3))
//! ```
//! where `p1..p3 < x` are read from the bytes of `label(x-1)`. So labels can only be made one after the
//! other, and each needs labels from anywhere before it. The file's **root** is that of the SHA-256
//! Merkle tree over its labels.
//!
//! Files are certified at the rear and given up at the front: `front+1..=rear` are **live**
//! ([`LiveFiles`]). The **accumulator** is the Merkle root over the live files' numbers and roots, in
//! the first 32 of its 256 bytes. The triple (accumulator, front, rear), with the miner and its key,
//! is what TEE workers sign and the chain keeps ([`SpaceProofInfo`]); a verifier needs nothing else.
//!
//! * **Certifying** ([`commit`]): the miner names the roots of new files; the worker draws nodes of each
//!   file; the miner opens them and their parents; the worker recomputes their labels and the new
//!   accumulator.
//! * **Giving up** ([`deletion`]): the miner shows the live roots; the worker drops the first ones.
//! * **Proving** ([`space`]): challenge and accumulator choose files by a hash chain, and eight nodes of
//!   each; the miner opens them up to the accumulator.
//!
//! # What it proves, and what it does not
//!
//! It is a simplified stand-in for the published scheme, whose files take 32 GiB and an hour for the
//! smallest unit. It has the same state, the same signatures and the same order of messages, at sizes
//! that fit a laptop. **It proves** that the miner could open, within the time of the challenge, random
//! places of files that were fixed when they were certified, that are its own (another miner's have
//! other seeds), and of which it could not choose the content. A file that was altered or dropped is
//! found when it is drawn: one proof opens at most [`Params::space_files`] files.
//!
//! **It does not prove** that the bytes stayed on the disk in between: a miner may drop a file and make
//! it again when it is asked, which costs `n` hashes one after the other (a millisecond for 64 KiB).
//! The published scheme makes that dear with expander graphs; here nothing does. Nor does it prove
//! that every single label is right, only those that were drawn. And one file stands for as much
//! space as the network's parameters say, whatever its size on disk.
//!
//! ```
//! use cess_pois::{commit, new_key, new_miner, space, Filler, LiveFiles, Params};
//! use std::collections::BTreeMap;
//!
//! let params = Params { file_size: 4096, max_commit: 8, commit_nodes: 4, space_files: 4 };
//! let miner = new_miner([1; 32].into(), new_key(&mut rand::thread_rng()));
//! let files: BTreeMap<u64, Vec<u8>> = (1..=3)
//!     .map(|i| (i, Filler::generate(&params, &miner, i).unwrap().into_bytes()))
//!     .collect();
//!
//! let mut live = LiveFiles::default();
//! let claim = commit::claim(&params, &live, 3, &files).unwrap();
//! let challenge = commit::challenge(&params, &miner, &claim, &[9; 32]).unwrap();
//! let proof = commit::prove(&params, &live, &claim, &challenge, &files).unwrap();
//! let certified = commit::verify(&params, &miner, &claim, &challenge, &proof).unwrap();
//! live.append(&claim);
//! assert_eq!((certified.rear, certified.accumulator), (3, live.accumulator(&miner.pois_key)));
//!
//! let proof = space::prove(&params, &certified, &[7; 8], &live, &files).unwrap();
//! space::verify(&params, &certified, &[7; 8], &proof).unwrap();
//! ```
#![warn(missing_docs)]

pub mod commit;
pub mod deletion;
mod error;
mod filler;
mod live;
pub mod merkle;
mod params;
pub mod space;

pub use cess_primitives::miner::{PoISKey, SpaceProofInfo};
pub use error::PoisError;
pub use filler::{Filler, FillerStore, Label, LABEL_LEN};
pub use live::LiveFiles;
pub use params::Params;

use cess_primitives::AccountId;
use rand::RngCore;

/// A key for a miner; every key gives other filler files.
pub fn new_key(rng: &mut impl RngCore) -> PoISKey {
    let mut key = PoISKey {
        g: [0; 256],
        n: [0; 256],
    };
    rng.fill_bytes(&mut key.g);
    rng.fill_bytes(&mut key.n);
    key
}

/// The state of a miner that has certified nothing yet. As published, the chain starts it with the
/// key's generator in the accumulator's place (spec chain 15).
pub fn new_miner(miner: AccountId, pois_key: PoISKey) -> SpaceProofInfo {
    SpaceProofInfo {
        miner,
        front: 0,
        rear: 0,
        accumulator: pois_key.g,
        pois_key,
    }
}
