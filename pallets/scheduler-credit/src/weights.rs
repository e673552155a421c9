//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-29, AMD EPYC; 3 steps, 2 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 10_125 ns; proves 151 bytes.
    fn look() -> Weight;
    /// At least 25_638 ns; proves 265 + 124 `n` bytes; `n` up to 100.
    fn close(n: u32) -> Weight;
    /// At least 22_102 ns; proves 375 + 124 `n` bytes; `n` up to 50.
    fn sweep(n: u32) -> Weight;
    /// At least 18_778 ns; proves 184 + 59 `n` bytes; `n` up to 50.
    fn forget(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn look() -> Weight {
        Weight::from_parts(11_948_000, 3_616).saturating_add(T::DbWeight::get().reads(2))
    }
    fn close(n: u32) -> Weight {
        Weight::from_parts(20_146_333, 3_730)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(Weight::from_parts(19_166_200, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_599).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn sweep(n: u32) -> Weight {
        Weight::from_parts(20_330_500, 3_840)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(19_081_280, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_599).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(21_060_750, 3_649)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(1_279_590, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_532).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
}
