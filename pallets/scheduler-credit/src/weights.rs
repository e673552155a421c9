//! What hooks and elections cost, estimated by hand from what they read and write.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Looking at one stash and turning its counters into credit: picoseconds, bytes of proof.
const STASH: (u64, u64) = (8_000_000, 500);
/// Removing one value of an old period.
const VALUE: (u64, u64) = (2_000_000, 200);
/// Anything small.
const BASE: (u64, u64) = (8_000_000, 1_000);

fn base<T: Config>(reads: u64, writes: u64) -> Weight {
    Weight::from_parts(BASE.0, BASE.1)
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

/// Looking whether a period left work.
pub(crate) fn nothing_to_do<T: Config>() -> Weight {
    base::<T>(2, 0)
}

/// The position and the periods; of each stash its key, period and counters, and three writes.
pub(crate) fn sweep<T: Config>(stashes: u32) -> Weight {
    let each =
        Weight::from_parts(STASH.0, STASH.1).saturating_add(T::DbWeight::get().reads_writes(3, 3));
    base::<T>(3, 1).saturating_add(each.saturating_mul(stashes.into()))
}

pub(crate) fn close<T: Config>(stashes: u32) -> Weight {
    base::<T>(3, 4).saturating_add(sweep::<T>(stashes))
}

pub(crate) fn remove_history<T: Config>(values: u32) -> Weight {
    let each =
        Weight::from_parts(VALUE.0, VALUE.1).saturating_add(T::DbWeight::get().reads_writes(1, 1));
    base::<T>(2, 1).saturating_add(each.saturating_mul(values.into()))
}
