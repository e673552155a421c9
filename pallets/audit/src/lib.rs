//! # Audit
//!
//! Miners are asked at random to prove that they hold what the chain believes they hold, and TEE
//! workers say whether the proofs are right.
//!
//! ```text
//!             proofs due          verdicts due
//!   CHALLENGED ─────────► PROVEN ─────────────► DECIDED ──► ChallengePassed | ChallengeFailed
//!
//!   each side, idle and service space:
//!
//!     OPEN ── proof ──► OWED by a worker ── verdict, at any time ─────────────► passed or failed
//!      │                 ▲    │
//!      │                 │    ├─ verdict due, worker silent: the worker failed ──┐
//!      │                 │    ├─ verdict due, worker says it got no proof ───────┤
//!      │                 └────┼─ another worker is asked, twice at most ◄────────┤
//!      │                      │                                                  ▼
//!      │                      │                       nobody left to ask: dropped, no penalty
//!      │                      └─ a second worker got no proof, or the only one ──► failed
//!      ├─ no proof in time ──────────────────────────────────────────────────────► failed
//!      └─ nothing to prove ──────────────────────────────────────────────────────► passed
//! ```
//!
//! A challenge has two sides, idle and service space, each with its own proof and verdict. Proofs
//! come from the miner; who owes the verdict follows from the challenge. The master key signs
//! verdicts, so that anybody may relay them: a miner can't keep a bad one back (Q1).
//!
//! A proof may be submitted up to and including its slip, a verdict up to its slip; both queues
//! ([`ChallengeSlip`], [`VerifySlip`]) are therefore drained once their tick has passed, a bounded
//! amount in each block (spec chain 6 and 12.4).
//!
//! ## Who is challenged
//!
//! Every block makes `miners / challenge_period` challenges, the fraction by chance, so that each
//! miner expects one in a period, however many there are. Of two miners that are drawn the larger is
//! preferred in proportion to its space. Miners that are challenged already are drawn again; those
//! without space use their turn up.
//!
//! ## Randomness
//!
//! Challenges are drawn in the hook, before any call of the block, from the VRF output in its
//! parent. A VRF output can't be chosen: for a slot and a key there is one. What remains with BABE
//! is that a validator sees its own output before it publishes its block, and may let the slot pass:
//! at the price of a block it has the next author's draw instead, and a run of slots gives it as many
//! such choices. Which calls its block has is no further choice: a miner that comes in is not drawn
//! from before the block after ([`MinersBefore`]), and none leaves by a call. Only the space of the
//! two miners that are drawn may still change, by calls of their own.
//!
//! The worker that owes a verdict follows from the challenge alone, and from the list of workers: a
//! miner can't wait for a block in which it likes the choice.
//!
//! ## Money
//!
//! None moves here. What follows from a challenge is carried out by the miners' pallet through
//! [`AuditedMiners`](cess_primitives::traits::AuditedMiners), all or nothing, and never keeps a
//! challenge from ending ([`Event::SettlementRefused`]):
//!
//! ```text
//!   both sides pass                    record_pass: a share of the era's reward
//!   idle side fails                    punish_false_idle: collateral ► treasury
//!   service proof missing              the 1st is forgiven, then punish_missing_proof,
//!                                      the 100th in a row: force_exit
//!   service proof wrong                the 1st is forgiven, then punish_false_service
//!   a verdict                          points for the worker's stash, wrong or right
//!   a verdict that did not come        the worker failed; the miner pays nothing
//! ```
//!
//! ## Calls by actor
//!
//! | who | calls |
//! |---|---|
//! | challenged miner | `submit_idle_proof`, `submit_service_proof`; to relay its own verdicts as published: `submit_verify_idle_result`, `submit_verify_service_result` |
//! | anybody, mostly TEE workers | `post_idle_verdict`, `post_service_verdict`, `report_missing_proof`: all with the master key's signature |
//! | root | `point_miner_challenge`; for tests `update_counted_clear`, `test_update_clear_slip`, `test_update_verify_slip` |
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod calls;
mod challenge;
mod costs;
mod draw;
mod due;
mod errors;
mod events;
mod invariants;
#[cfg(test)]
mod mock;
mod settle;
mod submit;
#[cfg(test)]
mod tests;
mod verdict;
pub mod weights;

use frame_support::pallet_macros::import_section;

pub use challenge::{CHALLENGES_PER_BLOCK, UNASSIGNED};
pub use due::SETTLEMENTS_PER_BLOCK;
pub use pallet::*;
pub use settle::{EXPULSION_COUNT, MAX_REASSIGNMENTS};

