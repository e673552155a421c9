//! Eras pass: validators are elected and everybody is paid.

use crate::{
    chain,
    stakers::{nominate, stand, stash},
};
use cess_primitives::{traits::WorkCredit, Balance, TCESS, TIB};
use cess_runtime::{
    config::{era_rewards, MIN_ELECTABLE_STAKE},
    *,
};
use frame_support::traits::Get;
use pallet_staking::{CurrentEra, ErasValidatorReward};

/// Blocks of an era in preset `fast`.
const ERA: u32 = 180;
/// Charlie's and Dave's places among the users.
const CHARLIE: usize = 2;
const DAVE: usize = 3;

fn events() -> Vec<RuntimeEvent> {
    System::events().into_iter().map(|e| e.event).collect()
}

fn last_election(
) -> pallet_cess_election::Election<<Runtime as pallet_cess_election::Config>::MaxCandidates> {
    pallet_cess_election::LastElection::<Runtime>::get().expect("there was an election")
}

fn is_elected(user: usize) -> bool {
    Session::validators().contains(&stash(user))
}

#[test]
fn an_era_is_six_epochs_and_ends_by_paying_both_pools() {
    chain::new("fast").execute_with(|| {
        chain::run(ERA);
        let before = Balances::total_issuance();
        assert_eq!(glue::ActiveEra::get(), 0);
        assert_eq!(
            CurrentEra::<Runtime>::get(),
            Some(1),
            "the next one is planned"
        );
        chain::run(1);
        assert_eq!(glue::ActiveEra::get(), 1);

        let (validators, storage) = era_rewards(0);
        assert!(
            events().contains(&RuntimeEvent::Staking(pallet_staking::Event::EraPaid {
                era_index: 0,
                validator_payout: validators,
                remainder: storage,
            }))
        );
        assert_eq!(ErasValidatorReward::<Runtime>::get(0), Some(validators));
        assert_eq!(Balances::total_issuance() - before, storage);
        assert_eq!(pallet_cess_treasury::EraReward::<Runtime>::get(), storage);
        // Nobody earned anything: the round closes at once and its money waits for later rounds.
        assert_eq!(pallet_cess_treasury::RoundReward::<Runtime>::get(0), (0, 0));
        assert_eq!(
            pallet_cess_treasury::ReserveReward::<Runtime>::get(),
            storage
        );
        chain::check_invariants();
    });
}

#[test]
fn validators_are_paid_by_their_blocks_when_anybody_asks() {
    chain::new("fast").execute_with(|| {
        chain::run_to_era(1);
        let before = Balances::total_issuance();
        let bonded = |user| Staking::ledger(stash(user).into()).unwrap().active;
        let bonds = [0, 1, CHARLIE].map(bonded);
        for user in [0, 1, CHARLIE] {
            let anybody = RuntimeOrigin::signed(chain::account("//Ferdie"));
            Staking::payout_stakers(anybody, stash(user), 0).unwrap();
        }
        let earned = Balances::total_issuance() - before;
        let (validators, _) = era_rewards(0);
        assert!(
            earned <= validators && validators - earned < TCESS,
            "{earned}"
        );
        for (user, bond) in [0, 1, CHARLIE].into_iter().zip(bonds) {
            let gain = bonded(user) - bond;
            // Slots are claimed in turn.
            assert!(gain.abs_diff(validators / 3) < validators / 30, "{gain}");
        }
        chain::check_invariants();
    });
}

#[test]
fn a_nominator_shares_the_reward_and_raises_the_backing() {
    chain::new("fast").execute_with(|| {
        nominate("//Eve", MIN_ELECTABLE_STAKE, &[0]);
        chain::run_to_era(2);
        let candidates = last_election().candidates;
        let alice = candidates.iter().find(|c| c.account == stash(0)).unwrap();
        let bob = candidates.iter().find(|c| c.account == stash(1)).unwrap();
        assert_eq!((alice.stake, bob.stake), (1000, 500));
        // Votes are lossy by less than a millionth.
        assert!(alice.backing.abs_diff(2 * MIN_ELECTABLE_STAKE) < TCESS);

        let eve = chain::account("//Eve");
        let before = Balances::free_balance(&eve);
        Staking::payout_stakers(RuntimeOrigin::signed(eve.clone()), stash(0), 1).unwrap();
        let share = Balances::free_balance(&eve) - before;
        let expected = era_rewards(1).0 / 6;
        assert!(share.abs_diff(expected) < expected / 10, "{share}");
        chain::check_invariants();
    });
}

