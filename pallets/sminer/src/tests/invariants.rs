//! The invariants notice what must never happen.

use crate::{mock::*, *};
use cess_primitives::{
    miner::{state, MinerInfo, Reward},
    traits::AuditedMiners,
    TCESS,
};
use frame_support::assert_ok;
use sp_runtime::DispatchError;

/// Breaks a positive miner, looks, and mends it again.
fn noticed(break_it: impl FnOnce(&mut MinerInfo)) -> DispatchError {
    let sound = info(1);
    let mut broken = sound.clone();
    break_it(&mut broken);
    MinerItems::<Test>::insert(acc(1), broken);
    let verdict = Sminer::do_try_state().expect_err("the break is noticed");
    MinerItems::<Test>::insert(acc(1), sound);
    verdict
}

#[test]
fn broken_accounts_of_space_and_money_are_noticed() {
    execute(|| {
        positive(1, 3);
        let differ = "certified idle files and accounted space differ".into();
        assert_eq!(noticed(|miner| miner.idle_space += 1), differ);
        assert_eq!(
            noticed(|miner| miner.service_space = 1),
            "service space and bloom filter differ".into()
        );
        assert_eq!(
            noticed(|miner| miner.declaration_space = 1),
            "a miner holds more than it declared".into()
        );
        assert_eq!(
            noticed(|miner| miner.collaterals += 1),
            "stakes are not reserved".into()
        );
        assert_eq!(
            noticed(|miner| miner.debt = TCESS),
            "a debt that the collateral could pay".into()
        );
        let unfit = DispatchError::from("a miner's state does not fit its collateral or key");
        assert_eq!(noticed(|miner| miner.collaterals -= 1), unfit);
        let frozen = state::FROZEN.to_vec();
        assert_eq!(
            noticed(|miner| miner.state = frozen.try_into().unwrap()),
            unfit
        );
    });
}

#[test]
fn lists_that_fall_apart_are_noticed() {
    execute(|| {
        positive(1, 1);
        positive(2, 1);
        MinerIndex::<Test>::insert(0, acc(2));
        assert_eq!(
            Sminer::do_try_state(),
            Err("the two lists of miners differ".into())
        );
        MinerIndex::<Test>::insert(0, acc(1));
        PendingReplacements::<Test>::insert(acc(9), 1);
        assert_eq!(
            Sminer::do_try_state(),
            Err("something is kept of a miner that left".into())
        );
        PendingReplacements::<Test>::remove(acc(9));
        let stake = (acc(1), acc(9), 0);
        ReturnStakingSchedule::<Test>::try_append(7, stake).unwrap();
        assert_eq!(
            Sminer::do_try_state(),
            Err("due work that nobody looks for".into())
        );
        ReturnStakingSchedule::<Test>::remove(7);
    });
}

#[test]
fn rewards_that_do_not_add_up_are_noticed() {
    execute(|| {
        positive(1, 1);
        assert_ok!(Sminer::record_pass(&acc(1), UNIT, 0));
        end_era(1_000 * TCESS);
        next_block();
        let sound = RewardMap::<Test>::get(acc(1)).unwrap();
        let noticed = |break_it: fn(&mut Reward)| {
            let mut broken = sound.clone();
            break_it(&mut broken);
            RewardMap::<Test>::insert(acc(1), broken);
            let verdict = Sminer::do_try_state();
            RewardMap::<Test>::insert(acc(1), sound.clone());
            verdict
        };
        let too_much = Err("more is paid and held back than was earned".into());
        assert_eq!(noticed(|reward| reward.reward_issued += 1), too_much);
        assert_eq!(noticed(|reward| reward.total_reward -= 1), too_much);
        let over = noticed(|reward| {
            reward
                .order_list
                .iter_mut()
                .for_each(|order| order.receive_count = 90);
        });
        assert_eq!(over, Err("an order that is over".into()));
        RewardMap::<Test>::insert(acc(9), Reward::default());
        assert_eq!(Sminer::do_try_state(), Err("rewards of nobody".into()));
        RewardMap::<Test>::remove(acc(9));
        FormerMiners::<Test>::insert(acc(1), acc(51));
        let there = Err("a miner that withdrew is still there".into());
        assert_eq!(Sminer::do_try_state(), there);
        FormerMiners::<Test>::remove(acc(1));
        RewardMap::<Test>::remove(acc(1));
        let lost = Err("the rewards of a miner are lost, or left behind".into());
        assert_eq!(Sminer::do_try_state(), lost);
        RewardMap::<Test>::insert(acc(1), sound.clone());
    });
}

#[test]
fn passes_that_are_forgotten_are_noticed() {
    execute(|| {
        positive(1, 1);
        assert_ok!(Sminer::record_pass(&acc(1), UNIT, 0));
        let passes = CompleteMinerSnapShot::<Test>::get(acc(1));
        Passers::<Test>::remove(0, acc(1));
        let nobody = Err("a pass whose share nobody will promise".into());
        assert_eq!(Sminer::do_try_state(), nobody);
        Passers::<Test>::insert(0, acc(1), ());
        CompleteMinerSnapShot::<Test>::remove(acc(1));
        let waiting = Err("a miner is waiting for a share that it has".into());
        assert_eq!(Sminer::do_try_state(), waiting);
        CompleteMinerSnapShot::<Test>::insert(acc(1), &passes);
        let total = CompleteSnapShot::<Test>::take(0);
        let no_total = Err("passes of an era without a total".into());
        assert_eq!(Sminer::do_try_state(), no_total);
        let mut wrong = total.clone();
        wrong.total_power += 1;
        CompleteSnapShot::<Test>::insert(0, wrong);
        let differ = Err("the passes of an era and its total differ".into());
        assert_eq!(Sminer::do_try_state(), differ);
        CompleteSnapShot::<Test>::insert(0, total);
        SettlingEra::<Test>::put(1);
        let closed = Err("a pass of an era that is closed".into());
        assert_eq!(Sminer::do_try_state(), closed);
        SettlingEra::<Test>::put(0);
        CompleteMinerSnapShot::<Test>::insert(acc(9), &passes);
        let without = Err("passes of a miner without rewards".into());
        assert_eq!(Sminer::do_try_state(), without);
        CompleteMinerSnapShot::<Test>::remove(acc(9));
        Unlisted::<Test>::try_append(7).unwrap();
        let unlisted = Err("a place that is not listed".into());
        assert_eq!(Sminer::do_try_state(), unlisted);
        Unlisted::<Test>::kill();
    });
}
