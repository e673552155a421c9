//! What miners, relayers of verdicts and root may ask for.

use frame_support::pallet_macros::pallet_section;

/// The published calls, and ours from index 20 on.
#[pallet_section]
mod calls {
    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Submits the challenged sender's idle proof: the SHA-256 over the proofs of all ranges.
        ///
        /// Draws the worker that owes the verdict. Emits [`Event::SubmitIdleProof`]; fails with
        /// [`Error::NoChallenge`], [`Error::NotQualified`], [`Error::Submitted`] or
        /// [`Error::Expired`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::submit_idle_proof())]
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
        #[pallet::weight(T::WeightInfo::submit_service_proof())]
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
        #[pallet::weight(costs::idle_verdict::<T>())]
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
        #[pallet::weight(costs::service_verdict::<T>())]
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
        #[pallet::weight(T::WeightInfo::update_counted_clear())]
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
        #[pallet::weight(T::WeightInfo::test_update_clear_slip())]
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
        #[pallet::weight(T::WeightInfo::test_update_verify_slip())]
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
        #[pallet::weight(T::WeightInfo::point_miner_challenge())]
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
        #[pallet::weight(costs::idle_verdict::<T>())]
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
        #[pallet::weight(costs::service_verdict::<T>())]
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
        #[pallet::weight(T::WeightInfo::report_missing_proof())]
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
