//! What the sminer pallet may rely on.

use crate::{mock::*, Error, Event, UserPassbook};
use cess_primitives::{traits::CollateralLender, AccountId, Balance, TCESS};
use frame_support::{assert_noop, assert_ok};

type Lender = Reservoir;

fn can_stake(n: u8, tcess: Balance) -> bool {
    <Lender as CollateralLender>::can_stake(&acc(n), tcess * TCESS)
}

fn stake(n: u8, tcess: Balance) -> sp_runtime::DispatchResult {
    <Lender as CollateralLender>::stake(&acc(n), tcess * TCESS)
}

fn redeem(n: u8, tcess: Balance) -> sp_runtime::DispatchResult {
    <Lender as CollateralLender>::redeem(&acc(n), tcess * TCESS)
}

fn reserved() -> Balance {
    Balances::reserved_balance(Reservoir::account_id()) / TCESS
}

/// Account 1 has 100 TCESS on loan and 50 of its own.
fn both() {
    borrow(1);
    assert_ok!(Reservoir::store(signed(1), 50 * TCESS));
}

#[test]
fn the_account_is_the_published_one() {
    execute(|| {
        let mut expected = [0; 32];
        expected[..12].copy_from_slice(b"modlrsorptid");
        let account = <Lender as CollateralLender>::account();
        assert_eq!(account, AccountId::new(expected));
    });
}

#[test]
fn lent_money_is_staked_before_a_miners_own() {
    execute(|| {
        both();
        assert!(can_stake(1, 150) && !can_stake(1, 151));
        assert_ok!(stake(1, 120));
        assert_eq!((loaned(1), stored(1)), ((0, 100), (30, 20)));
        assert_eq!(reserved(), 120);
        assert!(can_stake(1, 30) && !can_stake(1, 31));
        assert_noop!(stake(1, 31), Error::<Test>::Insufficient);
        assert_eq!(books(), (900, 100, 50), "it belongs to whom it belonged to");
        assert_noop!(
            Reservoir::withdraw(signed(1), 31 * TCESS),
            Error::<Test>::Insufficient
        );
    });
}

#[test]
fn all_that_the_reservoir_has_can_be_staked_and_withdrawn_again() {
    execute(|| {
        assert_ok!(Reservoir::store(signed(1), 50 * TCESS));
        assert_ok!(stake(1, 50));
        assert_eq!(Balances::free_balance(Reservoir::account_id()), ED);
        assert_ok!(redeem(1, 50));
        assert_ok!(Reservoir::withdraw(signed(1), 50 * TCESS));
        assert_eq!(balance(), ED);
    });
}

#[test]
fn others_money_is_not_staked() {
    execute(|| {
        both();
        assert!(!can_stake(2, 1));
        assert_noop!(stake(2, 1), Error::<Test>::Insufficient);
        assert!(can_stake(2, 0), "nothing can always be staked");
    });
}

#[test]
fn a_loan_past_its_deadline_does_not_count_even_before_the_queue_gets_there() {
    execute(|| {
        both();
        Now::set(START + 49);
        assert!(can_stake(1, 150));
        Now::set(START + 50);
        assert!(can_stake(1, 50) && !can_stake(1, 51));
        assert_noop!(stake(1, 51), Error::<Test>::Insufficient);
        assert_ok!(stake(1, 50));
        assert_eq!((loaned(1), stored(1)), ((100, 0), (0, 50)));
        block_at(START + 50);
        assert_eq!(books(), (1000, 0, 50), "nothing of the loan went astray");
    });
}

#[test]
fn what_is_redeemed_is_the_miners_own_first_and_then_its_loan_again() {
    execute(|| {
        both();
        assert_ok!(stake(1, 150));
        assert_ok!(redeem(1, 70));
        assert_eq!((loaned(1), stored(1)), ((20, 80), (50, 0)));
        assert_eq!(reserved(), 80);
        assert!(can_stake(1, 70), "until the deadline");
        assert_ok!(Reservoir::withdraw(signed(1), 50 * TCESS));
    });
}

#[test]
fn what_is_redeemed_after_the_deadline_goes_back_to_the_pool() {
    execute(|| {
        both();
        assert_ok!(stake(1, 150));
        block_at(START + 50);
        assert_eq!(books(), (900, 100, 50));
        assert_ok!(redeem(1, 120));
        assert_eq!((loaned(1), stored(1)), ((0, 30), (50, 0)));
        assert_eq!(books(), (970, 30, 50));
        assert_ok!(redeem(1, 30));
        assert_eq!(loan(1), None);
        assert_eq!(books(), (1000, 0, 50));
    });
}

#[test]
fn no_more_is_redeemed_than_the_miner_has_staked() {
    execute(|| {
        both();
        assert_ok!(Reservoir::store(signed(2), 500 * TCESS));
        assert_ok!(stake(2, 500));
        assert_noop!(redeem(1, 1), Error::<Test>::BugInvalid);
        assert_ok!(stake(1, 120));
        assert_noop!(redeem(1, 121), Error::<Test>::BugInvalid);
        assert_noop!(redeem(3, 1), Error::<Test>::BugInvalid);
        assert_ok!(redeem(1, 120));
        assert_ok!(redeem(2, 500));
    });
}

#[test]
fn lent_money_pays_penalties_first_and_is_owed() {
    execute(|| {
        both();
        assert_ok!(stake(1, 130));
        assert_ok!(punish(1, 110 * TCESS));
        assert_eq!(
            last_event(),
            Event::StakeLost {
                acc: acc(1),
                lent: 100 * TCESS,
                stored: 10 * TCESS
            }
            .into()
        );
        assert_eq!(lost(1), 100 * TCESS);
        assert_eq!(loan(1), None, "there is nothing left of it");
        assert_eq!(stored(1), (20, 20));
        assert_eq!(books(), (900, 0, 40));
        assert_eq!(reserved(), 20);
        assert_eq!(Balances::free_balance(acc(200)), 110 * TCESS);
    });
}

#[test]
fn losses_add_up_and_spare_what_is_not_staked() {
    execute(|| {
        both();
        assert_ok!(stake(1, 60));
        assert_ok!(punish(1, 10 * TCESS));
        assert_ok!(punish(1, 15 * TCESS));
        assert_eq!(lost(1), 25 * TCESS);
        assert_eq!((loaned(1), stored(1)), ((40, 35), (50, 0)));
        block_at(START + 50);
        assert_eq!(books(), (940, 35, 50));
    });
}

#[test]
fn a_miner_without_a_loan_owes_nothing() {
    execute(|| {
        assert_ok!(Reservoir::store(signed(1), 50 * TCESS));
        assert_ok!(stake(1, 50));
        assert_ok!(punish(1, 50 * TCESS));
        assert_eq!(lost(1), 0);
        assert!(!UserPassbook::<Test>::contains_key(acc(1)));
        assert_eq!(books(), (0, 0, 0));
        assert_eq!(balance(), ED);
    });
}

#[test]
fn a_penalty_beyond_the_stake_is_refused_whole() {
    execute(|| {
        both();
        assert_ok!(stake(1, 130));
        assert_noop!(
            <Lender as CollateralLender>::punished(&acc(1), 131 * TCESS),
            Error::<Test>::BugInvalid
        );
        assert_noop!(
            <Lender as CollateralLender>::punished(&acc(2), 1),
            Error::<Test>::BugInvalid
        );
    });
}
