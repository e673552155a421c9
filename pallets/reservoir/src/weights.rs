//! What calls and hooks cost, estimated by hand from what they read and write.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Nodes of the tree of due ticks that adding, finding or forgetting a tick touches, at most.
const QUEUE: u64 = 4;
/// Block number and offset of the clock.
const CLOCK: u64 = 2;

fn base<T: Config>(reads: u64, writes: u64) -> Weight {
    Weight::from_parts(25_000_000, reads.saturating_mul(1_500))
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

/// Two accounts and the sums.
pub(crate) fn filling<T: Config>() -> Weight {
    base::<T>(3, 3)
}

/// Two accounts, the deposit and the sums.
pub(crate) fn store<T: Config>() -> Weight {
    base::<T>(4, 4)
}

pub(crate) fn withdraw<T: Config>() -> Weight {
    store::<T>()
}

pub(crate) fn event_withdraw<T: Config>() -> Weight {
    filling::<T>()
}

/// The offer, the offers of its tick, and the queue.
pub(crate) fn create_event<T: Config>() -> Weight {
    base::<T>(2 + QUEUE + CLOCK, 2 + QUEUE)
}

/// The offer, the loan and its deadline, the loss, the sums and the queue.
pub(crate) fn attend_event<T: Config>() -> Weight {
    base::<T>(4 + QUEUE + CLOCK, 4 + QUEUE)
}

/// Two accounts, the loss, the loan and its deadline, the deposit and the sums.
pub(crate) fn repay<T: Config>() -> Weight {
    base::<T>(6, 7)
}

/// The loan, its deadline and the sums.
pub(crate) fn return_loan<T: Config>() -> Weight {
    base::<T>(2 + CLOCK, 3)
}

/// One step of the queue: an offer or a loan ends, or a tick is forgotten.
pub(crate) fn due_item<T: Config>() -> Weight {
    base::<T>(5 + 2 * QUEUE, 4 + QUEUE)
}

/// Looking at a queue that has nothing due.
pub(crate) fn idle_queue<T: Config>() -> Weight {
    Weight::from_parts(5_000_000, 1_000).saturating_add(T::DbWeight::get().reads(QUEUE + CLOCK))
}
