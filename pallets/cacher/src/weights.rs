//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 50 steps, 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 19_529 ns; proves 312 bytes.
    fn register() -> Weight;
    /// At least 32_248 ns; proves 566 bytes.
    fn update() -> Weight;
    /// At least 20_600 ns; proves 334 bytes.
    fn logout() -> Weight;
    /// At least 92_298 ns; proves 444 + 296 `n` bytes; `n` up to 10.
    fn pay(n: u32) -> Weight;
    /// At least 8_352 ns; proves 876 + 105 `n` bytes; `n` up to 100.
    fn forget_bills(n: u32) -> Weight;
    /// At least 8_222 ns; proves 398 + 83 `n` bytes; `n` up to 10.
    fn forget_minutes(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register() -> Weight {
        Weight::from_parts(20_291_000, 3_777)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn update() -> Weight {
        Weight::from_parts(33_820_000, 6_506)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn logout() -> Weight {
        Weight::from_parts(21_552_000, 3_799)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn pay(n: u32) -> Weight {
        Weight::from_parts(28_702_337, 8_860)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(65_743_837, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_770).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(n.into())))
    }
    fn forget_bills(n: u32) -> Weight {
        Weight::from_parts(8_533_000, 11_100)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(49_939_437, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_577).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn forget_minutes(n: u32) -> Weight {
        Weight::from_parts(16_811_690, 7_043)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(Weight::from_parts(22_033_807, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_833).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
}
