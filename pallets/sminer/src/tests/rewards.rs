//! Rewards of passed audits: shares, releases, claims, and what becomes of them when a miner leaves.

use crate::{
    mock::*,
    weights::{SubstrateWeight, WeightInfo},
    *,
};
use cess_primitives::{
    miner::{Reward, MAX_PASSES, REWARD_HISTORY},
    traits::{AuditedMiners, Miners},
    Balance, ProtocolParams, TCESS,
};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use pallet_cess_treasury::{CurrencyReward, Promised, ReserveReward, RoundReward};
use sp_runtime::{DispatchError, TokenError};

const DAY: u64 = ProtocolParams::fast().one_day as u64;
/// What an era pays: half of it at once, and a round ninetieth of the other half a day.
const POOL: Balance = 18_000 * TCESS;

fn pass(n: u8) {
    assert_ok!(Sminer::record_pass(&acc(n), 3 * UNIT, 0));
}

/// What the beneficiary of miner `n` has.
fn received(n: u8) -> Balance {
    Balances::free_balance(acc(n + 50))
}

fn reward(n: u8) -> Reward {
    RewardMap::<Test>::get(acc(n)).expect("the miner has rewards")
}

/// Claims for miner `n`; what it got.
fn claim(n: u8) -> Balance {
    let before = received(n);
    assert_ok!(Sminer::receive_reward(signed(n)));
    let got = received(n) - before;
    let event = Event::Receive {
        acc: acc(n),
        reward: got,
    };
    assert_eq!(last_event(), event.into());
    got
}

/// A miner that passed once in an era that is over and paid [`POOL`].
fn earned(n: u8) {
    positive(n, 3);
    pass(n);
    end_era(POOL);
}

#[test]
fn a_pass_is_worth_the_era_s_round_once_the_era_is_over() {
    execute(|| {
        positive(1, 3);
        pass(1);
        next_block();
        assert_eq!(reward(1), Reward::default(), "the era is not over");
        assert_eq!(claim(1), 0);
        end_era(POOL);
        assert_eq!(claim(1), POOL / 2);
        let earned = Event::RewardEarned {
            miner: acc(1),
            era: 0,
            reward: POOL,
        };
        assert!(saw(earned));
        let reward = reward(1);
        assert_eq!(
            (reward.total_reward, reward.reward_issued),
            (POOL, POOL / 2)
        );
        let order = &reward.order_list[0];
        assert_eq!((order.order_reward, order.each_amount), (POOL, 100 * TCESS));
        assert_eq!((order.max_count, order.receive_count), (90, 0));
        assert_eq!((order.atonce, order.last_receive_block), (false, 1));
        assert_eq!(Promised::<Test>::get(), POOL / 2);
    });
}

#[test]
fn the_hook_promises_shares_by_itself_and_closes_the_round() {
    execute(|| {
        earned(1);
        next_block();
        assert_eq!(reward(1).total_reward, POOL);
        assert!(reward(1).order_list[0].atonce, "nobody claimed yet");
        assert!(CompleteMinerSnapShot::<Test>::get(acc(1))[0].issued);
        assert_eq!(Passers::<Test>::iter().count(), 0);
        assert_eq!(SettlingEra::<Test>::get(), 1);
        assert_eq!(RoundReward::<Test>::get(0), (POOL, POOL));
        assert_eq!(claim(1), POOL / 2);
    });
}

#[test]
fn whole_days_are_released_and_parts_of_days_are_not_lost() {
    execute(|| {
        earned(1);
        assert_eq!(claim(1), POOL / 2);
        let each = POOL / 180;
        run_to(1 + DAY - 1);
        assert_eq!(claim(1), 0);
        run_to(1 + DAY);
        assert_eq!(claim(1), each);
        run_to(1 + 3 * DAY - 1);
        assert_eq!(claim(1), each);
        run_to(1 + 3 * DAY);
        assert_eq!(claim(1), each, "no part of a day was lost");
        ClockOffset::set(&(365 * DAY as u32));
        assert_eq!(claim(1), POOL / 2 - 3 * each);
        assert!(reward(1).order_list.is_empty());
        assert_eq!(claim(1), 0);
        assert_eq!(received(1), POOL);
    });
}

