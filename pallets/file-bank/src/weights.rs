//! What calls and hooks cost, as measured. `scripts/weights` writes this file.
//!
//! 2026-11-29, AMD EPYC; 20 steps, 10 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What calls and hooks cost.
pub trait WeightInfo {
    /// At least 116_814 ns; proves 6252 bytes; `s` up to 1000.
    fn upload_declaration(s: u32) -> Weight;
    /// At least 155_912 ns; proves 6444 bytes; `s` up to 1000.
    fn declare_in_bucket(s: u32) -> Weight;
    /// At least 239_877 ns; proves 7839 + 1241 `s` bytes; `s` up to 1000.
    fn declare_stored(s: u32) -> Weight;
    /// At least 567_725 ns; proves 39783 + 833 `s` bytes; `s` up to 1000.
    fn cancel_deal(s: u32) -> Weight;
    /// At least 171_044 ns; proves 7354 + 1289 `s` bytes; `s` up to 1000.
    fn territory_file_delivery(s: u32) -> Weight;
    /// At least 143_233 ns; proves 3275 + 662 `h` bytes; `h` up to 8.
    fn deliver_from(h: u32) -> Weight;
    /// At least 734_983 ns; proves 43104 + 1289 `s` bytes; `s` up to 1000.
    fn delete_file(s: u32) -> Weight;
    /// At least 726_981 ns; proves 43138 + 659 `h` bytes; `h` up to 8.
    fn delete_from(h: u32) -> Weight;
    /// At least 732_019 ns; proves 42383 + 1289 `s` bytes; `s` up to 1000.
    fn root_clear_file(s: u32) -> Weight;
    /// At least 695_865 ns; proves 10988 + 160 `o` bytes; `o` up to 49999.
    fn pass_owners(o: u32) -> Weight;
    /// At least 720_131 ns; proves 43726 + 144 `l` bytes; `l` up to 199999.
    fn rewrite_list(l: u32) -> Weight;
    /// At least 865_306 ns; proves 42857 + 144 `l` bytes; `l` up to 199999.
    fn append_to_list(l: u32) -> Weight;
    /// At least 784_436 ns; proves 54960 + 598 `t` bytes; `t` up to 50.
    fn remove_traces(t: u32) -> Weight;
    /// At least 858_707 ns; proves 16285 + 3256 `m` bytes; `m` up to 112.
    fn relieve_miners(m: u32) -> Weight;
    /// At least 59_138 ns; proves 64961 bytes.
    fn create_bucket() -> Weight;
    /// At least 349_419 ns; proves 65069 bytes.
    fn delete_bucket() -> Weight;
    /// At least 104_094 ns; proves 1899 bytes.
    fn put_in_bucket() -> Weight;
    /// At least 60_170 ns; proves 1478 bytes.
    fn take_from_bucket() -> Weight;
    /// At least 891_065 ns; proves 46603 + 833 `s` bytes; `s` up to 1000.
    fn transfer_report(s: u32) -> Weight;
    /// At least 140_099 ns; proves 10498 + 833 `s` bytes; `s` up to 1000.
    fn report_column(s: u32) -> Weight;
    /// At least 295_659 ns; proves 5973 + 1285 `s` bytes; `s` up to 1000.
    fn calculate_report(s: u32) -> Weight;
    /// At least 735_093 ns; proves 134258 + 287 `w` bytes; `w` up to 100.
    fn credit_workers(w: u32) -> Weight;
    /// At least 702_334 ns; proves 134309 + 91 `d` bytes; `d` up to 100.
    fn end_duties(d: u32) -> Weight;
    /// At least 127_840 ns; proves 4869 + 1289 `s` bytes; `s` up to 1000.
    fn generate_restoral_order(s: u32) -> Weight;
    /// At least 66_629 ns; proves 4958 + 1285 `s` bytes; `s` up to 1000.
    fn claim_restoral_order(s: u32) -> Weight;
    /// At least 98_016 ns; proves 4791 + 1289 `s` bytes; `s` up to 1000.
    fn claim_restoral_noexist_order(s: u32) -> Weight;
    /// At least 183_233 ns; proves 5455 + 1285 `s` bytes; `s` up to 1000.
    fn restoral_order_complete(s: u32) -> Weight;
    /// At least 315_429 ns; proves 4728 bytes.
    fn cert_idle_space() -> Weight;
    /// At least 307_978 ns; proves 4843 bytes.
    fn replace_idle_space() -> Weight;
    /// At least 48_062 ns; proves 1600 bytes.
    fn look() -> Weight;
    /// At least 34_201 ns; proves 1515 + 39053 `n` bytes; `n` up to 20.
    fn end_deals(n: u32) -> Weight;
    /// At least 572_452 ns; proves 39493 + 833 `s` bytes; `s` up to 1000.
    fn end_deal(s: u32) -> Weight;
    /// At least 32_748 ns; proves 2360 + 5417 `n` bytes; `n` up to 20.
    fn miss_tags(n: u32) -> Weight;
    /// At least 297_392 ns; proves 6640 + 1289 `s` bytes; `s` up to 1000.
    fn miss_tag(s: u32) -> Weight;
    /// At least 472_954 ns; proves 135545 bytes; `t` up to 100.
    fn open_orders(t: u32) -> Weight;
    /// At least 70_404 ns; proves 1988 + 41925 `n` bytes; `n` up to 20.
    fn clear_files(n: u32) -> Weight;
    /// At least 774_912 ns; proves 42855 + 1289 `s` bytes; `s` up to 1000.
    fn clear_file(s: u32) -> Weight;
    /// At least 26_059 ns; proves 482 + 585 `n` bytes; `n` up to 20.
    fn clear_territories(n: u32) -> Weight;
    /// At least 55_723 ns; proves 722 + 596 `t` bytes; `t` up to 199.
    fn sweep(t: u32) -> Weight;
    /// At least 37_999_400 ns; proves 9289488 bytes.
    fn migrate_item() -> Weight;
}

