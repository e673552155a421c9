//! Repaying what is staked and what was lost.

use crate::{mock::*, Error, Event, LoanDeadlines, Losses};
use cess_primitives::{traits::CollateralLender, Balance, TCESS};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;

fn stake(n: u8, amount: Balance) {
    assert_ok!(<Reservoir as CollateralLender>::stake(&acc(n), amount));
}

#[test]
fn a_staked_loan_becomes_the_borrowers_own_stake() {
    execute(|| {
        borrow(1);
        stake(1, 60 * TCESS);
        let reserved = Balances::reserved_balance(Reservoir::account_id());
        assert_ok!(Reservoir::repay(signed(1), 25 * TCESS));
        assert_eq!(
            last_event(),
            Event::Repaid {
                acc: acc(1),
                lost: 0,
                staked: 25 * TCESS
            }
            .into()
        );
        assert_eq!((loaned(1), stored(1)), ((40, 35), (0, 25)));
        assert_eq!(books(), (925, 75, 25));
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT - 25 * TCESS);
        let now = Balances::reserved_balance(Reservoir::account_id());
        assert_eq!(now, reserved, "the miner's stake is as large as before");
    });
}

#[test]
fn no_more_is_taken_than_is_owed() {
    execute(|| {
        borrow(1);
        stake(1, 100 * TCESS);
        assert_ok!(Reservoir::repay(signed(1), Balance::MAX));
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT - 100 * TCESS);
        assert_eq!(loan(1), None);
        assert_eq!(LoanDeadlines::<Test>::iter().count(), 0);
        assert_eq!(books(), (1000, 0, 100));
        assert_eq!(stored(1), (0, 100));
    });
}

#[test]
fn what_penalties_took_is_repaid_first() {
    execute(|| {
        borrow(1);
        stake(1, 100 * TCESS);
        assert_ok!(punish(1, 40 * TCESS));
        assert_ok!(Reservoir::repay(signed(1), 30 * TCESS));
        assert_eq!(lost(1), 10 * TCESS);
        assert_ok!(Reservoir::repay(signed(1), 30 * TCESS));
        assert_eq!(
            last_event(),
            Event::Repaid {
                acc: acc(1),
                lost: 10 * TCESS,
                staked: 20 * TCESS
            }
            .into()
        );
        assert!(!Losses::<Test>::contains_key(acc(1)));
        assert_eq!((loaned(1), stored(1)), ((0, 40), (0, 20)));
        assert_eq!(books(), (960, 40, 20));
    });
}

#[test]
fn who_lost_a_loan_borrows_again_once_it_is_repaid() {
    execute(|| {
        borrow(1);
        stake(1, 100 * TCESS);
        assert_ok!(punish(1, 100 * TCESS));
        assert_eq!(loan(1), None);
        offer("spring", 5, 100, 100 * TCESS, 50);
        let attend = || Reservoir::attend_event(signed(1), id("spring"));
        assert_noop!(attend(), Error::<Test>::Borrowed);
        assert_ok!(Reservoir::repay(signed(1), 99 * TCESS));
        assert_noop!(attend(), Error::<Test>::Borrowed);
        assert_ok!(Reservoir::repay(signed(1), TCESS));
        assert_ok!(attend());
        assert_eq!(books(), (900, 100, 0));
    });
}

#[test]
fn a_loan_after_a_repaid_one_lasts_its_own_time() {
    execute(|| {
        borrow(1);
        stake(1, 100 * TCESS);
        assert_ok!(Reservoir::repay(signed(1), 100 * TCESS));
        offer("spring", 5, 100, 100 * TCESS, 80);
        assert_ok!(Reservoir::attend_event(signed(1), id("spring")));
        block_at(START + 50);
        assert_eq!(loaned(1), (100, 0), "the first loan's deadline is no more");
        block_at(START + 80);
        assert_eq!(loan(1), None);
    });
}

#[test]
fn who_owes_nothing_repays_nothing() {
    execute(|| {
        assert_noop!(
            Reservoir::repay(signed(1), TCESS),
            Error::<Test>::NonExistent
        );
        borrow(1);
        assert_noop!(
            Reservoir::repay(signed(1), TCESS),
            Error::<Test>::NonExistent
        );
        stake(1, TCESS);
        assert_noop!(Reservoir::repay(signed(1), 0), Error::<Test>::ZeroValue);
    });
}

#[test]
fn who_has_no_money_repays_nothing() {
    execute(|| {
        borrow(1);
        stake(1, 100 * TCESS);
        assert_ok!(Reservoir::store(signed(1), ENDOWMENT - 2 * TCESS));
        assert_noop!(
            Reservoir::repay(signed(1), 5 * TCESS),
            TokenError::FundsUnavailable
        );
    });
}
