//! Leaving, of one's own will and by force, and what becomes of stake and fragments.

use crate::{mock::*, *};
use cess_primitives::{
    traits::{AuditedMiners, Miners},
    ProtocolParams, TCESS,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

const PARAMS: ProtocolParams = ProtocolParams::fast();
/// The first block at which a stake of block 1 may leave.
const FREE: u64 = PARAMS.staking_lock as u64 + 2;

/// A miner with one tagged fragment whose stake is free to leave.
fn settled(n: u8) {
    positive(n, 2);
    assert_ok!(Sminer::lock_space(&acc(n), FRAGMENT));
    assert_ok!(Sminer::commit_space(&acc(n), FRAGMENT));
    assert_ok!(Sminer::tagged(&acc(n), &fragments(&["a"]), FRAGMENT));
    run_to(FREE);
}

#[test]
fn a_miner_leaves_withdraws_and_comes_back() {
    execute(|| {
        settled(1);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_eq!(last_event(), Event::MinerExitPrep { miner: acc(1) }.into());
        assert_eq!(state(1), "lock");
        let until = FREE + u64::from(PARAMS.exit_lock);
        assert_eq!(MinerLock::<Test>::get(acc(1)), Some(until as u32));
        check();
        run_to(until - 1);
        assert_eq!(state(1), "lock");
        run_to(until);
        assert_eq!(state(1), "exit");
        assert!(saw(Event::MinerLeft {
            miner: acc(1),
            forced: false
        }));
        assert_eq!(Sminer::count(), 0);
        assert!(AllMiner::<Test>::get().is_empty() && Sminer::snapshot(&acc(1)).is_none());
        let target = RestoralTarget::<Test>::get(acc(1)).unwrap();
        assert_eq!((target.service_space, target.restored_space), (FRAGMENT, 0));
        assert_eq!(target.cooling_block, until as u32 + PARAMS.one_day);
        assert!(Sminer::is_restoral_target(&acc(1)));
        check();

        assert_noop!(Sminer::miner_withdraw(signed(1)), Error::<Test>::StateError);
        assert_ok!(Sminer::restored(&acc(1), FRAGMENT));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert_eq!(last_event(), Event::Withdraw { acc: acc(1) }.into());
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT);
        assert_noop!(Sminer::miner_withdraw(signed(1)), Error::<Test>::NotMiner);
        assert!(!Sminer::exists(&acc(1)) && !Sminer::is_restoral_target(&acc(1)));
        check();
        positive(1, 1);
    });
}

#[test]
fn a_stake_cools_until_everything_is_restored_or_its_time_is_over() {
    execute(|| {
        settled(1);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        let cooling = RestoralTarget::<Test>::get(acc(1)).unwrap().cooling_block;
        run_to(u64::from(cooling));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert!(
            Sminer::is_restoral_target(&acc(1)),
            "its fragments are still missing"
        );
        assert_noop!(
            Sminer::regnstk(signed(1), acc(9), endpoint("e"), 4000 * TCESS, 1),
            Error::<Test>::AlreadyRegistered
        );
        assert_ok!(Sminer::punish_missing_tag(&acc(1), FRAGMENT));
        assert_ok!(Sminer::restored(&acc(1), FRAGMENT));
        assert!(!Sminer::is_restoral_target(&acc(1)));
        assert_noop!(
            Sminer::restored(&acc(1), FRAGMENT),
            Error::<Test>::NotExisted
        );
    });
}

#[test]
fn the_way_out_has_conditions() {
    execute(|| {
        positive(1, 2);
        let leave = |signer, miner| Sminer::miner_exit_prep(signed(signer), acc(miner));
        assert_noop!(leave(1, 1), Error::<Test>::InsufficientStakingPeriod);
        assert_noop!(leave(2, 2), Error::<Test>::NotExisted);
        run_to(FREE);
        assert_noop!(leave(2, 1), Error::<Test>::NotStakingAcc);
        assert_ok!(Sminer::lock_space(&acc(1), FRAGMENT));
        assert_noop!(leave(1, 1), Error::<Test>::StateError);
        assert_ok!(Sminer::unlock_space(&acc(1), FRAGMENT));
        assert_ok!(leave(1, 1));
        assert_noop!(leave(1, 1), Error::<Test>::StateError);
        assert_noop!(
            Sminer::lock_space(&acc(1), FRAGMENT),
            Error::<Test>::NotpositiveState
        );
        assert_noop!(
            Sminer::decrease_declaration_space(signed(1), 1),
            Error::<Test>::StateError
        );
    });
}

#[test]
fn the_staking_account_may_start_the_exit() {
    execute(|| {
        assert_ok!(Sminer::regnstk_assign_staking(
            signed(1),
            acc(9),
            endpoint("e"),
            acc(2),
            1
        ));
        assert_ok!(Sminer::increase_collateral(signed(2), acc(1), 4000 * TCESS));
        run_to(FREE);
        assert_ok!(Sminer::miner_exit_prep(signed(2), acc(1)));
        run_to(FREE + u64::from(PARAMS.exit_lock));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert_eq!(Balances::free_balance(acc(2)), ENDOWMENT);
    });
}

