//! The election as pallet staking sees it.

use crate::{
    score::{self, Score},
    votes::{self, Vote},
    weights::WeightInfo,
    Config, Election, Event, LastElection, Pallet,
};
use alloc::{collections::BTreeMap, vec::Vec};
use cess_primitives::{
    traits::{Credits, Randomness32},
    AccountId,
};
use frame_election_provider_support::{
    bounds::CountBound, BoundedSupport, BoundedSupportsOf, DataProviderBounds,
    ElectionDataProvider, ElectionProvider, PageIndex,
};
use frame_support::{
    dispatch::DispatchClass,
    traits::{ConstU32, Contains, Get},
    weights::Weight,
    BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Convert, Zero};

/// What the randomness of elections is drawn for.
const SUBJECT: &[u8] = b"r2s";

/// Why there is no result; the validators stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectionError {
    /// Staking can't say who stands or votes.
    DataProvider(&'static str),
    /// Staking wants no validator.
    NoSeats,
    /// Nobody with session keys is backed with the least amount.
    NobodyElectable,
    /// There are more candidates or voters than asked for.
    TooMany,
}

impl<T: Config> ElectionProvider for Pallet<T> {
    type AccountId = AccountId;
    type BlockNumber = BlockNumberFor<T>;
    type Error = ElectionError;
    type MaxWinnersPerPage = T::MaxSeats;
    type MaxBackersPerWinner = T::MaxVoters;
    type MaxBackersPerWinnerFinal = T::MaxVoters;
    type Pages = ConstU32<1>;
    type DataProvider = T::DataProvider;

    fn elect(page: PageIndex) -> Result<BoundedSupportsOf<Self>, ElectionError> {
        let seats = T::DataProvider::desired_targets().map_err(ElectionError::DataProvider)?;
        let seats = seats.min(T::MaxSeats::get());
        if seats == 0 {
            return Err(ElectionError::NoSeats);
        }
        let votes = T::DataProvider::electing_voters(at_most(T::MaxVoters::get()), page)
            .map_err(ElectionError::DataProvider)?;
        let standing = T::DataProvider::electable_targets(at_most(T::MaxCandidates::get()), page)
            .map_err(ElectionError::DataProvider)?;
        frame_system::Pallet::<T>::register_extra_weight_unchecked(
            T::WeightInfo::elect(votes.len() as u32, standing.len() as u32),
            DispatchClass::Mandatory,
        );
        Self::elect_among(seats, votes, standing)
    }

    fn duration() -> Self::BlockNumber {
        Zero::zero()
    }

    fn start() -> Result<(), ElectionError> {
        // An election happens at once, when its result is asked for.
        Ok(())
    }

    fn status() -> Result<Option<Weight>, ()> {
        let (voters, candidates) = (T::MaxVoters::get(), T::MaxCandidates::get());
        Ok(Some(T::WeightInfo::elect(voters, candidates)))
    }
}

impl<T: Config> Pallet<T> {
    /// The election itself, once it is known who votes and who stands; staking counts what reading
    /// that costs.
    pub fn elect_among<V: AsRef<[AccountId]>>(
        seats: u32,
        votes: Vec<Vote<V>>,
        standing: Vec<AccountId>,
    ) -> Result<BoundedSupportsOf<Self>, ElectionError> {
        let backing = votes::backing(&votes, &standing.into_iter().collect());
        let election = Self::hold(seats, backing)?;
        let winners: Vec<_> = election.candidates.iter().filter(|c| c.elected).collect();
        let winners: Vec<_> = winners.into_iter().map(|c| c.account.clone()).collect();
        let supports = bound::<T>(votes::supports(&votes, winners.clone()))?;

        let validators = BoundedVec::try_from(winners).map_err(|_| ElectionError::TooMany)?;
        Self::deposit_event(Event::Elected {
            era: election.era,
            candidates: election.candidates.len() as u32,
            validators,
        });
        LastElection::<T>::put(election);
        Ok(supports)
    }

    /// Scores and seats the candidates that are backed enough and have keys.
    fn hold(
        seats: u32,
        backing: BTreeMap<AccountId, u128>,
    ) -> Result<Election<T::MaxCandidates>, ElectionError> {
        let least = u128::from(T::MinElectable::get());
        let electable: Vec<_> = backing
            .into_iter()
            .filter(|(account, backing)| *backing >= least && T::Ready::contains(account))
            .collect();
        let most = electable.iter().map(|(_, backing)| *backing).max();
        let most = most.ok_or(ElectionError::NobodyElectable)?;

        let era = T::Era::get();
        let previous = LastElection::<T>::get();
        // Staking asks again when it can't use a result; the work since then counts for later.
        if previous.as_ref().is_none_or(|last| last.era < era) {
            T::Credits::close_period(era);
        }
        let is_first = previous.is_none();
        let stood: BTreeMap<_, _> = previous
            .into_iter()
            .flat_map(|last| last.candidates)
            .map(|candidate| (candidate.account, candidate.since))
            .collect();

        let seed = T::Randomness::random(SUBJECT);
        let mut candidates: Vec<_> = electable
            .into_iter()
            .map(|(account, backing)| {
                let since = stood.get(&account).copied().unwrap_or(era);
                let full = u128::from(T::Credits::FULL);
                let credit = score::on_scale(T::Credits::score(&account).into(), full);
                let stake = score::on_scale(backing, most);
                // An account that appears now may have been chosen for its draw.
                let chance = match is_first || since < era {
                    true => score::chance(&seed, &account),
                    false => 0,
                };
                Score {
                    total: score::total(credit, stake, chance),
                    backing: T::ToBalance::convert(backing),
                    elected: false,
                    account,
                    since,
                    credit,
                    stake,
                    chance,
                }
            })
            .collect();
        score::seat(&mut candidates, seats);
        Ok(Election {
            era,
            seats,
            candidates: candidates.try_into().map_err(|_| ElectionError::TooMany)?,
        })
    }
}

fn at_most(count: u32) -> DataProviderBounds {
    DataProviderBounds {
        count: Some(CountBound(count)),
        size: None,
    }
}

/// The supports in the bounded form that staking takes.
fn bound<T: Config>(
    supports: Vec<(AccountId, votes::Backers)>,
) -> Result<BoundedSupportsOf<Pallet<T>>, ElectionError> {
    let supports: Result<Vec<_>, _> = supports
        .into_iter()
        .map(|(winner, backers)| {
            let total = backers.iter().map(|(_, part)| *part).sum();
            let voters = backers.try_into().map_err(|_| ElectionError::TooMany)?;
            Ok((winner, BoundedSupport { total, voters }))
        })
        .collect();
    let supports = BoundedVec::try_from(supports?).map_err(|_| ElectionError::TooMany)?;
    Ok(supports.into())
}
