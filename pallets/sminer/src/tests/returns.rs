//! Stakes that return by themselves.

use crate::{mock::*, *};
use cess_primitives::{traits::AuditedMiners, ProtocolParams, TCESS};
use frame_support::{assert_ok, traits::ReservableCurrency};

const LOCK: u32 = ProtocolParams::fast().staking_lock;

#[test]
fn a_clock_that_jumps_loses_no_due_work() {
    execute(|| {
        (1..=5).for_each(|n| positive(n, 1));
        for n in 1..=5 {
            assert_ok!(Sminer::force_exit(&acc(n)));
        }
        ClockOffset::set(&1_000_000);
        next_block();
        (1..=5).for_each(|n| assert_eq!(Balances::free_balance(acc(n)), ENDOWMENT));
        assert_eq!(ReturnStakingSchedule::<Test>::iter().count(), 0);
    });
}

#[test]
fn due_work_is_bounded_and_the_rest_is_carried_over() {
    execute(|| {
        let stakes = |tick: u32, count: u8| {
            for n in 1..=count {
                assert_ok!(Balances::reserve(&acc(n), TCESS));
                let stake = (acc(n), acc(n), TCESS);
                ReturnStakingSchedule::<Test>::try_append(tick, stake).unwrap();
            }
            DueTicks::<Test>::insert(tick.to_be_bytes(), ());
        };
        stakes(300, 5);
        stakes(2, 5);
        stakes(70_000, 5);
        let left = || {
            ReturnStakingSchedule::<Test>::iter_values()
                .map(|v| v.len())
                .sum::<usize>()
        };
        ClockOffset::set(&1_000);
        next_block();
        // Five stakes, the end of their tick, and what is left of the block's share.
        let returned = DUE_PER_BLOCK as usize - 1;
        assert_eq!(left(), 15 - returned, "the oldest go first");
        assert_eq!(ReturnStakingSchedule::<Test>::get(2).len(), 0);
        check();
        next_block();
        assert_eq!(left(), 5, "what lies ahead stays");
        ClockOffset::set(&70_000);
        next_block();
        assert_eq!(left(), 0);
    });
}

#[test]
fn a_smaller_declaration_returns_what_was_staked_for_it() {
    execute(|| {
        register(1, 3);
        certify_key(1);
        System::set_block_number(50);
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 2));
        assert_eq!(info(1).collaterals, 4000 * TCESS);
        assert_eq!(state(1), "positive");
        let due = 1 + LOCK;
        assert!(saw(Event::StakeReturnBooked {
            miner: acc(1),
            amount: 8000 * TCESS,
            due
        }));
        check();
        run_to(u64::from(due) - 1);
        assert_eq!(Balances::reserved_balance(acc(1)), 12_000 * TCESS);
        run_to(u64::from(due));
        assert_eq!(Balances::reserved_balance(acc(1)), 4000 * TCESS);
    });
}

#[test]
fn what_was_staked_beyond_the_declaration_stays() {
    execute(|| {
        let surplus = 1000 * TCESS;
        let stake = 8000 * TCESS + surplus;
        assert_ok!(Sminer::regnstk(signed(1), acc(9), endpoint("e"), stake, 2));
        certify_key(1);
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
        assert_eq!(info(1).collaterals, 4000 * TCESS + surplus);
    });
}

#[test]
fn a_miner_that_staked_too_little_gets_nothing_back_for_declaring_less() {
    execute(|| {
        positive(1, 0);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 2));
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
        assert_eq!(info(1).collaterals, 4000 * TCESS);
        assert_eq!(ReturnStakingSchedule::<Test>::iter().count(), 0);
    });
}

#[test]
fn few_stakes_return_at_the_same_tick() {
    execute(|| {
        for n in 1..=4 {
            register(n, 6);
            certify_key(n);
        }
        for n in 1..=4 {
            for _ in 0..5 {
                assert_ok!(Sminer::decrease_declaration_space(signed(n), 1));
            }
        }
        // The mock's list of miners, and with it a tick's list, holds five.
        let first = 1 + LOCK;
        let at = |tick| ReturnStakingSchedule::<Test>::get(tick).len();
        assert_eq!([0, 1, 2, 3, 4].map(|i| at(first + i)), [5, 5, 5, 5, 0]);
        run_to(u64::from(first) + 4);
        for n in 1..=4 {
            assert_eq!(Balances::reserved_balance(acc(n)), 4000 * TCESS);
        }
        assert_eq!(DueTicks::<Test>::iter_keys().count(), 0);
    });
}
