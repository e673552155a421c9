//! Money that comes and goes.

use crate::{mock::*, Error, Event, UserPassbook};
use cess_primitives::{Balance, TCESS};
use frame_support::{assert_noop, assert_ok, traits::Currency};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

#[test]
fn genesis_gives_the_account_the_existential_deposit_and_no_more() {
    execute(|| {
        assert_eq!(balance(), ED);
        assert_eq!(books(), (0, 0, 0));
    });
}

#[test]
fn a_donation_fills_the_pool() {
    execute(|| {
        assert_ok!(Reservoir::filling(signed(1), 10 * TCESS));
        assert_eq!(last_event(), Event::Filling { amount: 10 * TCESS }.into());
        assert_eq!(books(), (10, 0, 0));
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT - 10 * TCESS);
        assert_noop!(
            Reservoir::withdraw(signed(1), TCESS),
            Error::<Test>::Insufficient
        );
    });
}

#[test]
fn a_deposit_is_taken_back_to_the_last_unit() {
    execute(|| {
        assert_ok!(Reservoir::store(signed(1), 10 * TCESS));
        assert_eq!(last_event(), Event::Store { amount: 10 * TCESS }.into());
        assert_ok!(Reservoir::store(signed(1), 1));
        assert_eq!(sums().store_balance, 10 * TCESS + 1);

        assert_ok!(Reservoir::withdraw(signed(1), 4 * TCESS));
        assert_eq!(last_event(), Event::Withdraw { amount: 4 * TCESS }.into());
        assert_noop!(
            Reservoir::withdraw(signed(1), 6 * TCESS + 2),
            Error::<Test>::Insufficient
        );
        assert_ok!(Reservoir::withdraw(signed(1), 6 * TCESS + 1));
        assert_eq!(Balances::free_balance(acc(1)), ENDOWMENT);
        assert!(!UserPassbook::<Test>::contains_key(acc(1)));
        assert_eq!(balance(), ED, "the account lives on");
    });
}

#[test]
fn nobody_takes_somebody_elses_deposit() {
    execute(|| {
        assert_ok!(Reservoir::store(signed(1), 10 * TCESS));
        assert_noop!(
            Reservoir::withdraw(signed(2), 1),
            Error::<Test>::Insufficient
        );
    });
}

#[test]
fn root_takes_what_is_not_lent_and_nothing_else() {
    execute(|| {
        borrow(1);
        assert_ok!(Reservoir::store(signed(2), 5 * TCESS));
        assert_eq!(books(), (900, 100, 5));
        assert_noop!(
            Reservoir::event_withdraw(root(), 900 * TCESS + 1, acc(50)),
            Error::<Test>::Insufficient
        );
        assert_ok!(Reservoir::event_withdraw(root(), 900 * TCESS, acc(50)));
        let amount = 900 * TCESS;
        assert_eq!(last_event(), Event::RootWithdraw { amount }.into());
        assert_eq!(Balances::free_balance(acc(50)), amount);
        assert_eq!(books(), (0, 100, 5));
        assert_noop!(
            Reservoir::event_withdraw(signed(1), 1, acc(1)),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn a_payment_that_would_not_bring_its_target_to_life_loses_nothing() {
    execute(|| {
        assert_ok!(Reservoir::filling(signed(1), 10 * TCESS));
        assert_noop!(
            Reservoir::event_withdraw(root(), ED - 1, acc(50)),
            TokenError::BelowMinimum
        );
    });
}

#[test]
fn nothing_is_not_an_amount() {
    execute(|| {
        assert_noop!(Reservoir::filling(signed(1), 0), Error::<Test>::ZeroValue);
        assert_noop!(Reservoir::store(signed(1), 0), Error::<Test>::ZeroValue);
        assert_noop!(Reservoir::withdraw(signed(1), 0), Error::<Test>::ZeroValue);
        assert_noop!(
            Reservoir::event_withdraw(root(), 0, acc(1)),
            Error::<Test>::ZeroValue
        );
    });
}

#[test]
fn more_than_there_is_cannot_be_given_stored_or_taken() {
    execute(|| {
        let beyond = [
            (
                ENDOWMENT + 1,
                DispatchError::from(TokenError::FundsUnavailable),
            ),
            (Balance::MAX, ArithmeticError::Underflow.into()),
        ];
        for (amount, error) in beyond {
            assert_noop!(Reservoir::filling(signed(1), amount), error);
            assert_noop!(Reservoir::store(signed(1), amount), error);
            assert_noop!(
                Reservoir::withdraw(signed(1), amount),
                Error::<Test>::Insufficient
            );
            assert_noop!(
                Reservoir::event_withdraw(root(), amount, acc(1)),
                Error::<Test>::Insufficient
            );
        }
        // The giver's account stays alive.
        assert_noop!(
            Reservoir::store(signed(1), ENDOWMENT),
            TokenError::NotExpendable
        );
    });
}

#[test]
fn root_neither_gives_nor_stores() {
    execute(|| {
        let bad = DispatchError::BadOrigin;
        assert_noop!(Reservoir::filling(root(), 1), bad);
        assert_noop!(Reservoir::store(root(), 1), bad);
        assert_noop!(Reservoir::withdraw(root(), 1), bad);
        assert_noop!(Reservoir::attend_event(root(), id("x")), bad);
        assert_noop!(Reservoir::repay(root(), 1), bad);
    });
}

#[test]
fn money_from_aside_belongs_to_nobody_and_harms_nothing() {
    let outside = 3 * TCESS;
    execute(|| {
        assert_ok!(Reservoir::store(signed(1), 10 * TCESS));
        let account = Reservoir::account_id();
        assert_ok!(Balances::transfer_keep_alive(
            signed(2),
            account.clone(),
            outside
        ));
        assert_ok!(Reservoir::do_try_state());
        assert_ok!(Reservoir::withdraw(signed(1), 10 * TCESS));
        assert_eq!(balance(), ED + outside);
        // For the check after the test, which knows of no such money.
        let existing = frame_support::traits::ExistenceRequirement::KeepAlive;
        assert_ok!(Balances::transfer(&account, &acc(2), outside, existing));
    });
}
