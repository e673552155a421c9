//! A runtime of System and this pallet; votes, credit and randomness are the test's.

use crate as pallet_cess_election;
use cess_primitives::{
    traits::{Credits, Randomness32},
    AccountId, Balance,
};
use frame_election_provider_support::{
    data_provider, DataProviderBounds, ElectionDataProvider, PageIndex, VoteWeight, VoterOf,
};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU32, ConstU64, Contains},
};
use sp_runtime::{
    traits::{Convert, IdentityLookup},
    BuildStorage,
};
use std::collections::BTreeMap;

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Election: pallet_cess_election,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

/// The least backing of an electable candidate.
pub(crate) const LEAST: VoteWeight = 300;
/// Most candidates, and most voters.
pub(crate) const CROWD: u32 = 8;
/// Most validators.
pub(crate) const MOST_SEATS: u32 = 5;
/// Base units of a vote's weight.
pub(crate) const UNITS: u128 = 10;

parameter_types! {
    /// The stake of each candidate.
    pub static Stakes: BTreeMap<AccountId, VoteWeight> = BTreeMap::new();
    /// Nominators, their stake and whom they name.
    pub static Nominations: Vec<(AccountId, VoteWeight, Vec<AccountId>)> = Vec::new();
    pub static Seats: u32 = 3;
    pub static Era: u32 = 0;
    pub static Seed: [u8; 32] = [0; 32];
    /// Who forgot to set session keys.
    pub static Keyless: Vec<AccountId> = Vec::new();
    pub static CreditOf: BTreeMap<AccountId, u32> = BTreeMap::new();
    /// The periods that were closed.
    pub static Closed: Vec<u32> = Vec::new();
    /// What staking refuses with.
    pub static Refusal: Option<&'static str> = None;
}

/// Stands for pallet staking.
pub struct Staking;

impl ElectionDataProvider for Staking {
    type AccountId = AccountId;
    type BlockNumber = u64;
    type MaxVotesPerVoter = ConstU32<4>;

    fn electable_targets(
        bounds: DataProviderBounds,
        _: PageIndex,
    ) -> data_provider::Result<Vec<AccountId>> {
        let most = bounds.count.map_or(usize::MAX, |count| count.0 as usize);
        match Stakes::get().len() <= most {
            true => Ok(Stakes::get().into_keys().collect()),
            false => Err("Target snapshot too big"),
        }
    }

    fn electing_voters(
        bounds: DataProviderBounds,
        _: PageIndex,
    ) -> data_provider::Result<Vec<VoterOf<Self>>> {
        let own = Stakes::get().into_iter();
        let own = own.map(|(who, stake)| (who.clone(), stake, vec![who]));
        let mut votes: Vec<_> = own.chain(Nominations::get()).collect();
        votes.sort_by_key(|(_, stake, _)| core::cmp::Reverse(*stake));
        votes.truncate(bounds.count.map_or(usize::MAX, |count| count.0 as usize));
        let votes = votes.into_iter();
        Ok(votes
            .map(|(who, stake, named)| (who, stake, named.try_into().expect("at most four")))
            .collect())
    }

    fn desired_targets() -> data_provider::Result<u32> {
        Refusal::get().map_or(Ok(Seats::get()), Err)
    }

    fn next_election_prediction(now: u64) -> u64 {
        now
    }
}

/// Stands for pallet scheduler-credit.
pub struct Book;

impl Credits for Book {
    const FULL: u32 = 500;

    fn score(stash: &AccountId) -> u32 {
        CreditOf::get().get(stash).copied().unwrap_or_default()
    }

    fn close_period(era: u32) {
        Closed::mutate(|closed| closed.push(era));
    }
}

/// Stands for pallet session.
pub struct WithKeys;

impl Contains<AccountId> for WithKeys {
    fn contains(who: &AccountId) -> bool {
        !Keyless::get().contains(who)
    }
}

/// Stands for BABE.
pub struct Dice;

impl Randomness32 for Dice {
    fn random(_: &[u8]) -> [u8; 32] {
        Seed::get()
    }
}

/// Ten base units for each unit of weight.
pub struct ToBalance;

impl Convert<u128, Balance> for ToBalance {
    fn convert(weight: u128) -> Balance {
        weight * UNITS
    }
}

impl pallet_cess_election::Config for Test {
    type WeightInfo = pallet_cess_election::weights::SubstrateWeight<Test>;
    type DataProvider = Staking;
    type Ready = WithKeys;
    type Credits = Book;
    type Randomness = Dice;
    type Era = Era;
    type ToBalance = ToBalance;
    type MinElectable = ConstU64<LEAST>;
    type MaxCandidates = ConstU32<CROWD>;
    type MaxVoters = ConstU32<CROWD>;
    type MaxSeats = ConstU32<MOST_SEATS>;
}

pub(crate) fn account(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

/// A candidate with this own stake.
pub(crate) fn stand(n: u8, stake: VoteWeight) {
    Stakes::mutate(|stakes| stakes.insert(account(n), stake));
}

/// A nominator with this stake.
pub(crate) fn nominate(n: u8, stake: VoteWeight, named: &[u8]) {
    let named = named.iter().copied().map(account).collect();
    Nominations::mutate(|votes| votes.push((account(n), stake, named)));
}

/// What the workers of a candidate did, of [`Book::FULL`].
pub(crate) fn work(n: u8, credit: u32) {
    CreditOf::mutate(|credits| credits.insert(account(n), credit));
}

/// Runs the test at block 1, then checks the pallet's invariants.
pub(crate) fn build_and_execute(test: impl FnOnce()) {
    let storage = RuntimeGenesisConfig::default()
        .build_storage()
        .expect("genesis builds");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        test();
        Election::do_try_state().expect("invariants hold after the test");
    });
}
