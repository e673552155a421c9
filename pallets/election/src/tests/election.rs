//! Who is elected, why, and what happens when nobody can be.

use crate::{mock::*, ElectionError, Event, LastElection};
use cess_primitives::AccountId;
use frame_election_provider_support::ElectionProvider;

type Supports = Vec<(AccountId, u128, Vec<(AccountId, u128)>)>;

fn elect() -> Result<Supports, ElectionError> {
    let supports = Election::elect(0)?;
    Ok(supports
        .into_iter()
        .map(|(winner, support)| (winner, support.total, support.voters.into_inner()))
        .collect())
}

fn winners() -> Vec<AccountId> {
    let supports = elect().expect("the election has a result");
    supports.into_iter().map(|(winner, ..)| winner).collect()
}

/// The scores of a candidate in the last election: credit, stake, chance, total.
fn scores(n: u8) -> (u32, u32, u32, u32) {
    let election = LastElection::<Test>::get().expect("there was an election");
    let mut candidates = election.candidates.iter();
    let score = candidates.find(|c| c.account == account(n));
    let score = score.expect("it stood");
    (score.credit, score.stake, score.chance, score.total)
}

/// Holds an election in which everybody stands, so that the next one draws for all.
fn warm_up() {
    elect().expect("the first election has a result");
    Era::mutate(|era| *era += 1);
}

#[test]
fn work_outweighs_stake_and_luck() {
    build_and_execute(|| {
        stand(1, 300);
        stand(2, 600);
        work(1, 500);
        Seats::set(1);
        for seed in 0..20 {
            Seed::set([seed; 32]);
            // 500 for work and 150 for stake against 300 and at most 200 for luck.
            assert_eq!(winners(), [account(1)]);
            Era::mutate(|era| *era += 1);
        }
        assert_eq!(scores(1).0, 1000);
        assert_eq!(scores(1).1, 500);
        assert_eq!(scores(2).1, 1000);
    });
}

#[test]
fn stake_decides_between_equals_of_equal_luck() {
    build_and_execute(|| {
        stand(1, 300);
        stand(2, 299);
        nominate(9, 600, &[2]);
        warm_up();
        Seats::set(1);
        assert_eq!(winners(), [account(2)]);
        let (.., stake, _, _) = scores(2);
        assert_eq!((stake, scores(1).1), (1000, 333));
    });
}

#[test]
fn luck_changes_the_validators_of_equals() {
    build_and_execute(|| {
        for n in 1..=5 {
            stand(n, 300);
        }
        Seats::set(1);
        let mut seen = std::collections::BTreeSet::new();
        for era in 0..40 {
            Era::set(era);
            Seed::set([era as u8; 32]);
            seen.extend(winners());
        }
        assert_eq!(seen.len(), 5);
    });
}

#[test]
fn the_same_randomness_gives_the_same_validators() {
    build_and_execute(|| {
        for n in 1..=5 {
            stand(n, 300);
        }
        Seed::set([9; 32]);
        let first = winners();
        Era::set(1);
        assert_eq!(winners(), first);
    });
}

#[test]
fn a_newcomer_has_no_luck_in_its_first_election() {
    build_and_execute(|| {
        stand(1, 300);
        Seed::set([1; 32]);
        warm_up();
        assert!(
            scores(1).2 > 0,
            "in the first election of all everybody draws"
        );
        stand(2, 300);
        warm_up();
        assert_eq!(scores(2).2, 0);
        assert!(scores(1).2 > 0);
        // Again for the same era: staking could not use the result.
        Era::set(1);
        elect().unwrap();
        assert_eq!(scores(2).2, 0);
        Era::set(2);
        elect().unwrap();
        assert!(scores(2).2 > 0);
    });
}

#[test]
fn who_left_and_comes_back_is_a_newcomer() {
    build_and_execute(|| {
        stand(1, 300);
        stand(2, 300);
        Seed::set([1; 32]);
        warm_up();
        stand(2, 299);
        warm_up();
        stand(2, 300);
        elect().unwrap();
        assert_eq!(scores(2).2, 0);
    });
}

#[test]
fn candidates_below_the_least_backing_are_left_out() {
    build_and_execute(|| {
        stand(1, LEAST);
        stand(2, LEAST - 1);
        stand(3, LEAST - 10);
        nominate(9, 10, &[3]);
        let mut winners = winners();
        winners.sort();
        assert_eq!(winners, [account(1), account(3)]);
        assert_eq!(LastElection::<Test>::get().unwrap().candidates.len(), 2);
    });
}

