//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 50 steps, 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 17_396 ns; proves 689 bytes.
    fn authorize() -> Weight;
    /// At least 56_134 ns; proves 1269 bytes.
    fn cancel_authorize() -> Weight;
    /// At least 11_116 ns; proves 3 bytes.
    fn register() -> Weight;
    /// At least 12_829 ns; proves 108 bytes.
    fn update() -> Weight;
    /// At least 11_698 ns; proves 169 bytes.
    fn destroy() -> Weight;
    /// At least 120_170 ns; proves 1642 bytes.
    fn proxy_authorzie() -> Weight;
    /// At least 115_662 ns; proves 1642 bytes.
    fn evm_proxy_authorzie() -> Weight;
    /// At least 7_922 ns; proves 423 + 193 `n` bytes; `n` up to 50.
    fn forget_notes(n: u32) -> Weight;
    /// At least 8_343 ns; proves 466 + 158 `n` bytes; `n` up to 50.
    fn forget_ticks(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn authorize() -> Weight {
        Weight::from_parts(18_818_000, 4_154)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn cancel_authorize() -> Weight {
        Weight::from_parts(58_918_000, 12_159)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn register() -> Weight {
        Weight::from_parts(11_457_000, 3_468)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn update() -> Weight {
        Weight::from_parts(13_390_000, 3_573)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn destroy() -> Weight {
        Weight::from_parts(12_279_000, 3_634)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn proxy_authorzie() -> Weight {
        Weight::from_parts(127_971_000, 12_532)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn evm_proxy_authorzie() -> Weight {
        Weight::from_parts(120_089_000, 12_532)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn forget_notes(n: u32) -> Weight {
        Weight::from_parts(8_162_000, 10_928)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(34_110_543, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_648).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn forget_ticks(n: u32) -> Weight {
        Weight::from_parts(1_696_802, 3_892)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(33_429_794, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 7_584).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
}
