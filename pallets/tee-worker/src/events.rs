//! What the pallet tells the world: the published events, then ours from index 11 on.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker was asked to make a master key.
        #[codec(index = 0)]
        MasterKeyLaunching {
            /// The worker.
            holder: WorkerKey,
            /// Whether the new key replaces one.
            rolling: bool,
        },
        /// There is a new master key.
        #[codec(index = 1)]
        MasterKeyLaunched,
        /// A worker asked for the master key.
        #[codec(index = 2)]
        MasterKeyAppling {
            /// The worker.
            applier: WorkerKey,
            /// The worker that is to send it.
            distributor: WorkerKey,
        },
        /// The encrypted master key is there for a worker.
        #[codec(index = 3)]
        MasterKeySubmitted {
            /// The worker.
            receiver: WorkerKey,
        },
        /// Another worker answers for the master key.
        #[codec(index = 4)]
        MasterKeyHolderChanged {
            /// The worker so far.
            from: WorkerKey,
            /// The worker from now on.
            to: WorkerKey,
        },
        /// A worker was registered.
        #[codec(index = 5)]
        WorkerAdded {
            /// The worker.
            pubkey: WorkerKey,
            /// Who attested it.
            attestation_provider: Option<AttestationProvider>,
            /// From 1, best, to 5; 128 without attestation.
            confidence_level: u8,
        },
        /// A worker renewed its entry.
        #[codec(index = 6)]
        WorkerUpdated {
            /// The worker.
            pubkey: WorkerKey,
            /// Who attested it.
            attestation_provider: Option<AttestationProvider>,
            /// From 1, best, to 5; 128 without attestation.
            confidence_level: u8,
        },
        /// A worker is no longer registered, whoever wanted that.
        #[codec(index = 7)]
        ClearInvalidTee {
            /// The worker.
            pubkey: WorkerKey,
        },
        /// Older versions may no longer register: major, minor, patch.
        #[codec(index = 8)]
        MinimumCesealVersionChangedTo(u32, u32, u32),
        /// A binary was listed.
        #[codec(index = 9)]
        CesealBinAdded(H256),
        /// A binary was taken off the list.
        #[codec(index = 10)]
        CesealBinRemoved(H256),
        /// A worker gave no verdict in time.
        #[codec(index = 11)]
        VerdictMissed {
            /// The worker.
            pubkey: WorkerKey,
            /// Misses since it last worked.
            in_a_row: u32,
        },
        /// A worker that missed too many verdicts is asked for no more.
        #[codec(index = 12)]
        WorkerSuspended {
            /// The worker.
            pubkey: WorkerKey,
        },
        /// A suspended worker is asked for verdicts again.
        #[codec(index = 13)]
        WorkerReinstated {
            /// The worker.
            pubkey: WorkerKey,
        },
        /// The stash of a worker that was suspended paid for it.
        #[codec(index = 14)]
        StashPunished {
            /// The worker.
            pubkey: WorkerKey,
            /// Its stash.
            stash: AccountId,
            /// What it paid.
            amount: Balance,
        },
        /// A worker left of its own accord, or its stash withdrew it.
        #[codec(index = 15)]
        WorkerExited {
            /// The worker.
            pubkey: WorkerKey,
        },
        /// A stash agreed to answer for a worker, or took that back.
        #[codec(index = 16)]
        WorkerSponsored {
            /// The stash.
            stash: AccountId,
            /// The worker.
            worker: WorkerKey,
            /// Whether it agreed.
            agreed: bool,
        },
        /// Other attestations are accepted from now on.
        #[codec(index = 17)]
        AttestationRulesChanged {
            /// A worker may register without.
            none: bool,
            /// Simulated ones are believed.
            simulated: bool,
            /// Only listed binaries may register.
            listed_only: bool,
        },
        /// A sweep looked at some of the workers.
        #[codec(index = 18)]
        WorkersSwept {
            /// At so many.
            looked_at: u32,
            /// It changed or removed so many.
            changed: u32,
            /// It looked at all; otherwise the next call goes on.
            complete: bool,
        },
    }
}
