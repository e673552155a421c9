//! # Audit pallet
//!
//! Challenges: miners are asked at random to prove that they hold what the chain believes they hold,
//! and TEE workers say whether the proofs are right.
//!
//! ```text
//!             proofs due          verdicts due
//!   CHALLENGED ─────────► PROVEN ─────────────► DECIDED ──► ChallengePassed | ChallengeFailed
//!
//!   a side with nothing to prove      passes
//!   no proof in time                  the side fails
//!   a verdict, at any time            the side passes or fails
//!   no verdict in time,
//!     and its worker got no proof     the side fails
//!     otherwise                       the worker failed: another one is asked, twice at most;
//!                                     then the challenge is dropped and the miner not punished
//! ```
//!
//! A challenge has two sides, idle and service space, each with its own proof and verdict. Proofs
//! come from the miner; at their submission the chain draws the worker that owes the verdict. The
//! master key signs verdicts, so that anybody may relay them: a miner can't keep a bad one back
//! (Q1). What follows from a challenge is carried out by the miners' pallet through
//! [`AuditedMiners`](cess_primitives::traits::AuditedMiners).
//!
//! A proof may be submitted up to and including its slip, a verdict up to its slip; both queues
//! ([`ChallengeSlip`], [`VerifySlip`]) are therefore drained once their tick has passed, a bounded
//! amount in each block (spec chain 6 and 12.4).
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod challenge;
mod draw;
mod due;
mod invariants;
#[cfg(test)]
mod mock;
mod settle;
mod submit;
#[cfg(test)]
mod tests;
mod verdict;

pub use challenge::{CHALLENGES_PER_BLOCK, UNASSIGNED};
pub use due::SETTLEMENTS_PER_BLOCK;
pub use pallet::*;
pub use settle::{EXPULSION_COUNT, MAX_REASSIGNMENTS};

#[frame_support::pallet]
pub mod pallet {
    use crate::verdict::{IdleVerdict, ServiceVerdict};
    use alloc::boxed::Box;
    use cess_primitives::{
        audit::{ChallengeInfo, MAX_IDLE_PROOF, MAX_SERVICE_PROOF},
        due::Node,
        tee::WorkerKey,
        traits::{AuditedMiners, Protocol, Randomness32, TeeWorkers, WorkCredit},
        AccountId, BVec, BloomFilter, Tick,
    };
    use frame_support::pallet_prelude::*;
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
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, AccountId, bool, ValueQuery>;

    /// All challenges, by the last tick for their verdicts.
    #[pallet::storage]
    pub type VerifySlip<T> =
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, AccountId, bool, ValueQuery>;

