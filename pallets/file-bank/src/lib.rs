//! # File bank
//!
//! What files the network stores, who owns them, which miner holds which fragment, and what is
//! done about a fragment that is lost.
//!
//! ```text
//!                          12 × transfer_report        calculate_report by all
//!  upload_declaration ─► DEAL ─────────► FILE: Calculate ─────────► FILE: Active
//!                          │                    │                        │
//!                          ├─ cancel_deal       └───── delete_file, ─────┤
//!                          ▼  or deadline         territory expired      ▼
//!                        gone                                   gone with the last owner
//!
//!  space    DEAL             a report        FILE             a tag
//!  user     free → locked                    locked → used
//!  miner                     idle → locked   (idle files      locked → service
//!                                             must give way)
//!
//!  each fragment of a FILE:
//!
//!    untagged ──── calculate_report ───► tagged
//!      │  ▲ └─────────────┐                │ generate_restoral_order: its miner lost it
//!      │  │               └────────────────┤ claim_restoral_noexist_order: its miner left
//!      │  │                                ▼
//!      │  └─ restoral_order_complete ◄── lost ◄── claim_restoral_order, until completed
//!      └──── tag deadline: penalty ────────▲
//! ```
//!
//! A miner's [`Call::transfer_report`] is a claim, not evidence: its space counts, and the file is
//! Active, only once a TEE worker has seen the fragments and tagged them. Hence every claim starts
//! a tag deadline (spec chain 3, 12; Q2).
//!
//! ## Deadlines
//!
//! Three kinds of work become due by themselves: deals that did not get their 12 reports, tags that
//! were not reported, and files of territories that expired. The first two sit in queues ordered by
//! tick ([`DealQueue`], [`TagQueue`]); every block takes what is due, up to a fixed amount of work,
//! and leaves the rest to the next one, so that the clock may jump. A restoral order needs no timer:
//! once its deadline has passed, anybody may claim it again.
//!
//! ## Restoral orders
//!
//! The published storage names an order by its fragment's hash alone, but a hash may occur several
//! times: a file of zeros has the same fragment everywhere. An order therefore stands for *all
//! positions of one file at which one miner held the hash*, and a second order for the same hash
//! waits until the first is done ([`Error::FragmentBusy`]).
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod deadlines;
mod deal;
mod delete;
mod delivery;
mod errors;
mod events;
mod fragments;
mod idle;
mod report;
mod restoral;
mod try_state;
mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use try_state::{MinerUse, TerritoryUse};

