//! What calls and hooks cost, estimated by hand from what they read, write and walk through.

use crate::Config;
use cess_primitives::FRAGMENT_COUNT;
use frame_support::{traits::Get, weights::Weight};

/// Decoding, checking and encoding one fragment of a file, picoseconds.
const FRAGMENT_TIME: u64 = 2_000_000;
/// Encoded size of one fragment of a file, bytes.
const FRAGMENT_SIZE: u64 = 102;
/// Verifying one signature, picoseconds.
const SIGNATURE_TIME: u64 = 60_000_000;
/// Picoseconds and bytes of anything small.
const BASE: (u64, u64) = (30_000_000, 4_000);

/// Walking once through this many fragments.
pub(crate) fn fragments(count: u64) -> Weight {
    Weight::from_parts(FRAGMENT_TIME, FRAGMENT_SIZE).saturating_mul(count)
}

fn base<T: Config>(segments: usize, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(BASE.0, BASE.1)
        .saturating_add(fragments(segments as u64 * FRAGMENT_COUNT as u64))
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

pub(crate) fn upload_declaration<T: Config>(segments: usize) -> Weight {
    base::<T>(segments, 7, 6)
}

pub(crate) fn transfer_report<T: Config>(segments: usize) -> Weight {
    let miners = FRAGMENT_COUNT as u64;
    base::<T>(segments, 8 + 2 * miners, 8 + 4 * miners)
}

pub(crate) fn cancel_deal<T: Config>(segments: usize) -> Weight {
    let miners = FRAGMENT_COUNT as u64;
    base::<T>(segments, 6 + 2 * miners, 5 + 2 * miners)
}

pub(crate) fn calculate_report<T: Config>(segments: usize, digests: usize) -> Weight {
    // Every digest may name another worker: its role and stash are read, its work is noted.
    let workers = digests as u64;
    base::<T>(segments, 8 + 3 * workers, 8 + 2 * workers)
        .saturating_add(Weight::from_parts(SIGNATURE_TIME, 0))
}

pub(crate) fn territory_file_delivery<T: Config>() -> Weight {
    base::<T>(cess_primitives::MAX_SEGMENTS as usize, 6, 6)
}

pub(crate) fn idle_space<T: Config>() -> Weight {
    base::<T>(0, 8, 6).saturating_add(Weight::from_parts(2 * SIGNATURE_TIME, 0))
}

pub(crate) fn delete_file<T: Config>(segments: usize) -> Weight {
    // Twelve miners, and an order or an open tag for some of the fragments.
    let miners = FRAGMENT_COUNT as u64;
    let extra = segments as u64;
    base::<T>(segments, 6 + 3 * miners + extra, 6 + 3 * miners + extra)
}

pub(crate) fn restoral<T: Config>(segments: usize) -> Weight {
    base::<T>(segments, 10, 9)
}

/// One item of a queue.
pub(crate) fn due_item<T: Config>() -> Weight {
    let miners = FRAGMENT_COUNT as u64;
    base::<T>(0, 4 + 2 * miners, 4 + 2 * miners)
}

/// Looking at a queue that has nothing due.
pub(crate) fn idle_queue<T: Config>() -> Weight {
    Weight::from_parts(5_000_000, 1_000).saturating_add(T::DbWeight::get().reads(2))
}
