//! Who backs whom with how much: pure arithmetic on votes.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use cess_primitives::AccountId;
use frame_election_provider_support::VoteWeight;

/// A voter, its weight and whom it names; a candidate names itself with its own stake.
pub type Vote<V> = (AccountId, VoteWeight, V);

/// The backers of a winner, each with its part.
pub type Backers = Vec<(AccountId, u128)>;

/// What each of `candidates` is backed with; a vote is shared evenly by those that it names.
pub fn backing<V: AsRef<[AccountId]>>(
    votes: &[Vote<V>],
    candidates: &BTreeSet<AccountId>,
) -> BTreeMap<AccountId, u128> {
    let mut backing: BTreeMap<_, u128> = candidates.iter().map(|c| (c.clone(), 0)).collect();
    for (_, weight, named) in votes {
        for (candidate, share) in shares(*weight, named.as_ref(), candidates) {
            if let Some(sum) = backing.get_mut(candidate) {
                *sum = sum.saturating_add(share);
            }
        }
    }
    backing
}

/// The backers of each of `winners`, in their order; a vote is shared evenly by the winners that it
/// names.
pub fn supports<V: AsRef<[AccountId]>>(
    votes: &[Vote<V>],
    winners: Vec<AccountId>,
) -> Vec<(AccountId, Backers)> {
    let among: BTreeSet<_> = winners.iter().cloned().collect();
    let mut backers: BTreeMap<AccountId, Backers> = BTreeMap::new();
    for (voter, weight, named) in votes {
        for (winner, share) in shares(*weight, named.as_ref(), &among) {
            let backers = backers.entry(winner.clone()).or_default();
            backers.push((voter.clone(), share));
        }
    }
    winners
        .into_iter()
        .map(|winner| {
            let backers = backers.remove(&winner).unwrap_or_default();
            (winner, backers)
        })
        .collect()
}

/// Even shares of a weight for those of `named` that are in `among`; the first ones get the units
/// that are left over.
fn shares<'a>(
    weight: VoteWeight,
    named: &'a [AccountId],
    among: &BTreeSet<AccountId>,
) -> impl Iterator<Item = (&'a AccountId, u128)> {
    let heirs: BTreeSet<_> = named.iter().filter(|name| among.contains(name)).collect();
    let count = heirs.len() as u64;
    let (each, odd) = match count {
        0 => (0, 0),
        _ => (weight / count, weight % count),
    };
    (0_u64..)
        .zip(heirs)
        .map(move |(place, heir)| (heir, u128::from(each) + u128::from(place < odd)))
}
