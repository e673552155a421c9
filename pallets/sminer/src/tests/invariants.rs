//! The invariants notice what must never happen.

use crate::{mock::*, *};
use cess_primitives::{
    miner::{state, MinerInfo},
    TCESS,
};
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
