//! Who is challenged, when, and with what.

use crate::{mock::*, Error, Event, CHALLENGES_PER_BLOCK};
use cess_primitives::{audit::MAX_CHALLENGE_CHUNKS, ProtocolParams, TIB};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use std::collections::{BTreeMap, BTreeSet};

fn point(n: u8) -> sp_runtime::DispatchResult {
    Audit::point_miner_challenge(RuntimeOrigin::root(), account(n))
}

/// Runs blocks of one tick each, ending every challenge at once; how often each miner was chosen.
fn census(blocks: u32) -> BTreeMap<u8, u32> {
    let mut chosen = BTreeMap::new();
    for tick in 1000..1000 + blocks {
        block_at(tick);
        for (n, ..) in Spaces::get() {
            if is_challenged(n) {
                *chosen.entry(n).or_default() += 1;
                let _ = crate::ChallengeSlip::<Test>::clear(10_000, None);
                let _ = crate::VerifySlip::<Test>::clear(10_000, None);
                let _ = crate::ChallengeSnapShot::<Test>::clear(10_000, None);
            }
        }
    }
    chosen
}

#[test]
fn a_challenge_freezes_the_miner_and_names_its_deadlines() {
    build_and_execute(|| {
        assert_ok!(point(MINER));
        System::assert_last_event(
            Event::GenerateChallenge {
                miner: account(MINER),
            }
            .into(),
        );
        let info = challenge(MINER);
        assert_eq!(info.miner_snapshot.idle_space, IDLE);
        let element = info.challenge_element;
        assert_eq!(element.start, 1000);
        assert_eq!(
            element.idle_slip,
            1000 + 20 + 5,
            "1 GiB at 203613264 bytes a tick"
        );
        assert_eq!(
            element.service_slip,
            1000 + 20 + 10,
            "256 MiB at 24 MiB a tick"
        );
        assert_eq!(
            element.verify_slip,
            1030 + 20,
            "1.25 GiB take three workers no whole tick"
        );
        assert_eq!(info.prove_info.assign, 0);
    });
}

#[test]
fn windows_of_the_reference_preset_match_the_published_ones() {
    build_and_execute(|| {
        Params::set(ProtocolParams::reference());
        Spaces::set(vec![(MINER, TIB.into(), TIB.into())]);
        assert_ok!(point(MINER));
        let element = challenge(MINER).challenge_element;
        assert_eq!(element.idle_slip, 1000 + 50 + 5400);
        assert_eq!(element.service_slip, 1000 + 50 + 43_690);
        assert_eq!(element.verify_slip, element.service_slip + 1024 / 3 + 600);
        assert_eq!(element.service_param.random_index_list.len(), 47);
    });
}

#[test]
fn a_challenge_asks_for_no_more_chunks_than_it_may_list() {
    build_and_execute(|| {
        Params::set(ProtocolParams {
            chunk_count: 1_000_000,
            ..Params::get()
        });
        assert!(Params::get().challenge_chunks() > MAX_CHALLENGE_CHUNKS);
        assert_ok!(point(MINER));
        let asked = challenge(MINER).challenge_element.service_param;
        let most = MAX_CHALLENGE_CHUNKS as usize;
        let lengths = (asked.random_index_list.len(), asked.random_list.len());
        assert_eq!(lengths, (most, most));
    });
}

#[test]
fn chunks_coefficients_and_nodes_are_distinct_and_in_range() {
    build_and_execute(|| {
        for seed in 0..50 {
            Seed::set(seed);
            Nodes::set(9);
            Spaces::set(vec![(seed as u8 + 1, IDLE, 0)]);
            assert_ok!(point(seed as u8 + 1));
            let element = challenge(seed as u8 + 1).challenge_element;
            let nodes: BTreeSet<_> = element.space_param.into_iter().collect();
            assert!(nodes.len() == 8 && nodes.iter().all(|node| *node < 9));
            let chunks: BTreeSet<_> = element.service_param.random_index_list.iter().collect();
            assert!(chunks.len() == 3 && chunks.iter().all(|chunk| **chunk < 32));
            let coefficients: BTreeSet<_> = element.service_param.random_list.iter().collect();
            assert_eq!(coefficients.len(), 3);
        }
    });
}

#[test]
fn two_miners_of_one_block_get_different_challenges() {
    build_and_execute(|| {
        Spaces::set(vec![(1, IDLE, 0), (2, IDLE, 0)]);
        assert_ok!(point(1));
        assert_ok!(point(2));
        let [one, two] = [1, 2].map(|n| challenge(n).challenge_element);
        assert_ne!(one.space_param, two.space_param);
        assert_ne!(one.service_param, two.service_param);
    });
}

#[test]
fn only_root_points_at_a_miner() {
    build_and_execute(|| {
        let call = Audit::point_miner_challenge(signed(MINER), account(MINER));
        assert_noop!(call, DispatchError::BadOrigin);
    });
}

