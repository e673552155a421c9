//! The rounds of rewards.

use crate::{mock::*, *};
use cess_primitives::{miner::REWARD_HISTORY, traits::RewardPool, Balance, TCESS};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};

/// `(undistributed, promised, reserve)`.
fn books() -> (Balance, Balance, Balance) {
    let books = (
        CurrencyReward::<Test>::get(),
        Promised::<Test>::get(),
        ReserveReward::<Test>::get(),
    );
    let pool = beyond_deposit(&CessTreasury::reward_account());
    assert_eq!(pool, books.0 + books.1, "the rewards' account");
    let reserve = beyond_deposit(&CessTreasury::reserve_account());
    assert_eq!(reserve, books.2, "the reserve's account");
    books
}

#[test]
fn a_payout_funds_the_round_of_the_era_that_ends() {
    execute(|| {
        let issuance = Balances::total_issuance();
        pay_for(7, 100 * TCESS);
        assert_eq!(RoundReward::<Test>::get(7), (100 * TCESS, 0));
        assert_eq!(EraReward::<Test>::get(), 100 * TCESS);
        assert_eq!(books(), (100 * TCESS, 0, 0));
        assert_eq!(Balances::total_issuance(), issuance + 100 * TCESS);
        let funded = Event::RoundFunded {
            era: 7,
            paid: 100 * TCESS,
            from_reserve: 0,
        };
        assert_eq!(last_event(), funded.into());
        assert!(saw(Event::Deposit {
            balance: 100 * TCESS
        }));
        pay_for(8, 40 * TCESS);
        assert_eq!(EraReward::<Test>::get(), 40 * TCESS);
        assert_eq!(books(), (140 * TCESS, 0, 0));
    });
}

#[test]
fn a_payout_of_nothing_opens_no_round() {
    execute(|| {
        pay_for(1, 0);
        assert!(!RoundReward::<Test>::contains_key(1));
        assert_eq!(CessTreasury::promise(1, 1, 1), 0);
    });
}

#[test]
fn shares_follow_power_exactly_and_never_exceed_the_round() {
    execute(|| {
        pay_for(1, 100);
        assert_eq!(CessTreasury::promise(1, 1, 3), 33);
        assert_eq!(CessTreasury::promise(1, 1, 3), 33);
        assert_eq!(RoundReward::<Test>::get(1), (100, 66));
        assert_eq!(books(), (34, 66, 0));
        assert_eq!(CessTreasury::promise(1, 2, 3), 34, "what is left");
        assert_eq!(CessTreasury::promise(1, 3, 3), 0);
        assert_eq!(books(), (0, 100, 0));
    });
}

#[test]
fn strange_powers_promise_nothing_strange() {
    execute(|| {
        pay_for(1, 1000);
        assert_eq!(CessTreasury::promise(1, 5, 0), 0, "nobody has power");
        assert_eq!(CessTreasury::promise(1, 0, 5), 0);
        assert_eq!(CessTreasury::promise(2, 1, 1), 0, "no such round");
        assert_eq!(CessTreasury::promise(1, u128::MAX / 2, u128::MAX), 499);
        assert_eq!(
            CessTreasury::promise(1, u128::MAX, 1),
            501,
            "more power than there is: all that is left"
        );
        assert_eq!(books(), (0, 1000, 0));
    });
}

#[test]
fn a_tiny_share_of_a_huge_round_is_not_rounded_away() {
    execute(|| {
        pay_for(1, 1_000_000 * TCESS);
        let reward = CessTreasury::promise(1, 1, 1_000_000_000_000);
        assert_eq!(reward, TCESS / 1_000_000);
    });
}

