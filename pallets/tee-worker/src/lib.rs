//! # TEE worker pallet
//!
//! Who the network's TEE workers are, what each of them may do, and the master key with which all
//! of them sign certificates, tags and verdicts (spec chain 7 and 12.7).
//!
//! ```text
//!               register_worker, force_register_worker
//!  worker:  (unknown) ──────────────────────────────► registered ──┐ 3 verdicts missed in a row:
//!              ▲                                       │  ▲   ▲   │ the stash pays
//!              │     exit_worker, withdraw_worker,     │  │   │   ▼
//!              ├─── force_clear_tee, patch_clear_* ────┘  │   suspended (takes no new verdicts)
//!              └──────────────────────────────────────────┼─────┘
//!                           worked, or registered again ──┘
//!
//!  master key:  NotLaunched ──launch_master_key──► Launching(holder) ──settle_master_key_launch──► Launched(key)
//!                                                        ▲                                           │
//!                                                        └────── launch_master_key(roll = true) ─────┘
//!
//!  the key's way to another worker:  apply_master_key ──► MasterKeyDistributeNotify[applicant] = holder
//!                                    distribute_master_key ──► MasterKeyPostation[applicant] = encrypted key
//! ```
//!
//! | role | tags | certifies idle space | gives verdicts | stash |
//! |---|---|---|---|---|
//! | Full | yes | yes | yes | bonded |
//! | Verifier | no | no | yes | bonded |
//! | Marker | yes | yes | no | none |
//!
//! ## Admission
//!
//! The rules in force decide who registers, who is given the master key, and whom
//! `patch_clear_invalid_tee` removes: a version that is not too old; an attestation, unless none is
//! needed; a listed binary, where that is required; a bonded stash, for roles that have one. The
//! runtime chooses whose attestations it trusts ([`AttestationVerifier`]); the one here trusts the
//! key of simulated quotes, if the chain lets it ([`SimulatedAttestation`]). A worker that governance
//! registers needs no attestation. A stash must agree to the workers that it answers for.
//!
//! ## Liveness
//!
//! Nobody is removed for being idle. A verdict that does not come in time costs the stash credit;
//! after three in a row the worker is suspended and its stash pays. The last worker that could give
//! verdicts is never suspended. Useful work forgives all misses.
//!
//! ## The master key
//!
//! All roles need it: tags, certificates and verdicts are signed with it. Whoever has it can forge
//! all of them, and removing a worker does not take it away: when a worker turns out bad, remove it
//! and roll the key with `launch_master_key(holder, true)`. The key before verifies for one more
//! protocol day, so that what is under way stays valid; a second roll ends that at once. When the
//! holder is to leave, `change_master_key_holder` names another worker that was sent the key; when
//! there is none, roll the key to a new holder.
//!
//! ## Money
//!
//! The pallet holds none. A suspension costs the worker's stash what [`Config::Penalty`] takes.
//!
//! ## Calls by actor
//!
//! * worker: [`register_worker`](Pallet::register_worker),
//!   [`settle_master_key_launch`](Pallet::settle_master_key_launch),
//!   [`apply_master_key`](Pallet::apply_master_key),
//!   [`distribute_master_key`](Pallet::distribute_master_key),
//!   [`exit_worker`](Pallet::exit_worker), [`withdraw_worker`](Pallet::withdraw_worker);
//! * stash: [`sponsor_worker`](Pallet::sponsor_worker),
//!   [`register_worker`](Pallet::register_worker) with an attestation,
//!   [`withdraw_worker`](Pallet::withdraw_worker);
//! * governance: [`launch_master_key`](Pallet::launch_master_key),
//!   [`change_master_key_holder`](Pallet::change_master_key_holder),
//!   [`add_ceseal`](Pallet::add_ceseal), [`remove_ceseal`](Pallet::remove_ceseal),
//!   [`set_minimum_ceseal_version`](Pallet::set_minimum_ceseal_version),
//!   [`set_none_attestation_enabled`](Pallet::set_none_attestation_enabled),
//!   [`set_ceseal_verify_required`](Pallet::set_ceseal_verify_required),
//!   [`set_simulated_attestation_enabled`](Pallet::set_simulated_attestation_enabled),
//!   [`migration_last_work`](Pallet::migration_last_work),
//!   [`patch_clear_invalid_tee`](Pallet::patch_clear_invalid_tee),
//!   [`patch_clear_not_work_tee`](Pallet::patch_clear_not_work_tee),
//!   [`force_clear_tee`](Pallet::force_clear_tee),
//!   [`force_register_worker`](Pallet::force_register_worker);
//! * the pallets of files, miners and audits: [`TeeWorkers`](cess_primitives::traits::TeeWorkers).
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod admission;
mod allow_list;
mod attestation;
mod calls;
mod errors;
mod events;
mod exit;
mod handover;
mod impls;
mod liveness;
mod master_key;
#[cfg(test)]
mod mock;
mod signed;
mod simulation;
mod sponsors;
mod storage;
mod sweeps;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;
mod workers;

