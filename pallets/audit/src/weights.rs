//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-21, AMD EPYC; 20 steps, 10 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 248_801 ns; proves 324931 bytes.
    fn submit_idle_proof() -> Weight;
    /// At least 239_257 ns; proves 324931 bytes.
    fn submit_service_proof() -> Weight;
    /// At least 379_056 ns; proves 12228 bytes.
    fn post_idle_verdict() -> Weight;
    /// At least 502_841 ns; proves 12359 bytes.
    fn post_service_verdict() -> Weight;
    /// At least 447_808 ns; proves 14202 bytes.
    fn pass() -> Weight;
    /// At least 148_862 ns; proves 7568 bytes.
    fn report_missing_proof() -> Weight;
    /// At least 5_037 ns; proves 0 bytes.
    fn update_counted_clear() -> Weight;
    /// At least 56_234 ns; proves 4587 bytes.
    fn test_update_clear_slip() -> Weight;
    /// At least 64_797 ns; proves 4568 bytes.
    fn test_update_verify_slip() -> Weight;
    /// At least 339_607 ns; proves 324442 bytes.
    fn point_miner_challenge() -> Weight;
    /// At least 359_166 ns; proves 321219 + 3306 `n` bytes; `n` up to 20.
    fn challenge_some(n: u32) -> Weight;
    /// At least 27_861 ns; proves 1894 + 7870 `n` bytes; `n` up to 19.
    fn settle_proofs(n: u32) -> Weight;
    /// At least 25_438 ns; proves 2600 + 8106 `n` bytes; `n` up to 19.
    fn expel(n: u32) -> Weight;
    /// At least 26_389 ns; proves 321429 + 7038 `n` bytes; `n` up to 9.
    fn reassign(n: u32) -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn submit_idle_proof() -> Weight {
        Weight::from_parts(272_086_000, 328_396)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn submit_service_proof() -> Weight {
        Weight::from_parts(256_402_000, 328_396)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn post_idle_verdict() -> Weight {
        Weight::from_parts(451_464_000, 18_168)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn post_service_verdict() -> Weight {
        Weight::from_parts(575_008_000, 18_299)
            .saturating_add(T::DbWeight::get().reads(20))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn pass() -> Weight {
        Weight::from_parts(508_339_000, 17_667)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(14))
    }
    fn report_missing_proof() -> Weight {
        Weight::from_parts(154_711_000, 11_033)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn update_counted_clear() -> Weight {
        Weight::from_parts(5_558_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn test_update_clear_slip() -> Weight {
        Weight::from_parts(63_255_000, 10_527)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn test_update_verify_slip() -> Weight {
        Weight::from_parts(68_202_000, 15_458)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn point_miner_challenge() -> Weight {
        Weight::from_parts(348_249_000, 335_332)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    fn challenge_some(n: u32) -> Weight {
        Weight::from_parts(104_033_907, 331_244)
            .saturating_add(T::DbWeight::get().reads(15))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(Weight::from_parts(165_937_178, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 5_846).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn settle_proofs(n: u32) -> Weight {
        Weight::from_parts(268_883_397, 11_231)
            .saturating_add(T::DbWeight::get().reads(17))
            .saturating_add(T::DbWeight::get().writes(10))
            .saturating_add(Weight::from_parts(213_885_598, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 10_325).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(8_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(9_u64.saturating_mul(n.into())))
    }
    fn expel(n: u32) -> Weight {
        Weight::from_parts(404_287_683, 11_806)
            .saturating_add(T::DbWeight::get().reads(22))
            .saturating_add(T::DbWeight::get().writes(13))
            .saturating_add(Weight::from_parts(339_721_483, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 10_561).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(12_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(21_u64.saturating_mul(n.into())))
    }
    fn reassign(n: u32) -> Weight {
        Weight::from_parts(201_252_491, 329_638)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(Weight::from_parts(584_367_746, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 32_366).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(n.into())))
    }
}
