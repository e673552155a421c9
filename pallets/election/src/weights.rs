//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-29, AMD EPYC; 20 steps, 10 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 39_515_814 ns; proves 1257 + 377 `c` bytes; `v` up to 10000; `c` up to 1000.
    fn elect(v: u32, c: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn elect(v: u32, c: u32) -> Weight {
        Weight::from_parts(39_515_814_000, 4_722)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(1_997_573, 0).saturating_mul(v.into()))
            .saturating_add(Weight::from_parts(12_365_202, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 12_752).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(c.into())))
    }
}