#[test]
fn what_was_promised_is_paid_once() {
    execute(|| {
        pay_for(1, 100 * TCESS);
        assert_eq!(CessTreasury::promise(1, 1, 2), 50 * TCESS);
        assert_ok!(CessTreasury::pay(&acc(9), 20 * TCESS));
        assert_eq!(Balances::free_balance(acc(9)), 20 * TCESS);
        assert_eq!(books(), (50 * TCESS, 30 * TCESS, 0));
        assert_noop!(
            CessTreasury::pay(&acc(9), 30 * TCESS + 1),
            Error::<Test>::NotPromised
        );
        assert_ok!(CessTreasury::pay(&acc(9), 30 * TCESS));
        assert_noop!(CessTreasury::pay(&acc(9), 1), Error::<Test>::NotPromised);
        assert_ok!(CessTreasury::pay(&acc(9), 0));
        assert_eq!(books(), (50 * TCESS, 0, 0));
    });
}

#[test]
fn a_payment_too_small_for_a_new_account_stays_promised() {
    execute(|| {
        pay_for(1, 100 * TCESS);
        CessTreasury::promise(1, 1, 2);
        assert_noop!(
            CessTreasury::pay(&acc(9), TCESS - 1),
            DispatchError::from(TokenError::BelowMinimum)
        );
        assert_eq!(books(), (50 * TCESS, 50 * TCESS, 0));
    });
}

#[test]
fn a_closed_round_gives_what_nobody_earned_to_the_reserve() {
    execute(|| {
        pay_for(1, 100 * TCESS);
        CessTreasury::promise(1, 1, 4);
        CessTreasury::close(1);
        let closed = Event::RoundClosed {
            era: 1,
            promised: 25 * TCESS,
            unearned: 75 * TCESS,
        };
        assert_eq!(last_event(), closed.into());
        assert_eq!(RoundReward::<Test>::get(1), (25 * TCESS, 25 * TCESS));
        assert_eq!(books(), (0, 25 * TCESS, 75 * TCESS));
        assert_eq!(CessTreasury::promise(1, 1, 4), 0, "too late");
        CessTreasury::close(1);
        assert_eq!(books(), (0, 25 * TCESS, 75 * TCESS), "closing twice");
        CessTreasury::close(2);
        assert!(!RoundReward::<Test>::contains_key(2), "there was no round");
    });
}

#[test]
fn the_reserve_doubles_later_rounds_until_it_is_used_up() {
    execute(|| {
        // Two eras without a pass.
        for era in [0, 1] {
            pay_for(era, 100 * TCESS);
            CessTreasury::close(era);
        }
        // The second round got what the first one left, and left all of it again.
        assert_eq!(books(), (0, 0, 200 * TCESS));
        pay_for(2, 60 * TCESS);
        assert_eq!(RoundReward::<Test>::get(2), (120 * TCESS, 0));
        assert_eq!(EraReward::<Test>::get(), 60 * TCESS, "what staking paid");
        assert_eq!(books(), (120 * TCESS, 0, 140 * TCESS));
        let funded = Event::RoundFunded {
            era: 2,
            paid: 60 * TCESS,
            from_reserve: 60 * TCESS,
        };
        assert_eq!(last_event(), funded.into());
        pay_for(3, 100 * TCESS);
        pay_for(4, 100 * TCESS);
        assert_eq!(RoundReward::<Test>::get(4), (140 * TCESS, 0));
        assert_eq!(books(), (460 * TCESS, 0, 0));
    });
}

#[test]
fn a_promise_that_will_never_be_paid_returns_to_the_reserve() {
    execute(|| {
        pay_for(1, 100 * TCESS);
        CessTreasury::promise(1, 1, 1);
        CessTreasury::forfeit(30 * TCESS);
        assert_eq!(
            last_event(),
            Event::PromiseForfeited { amount: 30 * TCESS }.into()
        );
        assert_eq!(books(), (0, 70 * TCESS, 30 * TCESS));
        CessTreasury::forfeit(0);
        CessTreasury::forfeit(Balance::MAX);
        assert_eq!(books(), (0, 0, 100 * TCESS), "no more than was promised");
    });
}