#[import_section(calls::calls)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use crate::{
        costs,
        verdict::{IdleVerdict, ServiceVerdict},
        weights::WeightInfo,
    };
    use alloc::boxed::Box;
    use cess_primitives::{
        audit::{ChallengeInfo, MissingReports, MAX_IDLE_PROOF, MAX_SERVICE_PROOF},
        due::Node,
        tee::WorkerKey,
        traits::{AuditedMiners, Protocol, Randomness32, TeeWorkers, WorkCredit},
        AccountId, BVec, BloomFilter, Tick,
    };
    use frame_support::{pallet_prelude::*, PalletId};
    use frame_system::pallet_prelude::*;

    /// A signature of the master key.
    pub type Signature = BVec<u8, 64>;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Time, windows and the size of a challenge.
        type Protocol: Protocol;
        /// Whom to challenge, and what follows from it.
        type Miners: AuditedMiners;
        /// Who gives verdicts.
        type TeeWorkers: TeeWorkers;
        /// Points for verdicts.
        type Credit: WorkCredit;
        /// Decides who is challenged, with what, and who verifies.
        type Randomness: Randomness32;
        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Kept from the published interface; no money moves through it.
        #[pallet::constant_name(MyPalletId)]
        fn my_pallet_id() -> PalletId {
            PalletId(*b"rewardpt")
        }

        /// Kept from the published interface; there are no session keys here.
        #[pallet::constant_name(SessionKeyMax)]
        fn session_key_max() -> u32 {
            1000
        }

        /// Kept from the published interface; open challenges are bounded by the number of miners.
        #[pallet::constant_name(ChallengeMinerMax)]
        fn challenge_miner_max() -> u32 {
            8000
        }

        /// Kept from the published interface; workers' verdicts are not listed.
        #[pallet::constant_name(VerifyMissionMax)]
        fn verify_mission_max() -> u32 {
            500
        }

        /// Longest service proof, bytes.
        #[pallet::constant_name(SigmaMax)]
        fn sigma_max() -> u32 {
            MAX_SERVICE_PROOF
        }

        /// Longest idle proof, bytes.
        #[pallet::constant_name(IdleTotalHashLength)]
        fn idle_total_hash_length() -> u32 {
            MAX_IDLE_PROOF
        }

        /// Ticks of the protocol's day.
        #[pallet::constant_name(OneDay)]
        fn one_day() -> u32 {
            T::Protocol::params().one_day
        }

        /// Ticks of a twenty-fourth of the protocol's day.
        #[pallet::constant_name(OneHours)]
        fn one_hours() -> u32 {
            T::Protocol::params().one_day / 24
        }

        /// Kept from the published interface; there are no unsigned calls here.
        #[pallet::constant_name(UnsignedPriority)]
        fn unsigned_priority() -> u64 {
            u64::MAX
        }

        /// Kept from the published interface; nothing is locked here.
        #[pallet::constant_name(LockTime)]
        fn lock_time() -> u32 {
            10
        }

        /// How often a verdict that does not come is asked of another worker.
        #[pallet::constant_name(ReassignCeiling)]
        fn reassign_ceiling() -> u8 {
            crate::MAX_REASSIGNMENTS
        }
    }

    /// False service verdicts of a miner in a row.
    #[pallet::storage]
    pub type CountedServiceFailed<T> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// When the last false service verdict of a miner was counted (ours).
    #[pallet::storage]
    pub type ServiceFailedAt<T> = StorageMap<_, Blake2_128Concat, AccountId, Tick>;

    /// Missing service proofs of a miner in a row.
    #[pallet::storage]
    pub type CountedClear<T> = StorageMap<_, Blake2_128Concat, AccountId, u8, ValueQuery>;

    /// The open challenges.
    #[pallet::storage]
    pub type ChallengeSnapShot<T> = StorageMap<_, Blake2_128Concat, AccountId, ChallengeInfo>;

    /// The challenges whose proofs may still come, by the last tick for them.
    #[pallet::storage]
    pub type ChallengeSlip<T> =
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, AccountId, bool>;

    /// All challenges, by the last tick for their verdicts.
    #[pallet::storage]
    pub type VerifySlip<T> =
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, AccountId, bool>;

    /// How many miners there were when the last block began.
    #[pallet::storage]
    pub type MinersBefore<T> = StorageValue<_, u32, ValueQuery>;

    /// The ticks of [`ChallengeSlip`]; a tick without entries goes when it is due.
    // Twox: the keys are made by the chain, nobody chooses them.
    #[pallet::storage]
    pub type ProofTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// The ticks of [`VerifySlip`]; a tick without entries goes when it is due.
    #[pallet::storage]
    pub type VerdictTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// The workers that say that a miner never delivered the proofs it submitted.
    #[pallet::storage]
    pub type UndeliveredTo<T> =
        StorageMap<_, Blake2_128Concat, AccountId, MissingReports, ValueQuery>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::settle_due().saturating_add(Self::challenge_some())
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
