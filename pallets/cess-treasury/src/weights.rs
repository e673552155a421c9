//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 50 steps, 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 53_520 ns; proves 512 bytes.
    fn send_funds_to_pid() -> Weight;
    /// At least 53_359 ns; proves 546 bytes.
    fn send_funds_to_sid() -> Weight;
    /// At least 31_287 ns; proves 140 bytes.
    fn pid_burn_funds() -> Weight;
    /// At least 32_519 ns; proves 444 bytes.
    fn sid_burn_funds() -> Weight;
    /// At least 56_545 ns; proves 245 bytes.
    fn pid_send_funds() -> Weight;
    /// At least 57_676 ns; proves 549 bytes.
    fn sid_send_funds() -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn send_funds_to_pid() -> Weight {
        Weight::from_parts(54_271_000, 6_452)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn send_funds_to_sid() -> Weight {
        Weight::from_parts(54_241_000, 6_486)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn pid_burn_funds() -> Weight {
        Weight::from_parts(32_799_000, 3_605)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn sid_burn_funds() -> Weight {
        Weight::from_parts(33_240_000, 3_909)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn pid_send_funds() -> Weight {
        Weight::from_parts(57_606_000, 6_185)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn sid_send_funds() -> Weight {
        Weight::from_parts(58_588_000, 6_489)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}