#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use crate::weights;
    use cess_primitives::{
        file::{
            DealInfo, DealTerms, DeclaredSegments, FileInfo, Name, RestoralOrderInfo, TagSigInfo,
            UserBrief, UserFileSliceInfo,
        },
        miner::SpaceProofInfo,
        tee::WorkerKey,
        traits::{Authorisations, Miners, Protocol, TeeWorkers, Territories, WorkCredit},
        AccountId, BVec, Hash, Tick, FRAGMENT_COUNT, MAX_SEGMENTS, MAX_USER_FILES, NAME_MAX,
        NAME_MIN,
    };
    use frame_support::{pallet_prelude::*, Blake2_128Concat, Identity, PalletId};
    use frame_system::pallet_prelude::*;

    /// Most expired territories that wait for the deletion of their files.
    pub const MAX_CLEARING: u32 = 2000;
    /// Bytes of an sr25519 signature.
    pub const SIGNATURE_SIZE: u32 = 64;

    /// A signature as the published calls carry it.
    pub type Signature = BVec<u8, SIGNATURE_SIZE>;
    /// A tick as big-endian bytes: under the `Identity` hasher a map iterates in order of time.
    pub type TickKey = [u8; 4];
    /// What a miner still has to tag of a file: a restored fragment, or with `None` its column.
    pub type TagDuty = (AccountId, Option<Hash>);

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Protocol time and quantities.
        type Protocol: Protocol;
        /// Users' rented space.
        type Territories: Territories;
        /// Miners and their space.
        type Miners: Miners;
        /// TEE workers and the master key.
        type TeeWorkers: TeeWorkers;
        /// Credit for TEE work.
        type Credit: WorkCredit;
        /// Who may act for whom.
        type Authorisations: Authorisations;
        /// Most files of a user; at most [`MAX_USER_FILES`].
        #[pallet::constant]
        type UserFileLimit: Get<u32>;
        /// Most owners of a file; at most [`cess_primitives::MAX_OWNERS`].
        #[pallet::constant]
        type OwnerLimit: Get<u32>;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Kept from the published interface; no money moves through it.
        #[pallet::constant_name(FilbakPalletId)]
        fn filbak_pallet_id() -> PalletId {
            PalletId(*b"rewardpt")
        }

        /// Ticks of the protocol's day.
        #[pallet::constant_name(OneDay)]
        fn one_day() -> u32 {
            T::Protocol::params().one_day
        }

        /// Longest file name, bytes.
        #[pallet::constant_name(NameStrLimit)]
        fn name_str_limit() -> u32 {
            NAME_MAX
        }

        /// Shortest file name, bytes.
        #[pallet::constant_name(NameMinLength)]
        fn name_min_length() -> u32 {
            NAME_MIN
        }

        /// Most segments of a file.
        #[pallet::constant_name(SegmentCount)]
        fn segment_count() -> u32 {
            MAX_SEGMENTS
        }

        /// Fragments of a segment.
        #[pallet::constant_name(FragmentCount)]
        fn fragment_count() -> u32 {
            FRAGMENT_COUNT as u32
        }

        /// Ticks within which a claimed restoral order must be completed.
        #[pallet::constant_name(RestoralOrderLife)]
        fn restoral_order_life() -> u32 {
            T::Protocol::params().restoral_life
        }

        /// Most fragments of a file.
        #[pallet::constant_name(MissionCount)]
        fn mission_count() -> u32 {
            MAX_SEGMENTS * FRAGMENT_COUNT as u32
        }
    }

    /// Declared files that are not stored yet, by fid.
    #[pallet::storage]
    pub type DealMap<T> = StorageMap<_, Blake2_128Concat, Hash, DealInfo>;

    /// Stored files, by fid.
    #[pallet::storage]
    pub type File<T> = StorageMap<_, Blake2_128Concat, Hash, FileInfo>;

    /// The files of each user, with the space that is charged for them.
    #[pallet::storage]
    pub type UserHoldFileList<T> = StorageMap<
        _,
        Blake2_128Concat,
        AccountId,
        BVec<UserFileSliceInfo, MAX_USER_FILES>,
        ValueQuery,
    >;

    /// Lost fragments, by hash; see the crate's documentation for hashes that occur repeatedly.
    #[pallet::storage]
    pub type RestoralOrder<T> = StorageMap<_, Blake2_128Concat, Hash, RestoralOrderInfo>;

    /// Expired territories of which files are still to be deleted, oldest first.
    #[pallet::storage]
    pub type ClearUserList<T> = StorageValue<_, BVec<(AccountId, Name), MAX_CLEARING>, ValueQuery>;

    /// Tag deadlines that a miner missed in a row.
    #[pallet::storage]
    pub type TaskFailedCount<T> = StorageMap<_, Blake2_128Concat, AccountId, u8, ValueQuery>;

    /// Who may write a deal's fragments to miners, and until when the deal lives.
    #[pallet::storage]
    pub type DealTermsOf<T> = StorageMap<_, Blake2_128Concat, Hash, DealTerms>;

    /// Deals by the tick at which they end.
    #[pallet::storage]
    pub type DealQueue<T> =
        StorageDoubleMap<_, Identity, TickKey, Blake2_128Concat, Hash, (), OptionQuery>;

    /// For a file, until when a miner must tag what.
    #[pallet::storage]
    pub type TagDue<T> =
        StorageDoubleMap<_, Blake2_128Concat, Hash, Blake2_128Concat, TagDuty, Tick>;

    /// The entries of [`TagDue`] by tick.
    #[pallet::storage]
    pub type TagQueue<T> =
        StorageDoubleMap<_, Identity, TickKey, Blake2_128Concat, (Hash, TagDuty), (), OptionQuery>;

    /// For an order on a fragment of a miner that had left already: how many positions of the file
    /// that miner answers for until they are restored.
    #[pallet::storage]
    pub type LeaverOrders<T> = StorageMap<_, Blake2_128Concat, Hash, u32>;

    /// Signatures over tags that were accepted for a file: a restored fragment needs a new one.
    #[pallet::storage]
    pub type SpentTagSignatures<T> =
        StorageDoubleMap<_, Blake2_128Concat, Hash, Identity, [u8; 32], (), OptionQuery>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::end_deals()
                .saturating_add(Self::enforce_tag_deadlines())
                .saturating_add(Self::clear_expired_territories())
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

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
        #[pallet::weight(weights::upload_declaration::<T>(deal_info.len()))]
        pub fn upload_declaration(
            origin: OriginFor<T>,
            file_hash: Hash,
            deal_info: DeclaredSegments,
            user_brief: UserBrief,
            file_size: u128,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::declare(operator, file_hash, deal_info, user_brief, file_size)
        }

        /// Reports that TEE workers tagged all fragments of a file that the sender holds untagged;
        /// one digest for each, under the master key's signature.
        ///
        /// Emits [`Event::CalculateReport`], and [`Event::FileActivated`] after the last tag.
        #[pallet::call_index(1)]
        #[pallet::weight(weights::calculate_report::<T>(
            MAX_SEGMENTS as usize,
            tag_sig_info.digest.len()
        ))]
        pub fn calculate_report(
            origin: OriginFor<T>,
            tee_sig: Signature,
            tag_sig_info: TagSigInfo,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let segments = Self::report_tags(sender, &tee_sig, &tag_sig_info)?;
            let digests = tag_sig_info.digest.len();
            Ok(Some(weights::calculate_report::<T>(segments, digests)).into())
        }

        /// Moves an Active file of `user` to another of its territories, which pays from now on.
        /// If the user held it in several, one charge remains.
        ///
        /// Emits [`Event::TerritoryFileDelivery`].
        #[pallet::call_index(2)]
        #[pallet::weight(weights::territory_file_delivery::<T>())]
        pub fn territory_file_delivery(
            origin: OriginFor<T>,
            user: AccountId,
            file_hash: Hash,
            target_territory: Name,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::deliver(operator, user, file_hash, target_territory)
        }

        /// Says that the sender, a positive miner, holds column `index` (1 to 12) of a deal: the
        /// fragment at this place of every segment. With the twelfth column the file is stored.
        ///
        /// Emits [`Event::TransferReport`], and [`Event::StorageCompleted`] after the last one; or
        /// [`Event::DealExpired`] alone when the owner can no longer hold the file.
        #[pallet::call_index(3)]
        #[pallet::weight(weights::transfer_report::<T>(MAX_SEGMENTS as usize))]
        pub fn transfer_report(
            origin: OriginFor<T>,
            index: u8,
            deal_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let segments = Self::report_transfer(sender, index, deal_hash)?;
            Ok(Some(weights::transfer_report::<T>(segments)).into())
        }

        /// Gives up idle files that service files have replaced.
        ///
        /// `tee_sig_need_verify` is the master key's signature over the proof and the worker,
        /// `tee_sig` the one over the proof alone, which the miner's audits refer to.
        ///
        /// Emits [`Event::ReplaceIdleSpace`].
        #[pallet::call_index(5)]
        #[pallet::weight(weights::idle_space::<T>())]
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
        #[pallet::weight(weights::delete_file::<T>(MAX_SEGMENTS as usize))]
        pub fn delete_file(
            origin: OriginFor<T>,
            owner: AccountId,
            file_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            ensure!(
                T::Authorisations::may_act_for(&operator, &owner),
                Error::<T>::NoPermission
            );
            let segments = Self::give_up(&owner, &file_hash)?;
            Self::deposit_event(Event::DeleteFile {
                operator,
                owner,
                file_hash,
            });
            Ok(Some(weights::delete_file::<T>(segments)).into())
        }

        /// Certifies idle files of the sender, a positive miner. Signatures as in
        /// [`Pallet::replace_idle_space`].
        ///
        /// Emits [`Event::IdleSpaceCert`].
        #[pallet::call_index(8)]
        #[pallet::weight(weights::idle_space::<T>())]
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
        #[pallet::weight(weights::restoral::<T>(MAX_SEGMENTS as usize))]
        pub fn generate_restoral_order(
            origin: OriginFor<T>,
            file_hash: Hash,
            restoral_fragment: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let segments = Self::report_loss(sender, file_hash, restoral_fragment)?;
            Ok(Some(weights::restoral::<T>(segments)).into())
        }

        /// Undertakes to restore a lost fragment within `restoral_life` ticks. The sender is a
        /// positive miner that holds no other fragment of the same segment.
        ///
        /// Emits [`Event::ClaimRestoralOrder`].
        #[pallet::call_index(14)]
        #[pallet::weight(weights::restoral::<T>(MAX_SEGMENTS as usize))]
        pub fn claim_restoral_order(
            origin: OriginFor<T>,
            restoral_fragment: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let segments = Self::claim_order(sender, restoral_fragment)?;
            Ok(Some(weights::restoral::<T>(segments)).into())
        }

        /// As [`Pallet::claim_restoral_order`], for a fragment of `miner`, which left, and for
        /// which there is no order yet.
        ///
        /// Emits [`Event::ClaimRestoralOrder`].
        #[pallet::call_index(15)]
        #[pallet::weight(weights::restoral::<T>(MAX_SEGMENTS as usize))]
        pub fn claim_restoral_noexist_order(
            origin: OriginFor<T>,
            miner: AccountId,
            file_hash: Hash,
            restoral_fragment: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let segments = Self::claim_of_leaver(sender, miner, file_hash, restoral_fragment)?;
            Ok(Some(weights::restoral::<T>(segments)).into())
        }

        /// Says that the sender, who claimed the order, holds the restored fragment. As with a
        /// transfer report, a tag has to prove it.
        ///
        /// Emits [`Event::RecoveryCompleted`].
        #[pallet::call_index(16)]
        #[pallet::weight(weights::restoral::<T>(MAX_SEGMENTS as usize))]
        pub fn restoral_order_complete(
            origin: OriginFor<T>,
            fragment_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let segments = Self::complete_order(sender, fragment_hash)?;
            Ok(Some(weights::restoral::<T>(segments)).into())
        }

        /// As [`Pallet::delete_file`], by root.
        #[pallet::call_index(22)]
        #[pallet::weight(weights::delete_file::<T>(MAX_SEGMENTS as usize))]
        pub fn root_clear_file(
            origin: OriginFor<T>,
            owner: AccountId,
            file_hash: Hash,
        ) -> DispatchResultWithPostInfo {
            ensure_root(origin)?;
            let segments = Self::give_up(&owner, &file_hash)?;
            Ok(Some(weights::delete_file::<T>(segments)).into())
        }

        /// Gives up a live deal: all space that is kept for it is free again. The sender is its
        /// owner, its operator, or authorised by the owner.
        ///
        /// Emits [`Event::DealCancelled`].
        #[pallet::call_index(30)]
        #[pallet::weight(weights::cancel_deal::<T>(MAX_SEGMENTS as usize))]
        pub fn cancel_deal(origin: OriginFor<T>, file_hash: Hash) -> DispatchResultWithPostInfo {
            let sender = ensure_signed(origin)?;
            let segments = Self::cancel(sender, file_hash)?;
            Ok(Some(weights::cancel_deal::<T>(segments)).into())
        }
    }
}
