//! The faucet.

use crate::{mock::*, *};
use cess_primitives::{ProtocolParams, TCESS};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn filled() {
    assert_ok!(Sminer::faucet_top_up(signed(1), 100 * TCESS));
    assert_eq!(last_event(), Event::FaucetTopUpMoney { acc: acc(1) }.into());
    assert_ok!(Sminer::set_facuet_whitelist(root(), acc(2)));
}

#[test]
fn the_faucet_gives_two_tokens_once_a_day() {
    execute(|| {
        filled();
        assert_ok!(Sminer::faucet(signed(2), acc(30)));
        assert_eq!(last_event(), Event::DrawFaucetMoney.into());
        assert_eq!(Balances::free_balance(acc(30)), FAUCET_VALUE);
        let one_day = u64::from(ProtocolParams::fast().one_day);
        run_to(one_day);
        assert_noop!(
            Sminer::faucet(signed(2), acc(30)),
            Error::<Test>::LessThan24Hours
        );
        run_to(one_day + 1);
        assert_ok!(Sminer::faucet(signed(2), acc(30)));
        assert_eq!(Balances::free_balance(acc(30)), 2 * FAUCET_VALUE);
    });
}

#[test]
fn only_the_listed_account_draws() {
    execute(|| {
        assert_noop!(
            Sminer::faucet(signed(2), acc(30)),
            Error::<Test>::NotSetWhite
        );
        filled();
        assert_noop!(
            Sminer::faucet(signed(3), acc(30)),
            Error::<Test>::WrongOrigin
        );
        assert_noop!(
            Sminer::set_facuet_whitelist(signed(3), acc(3)),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn what_a_day_gives_out_is_bounded() {
    execute(|| {
        filled();
        assert_ok!(Sminer::faucet(signed(2), acc(30)));
        assert_ok!(Sminer::faucet(signed(2), acc(31)));
        assert_noop!(
            Sminer::faucet(signed(2), acc(32)),
            Error::<Test>::ExceedRelease
        );
        run_to(u64::from(ProtocolParams::fast().one_day));
        assert_ok!(Sminer::faucet(signed(2), acc(32)));
        assert_eq!(
            FacuetReleaseRecord::<Test>::get(),
            FAUCET_VALUE,
            "a new day begins"
        );
    });
}

#[test]
fn an_empty_faucet_says_so() {
    execute(|| {
        assert_ok!(Sminer::set_facuet_whitelist(root(), acc(2)));
        assert!(Sminer::faucet(signed(2), acc(30)).is_err());
        assert_eq!(FaucetRecordMap::<Test>::get(acc(30)), None);
    });
}
