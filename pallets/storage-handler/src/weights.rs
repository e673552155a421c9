//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 50 steps, 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 99_338 ns; proves 1244 bytes.
    fn mint_territory() -> Weight;
    /// At least 70_826 ns; proves 1468 bytes.
    fn expanding_territory() -> Weight;
    /// At least 130_395 ns; proves 1748 bytes.
    fn renewal_territory() -> Weight;
    /// At least 91_857 ns; proves 1436 bytes.
    fn reactivate_territory() -> Weight;
    /// At least 92_137 ns; proves 1403 bytes.
    fn other_reactivate_territory() -> Weight;
    /// At least 3_134 ns; proves 0 bytes.
    fn update_price() -> Weight;
    /// At least 3_154 ns; proves 0 bytes.
    fn define_update_price() -> Weight;
    /// At least 77_446 ns; proves 848 bytes.
    fn update_user_territory_life() -> Weight;
    /// At least 67_330 ns; proves 577 bytes.
    fn update_expired_exec() -> Weight;
    /// At least 13_640 ns; proves 449 bytes.
    fn fix_territory_space_for_reactivate() -> Weight;
    /// At least 2_754 ns; proves 0 bytes.
    fn clear_service_space() -> Weight;
    /// At least 60_741 ns; proves 937 bytes.
    fn create_order() -> Weight;
    /// At least 108_642 ns; proves 1469 bytes.
    fn exec_order_to_buy() -> Weight;
    /// At least 139_539 ns; proves 1961 bytes.
    fn exec_order_to_renew() -> Weight;
    /// At least 25_808 ns; proves 681 bytes.
    fn territory_consignment() -> Weight;
    /// At least 59_048 ns; proves 1220 bytes.
    fn buy_consignment() -> Weight;
    /// At least 79_699 ns; proves 1483 bytes.
    fn exec_consignment() -> Weight;
    /// At least 23_696 ns; proves 576 bytes.
    fn cancel_consignment() -> Weight;
    /// At least 41_572 ns; proves 742 bytes.
    fn cancel_purchase_action() -> Weight;
    /// At least 28_843 ns; proves 563 bytes.
    fn territory_grants() -> Weight;
    /// At least 28_933 ns; proves 563 bytes.
    fn territory_rename() -> Weight;
    /// At least 34_141 ns; proves 454 bytes.
    fn look() -> Weight;
    /// At least 18_408 ns; proves 913 + 1074 `n` bytes; `n` up to 50.
    fn freeze(n: u32) -> Weight;
    /// At least 19_199 ns; proves 421 + 677 `n` bytes; `n` up to 50.
    fn expire(n: u32) -> Weight;
    /// At least 19_079 ns; proves 1735 + 1159 `n` bytes; `n` up to 50.
    fn sell(n: u32) -> Weight;
    /// At least 18_939 ns; proves 748 + 56 `n` bytes; `n` up to 200.
    fn drop_orders(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn mint_territory() -> Weight {
        Weight::from_parts(101_852_000, 12_134)
            .saturating_add(T::DbWeight::get().reads(17))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    fn expanding_territory() -> Weight {
        Weight::from_parts(72_468_000, 7_408)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn renewal_territory() -> Weight {
        Weight::from_parts(132_317_000, 12_638)
            .saturating_add(T::DbWeight::get().reads(18))
            .saturating_add(T::DbWeight::get().writes(15))
    }
    fn reactivate_territory() -> Weight {
        Weight::from_parts(94_140_000, 12_326)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn other_reactivate_territory() -> Weight {
        Weight::from_parts(93_860_000, 12_293)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn update_price() -> Weight {
        Weight::from_parts(3_285_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn define_update_price() -> Weight {
        Weight::from_parts(3_375_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn update_user_territory_life() -> Weight {
        Weight::from_parts(79_448_000, 11_738)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(13))
    }
    fn update_expired_exec() -> Weight {
        Weight::from_parts(68_182_000, 18_892)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn fix_territory_space_for_reactivate() -> Weight {
        Weight::from_parts(13_971_000, 3_914)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn clear_service_space() -> Weight {
        Weight::from_parts(2_905_000, 0)
    }
    fn create_order() -> Weight {
        Weight::from_parts(62_793_000, 4_402)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn exec_order_to_buy() -> Weight {
        Weight::from_parts(110_565_000, 12_359)
            .saturating_add(T::DbWeight::get().reads(17))
            .saturating_add(T::DbWeight::get().writes(13))
    }
    fn exec_order_to_renew() -> Weight {
        Weight::from_parts(141_802_000, 12_851)
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn territory_consignment() -> Weight {
        Weight::from_parts(26_650_000, 4_146)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn buy_consignment() -> Weight {
        Weight::from_parts(61_201_000, 7_160)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn exec_consignment() -> Weight {
        Weight::from_parts(82_914_000, 7_423)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn cancel_consignment() -> Weight {
        Weight::from_parts(24_126_000, 4_041)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn cancel_purchase_action() -> Weight {
        Weight::from_parts(42_423_000, 4_207)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn territory_grants() -> Weight {
        Weight::from_parts(29_534_000, 6_503)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn territory_rename() -> Weight {
        Weight::from_parts(29_534_000, 6_503)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn look() -> Weight {
        Weight::from_parts(35_273_000, 11_344).saturating_add(T::DbWeight::get().reads(8))
    }
    fn freeze(n: u32) -> Weight {
        Weight::from_parts(18_728_000, 6_936)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(Weight::from_parts(132_973_880, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 8_497).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(13_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(14_u64.saturating_mul(n.into())))
    }
    fn expire(n: u32) -> Weight {
        Weight::from_parts(19_549_000, 3_866)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(Weight::from_parts(93_094_589, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 8_103).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(8_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(7_u64.saturating_mul(n.into())))
    }
    fn sell(n: u32) -> Weight {
        Weight::from_parts(19_349_000, 11_779)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(Weight::from_parts(117_821_003, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 8_586).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(8_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(7_u64.saturating_mul(n.into())))
    }
    fn drop_orders(n: u32) -> Weight {
        Weight::from_parts(14_394_719, 4_199)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(Weight::from_parts(5_850_433, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_530).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
}