    /// The ticks of [`ChallengeSlip`]; a tick without entries goes when it is due.
    // Twox: the keys are made by the chain, nobody chooses them.
    #[pallet::storage]
    pub type ProofTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// The ticks of [`VerifySlip`]; a tick without entries goes when it is due.
    #[pallet::storage]
    pub type VerdictTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// The workers that say that a miner never delivered the proof it submitted.
    #[pallet::storage]
    pub type UndeliveredTo<T> =
        StorageMap<_, Blake2_128Concat, AccountId, BVec<WorkerKey, 2>, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A miner was challenged.
        #[codec(index = 0)]
        GenerateChallenge {
            /// The miner.
            miner: AccountId,
        },
        /// A miner submitted its idle proof.
        #[codec(index = 1)]
        SubmitIdleProof {
            /// The miner.
            miner: AccountId,
        },
        /// A miner submitted its service proof.
        #[codec(index = 2)]
        SubmitServiceProof {
            /// The miner.
            miner: AccountId,
        },
        /// The verdict over an idle proof is in.
        #[codec(index = 3)]
        SubmitIdleVerifyResult {
            /// The worker.
            tee: WorkerKey,
            /// The miner.
            miner: AccountId,
            /// Whether the proof was right.
            result: bool,
        },
        /// The verdict over a service proof is in.
        #[codec(index = 4)]
        SubmitServiceVerifyResult {
            /// The worker.
            tee: WorkerKey,
            /// The miner.
            miner: AccountId,
            /// Whether the proof was right.
            result: bool,
        },
        /// Kept for its published index.
        #[codec(index = 5)]
        VerifyProof {
            /// The worker.
            tee_worker: WorkerKey,
            /// The miner.
            miner: AccountId,
        },
        /// A challenge ended; the miner holds what it should.
        #[codec(index = 6)]
        ChallengePassed {
            /// The miner.
            miner: AccountId,
        },
        /// A challenge ended without success. Neither side failed when workers gave no verdict.
        #[codec(index = 7)]
        ChallengeFailed {
            /// The miner.
            miner: AccountId,
            /// The idle side failed.
            idle: bool,
            /// The service side failed.
            service: bool,
        },
        /// A verdict was not given in time; another worker owes it now.
        #[codec(index = 8)]
        VerifierReassigned {
            /// The miner.
            miner: AccountId,
            /// The worker that failed.
            from: WorkerKey,
            /// The worker that owes the verdict now.
            to: WorkerKey,
        },
        /// What follows from a challenge, a penalty or a pass, could not be carried out.
        #[codec(index = 9)]
        SettlementRefused {
            /// The miner.
            miner: AccountId,
            /// What the miners' pallet answered.
            error: DispatchError,
        },
        /// A worker says that it never got the proof that a miner submitted; the side fails unless
        /// a verdict comes after all.
        #[codec(index = 10)]
        ProofReportedMissing {
            /// The miner.
            miner: AccountId,
            /// The worker.
            tee: WorkerKey,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// A challenge would hold more items than it may; this is a defect of the quantities.
        BoundedVecError,
        /// Kept for its published index.
        StorageLimitReached,
        /// Kept for its published index.
        Overflow,
        /// The miner is not challenged.
        NoChallenge,
        /// Kept for its published index.
        ScheduleNonExistent,
        /// Kept for its published index.
        FileTypeError,
        /// The miner has no space, or this side of the challenge nothing to prove.
        NotQualified,
        /// Verdicts can't be due before proofs; choose another tick.
        RecordTimeError,
        /// Kept for its published index.
        OffchainSignedTxError,
        /// Kept for its published index.
        NoLocalAcctForSigning,
        /// Kept for its published index.
        LengthExceedsLimit,
        /// Kept for its published index.
        SystemError,
        /// The challenge has no slip at the old tick; look up where it is.
        NonExistentMission,
        /// Kept for its published index.
        UnexpectedError,
        /// The proof was due earlier.
        Expired,
        /// The master key did not sign this.
        VerifyTeeSigFailed,
        /// The verdict is over other fragments than those of the snapshot.
        BloomFilterError,
        /// The proof, verdict or report is in already.
        Submitted,
        /// The expenders leave fewer than eight nodes to choose from; update them.
        RandomErr,
        /// There is no proof that the verdict could be over.
        UnSubmitted,
        /// The worker does not owe this verdict, or may not give verdicts.
        TeeNoPermission,
        /// A signature has 64 bytes.
        MalformedSignature,
        /// The miner's last challenge is still open; wait for its end.
        AlreadyChallenged,
        /// No TEE worker could give a verdict; register one first.
        NoVerifier,
    }

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

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Submits the challenged sender's idle proof: the SHA-256 over the proofs of all ranges.
        ///
        /// Draws the worker that owes the verdict. Emits [`Event::SubmitIdleProof`]; fails with
        /// [`Error::NoChallenge`], [`Error::NotQualified`], [`Error::Submitted`] or
        /// [`Error::Expired`].
        #[pallet::call_index(1)]
        #[pallet::weight(
            Weight::from_parts(90_000_000, 14_000)
                .saturating_add(T::DbWeight::get().reads_writes(5, 1))
        )]
        pub fn submit_idle_proof(
            origin: OriginFor<T>,
            idle_prove: BVec<u8, MAX_IDLE_PROOF>,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::take_idle_proof(miner, idle_prove)
        }

        /// Submits the challenged sender's service proof: the decimal digits of sigma.
        ///
        /// Draws the worker that owes the verdict. Emits [`Event::SubmitServiceProof`]; fails as
        /// [`Pallet::submit_idle_proof`] does.
        #[pallet::call_index(2)]
        #[pallet::weight(
            Weight::from_parts(95_000_000, 14_000)
                .saturating_add(T::DbWeight::get().reads_writes(5, 1))
        )]
        pub fn submit_service_proof(
            origin: OriginFor<T>,
            service_prove: BVec<u8, MAX_SERVICE_PROOF>,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::take_service_proof(miner, service_prove)
        }

        /// The published way to post the verdict over the sender's idle proof; see
        /// [`Pallet::post_idle_verdict`].
        #[pallet::call_index(3)]
        #[pallet::weight(
            Weight::from_parts(250_000_000, 30_000)
                .saturating_add(T::DbWeight::get().reads_writes(18, 16))
        )]
        #[allow(clippy::too_many_arguments)] // the published interface
        pub fn submit_verify_idle_result(
            origin: OriginFor<T>,
            total_prove_hash: BVec<u8, MAX_IDLE_PROOF>,
            front: u64,
            rear: u64,
            accumulator: [u8; 256],
            idle_result: bool,
            signature: Signature,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            let result = idle_result;
            let verdict = IdleVerdict {
                total_prove_hash,
                front,
                rear,
                accumulator,
                result,
            };
            Self::take_idle_verdict(miner, verdict, &signature, tee_puk)
        }

        /// The published way to post the verdict over the sender's service proof; see
        /// [`Pallet::post_service_verdict`].
        #[pallet::call_index(4)]
        #[pallet::weight(
            Weight::from_parts(260_000_000, 30_000)
                .saturating_add(T::DbWeight::get().reads_writes(19, 17))
        )]
        pub fn submit_verify_service_result(
            origin: OriginFor<T>,
            service_result: bool,
            signature: Signature,
            // On the heap: 2 KiB would make every call of the runtime that large in memory.
            service_bloom_filter: Box<BloomFilter>,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            let verdict = ServiceVerdict {
                result: service_result,
                service_bloom_filter: *service_bloom_filter,
            };
            Self::take_service_verdict(miner, verdict, &signature, tee_puk)
        }

        /// Forgets a miner's missing proofs. Origin: root.
        #[pallet::call_index(7)]
        #[pallet::weight(
            Weight::from_parts(8_000_000, 0)
                .saturating_add(T::DbWeight::get().writes(1))
        )]
        pub fn update_counted_clear(origin: OriginFor<T>, miner: AccountId) -> DispatchResult {
            ensure_root(origin)?;
            CountedClear::<T>::remove(miner);
            Ok(())
        }

        /// Moves the last tick for a challenge's proofs from `old` to `new`. Origin: root.
        ///
        /// Fails with [`Error::NoChallenge`], [`Error::NonExistentMission`] or
        /// [`Error::RecordTimeError`].
        #[pallet::call_index(9)]
        #[pallet::weight(
            Weight::from_parts(50_000_000, 14_000)
                .saturating_add(T::DbWeight::get().reads_writes(6, 7))
        )]
        pub fn test_update_clear_slip(
            origin: OriginFor<T>,
            old: Tick,
            new: Tick,
            miner: AccountId,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::move_proofs_due(miner, old, new)
        }

        /// Moves the last tick for a challenge's verdicts from `old` to `new`. Origin: root.
        ///
        /// Fails with [`Error::NoChallenge`], [`Error::NonExistentMission`] or
        /// [`Error::RecordTimeError`].
        #[pallet::call_index(10)]
        #[pallet::weight(
            Weight::from_parts(50_000_000, 14_000)
                .saturating_add(T::DbWeight::get().reads_writes(7, 7))
        )]
        pub fn test_update_verify_slip(
            origin: OriginFor<T>,
            old: Tick,
            new: Tick,
            miner: AccountId,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::move_verdicts_due(miner, old, new)
        }

        /// Challenges a miner now. Origin: root.
        ///
        /// Emits [`Event::GenerateChallenge`]; fails with [`Error::AlreadyChallenged`],
        /// [`Error::NotQualified`], [`Error::NoVerifier`] or [`Error::RandomErr`].
        #[pallet::call_index(11)]
        #[pallet::weight(
            Weight::from_parts(150_000_000, 20_000)
                .saturating_add(T::DbWeight::get().reads_writes(16, 11))
        )]
        pub fn point_miner_challenge(origin: OriginFor<T>, miner: AccountId) -> DispatchResult {
            ensure_root(origin)?;
            Ok(Self::challenge_one(miner)?)
        }

        /// Posts the verdict over a miner's idle proof. Whoever relays it, the master key must have
        /// signed `VerifyIdleResultInfo` and the worker must be the one that owes the verdict.
        ///
        /// The proof counts as wrong, whatever the verdict, when it is over another hash, range or
        /// accumulator than the chain knows. Emits [`Event::SubmitIdleVerifyResult`]; fails with
        /// [`Error::NoChallenge`], [`Error::UnSubmitted`], [`Error::Submitted`],
        /// [`Error::TeeNoPermission`], [`Error::MalformedSignature`] or
        /// [`Error::VerifyTeeSigFailed`].
        #[pallet::call_index(20)]
        #[pallet::weight(
            Weight::from_parts(250_000_000, 30_000)
                .saturating_add(T::DbWeight::get().reads_writes(18, 16))
        )]
        #[allow(clippy::too_many_arguments)] // those of call 3, and the miner
        pub fn post_idle_verdict(
            origin: OriginFor<T>,
            miner: AccountId,
            total_prove_hash: BVec<u8, MAX_IDLE_PROOF>,
            front: u64,
            rear: u64,
            accumulator: [u8; 256],
            idle_result: bool,
            signature: Signature,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            let result = idle_result;
            let verdict = IdleVerdict {
                total_prove_hash,
                front,
                rear,
                accumulator,
                result,
            };
            Self::take_idle_verdict(miner, verdict, &signature, tee_puk)
        }

        /// Posts the verdict over a miner's service proof. Whoever relays it, the master key must
        /// have signed `VerifyServiceResultInfo` and the worker must be the one that owes the
        /// verdict.
        ///
        /// Emits [`Event::SubmitServiceVerifyResult`]; fails with [`Error::BloomFilterError`] or as
        /// [`Pallet::post_idle_verdict`] does.
        #[pallet::call_index(21)]
        #[pallet::weight(
            Weight::from_parts(260_000_000, 30_000)
                .saturating_add(T::DbWeight::get().reads_writes(19, 17))
        )]
        pub fn post_service_verdict(
            origin: OriginFor<T>,
            miner: AccountId,
            service_result: bool,
            signature: Signature,
            // On the heap: 2 KiB would make every call of the runtime that large in memory.
            service_bloom_filter: Box<BloomFilter>,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            let verdict = ServiceVerdict {
                result: service_result,
                service_bloom_filter: *service_bloom_filter,
            };
            Self::take_service_verdict(miner, verdict, &signature, tee_puk)
        }

        /// Says that a miner submitted a proof but never delivered it to the worker that owes the
        /// verdict. The master key must have signed `ProofMissingInfo`.
        ///
        /// Emits [`Event::ProofReportedMissing`]; fails with [`Error::NoChallenge`],
        /// [`Error::TeeNoPermission`], [`Error::Submitted`], [`Error::MalformedSignature`] or
        /// [`Error::VerifyTeeSigFailed`].
        #[pallet::call_index(22)]
        #[pallet::weight(
            Weight::from_parts(110_000_000, 16_000)
                .saturating_add(T::DbWeight::get().reads_writes(6, 1))
        )]
        pub fn report_missing_proof(
            origin: OriginFor<T>,
            miner: AccountId,
            signature: Signature,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::take_missing_report(miner, &signature, tee_puk)
        }
    }
}
