//! The small traits through which pallets talk to each other.
//!
//! Every method is atomic: on an error it has changed nothing. Spaces are bytes.

use crate::{
    audit::MinerSnapShot, file::Name, tee::WorkerKey, AccountId, Balance, Hash, ProtocolParams,
    Tick,
};
use alloc::vec::Vec;
use sp_runtime::{DispatchError, DispatchResult};

/// Protocol time and quantities (pallet protocol).
pub trait Protocol {
    /// Block number plus the clock's offset.
    fn now() -> Tick;
    /// The quantities in force.
    fn params() -> ProtocolParams;
}

/// Users' rented space (pallet storage-handler).
pub trait Territories {
    /// The territory exists and has not expired.
    fn is_alive(owner: &AccountId, name: &Name) -> bool;
    /// Free space of a territory; an error when it does not exist.
    fn remaining(owner: &AccountId, name: &Name) -> Result<u128, DispatchError>;
    /// Free → locked; the territory must be active and hold more than `space`.
    fn lock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult;
    /// Locked → free, whatever the territory's state; nothing when it is gone.
    fn unlock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult;
    /// Locked → used, whatever the territory's state.
    fn use_locked(owner: &AccountId, name: &Name, space: u128) -> DispatchResult;
    /// Free → used; the territory must be active and hold more than `space`.
    fn use_remaining(owner: &AccountId, name: &Name, space: u128) -> DispatchResult;
    /// Used → free, whatever the territory's state; nothing when it is gone.
    fn release_used(owner: &AccountId, name: &Name, space: u128) -> DispatchResult;
    /// Takes at most `limit` territories that expired and whose files must go; each is given out once.
    fn take_expired(limit: u32) -> Vec<(AccountId, Name)>;
}

/// The network's space in total (pallet storage-handler); kept in step by the sminer pallet alone.
pub trait NetworkSpace {
    /// Idle space of all miners changes.
    fn change_idle(add: u128, sub: u128) -> DispatchResult;
    /// Locked and service space of all miners changes.
    fn change_service(add: u128, sub: u128) -> DispatchResult;
}

/// Miners and their space (pallet sminer).
///
/// Between certified files and accounted space holds, for every miner that has not left:
/// `(rear - front) · idle_unit = idle + pending replacement + locked for open deals`.
pub trait Miners {
    /// The miner is registered.
    fn exists(miner: &AccountId) -> bool;
    /// The miner may take part in everything.
    fn is_positive(miner: &AccountId) -> bool;
    /// Idle → locked, for a deal that the miner reported.
    fn lock_space(miner: &AccountId, space: u128) -> DispatchResult;
    /// Locked → idle: the deal came to nothing.
    fn unlock_space(miner: &AccountId, space: u128) -> DispatchResult;
    /// The locked space now belongs to a stored file: idle files must give way (`PendingReplacements`).
    fn commit_space(miner: &AccountId, space: u128) -> DispatchResult;
    /// Locked → service: these fragments of the miner were tagged.
    fn tagged(miner: &AccountId, fragments: &[Hash], fragment_size: u128) -> DispatchResult;
    /// The miner no longer holds these tagged fragments: service falls, what was not replaced yet turns idle.
    fn drop_tagged(miner: &AccountId, fragments: &[Hash], fragment_size: u128) -> DispatchResult;
    /// The miner no longer holds untagged fragments of a stored file: locked falls, what was not replaced yet turns idle.
    fn drop_untagged(miner: &AccountId, space: u128) -> DispatchResult;
    /// The miner left and is being restored elsewhere.
    fn is_restoral_target(miner: &AccountId) -> bool;
    /// A fragment of a miner that left was restored elsewhere or deleted.
    fn restored(miner: &AccountId, space: u128) -> DispatchResult;
    /// Certifies `files` more idle files; `rear` grows.
    fn add_idle(
        miner: &AccountId,
        info: crate::miner::SpaceProofInfo,
        tee_sig: [u8; 64],
    ) -> Result<u128, DispatchError>;
    /// Gives up idle files that were replaced; `front` grows.
    fn replace_idle(
        miner: &AccountId,
        info: crate::miner::SpaceProofInfo,
        tee_sig: [u8; 64],
    ) -> Result<u128, DispatchError>;
    /// A tag was not delivered in time.
    fn punish_missing_tag(miner: &AccountId, space: u128) -> DispatchResult;
}

/// What the audit needs of miners (pallet sminer).
pub trait AuditedMiners {
    /// How many miners there are.
    fn count() -> u32;
    /// The miner at this place of the list of all miners.
    fn at(index: u32) -> Option<AccountId>;
    /// Idle + service space of the miner.
    fn space(miner: &AccountId) -> u128;
    /// The miner as it is; `None` when it has no PoIS key or left.
    fn snapshot(miner: &AccountId) -> Option<MinerSnapShot>;
    /// `(k, n, d)` of the proof of idle space.
    fn expenders() -> (u64, u64, u64);
    /// Both verdicts were true.
    fn record_pass(miner: &AccountId, idle: u128, service: u128) -> DispatchResult;
    /// No proof was delivered, for the `count`-th time in a row.
    fn punish_missing_proof(
        miner: &AccountId,
        idle: u128,
        service: u128,
        count: u8,
    ) -> DispatchResult;
    /// The service proof was wrong, repeatedly.
    fn punish_false_service(miner: &AccountId, service: u128) -> DispatchResult;
    /// The idle proof was wrong.
    fn punish_false_idle(miner: &AccountId, idle: u128) -> DispatchResult;
    /// The miner was silent for too long.
    fn force_exit(miner: &AccountId) -> DispatchResult;
}

