//! Paying bills.

use crate::{mock::*, Bills, Error, Event, PaidBills, BILLS_LIMIT};
use cess_primitives::{cacher::Bill, Balance, TCESS};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

#[test]
fn bills_pay_the_accounts_that_they_name() {
    execute(|| {
        register(1, 5);
        register(2, 2);
        let list = vec![bill(1, 5), bill(2, 2), bill(3, 5)];
        assert_ok!(pay(9, list.clone()));
        assert_eq!(
            last_event(),
            Event::Pay {
                acc: acc(9),
                bills: bills(list)
            }
            .into()
        );
        assert_eq!(money(5), ENDOWMENT + 2 * TCESS);
        assert_eq!(money(2), ENDOWMENT + TCESS);
        assert_eq!(money(9), ENDOWMENT - 3 * TCESS);
        assert_eq!(
            money(1),
            ENDOWMENT,
            "the cacher's payee is paid, not the cacher"
        );
    });
}

#[test]
fn only_payees_of_registered_cachers_are_paid() {
    execute(|| {
        register(1, 5);
        assert_noop!(pay(9, vec![bill(1, 1)]), Error::<Test>::UnRegistered);
        assert_noop!(pay(9, vec![bill(1, 6)]), Error::<Test>::UnRegistered);
        assert_ok!(Cacher::update(signed(1), info(6)));
        assert_noop!(pay(9, vec![bill(1, 5)]), Error::<Test>::UnRegistered);
        assert_ok!(pay(9, vec![bill(1, 6)]));
        assert_ok!(Cacher::logout(signed(1)));
        assert_noop!(pay(9, vec![bill(2, 6)]), Error::<Test>::UnRegistered);
    });
}

#[test]
fn a_payee_of_several_cachers_is_paid_until_the_last_one_leaves() {
    execute(|| {
        register(1, 5);
        register(2, 5);
        assert_ok!(Cacher::update(signed(2), info(5)));
        assert_ok!(Cacher::logout(signed(1)));
        assert_ok!(pay(9, vec![bill(1, 5)]));
        assert_ok!(Cacher::logout(signed(2)));
        assert_noop!(pay(9, vec![bill(2, 5)]), Error::<Test>::UnRegistered);
    });
}

#[test]
fn a_bill_is_paid_once() {
    execute(|| {
        register(1, 5);
        register(2, 6);
        assert_ok!(pay(9, vec![bill(1, 5)]));
        assert_noop!(pay(9, vec![bill(1, 5)]), Error::<Test>::BillPaid);
        // Another expiry or amount does not make it another bill.
        let again = Bill {
            expiration_time: Seconds::get() + 600,
            amount: 2 * TCESS,
            ..bill(1, 5)
        };
        assert_noop!(pay(9, vec![again]), Error::<Test>::BillPaid);
        assert_ok!(pay(9, vec![bill(2, 5)]));
    });
}

#[test]
fn an_id_counts_for_its_payer_and_payee_alone() {
    execute(|| {
        register(1, 5);
        register(2, 6);
        assert_ok!(pay(9, vec![bill(1, 5)]));
        assert_ok!(pay(9, vec![bill(1, 6)]));
        assert_ok!(pay(8, vec![bill(1, 5)]));
    });
}

#[test]
fn a_bill_that_is_there_twice_in_one_call_is_refused() {
    execute(|| {
        register(1, 5);
        assert_noop!(
            pay(9, vec![bill(1, 5), bill(1, 5)]),
            Error::<Test>::BillPaid
        );
    });
}

#[test]
fn either_all_bills_are_paid_or_none() {
    execute(|| {
        register(1, 5);
        let good = || bill(1, 5);
        assert_noop!(
            pay(9, vec![good(), bill(2, 6)]),
            Error::<Test>::UnRegistered
        );
        let dear = Bill {
            amount: ENDOWMENT,
            ..bill(2, 5)
        };
        assert_noop!(pay(9, vec![good(), dear]), TokenError::FundsUnavailable);
        assert_eq!(PaidBills::<Test>::iter().count(), 0);
        assert_ok!(pay(9, vec![good()]));
    });
}

#[test]
fn a_bill_is_good_until_its_last_second() {
    execute(|| {
        register(1, 5);
        let (first, second) = (bill(1, 5), bill(2, 5));
        Seconds::set(START + 60);
        assert_ok!(pay(9, vec![first]));
        Seconds::set(START + 61);
        assert_noop!(pay(9, vec![second]), Error::<Test>::BillExpired);
        let old = Bill {
            expiration_time: 0,
            ..bill(3, 5)
        };
        assert_noop!(pay(9, vec![old]), Error::<Test>::BillExpired);
    });
}

#[test]
fn a_bill_that_expires_too_far_ahead_is_refused() {
    execute(|| {
        register(1, 5);
        for expiration_time in [START + LIFE + 1, u64::MAX] {
            let far = Bill {
                expiration_time,
                ..bill(1, 5)
            };
            assert_noop!(pay(9, vec![far]), Error::<Test>::ExpiryTooFar);
        }
        let near = Bill {
            expiration_time: START + LIFE,
            ..bill(1, 5)
        };
        assert_ok!(pay(9, vec![near]));
    });
}

#[test]
fn a_time_beyond_all_minutes_does_no_harm() {
    execute(|| {
        register(1, 5);
        Seconds::set(1 << 40);
        assert_noop!(pay(9, vec![bill(1, 5)]), Error::<Test>::ExpiryTooFar);
        assert_eq!(idle_at(1 << 40), crate::costs::idle_queue::<Test>());
    });
}

#[test]
fn there_is_no_paying_of_nothing() {
    execute(|| {
        register(1, 5);
        assert_noop!(pay(9, vec![]), Error::<Test>::NoBills);
        let nothing = Bill {
            amount: 0,
            ..bill(1, 5)
        };
        assert_noop!(pay(9, vec![bill(2, 5), nothing]), Error::<Test>::ZeroAmount);
    });
}

#[test]
fn amounts_beyond_all_money_are_refused() {
    execute(|| {
        register(1, 5);
        let all = Bill {
            amount: Balance::MAX,
            ..bill(1, 5)
        };
        assert_noop!(
            pay(9, vec![all.clone()]),
            DispatchError::from(ArithmeticError::Underflow)
        );
        assert_noop!(
            pay(9, vec![bill(2, 5), all]),
            DispatchError::from(ArithmeticError::Underflow)
        );
    });
}

#[test]
fn paying_neither_ends_the_payer_nor_burns_what_is_too_little_for_the_payee() {
    execute(|| {
        register(1, 100);
        let dust = Bill {
            amount: TCESS - 1,
            ..bill(1, 100)
        };
        assert_noop!(pay(9, vec![dust]), TokenError::BelowMinimum);
        let everything = Bill {
            amount: ENDOWMENT,
            ..bill(1, 100)
        };
        assert_noop!(pay(9, vec![everything]), TokenError::NotExpendable);
    });
}

#[test]
fn an_eleventh_bill_does_not_even_decode() {
    execute(|| {
        let many: Vec<_> = (0..=BILLS_LIMIT as u8).map(|id| bill(id, 5)).collect();
        assert!(Bills::decode(&mut &many[1..].encode()[..]).is_ok());
        assert!(Bills::decode(&mut &many.encode()[..]).is_err());
    });
}
