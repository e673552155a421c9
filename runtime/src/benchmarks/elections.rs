//! The election pallet: who gets the seats.

use super::*;
use alloc::vec;
use cess_primitives::TCESS;
use codec::Decode;
use config::{MAX_AUTHORITIES, MAX_CANDIDATES, MAX_VOTERS};
use frame_benchmarking::v2::*;
use frame_election_provider_support::VoteWeight;
use pallet_cess_election::{score::Score, votes::Vote, Election, LastElection};
use pallet_scheduler_credit::HistoryCreditValues;
use sp_runtime::{traits::TrailingZeroInput, BoundedVec};

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// Candidates that a vote names.
const NAMED: u32 = 16;
/// The weight of each vote: with its own alone a candidate is electable.
const WEIGHT: VoteWeight = VoteWeight::MAX / 2;

fn candidate(i: u32) -> AccountId {
    account("candidate", i, 0)
}

/// So many candidates with session keys, with credit in every period that counts, and with a score
/// in the last election.
fn candidates(count: u32) -> Vec<AccountId> {
    let candidates: Vec<_> = (0..count).map(candidate).collect();
    let keys = SessionKeys::decode(&mut TrailingZeroInput::zeroes());
    let keys = keys.unwrap_or_else(|_| panic!("keys of zeros are keys"));
    credits::past();
    for who in &candidates {
        pallet_session::NextKeys::<Runtime>::insert(who, &keys);
        for era in 0..pallet_scheduler_credit::PERIODS {
            HistoryCreditValues::<Runtime>::insert(era, who, 500);
        }
    }
    let scores = candidates.iter().map(|who| Score {
        account: who.clone(),
        since: 1,
        backing: TCESS,
        credit: 500,
        stake: 500,
        chance: 500,
        total: 500,
        elected: true,
    });
    LastElection::<Runtime>::put(Election {
        era: 1,
        seats: MAX_AUTHORITIES,
        candidates: BoundedVec::truncate_from(scores.collect()),
    });
    candidates
}

/// A vote of each candidate for itself, and as many others as there are votes left.
fn votes(count: u32, candidates: &[AccountId]) -> Vec<Vote<Vec<AccountId>>> {
    let own = candidates
        .iter()
        .map(|who| (who.clone(), WEIGHT, vec![who.clone()]));
    let pick = |i: u32| candidates[i as usize % candidates.len()].clone();
    let others = (0..count).map(|i| {
        let named = (0..NAMED).map(|place| pick(i + place * 61)).collect();
        (account("voter", i, 0), WEIGHT, named)
    });
    own.chain(others).take(count as usize).collect()
}

#[benchmarks]
mod calls {
    use super::*;

    /// `v` votes are shared out among `c` candidates, all of whom are electable.
    #[benchmark]
    fn elect(v: Linear<MAX_CANDIDATES, MAX_VOTERS>, c: Linear<NAMED, MAX_CANDIDATES>) {
        let candidates = candidates(c);
        let votes = votes(v, &candidates);
        pallet_staking::CurrentEra::<Runtime>::put(9);

        #[block]
        {
            let _ = R2s::elect_among(MAX_AUTHORITIES, votes, candidates);
        }

        assert_eq!(LastElection::<Runtime>::get().unwrap().era, 10);
    }
}