/// TEE workers (pallet tee-worker).
pub trait TeeWorkers {
    /// May make tags.
    fn can_tag(worker: &WorkerKey) -> bool;
    /// May give verdicts.
    fn can_verify(worker: &WorkerKey) -> bool;
    /// May certify idle space.
    fn can_cert(worker: &WorkerKey) -> bool;
    /// The workers that may give verdicts.
    fn verifiers() -> Vec<WorkerKey>;
    /// Whether the master key (the current one, or one that is not yet retired) signed this digest.
    fn verify_master(digest: &[u8; 32], signature: &[u8]) -> bool;
    /// The account that answers for a worker.
    fn stash(worker: &WorkerKey) -> Option<AccountId>;
    /// The worker did something useful.
    fn worked(worker: &WorkerKey);
    /// The worker failed to give a verdict in time.
    fn failed(worker: &WorkerKey);
}

/// Credit for TEE work (pallet scheduler-credit); `()` keeps no score.
pub trait WorkCredit {
    /// Points for tags over so many bytes.
    fn tagged(stash: &AccountId, bytes: u128);
    /// Points for certified idle space.
    fn certified(stash: &AccountId, bytes: u128);
    /// Points for replaced idle space.
    fn replaced(stash: &AccountId, bytes: u128);
    /// Points for verified idle space.
    fn verified_idle(stash: &AccountId, bytes: u128);
    /// Points for verified service space.
    fn verified_service(stash: &AccountId, bytes: u128);
    /// A worker of this stash failed.
    fn punished(stash: &AccountId);
}

impl WorkCredit for () {
    fn tagged(_: &AccountId, _: u128) {}
    fn certified(_: &AccountId, _: u128) {}
    fn replaced(_: &AccountId, _: u128) {}
    fn verified_idle(_: &AccountId, _: u128) {}
    fn verified_service(_: &AccountId, _: u128) {}
    fn punished(_: &AccountId) {}
}

/// What TEE work is worth in an election (pallet scheduler-credit).
pub trait Credits {
    /// The best score that there is.
    const FULL: u32;
    /// The score of a stash over the last five closed periods, `0..=FULL`.
    fn score(stash: &AccountId) -> u32;
    /// Ends the running period, whose work is what was done for the election of era `era`.
    fn close_period(era: u32);
}

/// A stash pays for a worker that failed (pallet staking, through the runtime).
pub trait StashPenalty {
    /// Takes the penalty and says how much it was.
    fn penalise(stash: &AccountId) -> Balance;
}

impl StashPenalty for () {
    fn penalise(_: &AccountId) -> Balance {
        0
    }
}

/// Where rents and penalties go (the accounts of pallet cess-treasury).
pub trait Treasury {
    /// The account that receives penalties (`punisdpt`).
    fn punishments() -> AccountId;
    /// The account that receives rents (`spacedpt`).
    fn rents() -> AccountId;
}

/// The rewards of storage, by era (pallet cess-treasury).
///
/// A round is the pool that staking paid out at the end of an era. What a miner claims of it leaves
/// the undistributed total and is promised: the pool's account (`rewardpt`) holds the undistributed
/// total, all promises and nothing else.
pub trait RewardPool {
    /// Promises the share `power / total_power` of an era's round; what was promised. Zero when the
    /// round is empty; never more than the round still has.
    fn promise(era: u32, power: u128, total_power: u128) -> Balance;
    /// Pays a part of what was promised.
    fn pay(to: &AccountId, amount: Balance) -> DispatchResult;
    /// A promise that will never be paid goes back to the undistributed total's reserve.
    fn forfeit(amount: Balance);
    /// All shares of an era's round are promised: what nobody earned goes to the reserve. Every era
    /// is closed once, in order.
    fn close(era: u32);
}

/// Lends collateral to miners (pallet reservoir).
pub trait CollateralLender {
    /// The account whose reserve holds what is lent.
    fn account() -> AccountId;
    /// The miner may have this much more of it staked.
    fn can_stake(miner: &AccountId, amount: Balance) -> bool;
    /// Reserves the amount on [`account`](Self::account) for the miner, what was lent first, then its own store.
    fn stake(miner: &AccountId, amount: Balance) -> DispatchResult;
    /// Frees the amount again: to the miner's own store first, the rest returns what was lent.
    fn redeem(miner: &AccountId, amount: Balance) -> DispatchResult;
    /// The amount was taken from the reserve as a penalty: what was lent pays first.
    fn punished(miner: &AccountId, amount: Balance) -> DispatchResult;
}

/// Who may act for whom (pallet oss).
pub trait Authorisations {
    /// `owner` authorised `operator`, or is `operator`.
    fn may_act_for(operator: &AccountId, owner: &AccountId) -> bool;
}

/// Whether an account has bonded what a TEE worker's stash must (pallet staking).
pub trait Bonded {
    /// The account is a bonded stash.
    fn is_bonded(stash: &AccountId) -> bool;
}

/// Randomness of the chain (BABE's, through the runtime).
pub trait Randomness32 {
    /// 32 bytes that depend on `subject` and on the chain's last randomness.
    fn random(subject: &[u8]) -> [u8; 32];
}

/// A price of rented space.
pub type UnitPrice = Balance;
