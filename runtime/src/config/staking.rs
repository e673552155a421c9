//! Staking and the election of validators (spec chain 8).
//!
//! ```text
//!   Staking ── candidates, votes (VoterList keeps them sorted) ──► R2s ──► Session: validators
//!      │  end of an era
//!      ├── validators' pool: promised to them, minted by `payout_stakers`
//!      ├── storage pool: minted at once ──► CessTreasury: a round of rewards
//!      └── slashes ──► treasury
//! ```

use super::{
    consensus::MAX_AUTHORITIES, governance::MoreThanHalfOfCouncil, money::TreasuryAccount,
};
use crate::{
    glue::{CandidateKeys, EpochRandomness, PlannedEra},
    *,
};
use cess_primitives::TCESS;
use frame_election_provider_support::VoteWeight;
use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, ConstU32, Get, Nothing},
};
use pallet_protocol::{BondingEras, SessionsPerEra, SlashDeferEras};
use sp_runtime::traits::Convert;
use sp_staking::currency_to_vote::{CurrencyToVote, U128CurrencyToVote};

/// The least backing of an electable candidate.
pub const MIN_ELECTABLE_STAKE: Balance = 3_000_000 * TCESS;
/// Most candidates.
pub const MAX_CANDIDATES: u32 = 1000;
/// Most votes that an election counts, the heaviest ones first.
pub const MAX_VOTERS: u32 = 10_000;
/// Most candidates that a nominator names.
const MAX_NOMINATIONS: u32 = 16;
/// Eras of a Julian year of four eras a day.
pub const ERAS_PER_YEAR: u32 = 1461;
/// Validators earn so much in the first year.
const VALIDATORS_FIRST_YEAR: Balance = 238_500_000 * TCESS;
/// Storage earns so much in the first year.
const STORAGE_FIRST_YEAR: Balance = 477_000_000 * TCESS;
/// Rewards fall every year for so many years, to 841 thousandths each time.
const FALLING_YEARS: u32 = 30;

/// What validators and storage earn in an era: `first year · 0.841^year / 1461`, whatever the era's
/// length.
pub const fn era_rewards(era: u32) -> (Balance, Balance) {
    let mut rewards = (VALIDATORS_FIRST_YEAR, STORAGE_FIRST_YEAR);
    let mut year = 0;
    while year < era / ERAS_PER_YEAR && year < FALLING_YEARS {
        rewards = (rewards.0 / 1000 * 841, rewards.1 / 1000 * 841);
        year += 1;
    }
    (
        rewards.0 / ERAS_PER_YEAR as Balance,
        rewards.1 / ERAS_PER_YEAR as Balance,
    )
}

/// Pays [`era_rewards`] for the era that ends.
pub struct RewardCurve;

impl pallet_staking::EraPayout<Balance> for RewardCurve {
    fn era_payout(_: Balance, _: Balance, _: u64) -> (Balance, Balance) {
        era_rewards(glue::ActiveEra::get())
    }
}

/// The weight of the stake that a candidate needs.
pub struct MinElectable;

impl Get<VoteWeight> for MinElectable {
    fn get() -> VoteWeight {
        U128CurrencyToVote::to_vote(MIN_ELECTABLE_STAKE, Balances::total_issuance())
    }
}

/// The money that a weight stands for.
pub struct VoteToMoney;

impl Convert<u128, Balance> for VoteToMoney {
    fn convert(weight: u128) -> Balance {
        U128CurrencyToVote::to_currency(weight, Balances::total_issuance())
    }
}

/// How many bags voters are sorted into.
const BAGS: usize = 107;
/// Upper ends of the bags: each is a quarter above the one before; the first one is below the
/// existential deposit, the last one is the largest weight.
const BAG_THRESHOLDS: [VoteWeight; BAGS] = {
    let mut thresholds = [VoteWeight::MAX; BAGS];
    let mut threshold: VoteWeight = 1_000_000_000;
    let mut bag = 0;
    while bag < BAGS - 1 {
        thresholds[bag] = threshold;
        threshold = threshold.saturating_add(threshold / 4);
        bag += 1;
    }
    thresholds
};

parameter_types! {
    pub const BagThresholds: &'static [VoteWeight] = &BAG_THRESHOLDS;
}

