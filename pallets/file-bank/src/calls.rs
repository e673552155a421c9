//! What users, gateways, miners and root may ask for.

use frame_support::pallet_macros::pallet_section;

/// The published calls, and ours from index 30 on.
#[pallet_section]
mod calls {
    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Declares a file for `user_brief.user`, who pays three times its padded size from a
        /// territory. If the file is stored already, the user becomes another owner of it.
        ///
        /// `file_hash` must be the fid of the segments, `file_size` counts bytes before padding.
        /// The sender is the user or authorised by it, and becomes the deal's operator.
        ///
        /// Emits [`Event::UploadDeclaration`].
        #[pallet::call_index(0)]
        #[pallet::weight(costs::declaration::<T>(Work::most_of::<T>(deal_info.len())))]
        pub fn upload_declaration(
            origin: OriginFor<T>,
            file_hash: Hash,
            deal_info: DeclaredSegments,
            user_brief: UserBrief,
            file_size: u128,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let done = Self::declare(operator, file_hash, deal_info, user_brief, file_size, None);
            costs::answer(done, costs::declaration::<T>)
        }

        /// Reports that TEE workers tagged all fragments of a file that the sender holds untagged;
        /// one digest for each, under the master key's signature.
        ///
        /// Emits [`Event::CalculateReport`], and [`Event::FileActivated`] after the last tag.
        #[pallet::call_index(1)]
        #[pallet::weight(costs::calculate_report::<T>(Work {
            duties: tag_sig_info.digest.len() as u32,
            workers: tag_sig_info.digest.len() as u32,
            ..Work::most::<T>()
        }))]
        pub fn calculate_report(
            origin: OriginFor<T>,
            tee_sig: Signature,
            tag_sig_info: TagSigInfo,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let done = Self::report_tags(sender, &tee_sig, &tag_sig_info);
            costs::answer(done, costs::calculate_report::<T>)
        }

        /// Moves an Active file of `user` to another of its territories, which pays from now on.
        /// If the user held it in several, one charge remains.
        ///
        /// Emits [`Event::TerritoryFileDelivery`].
        #[pallet::call_index(2)]
        #[pallet::weight(costs::delivery::<T>(Work::most::<T>()))]
        pub fn territory_file_delivery(
            origin: OriginFor<T>,
            user: AccountId,
            file_hash: Hash,
            target_territory: Name,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let done = Self::deliver(operator, user, file_hash, target_territory);
            costs::answer_or_refuse::<T>(done, costs::delivery::<T>)
        }

        /// Says that the sender, a positive miner, holds column `index` (1 to 12) of a deal: the
        /// fragment at this place of every segment. With the twelfth column the file is stored.
        ///
        /// Emits [`Event::TransferReport`], and [`Event::StorageCompleted`] after the last one; or
        /// [`Event::DealExpired`] alone when the owner can no longer hold the file.
        #[pallet::call_index(3)]
        #[pallet::weight(costs::transfer_report::<T>(Work::most::<T>()))]
        pub fn transfer_report(
            origin: OriginFor<T>,
            index: u8,
            deal_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let done = Self::report_transfer(sender, index, deal_hash);
            costs::answer(done, costs::transfer_report::<T>)
        }

        /// Gives up idle files that service files have replaced.
        ///
        /// `tee_sig_need_verify` is the master key's signature over the proof and the worker,
        /// `tee_sig` the one over the proof alone, which the miner's audits refer to.
        ///
        /// Emits [`Event::ReplaceIdleSpace`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::replace_idle_space())]
        pub fn replace_idle_space(
            origin: OriginFor<T>,
            idle_sig_info: SpaceProofInfo,
            tee_sig_need_verify: Signature,
            tee_sig: Signature,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::replace_idle(
                sender,
                idle_sig_info,
                &tee_sig_need_verify,
                &tee_sig,
                tee_puk,
            )
        }

        /// Gives up a file in all territories of `owner`. With the last owner the file is gone.
        ///
        /// Emits [`Event::DeleteFile`].
        #[pallet::call_index(6)]
        #[pallet::weight(costs::deletion::<T>(Work::most::<T>()))]
        pub fn delete_file(
            origin: OriginFor<T>,
            owner: AccountId,
            file_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let done = Self::delete(operator, owner, file_hash);
            costs::answer_or_refuse::<T>(done, costs::deletion::<T>)
        }

        /// Certifies idle files of the sender, a positive miner. Signatures as in
        /// [`Pallet::replace_idle_space`].
        ///
        /// Emits [`Event::IdleSpaceCert`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::cert_idle_space())]
        pub fn cert_idle_space(
            origin: OriginFor<T>,
            idle_sig_info: SpaceProofInfo,
            tee_sig_need_verify: Signature,
            tee_sig: Signature,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::certify_idle(
                sender,
                idle_sig_info,
                &tee_sig_need_verify,
                &tee_sig,
                tee_puk,
            )
        }

        /// Says that the sender lost a fragment: it stops counting for the sender at once, and
        /// waits for a miner that restores it.
        ///
        /// Emits [`Event::GenerateRestoralOrder`].
        #[pallet::call_index(13)]
        #[pallet::weight(costs::restoral::<T>(T::WeightInfo::generate_restoral_order)(Work::most::<T>()))]
        pub fn generate_restoral_order(
            origin: OriginFor<T>,
            file_hash: Hash,
            restoral_fragment: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let done = Self::report_loss(sender, file_hash, restoral_fragment);
            costs::answer(
                done,
                costs::restoral::<T>(T::WeightInfo::generate_restoral_order),
            )
        }

        /// Undertakes to restore a lost fragment within `restoral_life` ticks. The sender is a
        /// positive miner that holds no other fragment of the same segment.
        ///
        /// Emits [`Event::ClaimRestoralOrder`].
        #[pallet::call_index(14)]
        #[pallet::weight(costs::restoral::<T>(T::WeightInfo::claim_restoral_order)(Work::most::<T>()))]
        pub fn claim_restoral_order(
            origin: OriginFor<T>,
            restoral_fragment: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let done = Self::claim_order(sender, restoral_fragment);
            costs::answer(
                done,
                costs::restoral::<T>(T::WeightInfo::claim_restoral_order),
            )
        }

        /// As [`Pallet::claim_restoral_order`], for a fragment of `miner`, which left, and for
        /// which there is no order yet.
        ///
        /// Emits [`Event::ClaimRestoralOrder`].
        #[pallet::call_index(15)]
        #[pallet::weight(costs::restoral::<T>(T::WeightInfo::claim_restoral_noexist_order)(Work::most::<T>()))]
        pub fn claim_restoral_noexist_order(
            origin: OriginFor<T>,
            miner: AccountId,
            file_hash: Hash,
            restoral_fragment: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let done = Self::claim_of_leaver(sender, miner, file_hash, restoral_fragment);
            costs::answer(
                done,
                costs::restoral::<T>(T::WeightInfo::claim_restoral_noexist_order),
            )
        }

        /// Says that the sender, who claimed the order, holds the restored fragment. As with a
        /// transfer report, a tag has to prove it.
        ///
        /// Emits [`Event::RecoveryCompleted`].
        #[pallet::call_index(16)]
        #[pallet::weight(costs::restoral::<T>(T::WeightInfo::restoral_order_complete)(Work::most::<T>()))]
        pub fn restoral_order_complete(
            origin: OriginFor<T>,
            fragment_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let done = Self::complete_order(sender, fragment_hash);
            costs::answer(
                done,
                costs::restoral::<T>(T::WeightInfo::restoral_order_complete),
            )
        }

        /// As [`Pallet::delete_file`], by root.
        #[pallet::call_index(22)]
        #[pallet::weight(costs::deletion::<T>(Work::most::<T>()))]
        pub fn root_clear_file(
            origin: OriginFor<T>,
            owner: AccountId,
            file_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            ensure_root(origin)?;
            let done = Self::give_up(&owner, &file_hash);
            costs::answer_or_refuse::<T>(done, costs::deletion::<T>)
        }

        /// Gives up a live deal: all space that is kept for it is free again. The sender is its
        /// owner, its operator, or authorised by the owner.
        ///
        /// Emits [`Event::DealCancelled`].
        #[pallet::call_index(30)]
        #[pallet::weight(T::WeightInfo::cancel_deal(MAX_SEGMENTS))]
        pub fn cancel_deal(origin: OriginFor<T>, file_hash: Hash) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let done = Self::cancel(sender, file_hash);
            costs::answer(done, |work| T::WeightInfo::cancel_deal(work.segments))
        }

        /// Creates a bucket of `owner` for files. Its name is one that S3 would take.
        ///
        /// The sender is the owner or authorised by it. Emits [`Event::CreateBucket`]; fails with
        /// [`Error::NoPermission`], [`Error::InvalidBucketName`], [`Error::SameBucketName`], or
        /// [`Error::LengthExceedsLimit`] when the owner has a thousand buckets.
        #[pallet::call_index(40)]
        #[pallet::weight(T::WeightInfo::create_bucket())]
        pub fn create_bucket(
            origin: OriginFor<T>,
            owner: AccountId,
            name: BucketName,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::open_bucket(operator, owner, name)
        }

        /// Deletes a bucket of `owner` that has no files in it.
        ///
        /// The sender is the owner or authorised by it. Emits [`Event::DeleteBucket`]; fails with
        /// [`Error::NoPermission`], [`Error::NoSuchBucket`] or [`Error::NotEmpty`].
        #[pallet::call_index(41)]
        #[pallet::weight(T::WeightInfo::delete_bucket())]
        pub fn delete_bucket(
            origin: OriginFor<T>,
            owner: AccountId,
            name: BucketName,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::close_bucket(operator, owner, name)
        }

        /// Puts a file that `owner` holds into one of its buckets; one that is in another bucket,
        /// be it still a deal, is moved. Does nothing if it is there already.
        ///
        /// The sender is the owner or authorised by it. Emits [`Event::PutInBucket`], after
        /// [`Event::TakenFromBucket`] if it was in another one; fails with
        /// [`Error::NoPermission`], [`Error::NotOwner`] or [`Error::NoSuchBucket`].
        #[pallet::call_index(42)]
        #[pallet::weight(T::WeightInfo::put_in_bucket())]
        pub fn put_in_bucket(
            origin: OriginFor<T>,
            owner: AccountId,
            file_hash: Hash,
            bucket: BucketName,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::place(&operator, &owner, &file_hash, bucket)
        }

        /// Takes a file out of the bucket of `owner` that it is in; the owner goes on holding it.
        ///
        /// The sender is the owner or authorised by it. Emits [`Event::TakenFromBucket`]; fails
        /// with [`Error::NoPermission`] or [`Error::NotInBucket`].
        #[pallet::call_index(43)]
        #[pallet::weight(T::WeightInfo::take_from_bucket())]
        pub fn take_from_bucket(
            origin: OriginFor<T>,
            owner: AccountId,
            file_hash: Hash,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::displace(&operator, &owner, &file_hash)
        }

        /// As [`Pallet::upload_declaration`], and puts the file into a bucket of its owner at once:
        /// the deal, and the file that comes of it.
        ///
        /// Emits [`Event::UploadDeclaration`] and [`Event::PutInBucket`]; fails with
        /// [`Error::NoSuchBucket`] or as `upload_declaration` does.
        #[pallet::call_index(44)]
        #[pallet::weight(costs::declaration_in_bucket::<T>(Work::most_of::<T>(deal_info.len())))]
        pub fn declare_in_bucket(
            origin: OriginFor<T>,
            file_hash: Hash,
            deal_info: DeclaredSegments,
            user_brief: UserBrief,
            file_size: u128,
            bucket: BucketName,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let bucket = Some(bucket);
            let done = Self::declare(
                operator, file_hash, deal_info, user_brief, file_size, bucket,
            );
            costs::answer(done, costs::declaration_in_bucket::<T>)
        }
    }
}