#[test]
fn only_root_lets_a_miner_go_early() {
    execute(|| {
        positive(1, 1);
        assert_noop!(
            Sminer::miner_exit(root(), acc(1)),
            Error::<Test>::StateError
        );
        assert_noop!(
            Sminer::miner_exit(signed(1), acc(1)),
            DispatchError::BadOrigin
        );
        assert_noop!(
            Sminer::miner_exit(root(), acc(2)),
            Error::<Test>::NotExisted
        );
        assert_noop!(Sminer::miner_withdraw(signed(1)), Error::<Test>::StateError);
        run_to(FREE);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        // The booked exit finds nothing to do.
        run_to(FREE + u64::from(PARAMS.exit_lock) + 1);
        assert_eq!(state(1), "exit");
        assert_eq!(DueTicks::<Test>::iter_keys().count(), 0);
    });
}

#[test]
fn a_miner_that_is_thrown_out_gets_its_stake_when_its_time_is_over() {
    execute(|| {
        positive(1, 2);
        assert_ok!(Sminer::lock_space(&acc(1), FRAGMENT));
        assert_ok!(Sminer::force_exit(&acc(1)));
        assert_eq!(
            last_event(),
            Event::MinerLeft {
                miner: acc(1),
                forced: true
            }
            .into()
        );
        assert!(saw(Event::StakeReturnBooked {
            miner: acc(1),
            amount: 4000 * TCESS,
            due: PARAMS.staking_lock + 1
        }));
        assert_eq!((state(1), info(1).collaterals), ("offline".into(), 0));
        assert_eq!(
            RestoralTarget::<Test>::get(acc(1)).unwrap().service_space,
            FRAGMENT
        );
        assert_noop!(Sminer::force_exit(&acc(1)), Error::<Test>::StateError);
        check();
        let due = u64::from(PARAMS.staking_lock) + 1;
        run_to(due - 1);
        assert_eq!(Balances::reserved_balance(acc(1)), 4000 * TCESS);
        run_to(due);
        assert_eq!(Balances::reserved_balance(acc(1)), 0);
        let returned = Event::StakeReturned {
            staking_account: acc(1),
            amount: 4000 * TCESS,
        };
        assert!(saw(returned));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT, "and only once");
    });
}

#[test]
fn a_stake_that_was_free_returns_in_the_next_block() {
    execute(|| {
        positive(1, 2);
        run_to(FREE + 100);
        assert_ok!(Sminer::force_exit(&acc(1)));
        next_block();
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT);
    });
}

#[test]
fn a_miner_without_a_key_is_not_thrown_out() {
    execute(|| {
        register(1, 1);
        assert_noop!(Sminer::force_exit(&acc(1)), Error::<Test>::StateError);
        assert_noop!(Sminer::force_exit(&acc(2)), Error::<Test>::NotExisted);
    });
}

#[test]
fn a_miner_on_its_way_out_may_still_be_thrown_out() {
    execute(|| {
        settled(1);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::force_exit(&acc(1)));
        run_to(FREE + u64::from(PARAMS.exit_lock) + 1);
        assert_eq!(state(1), "offline");
    });
}

#[test]
fn what_is_under_way_when_a_miner_is_thrown_out_ends_well() {
    execute(|| {
        positive(1, 2);
        assert_ok!(Sminer::lock_space(&acc(1), 3 * FRAGMENT));
        assert_ok!(Sminer::force_exit(&acc(1)));
        assert_ok!(Sminer::commit_space(&acc(1), FRAGMENT));
        assert_ok!(Sminer::unlock_space(&acc(1), FRAGMENT));
        assert_ok!(Sminer::drop_untagged(&acc(1), FRAGMENT));
        assert_ok!(Sminer::drop_tagged(&acc(1), &fragments(&["a"]), FRAGMENT));
        assert_ok!(Sminer::punish_missing_tag(&acc(1), FRAGMENT));
        assert_noop!(
            Sminer::tagged(&acc(1), &fragments(&["a"]), FRAGMENT),
            Error::<Test>::StateError
        );
        let target = RestoralTarget::<Test>::get(acc(1)).unwrap();
        assert_eq!(
            target.restored_space, FRAGMENT,
            "the lapsed deal needs no restoring"
        );
        assert_ok!(Sminer::restored(&acc(1), 5 * FRAGMENT));
        let target = RestoralTarget::<Test>::get(acc(1)).unwrap();
        assert_eq!(
            target.restored_space,
            3 * FRAGMENT,
            "never more than there was"
        );
    });
}

#[test]
fn the_last_miner_takes_the_place_of_one_that_left() {
    execute(|| {
        (1..=4).for_each(|n| positive(n, 1));
        let listed = || {
            (0..Sminer::count())
                .filter_map(Sminer::at)
                .collect::<Vec<_>>()
        };
        assert_ok!(Sminer::force_exit(&acc(2)));
        assert_eq!(listed(), vec![acc(1), acc(4), acc(3)]);
        assert_ok!(Sminer::force_exit(&acc(3)));
        assert_eq!(listed(), vec![acc(1), acc(4)]);
        assert_ok!(Sminer::force_exit(&acc(1)));
        assert_ok!(Sminer::force_exit(&acc(4)));
        assert_eq!(listed(), vec![]);
    });
}