#[test]
fn miners_share_by_power_and_every_pass_counts() {
    execute(|| {
        positive(1, 3);
        positive(2, 3);
        pass(1);
        pass(2);
        System::set_block_number(7);
        pass(2);
        end_era(POOL);
        next_block();
        assert_eq!(reward(1).total_reward, POOL / 3);
        assert_eq!(reward(2).total_reward, POOL / 3 * 2);
        assert_eq!(reward(2).order_list.len(), 1, "an order for each era");
        assert_eq!(reward(2).order_list[0].last_receive_block, 7);
    });
}

#[test]
fn a_round_without_money_does_not_keep_others_from_being_paid() {
    execute(|| {
        positive(1, 3);
        pass(1);
        end_era(0);
        pass(1);
        end_era(POOL);
        pass(1);
        end_era(0);
        assert_eq!(claim(1), POOL / 2);
        assert_eq!(reward(1).order_list.len(), 1);
        let passes = CompleteMinerSnapShot::<Test>::get(acc(1));
        assert!(passes.iter().all(|pass| pass.issued));
    });
}

#[test]
fn an_era_that_nobody_passed_goes_to_the_reserve_and_on_to_later_rounds() {
    execute(|| {
        positive(1, 3);
        end_era(POOL);
        next_block();
        assert_eq!(ReserveReward::<Test>::get(), POOL);
        assert_eq!(CurrencyReward::<Test>::get(), 0);
        pass(1);
        end_era(POOL);
        assert_eq!(claim(1), POOL, "half of both rounds");
    });
}

#[test]
fn only_miners_that_are_positive_or_left_may_claim() {
    execute(|| {
        assert_noop!(Sminer::receive_reward(signed(9)), Error::<Test>::NotMiner);
        assert_noop!(Sminer::receive_reward(root()), DispatchError::BadOrigin);
        register(2, 1);
        assert_noop!(
            Sminer::receive_reward(signed(2)),
            Error::<Test>::NotpositiveState
        );
        earned(1);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 1));
        assert_eq!(state(1), "frozen");
        assert_noop!(
            Sminer::receive_reward(signed(1)),
            Error::<Test>::NotpositiveState
        );
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
        assert_eq!(claim(1), POOL / 2, "nothing was lost meanwhile");
    });
}

#[test]
fn a_payment_that_cannot_arrive_is_kept() {
    execute(|| {
        positive(1, 3);
        pass(1);
        end_era(TCESS);
        next_block();
        assert_noop!(
            Sminer::receive_reward(signed(1)),
            DispatchError::from(TokenError::BelowMinimum)
        );
        pass(1);
        end_era(2 * TCESS);
        assert_eq!(claim(1), 3 * TCESS / 2);
    });
}

#[test]
fn a_claim_without_passes_is_answered_with_nothing() {
    execute(|| {
        positive(1, 3);
        assert_eq!(claim(1), 0);
    });
}

#[test]
fn rewards_follow_the_beneficiary() {
    execute(|| {
        earned(1);
        assert_eq!(claim(1), POOL / 2);
        assert_ok!(Sminer::update_beneficiary(signed(1), acc(77)));
        run_to(1 + DAY);
        assert_ok!(Sminer::receive_reward(signed(1)));
        assert_eq!(Balances::free_balance(acc(77)), POOL / 180);
    });
}

#[test]
fn more_than_ninety_rewards_are_neither_confiscated_nor_stuck() {
    execute(|| {
        positive(1, 3);
        for _ in 0..100 {
            pass(1);
            end_era(POOL);
            next_block();
        }
        assert_eq!(reward(1).order_list.len(), 90);
        assert_eq!(reward(1).total_reward, 100 * POOL);
        // Ten had to give way: they are due in full. Of the others half is, and no day is over.
        assert_eq!(claim(1), 10 * POOL + 90 * POOL / 2);
        ClockOffset::set(&(365 * DAY as u32));
        assert_eq!(claim(1), 90 * POOL / 2);
        assert_eq!(received(1), 100 * POOL);
    });
}

