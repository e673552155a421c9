//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-29, AMD EPYC; 3 steps, 2 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 38_653_822 ns; proves 1531 + 377 `c` bytes; `v` up to 10000; `c` up to 1000.
    fn elect(v: u32, c: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn elect(v: u32, c: u32) -> Weight {
        Weight::from_parts(22_670_020_054, 4_996)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(4_397_631, 0).saturating_mul(v.into()))
            .saturating_add(Weight::from_parts(14_597_440, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 12_752).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(c.into())))
    }
}
