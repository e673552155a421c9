//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-29, AMD EPYC; 3 steps, 2 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 112_758 ns; proves 6243 bytes; `s` up to 1000.
    fn upload_declaration(s: u32) -> Weight;
    /// At least 145_866 ns; proves 6435 bytes; `s` up to 1000.
    fn declare_in_bucket(s: u32) -> Weight;
    /// At least 224_324 ns; proves 7828 + 1241 `s` bytes; `s` up to 1000.
    fn declare_stored(s: u32) -> Weight;
    /// At least 569_357 ns; proves 39772 + 833 `s` bytes; `s` up to 1000.
    fn cancel_deal(s: u32) -> Weight;
    /// At least 170_874 ns; proves 7343 + 1289 `s` bytes; `s` up to 1000.
    fn territory_file_delivery(s: u32) -> Weight;
    /// At least 147_950 ns; proves 3249 + 664 `h` bytes; `h` up to 8.
    fn deliver_from(h: u32) -> Weight;
    /// At least 744_447 ns; proves 43093 + 1289 `s` bytes; `s` up to 1000.
    fn delete_file(s: u32) -> Weight;
    /// At least 719_811 ns; proves 43128 + 659 `h` bytes; `h` up to 8.
    fn delete_from(h: u32) -> Weight;
    /// At least 714_433 ns; proves 42372 + 1289 `s` bytes; `s` up to 1000.
    fn root_clear_file(s: u32) -> Weight;
    /// At least 774_452 ns; proves 37042 + 159 `o` bytes; `o` up to 49999.
    fn pass_owners(o: u32) -> Weight;
    /// At least 749_535 ns; proves 43741 + 144 `l` bytes; `l` up to 199999.
    fn rewrite_list(l: u32) -> Weight;
    /// At least 910_775 ns; proves 42843 + 144 `l` bytes; `l` up to 199999.
    fn append_to_list(l: u32) -> Weight;
    /// At least 795_903 ns; proves 54857 + 599 `t` bytes; `t` up to 50.
    fn remove_traces(t: u32) -> Weight;
    /// At least 866_739 ns; proves 16272 + 3256 `m` bytes; `m` up to 112.
    fn relieve_miners(m: u32) -> Weight;
    /// At least 59_369 ns; proves 64961 bytes.
    fn create_bucket() -> Weight;
    /// At least 348_188 ns; proves 65069 bytes.
    fn delete_bucket() -> Weight;
    /// At least 107_069 ns; proves 1899 bytes.
    fn put_in_bucket() -> Weight;
    /// At least 59_388 ns; proves 1478 bytes.
    fn take_from_bucket() -> Weight;
    /// At least 942_351 ns; proves 46592 + 833 `s` bytes; `s` up to 1000.
    fn transfer_report(s: u32) -> Weight;
    /// At least 259_286 ns; proves 11115 + 833 `s` bytes; `s` up to 1000.
    fn report_column(s: u32) -> Weight;
    /// At least 304_693 ns; proves 5962 + 1285 `s` bytes; `s` up to 1000.
    fn calculate_report(s: u32) -> Weight;
    /// At least 781_292 ns; proves 134235 + 287 `w` bytes; `w` up to 100.
    fn credit_workers(w: u32) -> Weight;
    /// At least 790_356 ns; proves 134294 + 91 `d` bytes; `d` up to 100.
    fn end_duties(d: u32) -> Weight;
    /// At least 142_642 ns; proves 4858 + 1289 `s` bytes; `s` up to 1000.
    fn generate_restoral_order(s: u32) -> Weight;
    /// At least 69_914 ns; proves 4947 + 1285 `s` bytes; `s` up to 1000.
    fn claim_restoral_order(s: u32) -> Weight;
    /// At least 101_441 ns; proves 4780 + 1289 `s` bytes; `s` up to 1000.
    fn claim_restoral_noexist_order(s: u32) -> Weight;
    /// At least 175_331 ns; proves 5444 + 1285 `s` bytes; `s` up to 1000.
    fn restoral_order_complete(s: u32) -> Weight;
    /// At least 318_253 ns; proves 4719 bytes.
    fn cert_idle_space() -> Weight;
    /// At least 306_126 ns; proves 4834 bytes.
    fn replace_idle_space() -> Weight;
    /// At least 47_330 ns; proves 1600 bytes.
    fn look() -> Weight;
    /// At least 33_139 ns; proves 1293 + 38914 `n` bytes; `n` up to 20.
    fn end_deals(n: u32) -> Weight;
    /// At least 584_078 ns; proves 39501 + 833 `s` bytes; `s` up to 1000.
    fn end_deal(s: u32) -> Weight;
    /// At least 34_671 ns; proves 804 + 5496 `n` bytes; `n` up to 20.
    fn miss_tags(n: u32) -> Weight;
    /// At least 309_080 ns; proves 6629 + 1289 `s` bytes; `s` up to 1000.
    fn miss_tag(s: u32) -> Weight;
    /// At least 550_268 ns; proves 135536 bytes; `t` up to 100.
    fn open_orders(t: u32) -> Weight;
    /// At least 66_369 ns; proves 1068 + 41977 `n` bytes; `n` up to 20.
    fn clear_files(n: u32) -> Weight;
    /// At least 778_237 ns; proves 42844 + 1289 `s` bytes; `s` up to 1000.
    fn clear_file(s: u32) -> Weight;
    /// At least 28_412 ns; proves 362 + 589 `n` bytes; `n` up to 20.
    fn clear_territories(n: u32) -> Weight;
    /// At least 60_911 ns; proves 452 + 598 `t` bytes; `t` up to 199.
    fn sweep(t: u32) -> Weight;
    /// At least 37_592_224 ns; proves 9289479 bytes.
    fn migrate_item() -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn upload_declaration(s: u32) -> Weight {
        Weight::from_parts(107_743_699, 9_708)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(7_637_571, 0).saturating_mul(s.into()))
    }
    fn declare_in_bucket(s: u32) -> Weight {
        Weight::from_parts(145_866_000, 9_900)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(8_598_375, 0).saturating_mul(s.into()))
    }
    fn declare_stored(s: u32) -> Weight {
        Weight::from_parts(479_305_951, 13_768)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(Weight::from_parts(9_660_583, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_241).saturating_mul(s.into()))
    }
    fn cancel_deal(s: u32) -> Weight {
        Weight::from_parts(567_120_734, 67_987)
            .saturating_add(T::DbWeight::get().reads(42))
            .saturating_add(T::DbWeight::get().writes(31))
            .saturating_add(Weight::from_parts(696_704, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn territory_file_delivery(s: u32) -> Weight {
        Weight::from_parts(154_647_990, 13_283)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(2_224_517, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn deliver_from(h: u32) -> Weight {
        Weight::from_parts(123_737_054, 6_752)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(Weight::from_parts(25_324_256, 0).saturating_mul(h.into()))
            .saturating_add(Weight::from_parts(0, 3_139).saturating_mul(h.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(h.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(h.into())))
    }
    fn delete_file(s: u32) -> Weight {
        Weight::from_parts(2_225_190_581, 76_258)
            .saturating_add(T::DbWeight::get().reads(63))
            .saturating_add(T::DbWeight::get().writes(47))
            .saturating_add(Weight::from_parts(16_650_339, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn delete_from(h: u32) -> Weight {
        Weight::from_parts(721_758_932, 76_293)
            .saturating_add(T::DbWeight::get().reads(60))
            .saturating_add(T::DbWeight::get().writes(42))
            .saturating_add(Weight::from_parts(24_871_054, 0).saturating_mul(h.into()))
            .saturating_add(Weight::from_parts(0, 3_134).saturating_mul(h.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(h.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(h.into())))
    }
    fn root_clear_file(s: u32) -> Weight {
        Weight::from_parts(714_433_000, 75_537)
            .saturating_add(T::DbWeight::get().reads(62))
            .saturating_add(T::DbWeight::get().writes(47))
            .saturating_add(Weight::from_parts(20_094_008, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn pass_owners(o: u32) -> Weight {
        Weight::from_parts(1_478_704_577, 40_507)
            .saturating_add(T::DbWeight::get().reads(52))
            .saturating_add(T::DbWeight::get().writes(38))
            .saturating_add(Weight::from_parts(350_553, 0).saturating_mul(o.into()))
            .saturating_add(Weight::from_parts(0, 159).saturating_mul(o.into()))
    }
    fn rewrite_list(l: u32) -> Weight {
        Weight::from_parts(749_535_000, 76_906)
            .saturating_add(T::DbWeight::get().reads(61))
            .saturating_add(T::DbWeight::get().writes(44))
            .saturating_add(Weight::from_parts(657_434, 0).saturating_mul(l.into()))
            .saturating_add(Weight::from_parts(0, 144).saturating_mul(l.into()))
    }
    fn append_to_list(l: u32) -> Weight {
        Weight::from_parts(486_015_997, 73_533)
            .saturating_add(T::DbWeight::get().reads(69))
            .saturating_add(T::DbWeight::get().writes(71))
            .saturating_add(Weight::from_parts(154_484, 0).saturating_mul(l.into()))
            .saturating_add(Weight::from_parts(0, 144).saturating_mul(l.into()))
    }
    fn remove_traces(t: u32) -> Weight {
        Weight::from_parts(808_868_750, 85_547)
            .saturating_add(T::DbWeight::get().reads(49))
            .saturating_add(T::DbWeight::get().writes(32))
            .saturating_add(Weight::from_parts(36_295_190, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(0, 3_074).saturating_mul(t.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(t.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(t.into())))
    }
    fn relieve_miners(m: u32) -> Weight {
        Weight::from_parts(417_457_766, 49_437)
            .saturating_add(T::DbWeight::get().reads(25))
            .saturating_add(T::DbWeight::get().writes(20))
            .saturating_add(Weight::from_parts(39_649_700, 0).saturating_mul(m.into()))
            .saturating_add(Weight::from_parts(0, 5_731).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(m.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(m.into())))
    }
    fn create_bucket() -> Weight {
        Weight::from_parts(71_196_000, 68_426)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn delete_bucket() -> Weight {
        Weight::from_parts(363_471_000, 68_534)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn put_in_bucket() -> Weight {
        Weight::from_parts(108_402_000, 7_839)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn take_from_bucket() -> Weight {
        Weight::from_parts(62_502_000, 4_943)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn transfer_report(s: u32) -> Weight {
        Weight::from_parts(913_514_411, 77_282)
            .saturating_add(T::DbWeight::get().reads(69))
            .saturating_add(T::DbWeight::get().writes(71))
            .saturating_add(Weight::from_parts(2_856_263, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn report_column(s: u32) -> Weight {
        Weight::from_parts(252_864_165, 39_330)
            .saturating_add(T::DbWeight::get().reads(31))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(Weight::from_parts(956_399, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn calculate_report(s: u32) -> Weight {
        Weight::from_parts(363_581_788, 11_902)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(Weight::from_parts(5_154_607, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_285).saturating_mul(s.into()))
    }
    fn credit_workers(w: u32) -> Weight {
        Weight::from_parts(824_981_596, 140_175)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(50_879_829, 0).saturating_mul(w.into()))
            .saturating_add(Weight::from_parts(0, 2_762).saturating_mul(w.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(w.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(w.into())))
    }
    fn end_duties(d: u32) -> Weight {
        Weight::from_parts(853_754_666, 140_234)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(10))
            .saturating_add(Weight::from_parts(18_133_260, 0).saturating_mul(d.into()))
            .saturating_add(Weight::from_parts(0, 2_566).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(d.into())))
    }
    fn generate_restoral_order(s: u32) -> Weight {
        Weight::from_parts(87_740_374, 8_323)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(3_132_065, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn claim_restoral_order(s: u32) -> Weight {
        Weight::from_parts(6_126_169, 8_412)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(1_452_311, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_285).saturating_mul(s.into()))
    }
    fn claim_restoral_noexist_order(s: u32) -> Weight {
        Weight::from_parts(55_904_945, 8_245)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(2_311_128, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn restoral_order_complete(s: u32) -> Weight {
        Weight::from_parts(143_413_491, 8_909)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(12))
            .saturating_add(Weight::from_parts(1_800_324, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_285).saturating_mul(s.into()))
    }
    fn cert_idle_space() -> Weight {
        Weight::from_parts(351_923_000, 8_184)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn replace_idle_space() -> Weight {
        Weight::from_parts(312_234_000, 8_299)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn look() -> Weight {
        Weight::from_parts(50_646_000, 5_065).saturating_add(T::DbWeight::get().reads(7))
    }
    fn end_deals(n: u32) -> Weight {
        Weight::from_parts(33_139_000, 57_531)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(Weight::from_parts(610_826_530, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 65_853).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(39_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(29_u64.saturating_mul(n.into())))
    }
    fn end_deal(s: u32) -> Weight {
        Weight::from_parts(553_949_372, 67_716)
            .saturating_add(T::DbWeight::get().reads(50))
            .saturating_add(T::DbWeight::get().writes(31))
            .saturating_add(Weight::from_parts(914_058, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn miss_tags(n: u32) -> Weight {
        Weight::from_parts(12_619_250, 9_168)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(233_107_875, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 10_300).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(13_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(11_u64.saturating_mul(n.into())))
    }
    fn miss_tag(s: u32) -> Weight {
        Weight::from_parts(280_671_625, 12_569)
            .saturating_add(T::DbWeight::get().reads(26))
            .saturating_add(T::DbWeight::get().writes(16))
            .saturating_add(Weight::from_parts(2_046_695, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn open_orders(t: u32) -> Weight {
        Weight::from_parts(582_722_435, 141_476)
            .saturating_add(T::DbWeight::get().reads(25))
            .saturating_add(T::DbWeight::get().writes(14))
            .saturating_add(Weight::from_parts(13_648_650, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(0, 2_471).saturating_mul(t.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(t.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(t.into())))
    }
    fn clear_files(n: u32) -> Weight {
        Weight::from_parts(66_369_000, 5_639)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(Weight::from_parts(774_657_190, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 74_085).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(56_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(41_u64.saturating_mul(n.into())))
    }
    fn clear_file(s: u32) -> Weight {
        Weight::from_parts(789_469_073, 76_009)
            .saturating_add(T::DbWeight::get().reads(71))
            .saturating_add(T::DbWeight::get().writes(48))
            .saturating_add(Weight::from_parts(16_417_237, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn clear_territories(n: u32) -> Weight {
        Weight::from_parts(26_814_250, 3_827)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(Weight::from_parts(45_862_925, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 3_047).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn sweep(t: u32) -> Weight {
        Weight::from_parts(60_911_000, 6_804)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(38_025_932, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(0, 3_073).saturating_mul(t.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(t.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(t.into())))
    }
    fn migrate_item() -> Weight {
        Weight::from_parts(42_254_827_000, 9_537_969)
            .saturating_add(T::DbWeight::get().reads(204))
            .saturating_add(T::DbWeight::get().writes(300))
    }
}