#[test]
fn ninety_unsettled_passes_make_room_before_another_one_is_noted() {
    execute(|| {
        positive(1, 3);
        for _ in 0..MAX_PASSES {
            pass(1);
            EraIndex::set(&(EraIndex::get() + 1));
        }
        let passes = || CompleteMinerSnapShot::<Test>::get(acc(1));
        assert!(passes().iter().all(|pass| !pass.issued));
        pass(1);
        assert_eq!(passes().len(), MAX_PASSES as usize);
        assert_eq!(passes().iter().filter(|pass| !pass.issued).count(), 1);
    });
}

#[test]
fn a_miner_that_leaves_claims_on_until_all_is_paid() {
    execute(|| {
        earned(1);
        run_to(400);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_noop!(
            Sminer::receive_reward(signed(1)),
            Error::<Test>::NotpositiveState
        );
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        let each = POOL / 180;
        assert_eq!(claim(1), POOL / 2 + 2 * each);
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert_eq!(FormerMiners::<Test>::get(acc(1)), Some(acc(51)));
        check();
        run_to(1 + 3 * DAY);
        assert_eq!(claim(1), each, "it goes to its last beneficiary");
        ClockOffset::set(&(365 * DAY as u32));
        assert_eq!(claim(1), POOL / 2 - 3 * each);
        assert!(!RewardMap::<Test>::contains_key(acc(1)));
        assert!(!FormerMiners::<Test>::contains_key(acc(1)));
        assert!(CompleteMinerSnapShot::<Test>::get(acc(1)).is_empty());
        assert_noop!(Sminer::receive_reward(signed(1)), Error::<Test>::NotMiner);
    });
}

#[test]
fn the_last_pass_of_a_miner_that_withdraws_still_counts() {
    execute(|| {
        register(1, 1);
        certify_key(1);
        run_to(400);
        pass(1);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        assert_ok!(Sminer::restored(&acc(1), 0));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        check();
        end_era(POOL);
        assert_eq!(claim(1), POOL / 2);
    });
}

#[test]
fn a_miner_without_rewards_is_forgotten_when_it_withdraws() {
    execute(|| {
        positive(1, 0);
        run_to(400);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert!(!RewardMap::<Test>::contains_key(acc(1)));
        assert!(!FormerMiners::<Test>::contains_key(acc(1)));
    });
}

#[test]
fn a_miner_that_comes_back_finds_its_rewards() {
    execute(|| {
        earned(1);
        run_to(400);
        assert_ok!(Sminer::miner_exit_prep(signed(1), acc(1)));
        assert_ok!(Sminer::miner_exit(root(), acc(1)));
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert!(FormerMiners::<Test>::contains_key(acc(1)));
        positive(1, 3);
        assert!(!FormerMiners::<Test>::contains_key(acc(1)));
        assert_eq!(reward(1).total_reward, POOL);
        assert_eq!(claim(1), POOL / 2 + 2 * (POOL / 180));
    });
}

#[test]
fn a_miner_that_is_thrown_out_gets_what_is_due_and_forfeits_the_rest() {
    execute(|| {
        earned(1);
        // The hook did not get to it yet, and a second pass is of the running era.
        pass(1);
        assert_ok!(Sminer::force_exit(&acc(1)));
        assert_eq!(received(1), POOL / 2);
        let (paid, lost) = (
            Event::Receive {
                acc: acc(1),
                reward: POOL / 2,
            },
            Event::RewardForfeited {
                miner: acc(1),
                amount: POOL / 2,
            },
        );
        assert!(saw(paid) && saw(lost));
        assert!(!RewardMap::<Test>::contains_key(acc(1)));
        assert!(CompleteMinerSnapShot::<Test>::get(acc(1)).is_empty());
        assert_eq!(ReserveReward::<Test>::get(), POOL / 2);
        assert_eq!(Promised::<Test>::get(), 0);
        assert_noop!(
            Sminer::receive_reward(signed(1)),
            Error::<Test>::NotpositiveState
        );
        check();
        run_to(400);
        assert_ok!(Sminer::miner_withdraw(signed(1)));
        assert_noop!(Sminer::receive_reward(signed(1)), Error::<Test>::NotMiner);
    });
}

