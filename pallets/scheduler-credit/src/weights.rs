//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-29, AMD EPYC; 20 steps, 10 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 8_783 ns; proves 151 bytes.
    fn look() -> Weight;
    /// At least 23_765 ns; proves 323 + 123 `n` bytes; `n` up to 100.
    fn close(n: u32) -> Weight;
    /// At least 21_923 ns; proves 399 + 124 `n` bytes; `n` up to 50.
    fn sweep(n: u32) -> Weight;
    /// At least 16_825 ns; proves 203 + 58 `n` bytes; `n` up to 50.
    fn forget(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn look() -> Weight {
        Weight::from_parts(8_923_000, 3_616).saturating_add(T::DbWeight::get().reads(2))
    }
    fn close(n: u32) -> Weight {
        Weight::from_parts(22_534_119, 3_788)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(18_909_759, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_598).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn sweep(n: u32) -> Weight {
        Weight::from_parts(26_962_422, 3_864)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(18_928_647, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_599).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(16_290_791, 3_668)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(1_330_469, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_533).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
}
