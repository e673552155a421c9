//! What workers, stashes and governance may ask for.

use frame_support::pallet_macros::pallet_section;

/// The published calls, and ours from index 119 on.
#[pallet_section]
mod calls {
    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a worker, or renews its entry after a restart.
        ///
        /// Origin: without attestation the account of the worker's own key; with one anybody, but
        /// only the worker or its stash renews an entry. A stash that is not the sender must have
        /// agreed with [`Pallet::sponsor_worker`]. The genesis block must be this chain's, the
        /// version current, stash and role must fit, and the attestation the rules in force. Emits
        /// [`Event::WorkerAdded`] or [`Event::WorkerUpdated`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::register_worker(attestation.encoded_size() as u32))]
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
        #[pallet::weight(T::WeightInfo::launch_master_key())]
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
        /// Origin: governance. A key that is launched must have been sent to that worker. Emits
        /// [`Event::MasterKeyHolderChanged`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::change_master_key_holder())]
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
        #[pallet::weight(T::WeightInfo::settle_master_key_launch())]
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
        /// good for 30 minutes and once. The worker must be one that could register now. Emits
        /// [`Event::MasterKeyAppling`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::apply_master_key())]
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
        /// Origin: anyone signed; what counts is the holder's signature, which is good for 30
        /// minutes and once. Emits [`Event::MasterKeySubmitted`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::distribute_master_key(
            payload.encrypted_master_key.len() as u32
        ))]
        pub fn distribute_master_key(
            origin: OriginFor<T>,
            payload: MasterKeyDistributePayload,
            signature: Vec<u8>,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::distribute(payload, &signature)
        }

        /// Lists a binary, by the hash of its measurement. Origin: governance. Emits
        /// [`Event::CesealBinAdded`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::add_ceseal())]
        pub fn add_ceseal(origin: OriginFor<T>, ceseal_hash: H256) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::list_binary(ceseal_hash)
        }

        /// Takes a binary off the list; workers that run it stay until
        /// [`Pallet::patch_clear_invalid_tee`]. Origin: governance. Emits
        /// [`Event::CesealBinRemoved`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::remove_ceseal())]
        pub fn remove_ceseal(origin: OriginFor<T>, ceseal_hash: H256) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::unlist_binary(ceseal_hash)
        }

        /// Sets the oldest version that may register.
        ///
        /// Origin: governance. Emits [`Event::MinimumCesealVersionChangedTo`].
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::set_minimum_ceseal_version())]
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

        /// Says whether a worker may register without an attestation. Origin: governance. Emits
        /// [`Event::AttestationRulesChanged`].
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::set_none_attestation_enabled())]
        pub fn set_none_attestation_enabled(origin: OriginFor<T>, enabled: bool) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            NoneAttestationEnabled::<T>::put(enabled);
            Self::tell_attestation_rules();
            Ok(())
        }

        /// Says whether only listed binaries may register. Origin: governance. Emits
        /// [`Event::AttestationRulesChanged`].
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::set_ceseal_verify_required())]
        pub fn set_ceseal_verify_required(origin: OriginFor<T>, required: bool) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            CesealVerifyRequired::<T>::put(required);
            Self::tell_attestation_rules();
            Ok(())
        }

        /// Notes the present as last work of workers of which none is known.
        ///
        /// Origin: governance. Looks at the next [`SWEPT_PER_CALL`](crate::SWEPT_PER_CALL) workers; a later call goes on.
        /// Emits [`Event::WorkersSwept`].
        #[pallet::call_index(114)]
        #[pallet::weight(T::WeightInfo::migration_last_work())]
        pub fn migration_last_work(origin: OriginFor<T>) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::sweep_last_work();
            Ok(())
        }

        /// Removes workers that could not register now: their version is too old, their binary is
        /// no longer listed, their stash is no longer bonded, or attestation is required and they
        /// have none.
        ///
        /// Origin: governance. Looks at the next [`SWEPT_PER_CALL`](crate::SWEPT_PER_CALL) workers; a later call goes on.
        /// The holder of the master key stays. Emits [`Event::ClearInvalidTee`] for each and
        /// [`Event::WorkersSwept`].
        #[pallet::call_index(115)]
        #[pallet::weight(T::WeightInfo::patch_clear_invalid_tee())]
        pub fn patch_clear_invalid_tee(origin: OriginFor<T>) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::sweep_invalid();
            Ok(())
        }

        /// Removes workers that do not do what is asked of them: those that were suspended and did
        /// nothing useful for `AtLeastWorkBlock` ticks. Workers that nothing was asked of stay.
        ///
        /// Origin: governance. Looks at the next [`SWEPT_PER_CALL`](crate::SWEPT_PER_CALL) workers; a later call goes on.
        /// The holder of the master key stays. Emits [`Event::ClearInvalidTee`] for each and
        /// [`Event::WorkersSwept`].
        #[pallet::call_index(116)]
        #[pallet::weight(T::WeightInfo::patch_clear_not_work_tee())]
        pub fn patch_clear_not_work_tee(origin: OriginFor<T>) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::sweep_not_working();
            Ok(())
        }

        /// Removes a worker, unless it holds the master key. Origin: governance. Emits
        /// [`Event::ClearInvalidTee`].
        #[pallet::call_index(117)]
        #[pallet::weight(T::WeightInfo::force_clear_tee())]
        pub fn force_clear_tee(origin: OriginFor<T>, puk: WorkerKey) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::remove(&puk)
        }

        /// Registers a Full worker on governance's word, in place of an attestation.
        ///
        /// Origin: governance. The worker gives its endpoint by registering itself; as long as it
        /// keeps the keys, role and stash of here, it needs no attestation for that. Emits
        /// [`Event::WorkerAdded`] or [`Event::WorkerUpdated`].
        #[pallet::call_index(118)]
        #[pallet::weight(T::WeightInfo::force_register_worker())]
        pub fn force_register_worker(
            origin: OriginFor<T>,
            pubkey: WorkerKey,
            ecdh_pubkey: [u8; 32],
            stash_account: Option<AccountId>,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::force_register(pubkey, ecdh_pubkey, stash_account)
        }

        /// Lets a worker leave on its own signed word.
        ///
        /// Origin: anyone signed; what counts is the worker's signature over the payload, which is
        /// good for 30 minutes, on this chain, and for the registration that it names. The holder of
        /// the master key can't leave. Emits [`Event::WorkerExited`] and [`Event::ClearInvalidTee`].
        #[pallet::call_index(119)]
        #[pallet::weight(T::WeightInfo::exit_worker())]
        pub fn exit_worker(
            origin: OriginFor<T>,
            payload: WorkerExitPayload,
            signature: Vec<u8>,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::exit(payload, &signature)
        }

        /// Withdraws a worker.
        ///
        /// Origin: the account of the worker's key, or its stash. The holder of the master key can't
        /// leave. Emits [`Event::WorkerExited`] and [`Event::ClearInvalidTee`].
        #[pallet::call_index(120)]
        #[pallet::weight(T::WeightInfo::withdraw_worker())]
        pub fn withdraw_worker(origin: OriginFor<T>, worker: WorkerKey) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::withdraw(&who, &worker)
        }

        /// Agrees to answer for a worker that will register, with credit and bond, or takes that
        /// back. A worker uses it up by registering; it stands for at most [`MAX_SPONSORED`](crate::MAX_SPONSORED)
        /// workers.
        ///
        /// Origin: a stash, bonded when it agrees. Emits [`Event::WorkerSponsored`].
        #[pallet::call_index(121)]
        #[pallet::weight(T::WeightInfo::sponsor_worker())]
        pub fn sponsor_worker(
            origin: OriginFor<T>,
            worker: WorkerKey,
            agreed: bool,
        ) -> DispatchResult {
            let stash = ensure_signed(origin)?;
            Self::sponsor(stash, worker, agreed)
        }

        /// Says whether simulated attestations are believed, which prove nothing. Origin:
        /// governance. Emits [`Event::AttestationRulesChanged`].
        #[pallet::call_index(122)]
        #[pallet::weight(T::WeightInfo::set_simulated_attestation_enabled())]
        pub fn set_simulated_attestation_enabled(
            origin: OriginFor<T>,
            enabled: bool,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            SimulatedAttestationEnabled::<T>::put(enabled);
            Self::tell_attestation_rules();
            Ok(())
        }
    }
}
