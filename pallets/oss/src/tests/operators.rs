//! Who acts for whom.

use crate::{mock::*, AuthorityList, Error, Event};
use cess_primitives::traits::Authorisations;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn an_authorised_operator_acts_for_the_user_until_cancelled() {
    build_and_execute(|| {
        assert!(
            Oss::may_act_for(&account(1), &account(1)),
            "everybody acts for itself"
        );
        assert!(!Oss::may_act_for(&account(2), &account(1)));

        assert_ok!(Oss::authorize(signed(1), account(2)));
        System::assert_last_event(
            Event::Authorize {
                acc: account(1),
                operator: account(2),
            }
            .into(),
        );
        assert!(Oss::may_act_for(&account(2), &account(1)));
        assert!(
            !Oss::may_act_for(&account(1), &account(2)),
            "it works one way only"
        );

        assert_ok!(Oss::cancel_authorize(signed(1), account(2)));
        System::assert_last_event(
            Event::CancelAuthorize {
                acc: account(1),
                oss: account(2),
            }
            .into(),
        );
        assert!(!Oss::may_act_for(&account(2), &account(1)));
        assert!(!AuthorityList::<Test>::contains_key(account(1)));
    });
}

#[test]
fn authorising_twice_changes_nothing() {
    build_and_execute(|| {
        assert_ok!(Oss::authorize(signed(1), account(2)));
        assert_ok!(Oss::authorize(signed(1), account(2)));
        assert_eq!(
            AuthorityList::<Test>::get(account(1)).to_vec(),
            vec![account(2)]
        );
    });
}

#[test]
fn a_user_authorises_at_most_twenty_operators() {
    build_and_execute(|| {
        for n in 100..120 {
            assert_ok!(Oss::authorize(signed(1), account(n)));
        }
        assert_noop!(
            Oss::authorize(signed(1), account(120)),
            Error::<Test>::BoundedVecError
        );
        assert_ok!(Oss::cancel_authorize(signed(1), account(110)));
        assert_ok!(Oss::authorize(signed(1), account(120)));
    });
}

#[test]
fn only_a_given_authorisation_is_cancelled() {
    build_and_execute(|| {
        let none = Error::<Test>::NoAuthorization;
        assert_noop!(Oss::cancel_authorize(signed(1), account(2)), none);
        assert_ok!(Oss::authorize(signed(1), account(3)));
        let none = Error::<Test>::NoAuthorization;
        assert_noop!(Oss::cancel_authorize(signed(1), account(2)), none);
    });
}

#[test]
fn an_authorisation_outlives_the_gateway() {
    build_and_execute(|| {
        assert_ok!(Oss::register(signed(2), [1; 38], super::domain(b"a")));
        assert_ok!(Oss::authorize(signed(1), account(2)));
        assert_ok!(Oss::destroy(signed(2)));
        assert!(Oss::may_act_for(&account(2), &account(1)));
    });
}

#[test]
fn root_is_not_a_user() {
    build_and_execute(|| {
        let root = RuntimeOrigin::root;
        let bad = DispatchError::BadOrigin;
        assert_noop!(Oss::authorize(root(), account(1)), bad);
        assert_noop!(Oss::cancel_authorize(root(), account(1)), bad);
    });
}
