//! Stake is shared, never made or lost.

use crate::{
    mock::account,
    votes::{backing, supports, Vote},
};
use cess_primitives::AccountId;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn vote(n: u8, weight: u64, named: &[u8]) -> Vote<Vec<AccountId>> {
    let named = named.iter().copied().map(account).collect();
    (account(n), weight, named)
}

fn set(accounts: &[u8]) -> BTreeSet<AccountId> {
    accounts.iter().copied().map(account).collect()
}

#[test]
fn a_nomination_is_shared_evenly_by_those_who_stand() {
    let votes = [
        vote(1, 100, &[1]),
        vote(9, 31, &[1, 2, 3]),
        vote(8, 50, &[2, 7]),
    ];
    let backing = backing(&votes, &set(&[1, 2, 3]));
    assert_eq!(
        backing,
        BTreeMap::from([(account(1), 111), (account(2), 60), (account(3), 10)])
    );
}

#[test]
fn a_winner_is_backed_by_the_whole_stake_of_those_who_named_no_other() {
    let votes = [
        vote(1, 100, &[1]),
        vote(2, 100, &[2]),
        vote(9, 31, &[1, 2, 3]),
    ];
    let supports = supports(&votes, vec![account(2), account(1)]);
    assert_eq!(
        supports,
        [
            (account(2), vec![(account(2), 100), (account(9), 15)]),
            (account(1), vec![(account(1), 100), (account(9), 16)]),
        ]
    );
}

#[test]
fn naming_somebody_twice_counts_once() {
    let backing = backing(&[vote(9, 10, &[1, 1, 2])], &set(&[1, 2]));
    assert_eq!(backing, BTreeMap::from([(account(1), 5), (account(2), 5)]));
}

fn any_votes() -> impl Strategy<Value = Vec<Vote<Vec<AccountId>>>> {
    let named = prop::collection::vec(0..12_u8, 0..6);
    let vote = (20..60_u8, any::<u64>(), named);
    prop::collection::vec(
        vote.prop_map(|(n, weight, named)| vote_of(n, weight, named)),
        0..30,
    )
}

fn vote_of(n: u8, weight: u64, named: Vec<u8>) -> Vote<Vec<AccountId>> {
    vote(n, weight, &named)
}

/// The weight of all votes that name somebody of `among`.
fn effective(votes: &[Vote<Vec<AccountId>>], among: &BTreeSet<AccountId>) -> u128 {
    let named = votes
        .iter()
        .filter(|(_, _, named)| named.iter().any(|n| among.contains(n)));
    named.map(|(_, weight, _)| u128::from(*weight)).sum()
}

proptest! {
    #[test]
    fn backing_adds_up_to_the_votes(votes in any_votes(), standing in prop::collection::btree_set(0..12_u8, 0..12)) {
        let standing: BTreeSet<_> = standing.into_iter().map(account).collect();
        let backing = backing(&votes, &standing);
        prop_assert_eq!(backing.values().sum::<u128>(), effective(&votes, &standing));
        prop_assert!(backing.keys().eq(standing.iter()));
    }

    #[test]
    fn supports_add_up_to_the_votes(votes in any_votes(), winners in prop::collection::btree_set(0..12_u8, 0..12)) {
        let winners: BTreeSet<_> = winners.into_iter().map(account).collect();
        let supports = supports(&votes, winners.iter().cloned().collect());
        prop_assert!(supports.iter().map(|(winner, _)| winner).eq(winners.iter()));
        let parts = supports.iter().flat_map(|(_, backers)| backers);
        prop_assert_eq!(parts.map(|(_, part)| *part).sum::<u128>(), effective(&votes, &winners));
        for (voter, weight, named) in &votes {
            let count = named.iter().collect::<BTreeSet<_>>().len() as u64;
            for (_, backers) in &supports {
                let parts = backers.iter().filter(|(who, _)| who == voter);
                // Several votes of one account are told apart by nobody; none is exceeded by one part.
                if votes.iter().filter(|(other, ..)| other == voter).count() == 1 {
                    prop_assert!(parts.clone().all(|(_, part)| *part <= u128::from(*weight)));
                    prop_assert!(count > 0 || parts.count() == 0);
                }
            }
        }
    }
}
