//! What calls and hooks cost, estimated by hand from what they read and write.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Nodes of the tree of minutes that adding, finding or forgetting a minute touches, at most.
const QUEUE: u64 = 4;

fn base<T: Config>(reads: u64, writes: u64) -> Weight {
    Weight::from_parts(25_000_000, reads.saturating_mul(1_500))
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

/// The cacher, its payee and the protocol's quantities.
pub(crate) fn register<T: Config>() -> Weight {
    base::<T>(3, 2)
}

/// The cacher, two payees and the protocol's quantities.
pub(crate) fn update<T: Config>() -> Weight {
    base::<T>(4, 3)
}

/// The cacher and its payee.
pub(crate) fn logout<T: Config>() -> Weight {
    base::<T>(2, 2)
}

/// The time and the payer; for each bill the payee, its account, the bill, and the queue.
pub(crate) fn pay<T: Config>(bills: usize) -> Weight {
    let each = base::<T>(3 + QUEUE, 3 + QUEUE);
    base::<T>(2, 1).saturating_add(each.saturating_mul(bills as u64))
}

/// One step: a bill or a minute is forgotten.
pub(crate) fn forget<T: Config>() -> Weight {
    base::<T>(2 * QUEUE + 1, QUEUE + 2)
}

/// Looking at a queue that has nothing due.
pub(crate) fn idle_queue<T: Config>() -> Weight {
    Weight::from_parts(5_000_000, 1_000).saturating_add(T::DbWeight::get().reads(QUEUE + 1))
}