use frame_support::pallet_macros::import_section;

pub use admission::{MAX_ENDPOINT, MAX_FEATURES, MAX_MACHINE_ID, MAX_REPORT};
pub use attestation::{AttestationError, AttestationVerifier, Attested, UNATTESTED};
pub use handover::MAX_ENCRYPTED_KEY;
pub use liveness::MISSED_LIMIT;
pub use master_key::KeyRing;
pub use pallet::*;
pub use signed::SIGNING_LIFE_MS;
pub use simulation::SimulatedAttestation;
pub use sponsors::MAX_SPONSORED;
pub use sweeps::{Sweep, SWEPT_PER_CALL};

#[import_section(storage::storage)]
#[import_section(calls::calls)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use super::{weights::WeightInfo, AttestationVerifier, KeyRing, Sweep, MAX_SPONSORED};
    use alloc::{string::String, vec::Vec};
    use cess_primitives::{
        tee::{
            attestation::AttestationReport, AttestationProvider, LaunchStatus,
            MasterKeyApplyPayload, MasterKeyDistributePayload, MasterKeyInfo,
            MasterKeyLaunchPayload, WorkerExitPayload, WorkerInfo, WorkerKey,
            WorkerRegistrationInfo,
        },
        traits::{Bonded, Protocol, StashPenalty, WorkCredit},
        AccountId, BVec, Balance, Tick,
    };
    use core::marker::PhantomData;
    use frame_support::{pallet_prelude::*, traits::UnixTime, PalletId};
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::without_storage_info]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId, Hash = H256> {
        /// Time and quantities.
        type Protocol: Protocol;
        /// Tells bonded stashes.
        type Bonded: Bonded;
        /// Keeps the credit of stashes.
        type Credit: WorkCredit;
        /// Takes money from stashes of workers that fail.
        type Penalty: StashPenalty;
        /// Whose attestations are trusted.
        type Attestation: AttestationVerifier;
        /// The wall clock, for signing times.
        type UnixTime: UnixTime;
        /// Launches the master key and keeps the lists.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Published, of no use here.
        #[pallet::constant]
        type TeeWorkerPalletId: Get<PalletId>;
        /// Most workers that give verdicts.
        #[pallet::constant]
        type SchedulerMaximum: Get<u32>;
        /// Most binaries on the allow-list.
        #[pallet::constant]
        type MaxWhitelist: Get<u32>;
        /// What calls cost.
        type WeightInfo: WeightInfo;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// A suspended worker that did nothing for so many ticks may be removed.
        #[pallet::constant_name(AtLeastWorkBlock)]
        fn at_least_work_block() -> Tick {
            T::Protocol::params().tee_work_life
        }
    }

    /// How the network of workers begins.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The account whose key is the worker that makes the first master key.
        pub master_key_holder: Option<AccountId>,
        /// Whether a worker may register without an attestation.
        pub none_attestation_enabled: bool,
        /// Whether simulated attestations are believed.
        pub simulated_attestation_enabled: bool,
        /// Whether only listed binaries may register.
        pub ceseal_verify_required: bool,
        /// Stashes, each with the account of a worker that it agrees to answer for.
        pub sponsorships: Vec<(AccountId, AccountId)>,
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Some(holder) = &self.master_key_holder {
                MasterKeyStatus::<T>::put(LaunchStatus::Launching(*holder.as_ref()));
            }
            NoneAttestationEnabled::<T>::put(self.none_attestation_enabled);
            SimulatedAttestationEnabled::<T>::put(self.simulated_attestation_enabled);
            CesealVerifyRequired::<T>::put(self.ceseal_verify_required);
            for (stash, worker) in &self.sponsorships {
                let agreed = Sponsorships::<T>::try_append(stash, WorkerKey::from(worker.clone()));
                assert!(
                    agreed.is_ok(),
                    "genesis: {stash:?} answers for too many workers"
                );
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
