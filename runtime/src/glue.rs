//! The seams between the protocol's pallets and the rest of the chain.
#![warn(missing_docs)]

use crate::{config::TreasuryAccount, *};
use cess_primitives::traits::{Bonded, Randomness32, StashPenalty};
use frame_support::traits::{
    fungible::Credit, tokens::imbalance::ResolveTo, Contains, Get, Imbalance, OnUnbalanced,
    Randomness,
};
use frame_system::offchain::{CreateBare, CreateTransactionBase};
use sp_runtime::{
    traits::{Hash as _, Zero},
    Perbill,
};

/// The randomness that the block's author put into the block's head.
pub struct BabeRandomness;

impl Randomness32 for BabeRandomness {
    fn random(subject: &[u8]) -> [u8; 32] {
        let (vrf, _) = pallet_babe::ParentBlockRandomness::<Runtime>::random(subject);
        // Only a block without a VRF output has none: outside of consensus, as in a dry run.
        vrf.unwrap_or_else(|| BlakeTwo256::hash_of(&(subject, System::parent_hash())))
            .0
    }
}

/// The randomness that all authors of an epoch made together; known since that epoch ended.
///
/// When an election asks, the last epoch that has ended is the one before the last session of the
/// era.
pub struct EpochRandomness;

impl Randomness32 for EpochRandomness {
    fn random(subject: &[u8]) -> [u8; 32] {
        let (randomness, _) = pallet_babe::RandomnessFromOneEpochAgo::<Runtime>::random(subject);
        randomness.0
    }
}

/// An account that has bonded money may answer for a TEE worker.
pub struct StakingBond;

impl Bonded for StakingBond {
    fn is_bonded(stash: &AccountId) -> bool {
        pallet_staking::Bonded::<Runtime>::contains_key(stash)
    }
}

/// What a stash pays for a TEE worker that failed: 5 % of the least bond of a validator (spec chain
/// 7.3). Invulnerable stashes pay nothing, as for every other offence.
pub struct WorkerFine;

impl StashPenalty for WorkerFine {
    fn penalise(stash: &AccountId) -> Balance {
        let fine = Perbill::from_percent(5) * pallet_staking::MinValidatorBond::<Runtime>::get();
        let is_invulnerable = pallet_staking::Invulnerables::<Runtime>::get().contains(stash);
        if fine.is_zero() || is_invulnerable || !StakingBond::is_bonded(stash) {
            return 0;
        }
        let mut taken = Credit::<AccountId, Balances>::zero();
        // There is no reporter, hence no reward that a missing part could come from.
        let mut reward = 0;
        pallet_staking::slashing::do_slash::<Runtime>(
            stash,
            fine,
            &mut reward,
            &mut taken,
            ActiveEra::get(),
        );
        let paid = taken.peek();
        ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(taken);
        paid
    }
}

/// The era that is running, and that is paid for when it ends.
pub struct ActiveEra;

impl Get<u32> for ActiveEra {
    fn get() -> u32 {
        pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
    }
}

/// The era that the next election is for.
pub struct PlannedEra;

impl Get<u32> for PlannedEra {
    fn get() -> u32 {
        pallet_staking::CurrentEra::<Runtime>::get().map_or(0, |era| era.saturating_add(1))
    }
}

/// Who has session keys.
pub struct CandidateKeys;

impl Contains<AccountId> for CandidateKeys {
    fn contains(who: &AccountId) -> bool {
        pallet_session::NextKeys::<Runtime>::contains_key(who)
    }
}

impl<C> CreateTransactionBase<C> for Runtime
where
    RuntimeCall: From<C>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

/// Reports of equivocation and heartbeats travel without a signature of an account.
impl<C> CreateBare<C> for Runtime
where
    RuntimeCall: From<C>,
{
    fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
        bare(call)
    }
}

/// A call that nobody signs, in format 4: published clients can't read a block that holds another one.
pub(crate) fn bare(call: RuntimeCall) -> UncheckedExtrinsic {
    UncheckedExtrinsic::new_bare_legacy(call)
}
