//! What calls and hooks cost, estimated by hand from what they read, write and walk through.

use crate::{erase::TRACES_AT_ONCE, record::Record, Config, MAX_TERRITORIES_OF_FILE};
use cess_primitives::{bucket::MAX_BUCKETS, FRAGMENT_COUNT, MAX_SEGMENTS, NAME_MAX};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, WithPostDispatchInfo},
    traits::Get,
    weights::Weight,
};
use sp_runtime::DispatchError;

/// Decoding, checking and encoding one fragment of a file, picoseconds.
const FRAGMENT_TIME: u64 = 2_000_000;
/// Encoded size of one fragment of a file, bytes.
const FRAGMENT_SIZE: u64 = 102;
/// Reading, copying, writing and hashing one byte of a packed list, picoseconds.
const RAW_BYTE_TIME: u64 = 3_000;
/// Verifying one signature, picoseconds.
const SIGNATURE_TIME: u64 = 60_000_000;
/// Picoseconds and bytes of anything small.
const BASE: (u64, u64) = (30_000_000, 4_000);
/// Longest owner of a file, encoded: an account and two names with their lengths.
const MAX_OWNER_SIZE: u32 = 32 + 2 * (NAME_MAX + 1);
/// Longest entry of a user's list, encoded: a name with its length, a hash and a size.
const MAX_SLICE_SIZE: u32 = NAME_MAX + 1 + 64 + 16;
/// Reads and writes for a miner whose space changes: its entry, what it must replace, what deals
/// keep of it, and whether it left.
const MINER: (u64, u64) = (5, 3);
/// Reads and writes for the network's totals, which change with miners' space.
const TOTALS: (u64, u64) = (2, 2);

/// What a call walked through: all that its cost depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Segments of the file or deal.
    pub(crate) segments: u32,
    /// Bytes of the file's owners.
    pub(crate) owners: u32,
    /// Bytes of the user's list that was rewritten.
    pub(crate) list: u32,
    /// Orders, duties and signatures that went with the file.
    pub(crate) traces: u32,
}

impl Work {
    /// Walked through a deal of so many segments.
    pub(crate) fn of_segments(segments: usize) -> Self {
        Self {
            segments: segments as u32,
            ..Self::default()
        }
    }

    /// Walked through this file.
    pub(crate) fn of(file: &Record) -> Self {
        Self {
            owners: file.owners.size(),
            ..Self::of_segments(file.segments.len())
        }
    }

    /// Most that a call can walk through before it fails: lists are rewritten last.
    pub(crate) fn refused<T: Config>() -> Self {
        Self {
            owners: T::OwnerLimit::get().saturating_mul(MAX_OWNER_SIZE),
            traces: TRACES_AT_ONCE,
            ..Self::of_segments(MAX_SEGMENTS as usize)
        }
    }

    /// Most that a call can walk through.
    pub(crate) fn most<T: Config>() -> Self {
        Self {
            list: T::UserFileLimit::get().saturating_mul(MAX_SLICE_SIZE),
            ..Self::refused::<T>()
        }
    }

    /// As [`most`](Self::most), with a known number of segments.
    pub(crate) fn most_of<T: Config>(segments: usize) -> Self {
        Self {
            segments: segments as u32,
            ..Self::most::<T>()
        }
    }
}

/// What a call answers: it pays for what it walked through.
pub(crate) fn answer(
    done: Result<Work, DispatchError>,
    weight: impl Fn(Work) -> Weight,
) -> DispatchResultWithPostInfo {
    Ok(Some(weight(done?)).into())
}

/// As [`answer`], for calls that rewrite a list at their end: when one is refused, it does not pay
/// for the list.
pub(crate) fn answer_or_refuse<T: Config>(
    done: Result<Work, DispatchError>,
    weight: impl Fn(Work) -> Weight,
) -> DispatchResultWithPostInfo {
    let refused = |error: DispatchError| error.with_weight(weight(Work::refused::<T>()));
    Ok(Some(weight(done.map_err(refused)?)).into())
}

/// Walking once through this many fragments.
pub(crate) fn fragments(count: u64) -> Weight {
    Weight::from_parts(FRAGMENT_TIME, FRAGMENT_SIZE).saturating_mul(count)
}

/// Passing so many bytes of packed lists on.
pub(crate) fn raw(bytes: u64) -> Weight {
    Weight::from_parts(RAW_BYTE_TIME, 1).saturating_mul(bytes)
}

/// Opening or removing so many orders, duties or signatures of a file, each with its index.
pub(crate) fn traces<T: Config>(count: u64) -> Weight {
    let each = Weight::from_parts(5_000_000, 400).saturating_add(db::<T>(2, 2));
    each.saturating_mul(count)
}

fn db<T: Config>(reads: u64, writes: u64) -> Weight {
    T::DbWeight::get().reads_writes(reads, writes)
}

