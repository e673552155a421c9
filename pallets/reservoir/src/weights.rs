//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 50 steps, 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 57_496 ns; proves 550 bytes.
    fn filling() -> Weight;
    /// At least 61_983 ns; proves 688 bytes.
    fn store() -> Weight;
    /// At least 66_409 ns; proves 856 bytes.
    fn withdraw() -> Weight;
    /// At least 61_281 ns; proves 696 bytes.
    fn event_withdraw() -> Weight;
    /// At least 29_724 ns; proves 839 bytes.
    fn create_event() -> Weight;
    /// At least 35_402 ns; proves 487 bytes.
    fn attend_event() -> Weight;
    /// At least 83_364 ns; proves 1150 bytes.
    fn repay() -> Weight;
    /// At least 24_587 ns; proves 456 bytes.
    fn return_loan() -> Weight;
    /// At least 7_932 ns; proves 438 + 66 `n` bytes; `n` up to 20.
    fn end_offers(n: u32) -> Weight;
    /// At least 8_133 ns; proves 726 + 171 `n` bytes; `n` up to 20.
    fn end_loans(n: u32) -> Weight;
    /// At least 8_112 ns; proves 533 + 148 `n` bytes; `n` up to 20.
    fn forget_ticks(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn filling() -> Weight {
        Weight::from_parts(60_090_000, 6_490)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn store() -> Weight {
        Weight::from_parts(63_195_000, 6_628)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(67_942_000, 6_796)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn event_withdraw() -> Weight {
        Weight::from_parts(63_034_000, 6_636)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn create_event() -> Weight {
        Weight::from_parts(30_766_000, 4_304)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn attend_event() -> Weight {
        Weight::from_parts(37_095_000, 3_952)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn repay() -> Weight {
        Weight::from_parts(84_977_000, 7_090)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn return_loan() -> Weight {
        Weight::from_parts(25_057_000, 3_921)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn end_offers(n: u32) -> Weight {
        Weight::from_parts(21_074_635, 9_653)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(21_177_227, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 193).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn end_loans(n: u32) -> Weight {
        Weight::from_parts(30_292_519, 16_453)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(36_829_849, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_645).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn forget_ticks(n: u32) -> Weight {
        Weight::from_parts(20_735_211, 10_010)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(34_715_482, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 7_657).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
}
