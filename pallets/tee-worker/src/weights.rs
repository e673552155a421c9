//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 20 steps, 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 518_905 ns; proves 321824 bytes; `b` up to 60536.
    fn register_worker(b: u32) -> Weight;
    /// At least 45_819 ns; proves 1376 bytes.
    fn launch_master_key() -> Weight;
    /// At least 61_682 ns; proves 5800 bytes.
    fn change_master_key_holder() -> Weight;
    /// At least 118_747 ns; proves 1961 bytes.
    fn settle_master_key_launch() -> Weight;
    /// At least 109_393 ns; proves 1603 bytes.
    fn apply_master_key() -> Weight;
    /// At least 89_183 ns; proves 874 bytes; `b` up to 4096.
    fn distribute_master_key(b: u32) -> Weight;
    /// At least 70_235 ns; proves 6760 bytes.
    fn add_ceseal() -> Weight;
    /// At least 69_975 ns; proves 6678 bytes.
    fn remove_ceseal() -> Weight;
    /// At least 6_320 ns; proves 0 bytes.
    fn set_minimum_ceseal_version() -> Weight;
    /// At least 12_329 ns; proves 240 bytes.
    fn set_none_attestation_enabled() -> Weight;
    /// At least 12_438 ns; proves 240 bytes.
    fn set_ceseal_verify_required() -> Weight;
    /// At least 12_218 ns; proves 240 bytes.
    fn set_simulated_attestation_enabled() -> Weight;
    /// At least 718_382 ns; proves 10925 bytes.
    fn migration_last_work() -> Weight;
    /// At least 2_397_598 ns; proves 331452 bytes.
    fn patch_clear_invalid_tee() -> Weight;
    /// At least 3_529_667 ns; proves 337583 bytes.
    fn patch_clear_not_work_tee() -> Weight;
    /// At least 205_627 ns; proves 320446 bytes.
    fn force_clear_tee() -> Weight;
    /// At least 228_451 ns; proves 321121 bytes.
    fn force_register_worker() -> Weight;
    /// At least 333_447 ns; proves 320618 bytes.
    fn exit_worker() -> Weight;
    /// At least 260_078 ns; proves 321500 bytes.
    fn withdraw_worker() -> Weight;
    /// At least 54_010 ns; proves 1552 bytes.
    fn sponsor_worker() -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_worker(b: u32) -> Weight {
        Weight::from_parts(689_885_638, 325_289)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(22_060, 0).saturating_mul(b.into()))
    }
    fn launch_master_key() -> Weight {
        Weight::from_parts(55_663_000, 4_841)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn change_master_key_holder() -> Weight {
        Weight::from_parts(78_377_000, 9_265)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn settle_master_key_launch() -> Weight {
        Weight::from_parts(149_082_000, 5_426)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn apply_master_key() -> Weight {
        Weight::from_parts(123_204_000, 5_068)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn distribute_master_key(b: u32) -> Weight {
        Weight::from_parts(127_738_042, 4_339)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(Weight::from_parts(3_175, 0).saturating_mul(b.into()))
    }
    fn add_ceseal() -> Weight {
        Weight::from_parts(79_288_000, 8_245)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn remove_ceseal() -> Weight {
        Weight::from_parts(96_675_000, 8_163)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn set_minimum_ceseal_version() -> Weight {
        Weight::from_parts(6_520_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_none_attestation_enabled() -> Weight {
        Weight::from_parts(12_719_000, 1_725)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_ceseal_verify_required() -> Weight {
        Weight::from_parts(13_009_000, 1_725)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_simulated_attestation_enabled() -> Weight {
        Weight::from_parts(12_769_000, 1_725)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn migration_last_work() -> Weight {
        Weight::from_parts(814_265_000, 172_790)
            .saturating_add(T::DbWeight::get().reads(131))
            .saturating_add(T::DbWeight::get().writes(65))
    }
    fn patch_clear_invalid_tee() -> Weight {
        Weight::from_parts(6_647_870_000, 493_317)
            .saturating_add(T::DbWeight::get().reads(134))
            .saturating_add(T::DbWeight::get().writes(579))
    }
    fn patch_clear_not_work_tee() -> Weight {
        Weight::from_parts(7_686_270_000, 499_448)
            .saturating_add(T::DbWeight::get().reads(199))
            .saturating_add(T::DbWeight::get().writes(579))
    }
    fn force_clear_tee() -> Weight {
        Weight::from_parts(239_126_000, 323_911)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    fn force_register_worker() -> Weight {
        Weight::from_parts(280_098_000, 324_586)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn exit_worker() -> Weight {
        Weight::from_parts(375_610_000, 324_083)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    fn withdraw_worker() -> Weight {
        Weight::from_parts(342_571_000, 324_965)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    fn sponsor_worker() -> Weight {
        Weight::from_parts(73_480_000, 5_017)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}
