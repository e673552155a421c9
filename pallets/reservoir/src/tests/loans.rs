//! How loans are taken, and how they end.

use crate::{mock::*, Error, Event, Events, LoanDeadlines};
use cess_primitives::{reservoir::BorrowInfo, traits::CollateralLender, TCESS};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn a_loan_is_booked_and_leaves_the_account_untouched() {
    execute(|| {
        assert_ok!(Reservoir::filling(signed(20), 250 * TCESS));
        offer("spring", 2, 10, 100 * TCESS, 50);
        let before = balance();
        Now::set(START + 9);
        assert_ok!(Reservoir::attend_event(signed(1), id("spring")));
        assert_eq!(last_event(), Event::AttendEvent { id: id("spring") }.into());
        let info = BorrowInfo {
            free: 100 * TCESS,
            lender: Reservoir::account_id(),
            staking: 0,
            deadline: START + 59,
        };
        assert_eq!(loan(1), Some(info));
        assert_eq!(books(), (150, 100, 0));
        assert_eq!(balance(), before);
        assert_eq!(
            Balances::free_balance(acc(1)),
            ENDOWMENT,
            "the borrower has none of it"
        );
        let left = Events::<Test>::get(id("spring")).map(|offer| offer.quota);
        assert_eq!(left, Some(1));
    });
}

#[test]
fn an_offer_lends_as_often_as_it_says() {
    execute(|| {
        assert_ok!(Reservoir::filling(signed(20), 1000 * TCESS));
        offer("spring", 2, 10, 100 * TCESS, 50);
        assert_ok!(Reservoir::attend_event(signed(1), id("spring")));
        assert_ok!(Reservoir::attend_event(signed(2), id("spring")));
        assert_noop!(
            Reservoir::attend_event(signed(3), id("spring")),
            Error::<Test>::UpperLimit
        );
    });
}

#[test]
fn an_account_has_one_loan_at_a_time() {
    execute(|| {
        borrow(1);
        offer("spring", 2, 100, 100 * TCESS, 50);
        assert_noop!(
            Reservoir::attend_event(signed(1), id("spring")),
            Error::<Test>::Borrowed
        );
        block_at(START + 50);
        assert_ok!(Reservoir::attend_event(signed(1), id("spring")));
    });
}

#[test]
fn the_pool_lends_no_more_than_it_has() {
    execute(|| {
        assert_ok!(Reservoir::filling(signed(20), 100 * TCESS - 1));
        assert_ok!(Reservoir::store(signed(19), 1000 * TCESS));
        offer("spring", 2, 10, 100 * TCESS, 50);
        assert_noop!(
            Reservoir::attend_event(signed(1), id("spring")),
            Error::<Test>::Insufficient
        );
        assert_ok!(Reservoir::filling(signed(20), 1));
        assert_ok!(Reservoir::attend_event(signed(1), id("spring")));
    });
}

#[test]
fn an_unknown_or_ended_offer_lends_nothing() {
    execute(|| {
        assert_ok!(Reservoir::filling(signed(20), 1000 * TCESS));
        offer("spring", 2, 10, 100 * TCESS, 50);
        assert_noop!(
            Reservoir::attend_event(signed(1), id("autumn")),
            Error::<Test>::IdNonExistent
        );
        // The queue did not get to it yet.
        Now::set(START + 10);
        assert_noop!(
            Reservoir::attend_event(signed(1), id("spring")),
            Error::<Test>::IdNonExistent
        );
    });
}

#[test]
fn what_is_not_staked_at_the_deadline_goes_back_to_the_pool() {
    execute(|| {
        borrow(1);
        assert_ok!(<Reservoir as CollateralLender>::stake(&acc(1), 30 * TCESS));
        assert_eq!(loaned(1), (70, 30));
        block_at(START + 49);
        assert_eq!(books(), (900, 100, 0));
        block_at(START + 50);
        let amount = 70 * TCESS;
        assert_eq!(
            last_event(),
            Event::LoanReturned {
                acc: acc(1),
                amount
            }
            .into()
        );
        assert_eq!(books(), (970, 30, 0));
        assert_eq!(loaned(1), (0, 30), "what is staked stays");
        assert_eq!(LoanDeadlines::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_loan_that_nobody_used_is_gone_after_its_deadline() {
    execute(|| {
        borrow(1);
        block_at(START + 50);
        assert_eq!(loan(1), None);
        assert_eq!(books(), (1000, 0, 0));
    });
}

#[test]
fn a_borrower_returns_early_what_it_did_not_stake() {
    execute(|| {
        borrow(1);
        assert_ok!(<Reservoir as CollateralLender>::stake(&acc(1), 30 * TCESS));
        Now::set(START + 5);
        assert_ok!(Reservoir::return_loan(signed(1), acc(1)));
        let amount = 70 * TCESS;
        assert_eq!(
            last_event(),
            Event::LoanReturned {
                acc: acc(1),
                amount
            }
            .into()
        );
        assert_eq!(books(), (970, 30, 0));
        assert_noop!(
            Reservoir::return_loan(signed(1), acc(1)),
            Error::<Test>::NonExistent
        );
        // The loan has ended: what is redeemed goes to the pool, though the deadline was later.
        assert_ok!(<Reservoir as CollateralLender>::redeem(&acc(1), 30 * TCESS));
        assert_eq!(books(), (1000, 0, 0));
        assert_eq!(loan(1), None);
    });
}

#[test]
fn root_ends_a_loan_that_somebody_sits_on_and_others_do_not() {
    execute(|| {
        borrow(1);
        assert_noop!(
            Reservoir::return_loan(signed(2), acc(1)),
            DispatchError::BadOrigin
        );
        assert_noop!(
            Reservoir::return_loan(root(), acc(2)),
            Error::<Test>::NonExistent
        );
        assert_ok!(Reservoir::return_loan(root(), acc(1)));
        assert_eq!(loan(1), None);
        assert_eq!(books(), (1000, 0, 0));
    });
}

#[test]
fn a_loan_returned_after_its_deadline_keeps_that_deadline() {
    execute(|| {
        borrow(1);
        assert_ok!(<Reservoir as CollateralLender>::stake(&acc(1), TCESS));
        Now::set(START + 60);
        assert_ok!(Reservoir::return_loan(signed(1), acc(1)));
        assert_eq!(loan(1).map(|loan| loan.deadline), Some(START + 50));
    });
}

#[test]
fn many_accounts_of_one_person_gain_nothing() {
    execute(|| {
        assert_ok!(Reservoir::filling(signed(20), 1000 * TCESS));
        offer("spring", 10, 10, 100 * TCESS, 50);
        for n in 1..=10 {
            assert_ok!(Reservoir::attend_event(signed(n), id("spring")));
        }
        assert_eq!(books(), (0, 1000, 0));
        for n in 1..=10 {
            assert_noop!(
                Reservoir::withdraw(signed(n), 1),
                Error::<Test>::Insufficient
            );
            assert_eq!(Balances::free_balance(acc(n)), ENDOWMENT);
        }
        block_at(START + 50);
        assert_eq!(books(), (1000, 0, 0), "all of it is there again");
    });
}
