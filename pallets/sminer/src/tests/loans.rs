//! Miners whose collateral the reservoir lends.

use crate::{mock::*, *};
use cess_primitives::{
    traits::{AuditedMiners, Miners},
    Balance, ProtocolParams, TCESS, TIB,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

const STAKE: Balance = 4000 * TCESS;
/// The first block at which a stake of block 1 may leave.
const FREE: u64 = ProtocolParams::fast().staking_lock as u64 + 2;

fn register_on_loan(n: u8, tib: u32) -> Result<(), DispatchError> {
    Sminer::regnstk_assign_staking(signed(n), acc(n + 50), endpoint("e"), acc(LENDER), tib)
}

/// A positive miner of one TiB whose loan leaves it so much to stake.
fn on_loan(n: u8, rest: Balance) {
    lend(n, STAKE + rest);
    assert_ok!(register_on_loan(n, 1));
    certify_key(n);
}

#[test]
fn a_loan_stakes_for_a_miner_at_once() {
    execute(|| {
        lend(1, 3 * STAKE);
        assert_ok!(register_on_loan(1, 2));
        assert_eq!(info(1).collaterals, 2 * STAKE);
        assert_eq!(info(1).staking_account, acc(LENDER));
        assert_eq!(loan(1), (STAKE, 2 * STAKE));
        assert_eq!(Balances::reserved_balance(acc(LENDER)), 2 * STAKE);
        assert_eq!(Balances::reserved_balance(acc(1)), 0);
        assert_eq!(StakingStartBlock::<Test>::get(acc(1)), Some(1));
        certify_key(1);
        assert_eq!(state(1), "positive");
    });
}

#[test]
fn a_loan_must_cover_the_declaration() {
    execute(|| {
        assert_noop!(register_on_loan(1, 1), Error::<Test>::LoanTooSmall);
        lend(1, 2 * STAKE - 1);
        assert_noop!(register_on_loan(1, 2), Error::<Test>::LoanTooSmall);
        assert_noop!(register_on_loan(1, 0), Error::<Test>::CountError);
        assert_noop!(register_on_loan(1, u32::MAX), Error::<Test>::LoanTooSmall);
        assert_ok!(register_on_loan(1, 1));
        assert_noop!(register_on_loan(1, 1), Error::<Test>::AlreadyRegistered);
        // Nobody stakes with the loan of another.
        assert_noop!(register_on_loan(2, 1), Error::<Test>::LoanTooSmall);
    });
}

#[test]
fn the_miner_itself_raises_its_collateral_from_its_loan() {
    execute(|| {
        on_loan(1, STAKE);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 1));
        assert_eq!(state(1), "frozen");
        let raise = |n, amount| Sminer::increase_collateral(signed(n), acc(1), amount);
        assert_noop!(raise(2, STAKE), Error::<Test>::NotStakingAcc);
        assert_noop!(raise(LENDER, STAKE), Error::<Test>::NotStakingAcc);
        assert_noop!(raise(1, STAKE + 1), Error::<Test>::LoanTooSmall);
        assert_ok!(raise(1, STAKE));
        assert_eq!((state(1), loan(1)), ("positive".into(), (0, 2 * STAKE)));
    });
}

#[test]
fn fines_of_a_miner_on_loan_are_taken_from_the_loan() {
    execute(|| {
        on_loan(1, 0);
        assert_ok!(Sminer::punish_false_idle(&acc(1), UNIT));
        assert_eq!(info(1).collaterals, STAKE * 9 / 10);
        assert_eq!(loan(1), (0, STAKE * 9 / 10));
        let fines = CessTreasury::punish_account();
        assert_eq!(beyond_deposit(&fines), STAKE / 10);
    });
}

#[test]
fn a_debt_of_a_miner_on_loan_is_paid_when_it_stakes_more() {
    execute(|| {
        on_loan(1, STAKE);
        let too_much = 1600 * u128::from(TIB);
        assert_ok!(Sminer::punish_false_idle(&acc(1), too_much));
        let debt = 8 * STAKE - STAKE;
        assert_eq!((info(1).collaterals, info(1).debt), (0, debt));
        assert_eq!(loan(1), (STAKE, 0));
        check();
        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), STAKE));
        assert_eq!((info(1).collaterals, info(1).debt), (0, debt - STAKE));
        assert_eq!(loan(1), (0, 0));
    });
}

#[test]
fn a_lender_that_does_not_take_note_of_a_fine_undoes_it() {
    execute(|| {
        on_loan(1, 0);
        let loans = Loans::get();
        Loans::set(&Default::default());
        let refused = sp_runtime::ArithmeticError::Underflow;
        assert_noop!(Sminer::punish_false_idle(&acc(1), UNIT), refused);
        Loans::set(&loans);
    });
}

#[test]
fn a_stake_on_loan_returns_to_the_lender() {
    execute(|| {
        on_loan(1, 0);
        run_to(FREE);
        assert_noop!(
            Sminer::miner_exit_prep(signed(2), acc(1)),
            Error::<Test>::NotStakingAcc
        );
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert_eq!(loan(1), (STAKE, 0));
        assert_eq!(Balances::reserved_balance(acc(LENDER)), 0);
        // It may start again with it.
        assert_ok!(register_on_loan(1, 1));
    });
}

#[test]
fn a_shut_lender_keeps_a_withdrawal_from_happening_by_half() {
    execute(|| {
        on_loan(1, 0);
        run_to(FREE);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        LenderIsShut::set(&true);
        assert_noop!(
            Sminer::miner_withdraw(signed(1)),
            DispatchError::from("the lender is shut")
        );
        LenderIsShut::set(&false);
        assert_ok!(Sminer::miner_withdraw(signed(1)));
    });
}

#[test]
fn a_stake_on_loan_returns_by_itself_when_the_miner_is_thrown_out() {
    execute(|| {
        on_loan(1, 0);
        assert_ok!(Sminer::force_exit(&acc(1)));
        assert_eq!(loan(1), (0, STAKE));
        run_to(FREE);
        assert_eq!(loan(1), (STAKE, 0));
        assert!(saw(Event::StakeReturned {
            staking_account: acc(LENDER),
            amount: STAKE
        }));
    });
}

#[test]
fn a_return_that_the_lender_refuses_is_offered_again_a_day_later() {
    execute(|| {
        on_loan(1, 0);
        assert_ok!(Sminer::force_exit(&acc(1)));
        LenderIsShut::set(&true);
        run_to(FREE);
        assert_eq!(loan(1), (0, STAKE));
        check();
        LenderIsShut::set(&false);
        run_to(FREE + u64::from(ProtocolParams::fast().one_day));
        assert_eq!(loan(1), (STAKE, 0));
        assert_eq!(ReturnStakingSchedule::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_smaller_declaration_returns_its_part_of_the_loan() {
    execute(|| {
        lend(1, 2 * STAKE);
        assert_ok!(register_on_loan(1, 2));
        certify_key(1);
        assert_ok!(Sminer::add_idle(&acc(1), certificate(1, 0, 3), [7; 64]));
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
        assert_eq!(info(1).collaterals, STAKE);
        run_to(FREE);
        assert_eq!(loan(1), (STAKE, STAKE));
    });
}
