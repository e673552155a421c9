//! What the quantities and the clock promise.

use crate::{
    mock::*, ClockOffset, EpochSlots, Error, Event, HalfSlotMs, Params, SlotMs, LAST_TICK,
};
use cess_primitives::{traits::Protocol as _, Podr2Scheme, Preset, ProtocolParams};
use frame_support::{assert_noop, assert_ok, traits::Get};
use sp_runtime::{traits::BlockNumberProvider, BuildStorage, DispatchError};

#[test]
fn genesis_sets_the_quantities() {
    ExtBuilder::default()
        .params(ProtocolParams::reference())
        .build_and_execute(|| {
            assert_eq!(Protocol::params(), ProtocolParams::reference());
            assert_eq!(SlotMs::<Test>::get(), 6000);
            assert_eq!(HalfSlotMs::<Test>::get(), 3000);
            assert_eq!(EpochSlots::<Test>::get(), 600);
        });
}

#[test]
#[should_panic(expected = "a segment is four fragments")]
fn genesis_refuses_inconsistent_sizes() {
    let params = ProtocolParams {
        segment_size: 7,
        ..ProtocolParams::fast()
    };
    ExtBuilder::default()
        .params(params)
        .build_and_execute(|| ());
}

#[test]
fn genesis_json_is_camel_case_and_defaults_to_the_fast_preset() {
    let json = serde_json::to_value(crate::GenesisConfig::<Test>::default()).unwrap();
    assert_eq!(json["params"]["segmentSize"], 4 << 20);
    assert_eq!(json["params"]["preset"], "fast");
    let mut ext: sp_io::TestExternalities = RuntimeGenesisConfig::default()
        .build_storage()
        .unwrap()
        .into();
    ext.execute_with(|| assert_eq!(Protocol::params(), ProtocolParams::fast()));
}

#[test]
fn root_changes_waits() {
    ExtBuilder::default().build_and_execute(|| {
        let params = ProtocolParams {
            challenge_window: 7,
            one_day: 9,
            ..ProtocolParams::fast()
        };
        assert_ok!(Protocol::set_params(RuntimeOrigin::root(), params));
        assert_eq!(Params::<Test>::get(), params);
        System::assert_last_event(Event::ParamsChanged { params }.into());
    });
}

#[test]
fn each_fixed_quantity_is_refused_by_its_own_error() {
    ExtBuilder::default().build_and_execute(|| {
        let fast = ProtocolParams::fast();
        let cases = [
            (
                ProtocolParams {
                    preset: Preset::Reference,
                    ..fast
                },
                Error::<Test>::PresetFixed,
            ),
            (
                ProtocolParams {
                    segment_size: 8,
                    ..fast
                },
                Error::SegmentSizeFixed,
            ),
            (
                ProtocolParams {
                    fragment_size: 8,
                    ..fast
                },
                Error::FragmentSizeFixed,
            ),
            (
                ProtocolParams {
                    idle_unit: 8,
                    ..fast
                },
                Error::IdleSizeFixed,
            ),
            (
                ProtocolParams {
                    idle_file_size: 8,
                    ..fast
                },
                Error::IdleSizeFixed,
            ),
            (
                ProtocolParams {
                    idle_set: 8,
                    ..fast
                },
                Error::IdleSizeFixed,
            ),
            (
                ProtocolParams {
                    idle_layers: 4,
                    ..fast
                },
                Error::IdleSizeFixed,
            ),
            (
                ProtocolParams {
                    idle_degree: 2,
                    ..fast
                },
                Error::IdleSizeFixed,
            ),
            (
                ProtocolParams {
                    podr2_scheme: Podr2Scheme::Bls12381,
                    ..fast
                },
                Error::Podr2SchemeFixed,
            ),
            (
                ProtocolParams {
                    chunk_count: 8,
                    ..fast
                },
                Error::ChunkCountFixed,
            ),
            (
                ProtocolParams {
                    slot_ms: 2000,
                    ..fast
                },
                Error::ConsensusTimeFixed,
            ),
            (
                ProtocolParams {
                    epoch_slots: 60,
                    ..fast
                },
                Error::ConsensusTimeFixed,
            ),
            (
                ProtocolParams {
                    sessions_per_era: 3,
                    ..fast
                },
                Error::ConsensusTimeFixed,
            ),
            (
                ProtocolParams {
                    slash_defer_eras: fast.bonding_eras,
                    ..fast
                },
                Error::SlashAfterUnbonding,
            ),
            (
                ProtocolParams {
                    challenge_period: 0,
                    ..fast
                },
                Error::ZeroQuantity,
            ),
            (
                ProtocolParams {
                    challenge_window: 0,
                    ..fast
                },
                Error::ZeroQuantity,
            ),
        ];
        for (params, error) in cases {
            assert_noop!(Protocol::set_params(RuntimeOrigin::root(), params), error);
        }
    });
}

#[test]
fn the_clock_is_the_block_number_plus_its_offset() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(Protocol::now(), 1);
        assert_ok!(Protocol::advance_clock(RuntimeOrigin::root(), 1000));
        System::assert_last_event(
            Event::ClockAdvanced {
                ticks: 1000,
                now: 1001,
            }
            .into(),
        );
        System::set_block_number(5);
        assert_eq!(Protocol::now(), 1005);
        assert_eq!(
            <Protocol as BlockNumberProvider>::current_block_number(),
            1005
        );
    });
}

#[test]
fn the_clock_stops_at_half_of_its_range() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Protocol::advance_clock(
            RuntimeOrigin::root(),
            LAST_TICK - 1
        ));
        assert_eq!(Protocol::now(), LAST_TICK);
        assert_noop!(
            Protocol::advance_clock(RuntimeOrigin::root(), 1),
            Error::<Test>::ClockOverflow
        );
        assert_noop!(
            Protocol::advance_clock(RuntimeOrigin::root(), u32::MAX),
            Error::<Test>::ClockOverflow
        );
        assert_eq!(ClockOffset::<Test>::get(), LAST_TICK - 1);
    });
}

#[test]
fn only_root_changes_anything() {
    ExtBuilder::default().build_and_execute(|| {
        let someone = || RuntimeOrigin::signed(1);
        assert_noop!(
            Protocol::set_params(someone(), ProtocolParams::fast()),
            DispatchError::BadOrigin
        );
        assert_noop!(
            Protocol::advance_clock(someone(), 1),
            DispatchError::BadOrigin
        );
    });
}