#[test]
fn others_share_what_a_miner_that_is_thrown_out_proved_in_the_running_era() {
    execute(|| {
        positive(1, 3);
        positive(2, 3);
        pass(1);
        pass(2);
        assert_ok!(Sminer::force_exit(&acc(1)));
        check();
        end_era(POOL);
        assert_eq!(claim(2), POOL / 2);
    });
}

#[test]
fn what_the_beneficiary_of_a_miner_that_is_thrown_out_cannot_receive_returns_to_the_reserve() {
    execute(|| {
        positive(1, 3);
        pass(1);
        end_era(TCESS);
        assert_ok!(Sminer::force_exit(&acc(1)));
        assert_eq!(received(1), 0);
        assert_eq!(ReserveReward::<Test>::get(), TCESS);
        assert_eq!(state(1), "offline");
    });
}

#[test]
fn shares_are_promised_a_bounded_number_per_block_and_none_is_skipped() {
    execute(|| {
        // Passes of three eras, two eras without any, and more than a block settles.
        for n in 1..=5 {
            positive(n, 3);
        }
        for _ in 0..3 {
            (1..=5).for_each(pass);
            end_era(POOL);
        }
        end_era(POOL);
        end_era(POOL);
        assert_eq!(Passers::<Test>::iter().count(), 15);
        let weight = Sminer::on_initialize(2);
        assert!(weight.all_gt(costs::settle::<Test>() * u64::from(SETTLED_PER_BLOCK)));
        // Three times five shares and two rounds closed are seventeen steps; three rounds follow.
        assert_eq!(Passers::<Test>::iter().count(), 1);
        assert_eq!(SettlingEra::<Test>::get(), 2);
        check();
        let weight = Sminer::on_initialize(3);
        let steps = costs::settle::<Test>() * 4;
        assert_eq!(
            weight,
            costs::look_for_due::<Test>() + costs::look_for_ended::<Test>() + steps
        );
        assert_eq!(SettlingEra::<Test>::get(), 5);
        for n in 1..=5 {
            assert_eq!(reward(n).total_reward, 3 * POOL / 5);
        }
        assert_eq!(ReserveReward::<Test>::get(), 2 * POOL);
    });
}

#[test]
fn a_claim_does_not_wait_for_the_hook_nor_is_it_paid_twice() {
    execute(|| {
        earned(1);
        assert_eq!(claim(1), POOL / 2);
        next_block();
        next_block();
        assert_eq!(reward(1).total_reward, POOL);
        assert_eq!(claim(1), 0);
    });
}

#[test]
fn a_claim_pays_for_the_eras_that_it_settles() {
    execute(|| {
        earned(1);
        let used = Sminer::receive_reward(signed(1)).unwrap().actual_weight;
        assert_eq!(used, Some(SubstrateWeight::<Test>::receive_reward(1)));
        let used = Sminer::receive_reward(signed(1)).unwrap().actual_weight;
        assert_eq!(used, Some(SubstrateWeight::<Test>::receive_reward(0)));
    });
}

#[test]
fn eras_are_forgotten_in_the_end() {
    execute(|| {
        positive(1, 3);
        for _ in 0..150 {
            pass(1);
            end_era(100 * TCESS);
            next_block();
        }
        let mut kept: Vec<_> = CompleteSnapShot::<Test>::iter_keys().collect();
        kept.sort_unstable();
        assert_eq!(kept, (150 - REWARD_HISTORY..150).collect::<Vec<_>>());
        assert_eq!(RoundReward::<Test>::iter().count(), kept.len());
    });
}

#[test]
fn a_frozen_miner_keeps_what_it_earned_before() {
    execute(|| {
        positive(1, 3);
        pass(1);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 1));
        pass(1);
        end_era(POOL);
        next_block();
        assert_eq!(
            reward(1).total_reward,
            POOL,
            "its first pass is the only one"
        );
        assert_eq!(CompleteSnapShot::<Test>::get(0).miner_count, 1);
    });
}
