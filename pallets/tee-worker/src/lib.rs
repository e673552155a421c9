//! # TEE worker pallet
//!
//! Who the network's TEE workers are, what each of them may do, and the master key with which all
//! of them sign certificates, tags and verdicts (spec chain 7 and 12.7).
//!
//! ```text
//!  worker:  (unknown) ──register_worker / force_register_worker──► registered ──force_clear_tee──► (unknown)
//!                                                       │   ▲
//!                     3 verdicts missed in a row        ▼   │ worked, or registered again
//!                                                   suspended (takes no new verdicts)
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
//! After a roll the previous master key verifies for one more protocol day, so that what is under
//! way stays valid; older keys are history only. A worker is never removed for being idle; one that
//! lets verdicts lapse gets no new ones, unless it is the last that could give any.
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod attestation;
mod impls;
mod master_key;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod workers;

pub use attestation::{AttestationReport, Collateral, SgxV30QuoteCollateral, UNATTESTED};
pub use master_key::{MAX_ENCRYPTED_KEY, SIGNING_LIFE_MS};
pub use pallet::*;
pub use workers::MISSED_LIMIT;

#[frame_support::pallet]
pub mod pallet {
    use super::AttestationReport;
    use alloc::{string::String, vec::Vec};
    use cess_primitives::{
        tee::{
            AttestationProvider, LaunchStatus, MasterKeyApplyPayload, MasterKeyDistributePayload,
            MasterKeyInfo, MasterKeyLaunchPayload, WorkerInfo, WorkerKey, WorkerRegistrationInfo,
        },
        traits::{Bonded, Protocol},
        AccountId, Tick,
    };
    use core::marker::PhantomData;
    use frame_support::{pallet_prelude::*, traits::UnixTime};
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
        /// The wall clock, for signing times.
        type UnixTime: UnixTime;
        /// Launches the master key and keeps the lists.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Most workers that give verdicts.
        #[pallet::constant]
        type SchedulerMaximum: Get<u32>;
        /// Most binaries on the allow-list.
        #[pallet::constant]
        type MaxWhitelist: Get<u32>;
    }

    /// The workers that verdicts are asked of.
    #[pallet::storage]
    pub type ValidationTypeList<T: Config> =
        StorageValue<_, BoundedVec<WorkerKey, T::SchedulerMaximum>, ValueQuery>;

    /// Whether there is a master key.
    #[pallet::storage]
    pub type MasterKeyStatus<T> = StorageValue<_, LaunchStatus, ValueQuery>;

    /// Every master key there ever was, the current one last.
    #[pallet::storage]
    pub type MasterKeyHistory<T> = StorageValue<_, Vec<MasterKeyInfo>, ValueQuery>;

    /// The encrypted master key for a worker that asked for it, and when it was posted.
    /// Twox64: keys are of registered workers only.
    #[pallet::storage]
    pub type MasterKeyPostation<T> =
        StorageMap<_, Twox64Concat, WorkerKey, Option<(Tick, MasterKeyDistributePayload)>>;

    /// The worker that is asked to send the master key, by applicant.
    #[pallet::storage]
    pub type MasterKeyDistributeNotify<T> = StorageMap<_, Twox64Concat, WorkerKey, WorkerKey>;

    /// The registered workers.
    #[pallet::storage]
    pub type Workers<T> = CountedStorageMap<_, Twox64Concat, WorkerKey, WorkerInfo>;

    /// When a worker was registered first.
    #[pallet::storage]
    pub type WorkerAddedAt<T> = StorageMap<_, Twox64Concat, WorkerKey, Tick>;

    /// The binaries that may register where that is required.
    #[pallet::storage]
    pub type CesealBinAllowList<T> = StorageValue<_, Vec<H256>, ValueQuery>;

    /// When a binary was listed.
    #[pallet::storage]
    pub type CesealBinAddedAt<T> = StorageMap<_, Twox64Concat, H256, Tick>;

    /// Where a worker's gRPC interface is.
    #[pallet::storage]
    pub type Endpoints<T> = StorageMap<_, Twox64Concat, WorkerKey, String>;

    /// When a worker last did something useful.
    #[pallet::storage]
    pub type LastWork<T> = StorageMap<_, Twox64Concat, WorkerKey, Tick>;

    /// The oldest version that may register: major, minor, patch.
    #[pallet::storage]
    pub type MinimumCesealVersion<T> = StorageValue<_, (u32, u32, u32), ValueQuery>;

    /// Whether a worker may register without an attestation.
    #[pallet::storage]
    pub type NoneAttestationEnabled<T> = StorageValue<_, bool, ValueQuery>;

    /// Whether only listed binaries may register.
    #[pallet::storage]
    pub type CesealVerifyRequired<T> = StorageValue<_, bool, ValueQuery>;

    /// Verdicts that a worker missed since it last worked; absent when none. Not published.
    #[pallet::storage]
    pub type VerdictsMissed<T> = StorageMap<_, Twox64Concat, WorkerKey, u32, ValueQuery>;

    /// How the network of workers begins.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The account whose key is the worker that makes the first master key.
        pub master_key_holder: Option<AccountId>,
        /// Whether a worker may register without an attestation.
        pub none_attestation_enabled: bool,
        /// Whether only listed binaries may register.
        pub ceseal_verify_required: bool,
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
            CesealVerifyRequired::<T>::put(self.ceseal_verify_required);
        }
    }

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
        /// A worker was removed.
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
    }

    /// The published errors in their order, then ours. Those from `InvalidIASSigningCert` to
    /// `OidIsMissing` (attestation) are never raised: this runtime refuses all reports.
    #[pallet::error]
    pub enum Error<T> {
        /// A list is full.
        BoundedVecError,
        /// The stash is not bonded; bond it, or name another.
        NotBond,
        /// No worker of this key is registered.
        WorkerNotFound,
        /// Full and Verifier workers need a stash, a Marker must not have one.
        WrongWorkerRole,
        /// A worker without attestation must sign its registration itself.
        InvalidWorkerPubKey,
        /// Published, never raised: see `InvalidSignatureLength` and `InvalidSignature`.
        MalformedSignature,
        /// A signature has 64 bytes.
        InvalidSignatureLength,
        /// The signature is not the worker's, or not over this payload.
        InvalidSignature,
        /// No launch is under way; governance starts one with `launch_master_key`.
        MasterKeyLaunchRequire,
        /// Another worker was asked to make the master key.
        InvalidMasterKeyFirstHolder,
        /// The payload was signed too long ago, or in the future.
        InvalidMasterKeyApplySigningTime,
        /// The holder of the master key can't be removed; change the holder first.
        CannotExitMasterKeyHolder,
        /// The holder of the master key is not registered.
        MasterKeyFirstHolderNotFound,
        /// There is a master key; set `roll_if_launched` to replace it.
        MasterKeyAlreadyLaunched,
        /// A launch is under way; `change_master_key_holder` gives it to another worker.
        MasterKeyLaunching,
        /// This key was a master key before; a roll needs a fresh one.
        MasterKeyMismatch,
        /// There is no master key yet.
        MasterKeyUninitialized,
        /// The binary is listed already.
        CesealBinAlreadyExists,
        /// The binary is not listed.
        CesealBinNotFound,
        /// The binary is too old, or its identity is required but unknown.
        CesealRejected,
        /// Published, of attestation.
        InvalidIASSigningCert,
        /// Published, of attestation.
        InvalidReport,
        /// Published, of attestation.
        InvalidQuoteStatus,
        /// Published, of attestation.
        BadIASReport,
        /// Published, of attestation.
        OutdatedIASReport,
        /// Published, of attestation.
        UnknownQuoteBodyFormat,
        /// Published, of attestation.
        InvalidCesealInfoHash,
        /// An attestation is required.
        NoneAttestationDisabled,
        /// This runtime verifies no vendor's reports; register without one.
        UnsupportedAttestationType,
        /// Published, of attestation.
        InvalidDCAPQuote,
        /// Published, of attestation.
        InvalidCertificate,
        /// Published, of attestation.
        CodecError,
        /// Published, of attestation.
        TCBInfoExpired,
        /// The encrypted master key is empty or too long.
        KeyLengthIsInvalid,
        /// Published, of attestation.
        PublicKeyIsInvalid,
        /// Published, of attestation.
        RsaSignatureIsInvalid,
        /// Published, of attestation.
        DerEncodingError,
        /// Published, of attestation.
        UnsupportedDCAPQuoteVersion,
        /// Published, of attestation.
        UnsupportedDCAPAttestationKeyType,
        /// Published, of attestation.
        UnsupportedQuoteAuthData,
        /// Published, of attestation.
        UnsupportedDCAPPckCertFormat,
        /// Published, of attestation.
        LeafCertificateParsingError,
        /// Published, of attestation.
        CertificateChainIsInvalid,
        /// Published, of attestation.
        CertificateChainIsTooShort,
        /// Published, of attestation.
        IntelExtensionCertificateDecodingError,
        /// Published, of attestation.
        IntelExtensionAmbiguity,
        /// Published, of attestation.
        CpuSvnLengthMismatch,
        /// Published, of attestation.
        CpuSvnDecodingError,
        /// Published, of attestation.
        PceSvnDecodingError,
        /// Published, of attestation.
        PceSvnLengthMismatch,
        /// Published, of attestation.
        FmspcLengthMismatch,
        /// Published, of attestation.
        FmspcDecodingError,
        /// Published, of attestation.
        FmspcMismatch,
        /// Published, of attestation.
        QEReportHashMismatch,
        /// Published, of attestation.
        IsvEnclaveReportSignatureIsInvalid,
        /// Published, of attestation.
        DerDecodingError,
        /// Published, of attestation.
        OidIsMissing,
        /// Published; the holder alone distributes the key here.
        EmpltyFullWorker,
        /// Nobody else can send the master key, or the target did not ask this worker for it.
        NotFoundDistributor,
        /// The worker belongs to a chain with another genesis block.
        WrongGenesis,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a worker, or renews its entry after a restart.
        ///
        /// Origin: without attestation, the account of the worker's own key. The genesis block must
        /// be this chain's, the version current, stash and role must fit. Emits
        /// [`Event::WorkerAdded`] or [`Event::WorkerUpdated`].
        #[pallet::call_index(1)]
        #[pallet::weight(Weight::from_parts(60_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(8, 7)))]
        pub fn register_worker(
            origin: OriginFor<T>,
            ceseal_info: WorkerRegistrationInfo,
            attestation: Option<AttestationReport>,
        ) -> DispatchResult {
            let signer = ensure_signed(origin)?;
            Self::register(&signer, ceseal_info, attestation)
        }

        /// Asks a worker to make a master key; with `roll_if_launched` a new one.
        ///
        /// Origin: governance. Emits [`Event::MasterKeyLaunching`].
        #[pallet::call_index(2)]
        #[pallet::weight(Weight::from_parts(20_000_000, 2_000).saturating_add(T::DbWeight::get().reads_writes(2, 1)))]
        pub fn launch_master_key(
            origin: OriginFor<T>,
            holder: WorkerKey,
            roll_if_launched: bool,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::launch(holder, roll_if_launched)
        }

        /// Makes another worker answer for the master key, or for the launch that is under way.
        ///
        /// Origin: governance. Emits [`Event::MasterKeyHolderChanged`].
        #[pallet::call_index(3)]
        #[pallet::weight(Weight::from_parts(20_000_000, 2_000).saturating_add(T::DbWeight::get().reads_writes(2, 1)))]
        pub fn change_master_key_holder(
            origin: OriginFor<T>,
            new_holder: WorkerKey,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::change_holder(new_holder)
        }

        /// Reports the master key that was asked for.
        ///
        /// Origin: anyone signed; what counts is the holder's signature over the payload. Emits
        /// [`Event::MasterKeyLaunched`].
        #[pallet::call_index(4)]
        #[pallet::weight(Weight::from_parts(85_000_000, 4_000).saturating_add(T::DbWeight::get().reads_writes(5, 2)))]
        pub fn settle_master_key_launch(
            origin: OriginFor<T>,
            payload: MasterKeyLaunchPayload,
            signature: Vec<u8>,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::settle_launch(payload, &signature)
        }

        /// Asks for the master key.
        ///
        /// Origin: anyone signed; what counts is the worker's signature over the payload, which is
        /// good for 30 minutes. Emits [`Event::MasterKeyAppling`].
        #[pallet::call_index(5)]
        #[pallet::weight(Weight::from_parts(85_000_000, 4_000).saturating_add(T::DbWeight::get().reads_writes(4, 2)))]
        pub fn apply_master_key(
            origin: OriginFor<T>,
            payload: MasterKeyApplyPayload,
            signature: Vec<u8>,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::apply(payload, &signature)
        }

        /// Posts the encrypted master key for a worker that asked for it.
        ///
        /// Origin: anyone signed; what counts is the signature of the worker that was asked, which
        /// is good for 30 minutes. Emits [`Event::MasterKeySubmitted`].
        #[pallet::call_index(6)]
        #[pallet::weight(Weight::from_parts(90_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(3, 2)))]
        pub fn distribute_master_key(
            origin: OriginFor<T>,
            payload: MasterKeyDistributePayload,
            signature: Vec<u8>,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::distribute(payload, &signature)
        }

        /// Lists a binary. Origin: governance. Emits [`Event::CesealBinAdded`].
        #[pallet::call_index(7)]
        #[pallet::weight(Weight::from_parts(15_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(2, 2)))]
        pub fn add_ceseal(origin: OriginFor<T>, ceseal_hash: H256) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            CesealBinAllowList::<T>::try_mutate(|list| {
                ensure!(
                    !list.contains(&ceseal_hash),
                    Error::<T>::CesealBinAlreadyExists
                );
                ensure!(
                    (list.len() as u64) < u64::from(T::MaxWhitelist::get()),
                    Error::<T>::BoundedVecError
                );
                list.push(ceseal_hash);
                Ok::<_, DispatchError>(())
            })?;
            CesealBinAddedAt::<T>::insert(ceseal_hash, T::Protocol::now());
            Self::deposit_event(Event::CesealBinAdded(ceseal_hash));
            Ok(())
        }

        /// Takes a binary off the list. Origin: governance. Emits [`Event::CesealBinRemoved`].
        #[pallet::call_index(8)]
        #[pallet::weight(Weight::from_parts(15_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(1, 2)))]
        pub fn remove_ceseal(origin: OriginFor<T>, ceseal_hash: H256) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            CesealBinAllowList::<T>::try_mutate(|list| {
                let at = list.iter().position(|listed| *listed == ceseal_hash);
                list.remove(at.ok_or(Error::<T>::CesealBinNotFound)?);
                Ok::<_, DispatchError>(())
            })?;
            CesealBinAddedAt::<T>::remove(ceseal_hash);
            Self::deposit_event(Event::CesealBinRemoved(ceseal_hash));
            Ok(())
        }

        /// Sets the oldest version that may register.
        ///
        /// Origin: governance. Emits [`Event::MinimumCesealVersionChangedTo`].
        #[pallet::call_index(9)]
        #[pallet::weight(Weight::from_parts(10_000_000, 500).saturating_add(T::DbWeight::get().writes(1)))]
        pub fn set_minimum_ceseal_version(
            origin: OriginFor<T>,
            major: u32,
            minor: u32,
            patch: u32,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            MinimumCesealVersion::<T>::put((major, minor, patch));
            Self::deposit_event(Event::MinimumCesealVersionChangedTo(major, minor, patch));
            Ok(())
        }

        /// Says whether a worker may register without an attestation. Origin: governance.
        #[pallet::call_index(10)]
        #[pallet::weight(Weight::from_parts(10_000_000, 500).saturating_add(T::DbWeight::get().writes(1)))]
        pub fn set_none_attestation_enabled(origin: OriginFor<T>, enabled: bool) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            NoneAttestationEnabled::<T>::put(enabled);
            Ok(())
        }

        /// Says whether only listed binaries may register. Origin: governance.
        #[pallet::call_index(11)]
        #[pallet::weight(Weight::from_parts(10_000_000, 500).saturating_add(T::DbWeight::get().writes(1)))]
        pub fn set_ceseal_verify_required(origin: OriginFor<T>, required: bool) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            CesealVerifyRequired::<T>::put(required);
            Ok(())
        }

        /// Removes a worker. Origin: governance. Emits [`Event::ClearInvalidTee`].
        #[pallet::call_index(117)]
        #[pallet::weight(Weight::from_parts(30_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(3, 9)))]
        pub fn force_clear_tee(origin: OriginFor<T>, puk: WorkerKey) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::remove(&puk)
        }

        /// Registers a Full worker on governance's word.
        ///
        /// Origin: governance. Emits [`Event::WorkerAdded`] or [`Event::WorkerUpdated`].
        #[pallet::call_index(118)]
        #[pallet::weight(Weight::from_parts(40_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(5, 7)))]
        pub fn force_register_worker(
            origin: OriginFor<T>,
            pubkey: WorkerKey,
            ecdh_pubkey: [u8; 32],
            stash_account: Option<AccountId>,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::force_register(pubkey, ecdh_pubkey, stash_account)
        }
    }
}
