//! Money into and out of the treasuries of fines and rents.

use crate::{mock::*, *};
use cess_primitives::{AccountId, Balance, TCESS};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

/// A treasury's account, and how to give, burn and spend its money.
struct Pool {
    account: AccountId,
    give: fn(RuntimeOrigin, Balance) -> DispatchResult,
    burn: fn(RuntimeOrigin, Balance) -> DispatchResult,
    spend: fn(RuntimeOrigin, AccountId, Balance) -> DispatchResult,
}

/// Both treasuries keep the same promises.
fn of_each(promise: impl Fn(Pool)) {
    let fines = || Pool {
        account: CessTreasury::punish_account(),
        give: CessTreasury::send_funds_to_pid,
        burn: CessTreasury::pid_burn_funds,
        spend: CessTreasury::pid_send_funds,
    };
    let rents = || Pool {
        account: CessTreasury::space_account(),
        give: CessTreasury::send_funds_to_sid,
        burn: CessTreasury::sid_burn_funds,
        spend: CessTreasury::sid_send_funds,
    };
    execute(|| promise(fines()));
    execute(|| promise(rents()));
}

#[test]
fn anybody_gives_to_a_treasury() {
    of_each(|pool| {
        assert_ok!((pool.give)(signed(1), 7 * TCESS));
        assert_eq!(last_event(), Event::Deposit { balance: 7 * TCESS }.into());
        assert_eq!(beyond_deposit(&pool.account), 7 * TCESS);
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT - 7 * TCESS);
        assert_ok!((pool.give)(signed(1), 1));
        assert_eq!(beyond_deposit(&pool.account), 7 * TCESS + 1, "dust arrives");
    });
}

#[test]
fn a_gift_neither_kills_the_giver_nor_vanishes() {
    of_each(|pool| {
        assert_noop!((pool.give)(signed(1), 0), Error::<Test>::NothingToMove);
        assert_noop!((pool.give)(signed(1), ENDOWMENT), TokenError::NotExpendable);
        assert_noop!(
            (pool.give)(signed(1), Balance::MAX),
            ArithmeticError::Underflow
        );
        assert_noop!((pool.give)(root(), 1), DispatchError::BadOrigin);
        kill(&pool.account);
        assert_noop!((pool.give)(signed(1), TCESS - 1), TokenError::BelowMinimum);
        assert_ok!((pool.give)(signed(1), TCESS));
    });
}

#[test]
fn root_burns_and_the_issuance_falls() {
    of_each(|pool| {
        assert_ok!((pool.give)(signed(1), 10 * TCESS));
        let issuance = Balances::total_issuance();
        assert_ok!((pool.burn)(root(), 4 * TCESS));
        let burnt = Event::Burnt {
            account: pool.account.clone(),
            amount: 4 * TCESS,
        };
        assert_eq!(last_event(), burnt.into());
        assert_eq!(Balances::total_issuance(), issuance - 4 * TCESS);
        assert_eq!(beyond_deposit(&pool.account), 6 * TCESS);
        assert_ok!((pool.burn)(root(), 6 * TCESS));
        assert_eq!(
            Balances::free_balance(&pool.account),
            TCESS,
            "it stays alive"
        );
    });
}

#[test]
fn only_root_burns_and_only_what_is_there() {
    of_each(|pool| {
        assert_ok!((pool.give)(signed(1), 10 * TCESS));
        assert_noop!((pool.burn)(root(), 0), Error::<Test>::NothingToMove);
        assert_noop!((pool.burn)(signed(1), 1), DispatchError::BadOrigin);
        for too_much in [10 * TCESS + 1, 11 * TCESS, Balance::MAX] {
            assert_noop!((pool.burn)(root(), too_much), TokenError::FundsUnavailable);
        }
    });
}

#[test]
fn root_spends() {
    of_each(|pool| {
        assert_ok!((pool.give)(signed(1), 10 * TCESS));
        let issuance = Balances::total_issuance();
        assert_ok!((pool.spend)(root(), acc(9), 3 * TCESS));
        let spent = Event::Spent {
            account: pool.account.clone(),
            to: acc(9),
            amount: 3 * TCESS,
        };
        assert_eq!(last_event(), spent.into());
        assert_eq!(Balances::free_balance(acc(9)), 3 * TCESS);
        assert_eq!(beyond_deposit(&pool.account), 7 * TCESS);
        assert_eq!(Balances::total_issuance(), issuance);
    });
}

#[test]
fn only_root_spends_and_only_what_is_there_to_somebody_who_can_take_it() {
    of_each(|pool| {
        assert_ok!((pool.give)(signed(1), 10 * TCESS));
        let spend = |amount| (pool.spend)(root(), acc(9), amount);
        assert_noop!(spend(0), Error::<Test>::NothingToMove);
        assert_noop!(spend(TCESS - 1), TokenError::BelowMinimum);
        assert_noop!(spend(10 * TCESS + 1), TokenError::NotExpendable);
        assert_noop!(spend(Balance::MAX), ArithmeticError::Underflow);
        assert_noop!((pool.spend)(signed(1), acc(1), 1), DispatchError::BadOrigin);
        assert_ok!((pool.spend)(root(), acc(2), 1));
    });
}
