//! What calls cost, estimated by hand from what they read and write: two accounts at most.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Picoseconds of moving money from one account to another, and bytes of proof of both.
const TRANSFER: (u64, u64) = (55_000_000, 6_000);
/// The same for burning.
const BURN: (u64, u64) = (35_000_000, 4_000);

pub(crate) fn send_funds<T: Config>() -> Weight {
    Weight::from_parts(TRANSFER.0, TRANSFER.1).saturating_add(T::DbWeight::get().reads_writes(2, 2))
}

/// The account and the total issuance.
pub(crate) fn burn_funds<T: Config>() -> Weight {
    Weight::from_parts(BURN.0, BURN.1).saturating_add(T::DbWeight::get().reads_writes(2, 2))
}