#[test]
fn who_can_not_be_challenged_is_refused_with_the_reason() {
    build_and_execute(|| {
        assert_noop!(point(77), Error::<Test>::NotQualified);
        Spaces::set(vec![(MINER, IDLE, 0), (2, 0, 0)]);
        assert_noop!(point(2), Error::<Test>::NotQualified);
        Nodes::set(7);
        assert_noop!(point(MINER), Error::<Test>::RandomErr);
        Nodes::set(8);
        assert_ok!(point(MINER));
        assert_noop!(point(MINER), Error::<Test>::AlreadyChallenged);
        Verifiers::set(vec![]);
        assert_noop!(point(MINER), Error::<Test>::NoVerifier);
    });
}

#[test]
fn nobody_is_challenged_before_the_start_or_without_a_verifier_or_without_space() {
    build_and_execute(|| {
        Params::set(ProtocolParams {
            challenge_period: 1,
            ..ProtocolParams::fast()
        });
        block_at(Params::get().challenge_start - 1);
        assert!(!is_challenged(MINER));
        Verifiers::set(vec![]);
        block_at(1000);
        assert!(!is_challenged(MINER));
        Verifiers::set(vec![11]);
        Spaces::set(vec![(MINER, 0, 0)]);
        block_at(1001);
        assert!(!is_challenged(MINER));
        Spaces::set(vec![]);
        block_at(1002);
        Spaces::set(vec![(MINER, IDLE, 0)]);
        block_at(1003);
        assert!(!is_challenged(MINER), "it came since the last block began");
        block_at(1004);
        assert!(is_challenged(MINER));
    });
}

#[test]
fn a_miner_expects_one_challenge_in_a_period() {
    build_and_execute(|| {
        Spaces::set((1..=12).map(|n| (n, IDLE, SERVICE)).collect());
        let chosen = census(2400);
        let total: u32 = chosen.values().sum();
        assert!(
            (200..=280).contains(&total),
            "240 of 12 miners in 20 periods, not {total}"
        );
        assert!(
            chosen.values().all(|n| *n >= 8),
            "everybody is chosen: {chosen:?}"
        );
    });
}

#[test]
fn the_larger_miner_is_chosen_more_often_but_the_smaller_one_too() {
    build_and_execute(|| {
        Params::set(ProtocolParams {
            challenge_period: 2,
            ..ProtocolParams::fast()
        });
        Spaces::set(vec![(1, 99 * IDLE, 0), (2, IDLE, 0)]);
        let chosen = census(1000);
        let share = f64::from(chosen[&2]) / f64::from(chosen[&1] + chosen[&2]);
        // Drawn twice (1/4), or drawn with the larger one and preferred (about 1/8).
        assert!((0.3..0.46).contains(&share), "{chosen:?}");
    });
}

#[test]
fn a_block_cannot_shift_the_draw_of_the_next_one_by_letting_miners_in() {
    build_and_execute(|| {
        Params::set(ProtocolParams {
            challenge_period: 1,
            ..ProtocolParams::fast()
        });
        let drawn = |late: u8| {
            crate::MinersBefore::<Test>::put(5);
            Spaces::set((1..=5 + late).map(|n| (n, IDLE, SERVICE)).collect());
            block_at(1000);
            let chosen: Vec<_> = (1..=20).filter(|n| is_challenged(*n)).collect();
            let _ = crate::ChallengeSlip::<Test>::clear(100, None);
            let _ = crate::VerifySlip::<Test>::clear(100, None);
            let _ = crate::ChallengeSnapShot::<Test>::clear(100, None);
            chosen
        };
        let alone = drawn(0);
        assert!(!alone.is_empty() && alone.iter().all(|n| *n <= 5));
        assert!((1..10).all(|late| drawn(late) == alone));
    });
}

#[test]
fn miners_without_space_draw_no_challenges_on_the_others() {
    build_and_execute(|| {
        // Two of twenty have space; in 20 periods each expects twenty challenges.
        let space = |n: u8| if n <= 2 { IDLE } else { 0 };
        Spaces::set((1..=20).map(|n| (n, space(n), 0)).collect());
        let chosen = census(2400);
        assert_eq!(chosen.len(), 2);
        let total: u32 = chosen.values().sum();
        assert!((35..=80).contains(&total), "{chosen:?}");
    });
}

#[test]
fn nobodys_turn_is_lost_to_those_that_are_challenged_already() {
    build_and_execute(|| {
        Params::set(ProtocolParams {
            challenge_period: 4,
            ..ProtocolParams::fast()
        });
        Spaces::set((1..=4).map(|n| (n, IDLE, SERVICE)).collect());
        block_at(999);
        // One challenge in each block, and no block comes back empty.
        for (open, tick) in (1..=4).zip(1000..) {
            block_at(tick);
            assert_eq!((1..=4).filter(|n| is_challenged(*n)).count(), open);
        }
        block_at(1004);
    });
}

#[test]
fn a_block_makes_a_bounded_number_of_challenges() {
    build_and_execute(|| {
        Params::set(ProtocolParams {
            challenge_period: 1,
            ..ProtocolParams::fast()
        });
        Spaces::set((1..=100).map(|n| (n, IDLE, SERVICE)).collect());
        block_at(999);
        block_at(1000);
        let open = (1..=100).filter(|n| is_challenged(*n)).count();
        assert_eq!(open, CHALLENGES_PER_BLOCK as usize);
    });
}
