//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-29, AMD EPYC; 5 steps, 6 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 8_903 ns; proves 151 bytes.
    fn look() -> Weight;
    /// At least 24_106 ns; proves 288 + 124 `n` bytes; `n` up to 100.
    fn close(n: u32) -> Weight;
    /// At least 23_675 ns; proves 383 + 124 `n` bytes; `n` up to 50.
    fn sweep(n: u32) -> Weight;
    /// At least 16_895 ns; proves 192 + 58 `n` bytes; `n` up to 50.
    fn forget(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn look() -> Weight {
        Weight::from_parts(9_034_000, 3_616).saturating_add(T::DbWeight::get().reads(2))
    }
    fn close(n: u32) -> Weight {
        Weight::from_parts(11_358_900, 3_753)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(Weight::from_parts(19_311_692, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_599).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn sweep(n: u32) -> Weight {
        Weight::from_parts(24_219_072, 3_848)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(18_875_888, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_599).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(17_283_782, 3_657)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(1_340_295, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_533).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
}