fn base<T: Config>(reads: u64, writes: u64) -> Weight {
    Weight::from_parts(BASE.0, BASE.1).saturating_add(db::<T>(reads, writes))
}

/// Decoding and encoding a file or deal.
fn file(work: Work) -> Weight {
    fragments(u64::from(work.segments) * FRAGMENT_COUNT as u64)
        .saturating_add(raw(work.owners.into()))
}

fn miners<T: Config>(count: u64) -> Weight {
    db::<T>(TOTALS.0 + count * MINER.0, TOTALS.1 + count * MINER.1)
}

pub(crate) fn upload_declaration<T: Config>(work: Work) -> Weight {
    // Authorisation, deal, remains, territory, clean-up, list, file, holdings; bucket thrice.
    base::<T>(12, 12).saturating_add(file(work))
}

pub(crate) fn transfer_report<T: Config>(work: Work) -> Weight {
    // The twelfth report commits every miner's space and sets its duty.
    let columns = FRAGMENT_COUNT as u64;
    base::<T>(8, 8)
        .saturating_add(file(work))
        .saturating_add(miners::<T>(columns))
        .saturating_add(db::<T>(columns, 2 * columns))
}

pub(crate) fn cancel_deal<T: Config>(work: Work) -> Weight {
    base::<T>(7, 7)
        .saturating_add(file(work))
        .saturating_add(miners::<T>(FRAGMENT_COUNT as u64))
}

pub(crate) fn calculate_report<T: Config>(work: Work, digests: usize) -> Weight {
    // Every digest may name another worker: its role and stash are read, its work is noted. Every
    // segment may have a restored fragment with a duty of its own.
    let (workers, duties) = (digests as u64, u64::from(work.segments));
    base::<T>(6, 4)
        .saturating_add(Weight::from_parts(SIGNATURE_TIME, 0))
        .saturating_add(file(work))
        .saturating_add(miners::<T>(1))
        .saturating_add(db::<T>(3 * workers + duties, 2 * workers + 2 * duties))
}

pub(crate) fn territory_file_delivery<T: Config>(work: Work) -> Weight {
    let charges = u64::from(MAX_TERRITORIES_OF_FILE);
    base::<T>(8 + 2 * charges, 8 + 3 * charges)
        .saturating_add(file(work))
        .saturating_add(raw(work.list.into()))
}

pub(crate) fn idle_space<T: Config>() -> Weight {
    base::<T>(4, 4)
        .saturating_add(miners::<T>(1))
        .saturating_add(Weight::from_parts(2 * SIGNATURE_TIME, 0))
}

pub(crate) fn delete_file<T: Config>(work: Work) -> Weight {
    let charges = u64::from(MAX_TERRITORIES_OF_FILE);
    base::<T>(6 + 2 * charges, 6 + 3 * charges)
        .saturating_add(file(work))
        .saturating_add(raw(work.list.into()))
        .saturating_add(miners::<T>(FRAGMENT_COUNT as u64))
        .saturating_add(traces::<T>(work.traces.into()))
}

pub(crate) fn restoral<T: Config>(work: Work) -> Weight {
    let duties = u64::from(work.segments);
    base::<T>(8, 8)
        .saturating_add(file(work))
        .saturating_add(miners::<T>(2))
        .saturating_add(db::<T>(duties, 2 * duties))
}

pub(crate) fn create_bucket<T: Config>() -> Weight {
    base::<T>(3, 2)
}

pub(crate) fn delete_bucket<T: Config>() -> Weight {
    base::<T>(3, 2).saturating_add(raw(u64::from(MAX_BUCKETS * (NAME_MAX + 1))))
}

pub(crate) fn place_in_bucket<T: Config>() -> Weight {
    base::<T>(8, 6)
}

/// One item of a queue: a deal that ends, a duty, or a file of an expired territory. The
/// territory and every miner of the file may be concerned.
pub(crate) fn due_item<T: Config>() -> Weight {
    base::<T>(8, 8).saturating_add(miners::<T>(FRAGMENT_COUNT as u64))
}

/// Taking over so many expired territories.
pub(crate) fn taken<T: Config>(count: u64) -> Weight {
    db::<T>(2, 2).saturating_mul(count)
}

/// Looking at a queue that has nothing due.
pub(crate) fn idle_queue<T: Config>() -> Weight {
    Weight::from_parts(5_000_000, 1_000).saturating_add(db::<T>(2, 0))
}

/// Removing so many traces of files that went earlier.
pub(crate) fn sweep<T: Config>(count: u32) -> Weight {
    idle_queue::<T>().saturating_add(traces::<T>(count.into()))
}

/// One item of a migration: the owners of a file that are indexed in one go.
pub(crate) fn migrated_item<T: Config>() -> Weight {
    let owners = u64::from(crate::migrations::v3::OWNERS_IN_ONE_GO);
    base::<T>(2, 1)
        .saturating_add(file(Work::refused::<T>()))
        .saturating_add(db::<T>(2 * owners, 3 * owners))
}