/// Numbers that the benchmarks of pallet staking use.
pub struct StakingBenchmarks;

impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
    type MaxValidators = ConstU32<MAX_CANDIDATES>;
    type MaxNominators = ConstU32<MAX_CANDIDATES>;
}

impl pallet_staking::Config for Runtime {
    type OldCurrency = Balances;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type CurrencyBalance = Balance;
    type UnixTime = Timestamp;
    type CurrencyToVote = U128CurrencyToVote;
    type ElectionProvider = R2s;
    type GenesisElectionProvider = R2s;
    type NominationsQuota = pallet_staking::FixedNominationsQuota<MAX_NOMINATIONS>;
    type HistoryDepth = ConstU32<84>;
    type RewardRemainder = CessTreasury;
    type RuntimeEvent = RuntimeEvent;
    type Slash = ResolveTo<TreasuryAccount, Balances>;
    type Reward = ();
    type SessionsPerEra = SessionsPerEra<Runtime>;
    type BondingDuration = BondingEras<Runtime>;
    type SlashDeferDuration = SlashDeferEras<Runtime>;
    type AdminOrigin = MoreThanHalfOfCouncil;
    type SessionInterface = Self;
    type EraPayout = RewardCurve;
    type NextNewSession = Session;
    type MaxExposurePageSize = ConstU32<256>;
    type MaxValidatorSet = ConstU32<MAX_AUTHORITIES>;
    type VoterList = VoterList;
    type TargetList = pallet_staking::UseValidatorsMap<Self>;
    type MaxUnlockingChunks = ConstU32<32>;
    type MaxControllersInDeprecationBatch = ConstU32<1>;
    type EventListeners = ();
    type Filter = Nothing;
    type BenchmarkingConfig = StakingBenchmarks;
    type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

impl pallet_bags_list::Config<pallet_bags_list::Instance1> for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_bags_list::weights::SubstrateWeight<Runtime>;
    type ScoreProvider = Staking;
    type BagThresholds = BagThresholds;
    type MaxAutoRebagPerBlock = ConstU32<10>;
    type Score = VoteWeight;
}

impl pallet_cess_election::Config for Runtime {
    type DataProvider = Staking;
    type Ready = CandidateKeys;
    type Credits = SchedulerCredit;
    type Randomness = EpochRandomness;
    type Era = PlannedEra;
    type ToBalance = VoteToMoney;
    type MinElectable = MinElectable;
    type MaxCandidates = ConstU32<MAX_CANDIDATES>;
    type MaxVoters = ConstU32<MAX_VOTERS>;
    type MaxSeats = ConstU32<MAX_AUTHORITIES>;
    type WeightInfo = pallet_cess_election::weights::SubstrateWeight<Runtime>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewards_of_an_era_are_the_published_ones() {
        let (validators, storage) = era_rewards(0);
        // Spec chain 0: 163,244.353 and 326,488.706 TCESS.
        assert_eq!(validators / (TCESS / 1000), 163_244_353);
        assert_eq!(storage / (TCESS / 1000), 326_488_706);
        assert_eq!(era_rewards(ERAS_PER_YEAR - 1), (validators, storage));
    }

    #[test]
    fn rewards_fall_each_year_for_thirty_years() {
        for year in 0..FALLING_YEARS {
            let (before, after) = (
                era_rewards(year * ERAS_PER_YEAR).1,
                era_rewards((year + 1) * ERAS_PER_YEAR).1,
            );
            let expected = before / 1000 * 841;
            assert!(
                after.abs_diff(expected) < 1_000,
                "{year}: {after} {expected}"
            );
        }
        let last = era_rewards(FALLING_YEARS * ERAS_PER_YEAR);
        assert_eq!(era_rewards(u32::MAX), last);
        // 0.841^30 of the first year.
        let share = last.0 as f64 / era_rewards(0).0 as f64;
        assert!((share - 0.841_f64.powi(30)).abs() < 1e-9, "{share}");
    }

    #[test]
    fn bags_are_sorted_and_reach_from_the_existential_deposit_to_everything() {
        assert!(BAG_THRESHOLDS.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(BAG_THRESHOLDS[BAGS - 1], VoteWeight::MAX);
        assert!(BAG_THRESHOLDS[BAGS - 2] > VoteWeight::MAX / 5 * 4);
    }
}
