//! A clock that jumps leads where one that walks does.

use crate::{mock::*, *};
use cess_primitives::{
    miner::{MinerInfo, Reward},
    traits::AuditedMiners,
    AccountId, Balance, ProtocolParams, TCESS,
};
use frame_support::assert_ok;

const YEAR: u32 = 365 * ProtocolParams::fast().one_day;

/// A stake on its way back, exits that are due, and rewards that are being released.
fn begin() {
    (1..=5).for_each(|n| register(n, 2));
    (1..=4).for_each(certify_key);
    lend(6, 4000 * TCESS);
    let on_loan = Sminer::regnstk_assign_staking(signed(6), acc(56), endpoint("e"), acc(LENDER), 1);
    assert_ok!(on_loan);
    certify_key(6);
    for n in [1, 2, 6] {
        assert_ok!(Sminer::record_pass(&acc(n), UNIT, 0));
    }
    end_era(30_000 * TCESS);
    run_to(20);
    assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
    assert_ok!(Sminer::force_exit(&acc(3)));
    assert_ok!(Sminer::force_exit(&acc(6)));
    run_to(400);
    assert_ok!(Sminer::miner_exit_prep(signed(4), acc(4)));
    assert_ok!(Sminer::miner_exit_prep(signed(5), acc(5)));
}

/// Everybody claims and withdraws; the miners, rewards and accounts that this leads to.
fn end() -> (
    Vec<(AccountId, MinerInfo)>,
    Vec<(AccountId, Reward)>,
    Vec<(Balance, Balance)>,
) {
    for n in [3, 4, 5, 6] {
        assert_ok!(Sminer::miner_withdraw(signed(n)));
    }
    for n in [1, 2] {
        assert_ok!(Sminer::receive_reward(signed(n)));
    }
    assert_eq!(DueTicks::<Test>::iter_keys().count(), 0);
    let accounts = (1..=60).map(acc).chain([
        CessTreasury::reward_account(),
        CessTreasury::reserve_account(),
    ]);
    let balances = |account: AccountId| {
        let reserved = Balances::reserved_balance(&account);
        (Balances::free_balance(&account), reserved)
    };
    // Signatures have a random part.
    let without_signature = |(miner, info)| {
        let tee_signature = [0; 64];
        (
            miner,
            MinerInfo {
                tee_signature,
                ..info
            },
        )
    };
    (
        MinerItems::<Test>::iter().map(without_signature).collect(),
        RewardMap::<Test>::iter().collect(),
        accounts.map(balances).collect(),
    )
}

#[test]
fn a_year_that_is_jumped_over_ends_like_one_that_passes() {
    let (mut walked, mut jumped) = (None, None);
    execute(|| {
        begin();
        run_to(400 + u64::from(YEAR));
        walked = Some(end());
    });
    execute(|| {
        begin();
        ClockOffset::set(&(YEAR - 10));
        run_to(410);
        jumped = Some(end());
    });
    let (walked, jumped) = (walked.unwrap(), jumped.unwrap());
    assert_eq!(walked.2, jumped.2, "accounts");
    assert_eq!(walked.1, jumped.1, "rewards");
    assert_eq!(walked.0, jumped.0, "miners");
}

#[test]
fn time_that_ends_stops_nothing() {
    execute(|| {
        begin();
        ClockOffset::set(&(u32::MAX - 1_000));
        run_to(410);
        end();
        positive(7, 1);
        assert_ok!(Sminer::force_exit(&acc(7)));
        run_to(420);
        assert_eq!(ReturnStakingSchedule::<Test>::iter().count(), 1);
    });
}