#[test]
fn rounds_are_forgotten_in_the_end() {
    execute(|| {
        for era in 0..200 {
            pay_for(era, 10);
            CessTreasury::promise(era, 1, 1);
            CessTreasury::close(era);
        }
        let mut kept: Vec<_> = RoundReward::<Test>::iter_keys().collect();
        kept.sort_unstable();
        assert_eq!(kept, (200 - REWARD_HISTORY..200).collect::<Vec<_>>());
        assert_eq!(books(), (0, 2000, 0));
    });
}

#[test]
fn a_round_that_was_left_open_is_emptied_before_it_is_forgotten() {
    execute(|| {
        pay_for(0, 50 * TCESS);
        CessTreasury::promise(0, 1, 5);
        CessTreasury::close(REWARD_HISTORY);
        assert!(!RoundReward::<Test>::contains_key(0));
        assert_eq!(books(), (0, 10 * TCESS, 40 * TCESS));
    });
}

#[test]
fn a_payout_revives_a_dead_account_and_leaves_its_deposit_out_of_the_round() {
    execute(|| {
        kill(&CessTreasury::reward_account());
        pay_for(1, 100 * TCESS);
        assert_eq!(RoundReward::<Test>::get(1), (99 * TCESS, 0));
        assert_eq!(books(), (99 * TCESS, 0, 0));
        CessTreasury::promise(1, 1, 1);
        assert_ok!(CessTreasury::pay(&acc(1), 99 * TCESS));
    });
}

#[test]
fn a_payout_too_small_for_a_dead_account_is_not_minted() {
    execute(|| {
        kill(&CessTreasury::reward_account());
        let issuance = Balances::total_issuance();
        pay_for(1, TCESS - 1);
        assert_eq!(Balances::total_issuance(), issuance);
        assert_eq!(EraReward::<Test>::get(), 0);
        assert!(!RoundReward::<Test>::contains_key(1));
    });
}

#[test]
fn what_a_dead_reserve_cannot_take_waits_and_is_not_lost() {
    execute(|| {
        kill(&CessTreasury::reserve_account());
        pay_for(1, TCESS / 2);
        CessTreasury::close(1);
        assert_eq!(Stranded::<Test>::get(), TCESS / 2);
        assert_eq!(books(), (TCESS / 2, 0, 0));
        pay_for(2, 10 * TCESS);
        CessTreasury::close(2);
        assert_eq!(Stranded::<Test>::get(), 0);
        // Its existential deposit comes out of what arrived.
        assert_eq!(books(), (0, 0, 19 * TCESS / 2));
    });
}

#[test]
fn an_empty_reserve_account_does_not_keep_a_round_from_being_funded() {
    execute(|| {
        pay_for(1, 10 * TCESS);
        CessTreasury::close(1);
        kill(&CessTreasury::reserve_account());
        pay_for(2, 10 * TCESS);
        assert_eq!(RoundReward::<Test>::get(2), (10 * TCESS, 0));
        assert_eq!(
            CessTreasury::do_try_state(),
            Err("the reserve is not covered".into())
        );
        ReserveReward::<Test>::kill();
    });
}

#[test]
fn money_that_is_missing_is_noticed() {
    execute(|| {
        pay_for(1, 10 * TCESS);
        RoundReward::<Test>::insert(1, (10 * TCESS, 11 * TCESS));
        assert_eq!(
            CessTreasury::do_try_state(),
            Err("a round promised more than it has".into())
        );
        RoundReward::<Test>::insert(1, (9 * TCESS, 0));
        assert_eq!(
            CessTreasury::do_try_state(),
            Err("the undistributed total is not what the rounds have left".into())
        );
        RoundReward::<Test>::insert(1, (10 * TCESS, 0));
        Promised::<Test>::put(1);
        assert_eq!(
            CessTreasury::do_try_state(),
            Err("rewards are not covered".into())
        );
        Promised::<Test>::kill();
    });
}
