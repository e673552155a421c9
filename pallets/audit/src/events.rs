//! What the pallet says.

use frame_support::pallet_macros::pallet_section;

/// The events, in published order; ours follow from index 6 on.
#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
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
        /// A worker says that it never got the proof that a miner submitted. When a second one says
        /// so, or if there is no other, the side fails; a verdict after all settles it.
        #[codec(index = 10)]
        ProofReportedMissing {
            /// The miner.
            miner: AccountId,
            /// The worker.
            tee: WorkerKey,
        },
    }
}
