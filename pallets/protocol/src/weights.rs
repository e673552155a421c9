//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 50 steps, 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 10_515 ns; proves 232 bytes.
    fn set_params() -> Weight;
    /// At least 9_874 ns; proves 114 bytes.
    fn advance_clock() -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn set_params() -> Weight {
        Weight::from_parts(11_076_000, 1_717)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn advance_clock() -> Weight {
        Weight::from_parts(10_295_000, 1_599)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}