#[test]
fn candidates_without_session_keys_take_no_seat() {
    build_and_execute(|| {
        stand(1, 300);
        stand(2, 9000);
        Keyless::set(vec![account(2)]);
        Seats::set(1);
        assert_eq!(winners(), [account(1)]);
        Keyless::set(vec![account(1), account(2)]);
        assert_eq!(elect(), Err(ElectionError::NobodyElectable));
    });
}

#[test]
fn fewer_candidates_than_seats_are_all_elected() {
    build_and_execute(|| {
        stand(1, 300);
        stand(2, 400);
        Seats::set(5);
        assert_eq!(winners().len(), 2);
    });
}

#[test]
fn no_more_than_the_most_seats_are_filled() {
    build_and_execute(|| {
        for n in 1..=CROWD as u8 {
            stand(n, 300);
        }
        Seats::set(100);
        assert_eq!(winners().len(), MOST_SEATS as usize);
    });
}

#[test]
fn the_whole_stake_of_a_nominator_backs_those_it_named_who_were_elected() {
    build_and_execute(|| {
        stand(1, 300);
        stand(2, 300);
        stand(3, 300);
        work(1, 500);
        work(2, 500);
        nominate(9, 31, &[1, 2, 3]);
        Seats::set(2);
        let mut supports = elect().unwrap();
        supports.sort();
        let nine = |part| (account(9), part);
        assert_eq!(
            supports,
            [
                (account(1), 316, vec![(account(1), 300), nine(16)]),
                (account(2), 315, vec![(account(2), 300), nine(15)]),
            ]
        );
    });
}

#[test]
fn the_result_is_kept_and_announced_with_its_reasons() {
    build_and_execute(|| {
        stand(1, 300);
        stand(2, 600);
        work(2, 250);
        Seats::set(1);
        Era::set(7);
        elect().unwrap();
        let election = LastElection::<Test>::get().unwrap();
        assert_eq!((election.era, election.seats), (7, 1));
        let best = &election.candidates[0];
        assert_eq!((best.account.clone(), best.elected), (account(2), true));
        assert_eq!(best.backing, 600 * UNITS);
        assert_eq!((best.credit, best.stake), (500, 1000));
        assert!(!election.candidates[1].elected);
        System::assert_last_event(
            Event::Elected {
                era: 7,
                candidates: 2,
                validators: vec![account(2)].try_into().unwrap(),
            }
            .into(),
        );
    });
}

#[test]
fn the_credit_period_of_an_era_closes_once_before_the_scores_are_made() {
    build_and_execute(|| {
        stand(1, 300);
        elect().unwrap();
        elect().unwrap();
        Era::set(1);
        elect().unwrap();
        assert_eq!(Closed::get(), [0, 1]);
    });
}

#[test]
fn an_election_that_cannot_have_a_result_changes_nothing() {
    build_and_execute(|| {
        stand(1, 300);
        elect().unwrap();
        let last = LastElection::<Test>::get();
        Era::set(1);

        Stakes::set(Default::default());
        assert_eq!(elect(), Err(ElectionError::NobodyElectable));
        stand(1, 299);
        assert_eq!(elect(), Err(ElectionError::NobodyElectable));
        Seats::set(0);
        assert_eq!(elect(), Err(ElectionError::NoSeats));
        Refusal::set(Some("no"));
        assert_eq!(elect(), Err(ElectionError::DataProvider("no")));

        assert_eq!(LastElection::<Test>::get(), last);
        assert_eq!(Closed::get(), [0], "the work goes on to count");
    });
}

#[test]
fn more_candidates_than_the_bound_stop_the_election() {
    build_and_execute(|| {
        for n in 0..=CROWD as u8 {
            stand(n, 300);
        }
        let refusal = ElectionError::DataProvider("Target snapshot too big");
        assert_eq!(elect(), Err(refusal));
    });
}

#[test]
fn only_the_heaviest_votes_are_counted() {
    build_and_execute(|| {
        stand(1, 300);
        for n in 0..CROWD as u8 + 5 {
            nominate(100 + n, u64::from(n) + 1, &[1]);
        }
        let supports = elect().unwrap();
        // Its own stake and the seven largest of thirteen nominations.
        assert_eq!(supports[0].1, 300 + (7..=13).sum::<u128>());
    });
}

#[test]
fn an_election_is_ready_at_any_time_and_says_what_it_costs() {
    build_and_execute(|| {
        assert_eq!(Election::start(), Ok(()));
        assert_eq!(Election::duration(), 0);
        let most = Election::status().unwrap().unwrap();
        assert!(most.ref_time() > 0 && most.proof_size() > 0);
        let before = System::block_weight().total();
        stand(1, 300);
        elect().unwrap();
        let cost = System::block_weight().total() - before;
        assert!(cost.ref_time() > 0 && cost.all_lt(most), "{cost}");
    });
}
