//! What calls cost, estimated by hand from what they read, write, walk through and verify.

use crate::{Config, SWEPT_PER_CALL};
use frame_support::{traits::Get, weights::Weight};

/// Picoseconds of verifying one signature.
const SIGNATURE_TIME: u64 = 60_000_000;
/// Picoseconds of decoding, parsing and hashing one byte of a report.
const BYTE_TIME: u64 = 10_000;
/// Decoding, comparing and encoding an entry of a list: picoseconds, bytes of proof.
const ENTRY: (u64, u64) = (40_000, 32);
/// Anything small.
const BASE: (u64, u64) = (20_000_000, 2_000);
/// What all is kept of a worker: bytes of proof.
const WORKER_SIZE: u64 = 6_000;

fn base<T: Config>(reads: u64, writes: u64) -> Weight {
    Weight::from_parts(BASE.0, BASE.1)
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

/// Rewriting a list of this many entries.
fn list<T: Config>(entries: u32) -> Weight {
    Weight::from_parts(ENTRY.0, ENTRY.1)
        .saturating_mul(entries.into())
        .saturating_add(T::DbWeight::get().reads_writes(1, 1))
}

fn verifiers<T: Config>() -> Weight {
    list::<T>(T::SchedulerMaximum::get())
}

/// Verifying one signature.
pub(crate) fn signature() -> Weight {
    Weight::from_parts(SIGNATURE_TIME, 0)
}

/// The rules (7 reads), the worker's record in five maps, the sponsorship, three signatures of a
/// report of so many bytes.
pub(crate) fn register_worker<T: Config>(report: usize) -> Weight {
    base::<T>(17, 10)
        .saturating_add(Weight::from_parts(0, WORKER_SIZE))
        .saturating_add(verifiers::<T>())
        .saturating_add(Weight::from_parts(BYTE_TIME, 1).saturating_mul(report as u64))
        .saturating_add(signature().saturating_mul(3))
}

pub(crate) fn force_register_worker<T: Config>() -> Weight {
    base::<T>(10, 9)
        .saturating_add(Weight::from_parts(0, WORKER_SIZE))
        .saturating_add(verifiers::<T>())
}

/// A worker is removed from ten maps and the list.
pub(crate) fn remove_worker<T: Config>() -> Weight {
    base::<T>(6, 10)
        .saturating_add(Weight::from_parts(0, WORKER_SIZE))
        .saturating_add(verifiers::<T>())
}

pub(crate) fn sponsor_worker<T: Config>() -> Weight {
    base::<T>(1, 1)
}

/// A worker and the rules that it must keep.
fn admission<T: Config>() -> Weight {
    base::<T>(7, 0).saturating_add(Weight::from_parts(0, WORKER_SIZE))
}

pub(crate) fn launch_master_key<T: Config>() -> Weight {
    admission::<T>().saturating_add(base::<T>(1, 1))
}

pub(crate) fn change_master_key_holder<T: Config>() -> Weight {
    admission::<T>().saturating_add(base::<T>(3, 1))
}

pub(crate) fn settle_master_key_launch<T: Config>() -> Weight {
    admission::<T>()
        .saturating_add(base::<T>(7, 4))
        .saturating_add(signature())
}

pub(crate) fn apply_master_key<T: Config>() -> Weight {
    admission::<T>()
        .saturating_add(base::<T>(4, 3))
        .saturating_add(signature())
}

pub(crate) fn distribute_master_key<T: Config>(bytes: usize) -> Weight {
    base::<T>(6, 3)
        .saturating_add(Weight::from_parts(BYTE_TIME, 1).saturating_mul(bytes as u64))
        .saturating_add(signature())
}

pub(crate) fn allow_list<T: Config>() -> Weight {
    base::<T>(2, 1).saturating_add(list::<T>(T::MaxWhitelist::get()))
}

pub(crate) fn rule<T: Config>() -> Weight {
    base::<T>(3, 1)
}

/// Of each worker the record, the rules and what it missed are read; all may be removed.
pub(crate) fn sweep<T: Config>() -> Weight {
    let each = Weight::from_parts(BASE.0, WORKER_SIZE)
        .saturating_add(T::DbWeight::get().reads_writes(10, 10));
    base::<T>(8, 1)
        .saturating_add(each.saturating_mul(SWEPT_PER_CALL as u64))
        // Each entry of the list is looked for among the removed workers.
        .saturating_add(verifiers::<T>().saturating_mul(2))
}
