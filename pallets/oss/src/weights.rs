//! What calls and hooks cost, estimated by hand from what they read, write and verify.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Nodes of the tree of ticks that adding, finding or forgetting a tick touches, at most.
const QUEUE: u64 = 4;
/// Block number and offset of the clock, and the protocol's quantities.
const PROTOCOL: u64 = 3;
/// Verifying an sr25519 signature, picoseconds.
const SR25519_TIME: u64 = 60_000_000;
/// Recovering a key from an ECDSA signature and hashing, picoseconds.
const ECDSA_TIME: u64 = 90_000_000;

fn base<T: Config>(reads: u64, writes: u64) -> Weight {
    Weight::from_parts(20_000_000, reads.saturating_mul(1_500))
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

/// The user's list.
pub(crate) fn authorize<T: Config>() -> Weight {
    base::<T>(1, 1)
}

/// The user's list; the note of void signatures, its booking moved, and the queue.
pub(crate) fn cancel_authorize<T: Config>() -> Weight {
    base::<T>(2 + QUEUE + PROTOCOL, 4 + QUEUE)
}

/// The gateway.
pub(crate) fn register<T: Config>() -> Weight {
    base::<T>(1, 1)
}

pub(crate) fn update<T: Config>() -> Weight {
    register::<T>()
}

pub(crate) fn destroy<T: Config>() -> Weight {
    register::<T>()
}

/// As a cancellation, and a signature.
pub(crate) fn proxy_authorzie<T: Config>() -> Weight {
    cancel_authorize::<T>().saturating_add(Weight::from_parts(SR25519_TIME, 0))
}

pub(crate) fn evm_proxy_authorzie<T: Config>() -> Weight {
    cancel_authorize::<T>().saturating_add(Weight::from_parts(ECDSA_TIME, 0))
}

/// One step: a note or a tick is forgotten.
pub(crate) fn forget<T: Config>() -> Weight {
    base::<T>(2 * QUEUE + 1, QUEUE + 2)
}

/// Looking at a queue that has nothing due.
pub(crate) fn idle_queue<T: Config>() -> Weight {
    Weight::from_parts(5_000_000, 1_000).saturating_add(T::DbWeight::get().reads(QUEUE + PROTOCOL))
}