/// [`WeightInfo`] with the runtime's cost of reading and writing.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn upload_declaration(s: u32) -> Weight {
        Weight::from_parts(130_378_181, 9_717)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(6_898_810, 0).saturating_mul(s.into()))
    }
    fn declare_in_bucket(s: u32) -> Weight {
        Weight::from_parts(109_929_703, 9_909)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(7_126_210, 0).saturating_mul(s.into()))
    }
    fn declare_stored(s: u32) -> Weight {
        Weight::from_parts(122_830_444, 13_779)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(Weight::from_parts(9_385_297, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_241).saturating_mul(s.into()))
    }
    fn cancel_deal(s: u32) -> Weight {
        Weight::from_parts(540_758_225, 67_998)
            .saturating_add(T::DbWeight::get().reads(42))
            .saturating_add(T::DbWeight::get().writes(31))
            .saturating_add(Weight::from_parts(688_363, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn territory_file_delivery(s: u32) -> Weight {
        Weight::from_parts(193_173_534, 13_294)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(1_847_329, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn deliver_from(h: u32) -> Weight {
        Weight::from_parts(127_685_059, 6_761)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(Weight::from_parts(23_438_301, 0).saturating_mul(h.into()))
            .saturating_add(Weight::from_parts(0, 3_137).saturating_mul(h.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(h.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(h.into())))
    }
    fn delete_file(s: u32) -> Weight {
        Weight::from_parts(693_361_711, 76_269)
            .saturating_add(T::DbWeight::get().reads(63))
            .saturating_add(T::DbWeight::get().writes(47))
            .saturating_add(Weight::from_parts(15_896_323, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn delete_from(h: u32) -> Weight {
        Weight::from_parts(716_565_059, 76_303)
            .saturating_add(T::DbWeight::get().reads(60))
            .saturating_add(T::DbWeight::get().writes(42))
            .saturating_add(Weight::from_parts(23_215_440, 0).saturating_mul(h.into()))
            .saturating_add(Weight::from_parts(0, 3_134).saturating_mul(h.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(h.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(h.into())))
    }
    fn root_clear_file(s: u32) -> Weight {
        Weight::from_parts(681_420_703, 75_548)
            .saturating_add(T::DbWeight::get().reads(62))
            .saturating_add(T::DbWeight::get().writes(47))
            .saturating_add(Weight::from_parts(16_131_471, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn pass_owners(o: u32) -> Weight {
        Weight::from_parts(695_865_000, 14_453)
            .saturating_add(T::DbWeight::get().reads(17))
            .saturating_add(T::DbWeight::get().writes(13))
            .saturating_add(Weight::from_parts(295_358, 0).saturating_mul(o.into()))
            .saturating_add(Weight::from_parts(0, 160).saturating_mul(o.into()))
    }
    fn rewrite_list(l: u32) -> Weight {
        Weight::from_parts(720_131_000, 76_891)
            .saturating_add(T::DbWeight::get().reads(61))
            .saturating_add(T::DbWeight::get().writes(44))
            .saturating_add(Weight::from_parts(458_381, 0).saturating_mul(l.into()))
            .saturating_add(Weight::from_parts(0, 144).saturating_mul(l.into()))
    }
    fn append_to_list(l: u32) -> Weight {
        Weight::from_parts(865_306_000, 73_547)
            .saturating_add(T::DbWeight::get().reads(69))
            .saturating_add(T::DbWeight::get().writes(71))
            .saturating_add(Weight::from_parts(118_174, 0).saturating_mul(l.into()))
            .saturating_add(Weight::from_parts(0, 144).saturating_mul(l.into()))
    }
    fn remove_traces(t: u32) -> Weight {
        Weight::from_parts(802_770_997, 85_650)
            .saturating_add(T::DbWeight::get().reads(49))
            .saturating_add(T::DbWeight::get().writes(32))
            .saturating_add(Weight::from_parts(35_255_701, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(0, 3_073).saturating_mul(t.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(t.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(t.into())))
    }
    fn relieve_miners(m: u32) -> Weight {
        Weight::from_parts(390_296_081, 49_450)
            .saturating_add(T::DbWeight::get().reads(25))
            .saturating_add(T::DbWeight::get().writes(20))
            .saturating_add(Weight::from_parts(38_673_627, 0).saturating_mul(m.into()))
            .saturating_add(Weight::from_parts(0, 5_731).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(m.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(m.into())))
    }
    fn create_bucket() -> Weight {
        Weight::from_parts(59_468_000, 68_426)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn delete_bucket() -> Weight {
        Weight::from_parts(351_152_000, 68_534)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn put_in_bucket() -> Weight {
        Weight::from_parts(105_507_000, 7_839)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn take_from_bucket() -> Weight {
        Weight::from_parts(61_272_000, 4_943)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn transfer_report(s: u32) -> Weight {
        Weight::from_parts(885_188_229, 77_293)
            .saturating_add(T::DbWeight::get().reads(69))
            .saturating_add(T::DbWeight::get().writes(71))
            .saturating_add(Weight::from_parts(1_942_701, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn report_column(s: u32) -> Weight {
        Weight::from_parts(141_914_066, 13_963)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(Weight::from_parts(870_842, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn calculate_report(s: u32) -> Weight {
        Weight::from_parts(212_473_315, 11_913)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(Weight::from_parts(4_740_601, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_285).saturating_mul(s.into()))
    }
    fn credit_workers(w: u32) -> Weight {
        Weight::from_parts(699_284_942, 140_198)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(49_717_083, 0).saturating_mul(w.into()))
            .saturating_add(Weight::from_parts(0, 2_762).saturating_mul(w.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(w.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(w.into())))
    }
    fn end_duties(d: u32) -> Weight {
        Weight::from_parts(713_453_455, 140_249)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(10))
            .saturating_add(Weight::from_parts(18_321_018, 0).saturating_mul(d.into()))
            .saturating_add(Weight::from_parts(0, 2_566).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(d.into())))
    }
    fn generate_restoral_order(s: u32) -> Weight {
        Weight::from_parts(50_511_918, 8_334)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(Weight::from_parts(2_775_382, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn claim_restoral_order(s: u32) -> Weight {
        Weight::from_parts(22_051_811, 8_423)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(1_301_029, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_285).saturating_mul(s.into()))
    }
    fn claim_restoral_noexist_order(s: u32) -> Weight {
        Weight::from_parts(54_950_621, 8_256)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(2_057_008, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn restoral_order_complete(s: u32) -> Weight {
        Weight::from_parts(145_982_071, 8_920)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(12))
            .saturating_add(Weight::from_parts(1_725_382, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_285).saturating_mul(s.into()))
    }
    fn cert_idle_space() -> Weight {
        Weight::from_parts(316_020_000, 8_193)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn replace_idle_space() -> Weight {
        Weight::from_parts(310_632_000, 8_308)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn look() -> Weight {
        Weight::from_parts(48_582_000, 5_065).saturating_add(T::DbWeight::get().reads(7))
    }
    fn end_deals(n: u32) -> Weight {
        Weight::from_parts(34_201_000, 8_683)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(Weight::from_parts(544_526_253, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 66_258).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(40_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(29_u64.saturating_mul(n.into())))
    }
    fn end_deal(s: u32) -> Weight {
        Weight::from_parts(565_947_598, 67_708)
            .saturating_add(T::DbWeight::get().reads(50))
            .saturating_add(T::DbWeight::get().writes(31))
            .saturating_add(Weight::from_parts(852_240, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 833).saturating_mul(s.into()))
    }
    fn miss_tags(n: u32) -> Weight {
        Weight::from_parts(82_661_426, 8_757)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(Weight::from_parts(222_742_964, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 10_332).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(13_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(11_u64.saturating_mul(n.into())))
    }
    fn miss_tag(s: u32) -> Weight {
        Weight::from_parts(245_096_051, 12_580)
            .saturating_add(T::DbWeight::get().reads(26))
            .saturating_add(T::DbWeight::get().writes(16))
            .saturating_add(Weight::from_parts(1_840_829, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn open_orders(t: u32) -> Weight {
        Weight::from_parts(496_575_081, 141_485)
            .saturating_add(T::DbWeight::get().reads(25))
            .saturating_add(T::DbWeight::get().writes(14))
            .saturating_add(Weight::from_parts(13_682_456, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(0, 2_471).saturating_mul(t.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(t.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(t.into())))
    }
    fn clear_files(n: u32) -> Weight {
        Weight::from_parts(72_518_192, 5_709)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(6))
            .saturating_add(Weight::from_parts(715_210_663, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 74_080).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(56_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(41_u64.saturating_mul(n.into())))
    }
    fn clear_file(s: u32) -> Weight {
        Weight::from_parts(794_605_188, 76_020)
            .saturating_add(T::DbWeight::get().reads(71))
            .saturating_add(T::DbWeight::get().writes(48))
            .saturating_add(Weight::from_parts(15_661_954, 0).saturating_mul(s.into()))
            .saturating_add(Weight::from_parts(0, 1_289).saturating_mul(s.into()))
    }
    fn clear_territories(n: u32) -> Weight {
        Weight::from_parts(25_251_481, 3_947)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(Weight::from_parts(45_565_930, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(0, 3_057).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn sweep(t: u32) -> Weight {
        Weight::from_parts(55_723_000, 6_873)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(38_228_984, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(0, 3_071).saturating_mul(t.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(t.into())))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(t.into())))
    }
    fn migrate_item() -> Weight {
        Weight::from_parts(38_255_770_000, 9_537_978)
            .saturating_add(T::DbWeight::get().reads(204))
            .saturating_add(T::DbWeight::get().writes(300))
    }
}
