//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 20 steps, 10 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 49_554 ns; proves 500 bytes.
    fn regnstk() -> Weight;
    /// At least 72_478 ns; proves 932 bytes.
    fn regnstk_assign_staking() -> Weight;
    /// At least 144_466 ns; proves 4415 bytes.
    fn increase_collateral() -> Weight;
    /// At least 17_997 ns; proves 2627 bytes.
    fn update_beneficiary() -> Weight;
    /// At least 17_807 ns; proves 2627 bytes.
    fn update_endpoint() -> Weight;
    /// At least 344_605 ns; proves 46612 bytes.
    fn decrease_declaration_space() -> Weight;
    /// At least 153_088 ns; proves 15139 + 122 `e` bytes; `e` up to 90.
    fn receive_reward(e: u32) -> Weight;
    /// At least 72_428 ns; proves 3816 bytes.
    fn miner_exit_prep() -> Weight;
    /// At least 121_781 ns; proves 4153 bytes.
    fn miner_exit() -> Weight;
    /// At least 123_224 ns; proves 3797 bytes.
    fn miner_withdraw() -> Weight;
    /// At least 59_389 ns; proves 411 bytes.
    fn faucet_top_up() -> Weight;
    /// At least 78_878 ns; proves 1038 bytes.
    fn faucet() -> Weight;
    /// At least 3_475 ns; proves 0 bytes.
    fn update_expender() -> Weight;
    /// At least 3_435 ns; proves 0 bytes.
    fn set_facuet_whitelist() -> Weight;
    /// At least 212_557 ns; proves 3574 + 32 `n` bytes; `n` up to 20000.
    fn register_pois_key(n: u32) -> Weight;
    /// At least 42_573 ns; proves 3520 bytes.
    fn increase_declaration_space() -> Weight;
    /// At least 29_384 ns; proves 3520 bytes.
    fn clear_miner_service() -> Weight;
    /// At least 18_237 ns; proves 837 bytes.
    fn look() -> Weight;
    /// At least 34_621 ns; proves 1300 + 3485 `n` bytes; `n` up to 8.
    fn exit(n: u32) -> Weight;
    /// At least 28_693 ns; proves 1647 + 305 `n` bytes; `n` up to 8.
    fn return_stakes(n: u32) -> Weight;
    /// At least 56_434 ns; proves 2879 + 6014 `n` bytes; `n` up to 16.
    fn settle(n: u32) -> Weight;
    /// At least 18_498 ns; proves 1451 + 114 `n` bytes; `n` up to 16.
    fn close_rounds(n: u32) -> Weight;
    /// At least 10_235 ns; proves 135 + 32 `n` bytes; `n` up to 20000.
    fn publish_list(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn regnstk() -> Weight {
        Weight::from_parts(52_549_000, 3_965)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn regnstk_assign_staking() -> Weight {
        Weight::from_parts(80_340_000, 4_397)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn increase_collateral() -> Weight {
        Weight::from_parts(151_086_000, 10_355)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn update_beneficiary() -> Weight {
        Weight::from_parts(21_452_000, 6_092)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn update_endpoint() -> Weight {
        Weight::from_parts(20_140_000, 6_092)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn decrease_declaration_space() -> Weight {
        Weight::from_parts(365_516_000, 208_477)
            .saturating_add(T::DbWeight::get().reads(69))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn receive_reward(e: u32) -> Weight {
        Weight::from_parts(158_667_000, 19_837)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(6))
            .saturating_add(Weight::from_parts(68_492_853, 0).saturating_mul(e.into()))
            .saturating_add(Weight::from_parts(0, 2_607).saturating_mul(e.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(e.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(e.into())))
    }
    fn miner_exit_prep() -> Weight {
        Weight::from_parts(81_081_000, 7_281)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn miner_exit() -> Weight {
        Weight::from_parts(129_583_000, 10_093)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(14))
    }
    fn miner_withdraw() -> Weight {
        Weight::from_parts(129_243_000, 7_262)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn faucet_top_up() -> Weight {
        Weight::from_parts(62_192_000, 6_351)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn faucet() -> Weight {
        Weight::from_parts(80_690_000, 6_978)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn update_expender() -> Weight {
        Weight::from_parts(3_936_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_facuet_whitelist() -> Weight {
        Weight::from_parts(3_705_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn register_pois_key(n: u32) -> Weight {
        Weight::from_parts(318_930_995, 7_045)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(45_707, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 32).saturating_mul(n.into()))
    }
    fn increase_declaration_space() -> Weight {
        Weight::from_parts(47_601_000, 6_985)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn clear_miner_service() -> Weight {
        Weight::from_parts(31_878_000, 6_985)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn look() -> Weight {
        Weight::from_parts(19_179_000, 4_302).saturating_add(T::DbWeight::get().reads(4))
    }
    fn exit(n: u32) -> Weight {
        Weight::from_parts(24_486_341, 6_356)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(Weight::from_parts(129_746_714, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 5_956).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(9_u64.saturating_mul(n.into())))
    }
    fn return_stakes(n: u32) -> Weight {
        Weight::from_parts(62_889_874, 6_556)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(Weight::from_parts(49_023_159, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 2_769).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn settle(n: u32) -> Weight {
        Weight::from_parts(21_051_821, 8_389)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(Weight::from_parts(75_593_752, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 8_502).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn close_rounds(n: u32) -> Weight {
        Weight::from_parts(19_509_000, 7_414)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(Weight::from_parts(176_241_460, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 5_061).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn publish_list(n: u32) -> Weight {
        Weight::from_parts(2_302_586, 1_619)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(Weight::from_parts(14_612, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 32).saturating_mul(n.into()))
    }
}