#[test]
fn a_candidate_with_working_tees_takes_the_seat_of_an_idle_one() {
    chain::new("fast").execute_with(|| {
        stand(DAVE, MIN_ELECTABLE_STAKE);
        SchedulerCredit::tagged(&stash(DAVE), TIB.into());
        chain::run_to_session(5);
        let election = last_election();
        assert_eq!((election.era, election.seats), (1, 3));
        let best = &election.candidates[0];
        assert_eq!((&best.account, best.elected), (&stash(DAVE), true));
        assert!(best.credit > 0 && best.chance == 0, "{best:?}");
        let out = &election.candidates[3];
        assert_eq!((out.credit, out.elected), (0, false));

        chain::run_to_era(1);
        assert!(is_elected(DAVE));
        assert_eq!(Session::validators().len(), 3);
        assert_eq!(Babe::authorities().len(), 3);
        // And it validates: the harness finds its key.
        chain::run(ERA / 2);
        chain::check_invariants();
    });
}

#[test]
fn credit_of_old_eras_fades() {
    chain::new("fast").execute_with(|| {
        SchedulerCredit::tagged(&stash(CHARLIE), TIB.into());
        let mut credits = Vec::new();
        for era in 1..=7 {
            chain::run_to_era(era);
            let candidates = last_election().candidates;
            let charlie = candidates.iter().find(|c| c.account == stash(CHARLIE));
            credits.push(charlie.unwrap().credit);
        }
        assert!(
            credits[0] > 0 && credits.is_sorted_by(|a, b| a >= b),
            "{credits:?}"
        );
        assert_eq!(credits[6], 0);
    });
}

#[test]
fn seats_are_those_of_the_preset_and_fewer_candidates_take_all() {
    chain::new("reference").execute_with(|| {
        assert_eq!(last_election().seats, 11);
        assert_eq!(Session::validators().len(), 3);
    });
    chain::new("fast-2").execute_with(|| {
        stand(CHARLIE, MIN_ELECTABLE_STAKE);
        chain::run_to_era(2);
        assert_eq!(last_election().candidates.len(), 3);
        assert_eq!(Session::validators().len(), 2);
    });
}

#[test]
fn too_little_stake_or_no_keys_give_no_seat() {
    chain::new("fast-2").execute_with(|| {
        Staking::set_validator_count(RuntimeOrigin::root(), 4).unwrap();
        stand(CHARLIE, MIN_ELECTABLE_STAKE - TCESS);
        stand(DAVE, MIN_ELECTABLE_STAKE);
        Session::purge_keys(RuntimeOrigin::signed(stash(DAVE))).unwrap();
        chain::run_to_era(1);
        assert_eq!(Session::validators().len(), 2);
        // A nomination makes up for what is missing.
        nominate("//Eve", 2 * TCESS, &[CHARLIE]);
        chain::run_to_era(2);
        assert!(is_elected(CHARLIE) && !is_elected(DAVE));
    });
}

#[test]
fn without_an_electable_candidate_the_validators_stay() {
    chain::new("fast").execute_with(|| {
        let validators = Session::validators();
        for user in [0, 1, CHARLIE] {
            Staking::chill(RuntimeOrigin::signed(stash(user))).unwrap();
        }
        chain::run(2 * ERA);
        assert_eq!(CurrentEra::<Runtime>::get(), Some(0));
        assert_eq!(Session::validators(), validators);
        // As soon as there is one, the next session plans an era.
        let origin = RuntimeOrigin::signed(stash(1));
        Staking::validate(origin, Default::default()).unwrap();
        chain::run_to_era(1);
        assert_eq!(Session::validators(), [stash(1)]);
        chain::run(ERA);
        chain::check_invariants();
    });
}

#[test]
fn the_election_of_an_era_closes_the_credit_period_of_that_era() {
    chain::new("fast").execute_with(|| {
        SchedulerCredit::tagged(&stash(0), TIB.into());
        chain::run_to_session(5);
        let history = pallet_scheduler_credit::HistoryCreditValues::<Runtime>::iter();
        let mut periods: Vec<u32> = history.map(|(period, ..)| period).collect();
        periods.dedup();
        assert_eq!(periods.len(), 1);
        assert_eq!(
            pallet_scheduler_credit::CurrentCounters::<Runtime>::iter().count(),
            0
        );
    });
}

#[test]
fn unbonded_money_is_free_after_the_bonding_eras() {
    chain::new("fast").execute_with(|| {
        nominate("//Eve", 1000 * TCESS, &[0]);
        let origin = || RuntimeOrigin::signed(chain::account("//Eve"));
        let held = || -> Balance {
            Staking::ledger(chain::account("//Eve").into())
                .unwrap()
                .total
        };
        Staking::unbond(origin(), 400 * TCESS).unwrap();
        chain::run_to_era(3);
        Staking::withdraw_unbonded(origin(), 0).unwrap();
        assert_eq!(held(), 1000 * TCESS);
        chain::run_to_era(4);
        Staking::withdraw_unbonded(origin(), 0).unwrap();
        assert_eq!(held(), 600 * TCESS);
        chain::check_invariants();
    });
}
