//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! x; 1 steps, 1 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 1 ns; proves 0 bytes.
    fn elect(v: u32, c: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn elect(v: u32, c: u32) -> Weight {
        Weight::from_parts(100_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(v.into()))
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(c.into()))
    }
}
