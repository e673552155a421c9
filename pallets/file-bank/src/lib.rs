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
//!
//! ## Buckets
//!
//! ```text
//!  create_bucket ─► BUCKET ─── delete_bucket, once it is empty ─► gone
//!                    │  ▲
//!   take_from_bucket │  │ declare_in_bucket, put_in_bucket
//!  deal ended, file  ▼  │
//!  given up       a file of the owner
//! ```
//!
//! A bucket is a name under which an owner groups files. A file is in at most one bucket of each of
//! its owners, whatever territories pay for it; a deal may be in one already. [`Bucket`] counts the
//! files, [`BucketFiles`] lists them with what a listing shows, to be read page by page, and
//! [`BucketOf`] says where a file is.
//!
//! ## What costs how much
//!
//! Clients read all segments and owners of a file from one value ([`File`]), and all files of a user
//! from another ([`UserHoldFileList`]). The pallet keeps them exactly as published, but looks nothing
//! up in them: [`HeldFiles`], [`TerritoryFiles`] and [`FileOrders`] are its indices. Owners and lists
//! stay encoded when a file or a list is written again, and a new entry is appended. So no step
//! depends on how many files, miners or owners there are, with these exceptions, which their weights
//! count by the entry:
//!
//! - giving a file up, and delivering one, writes the list of *that user* again: a quarter of a
//!   millisecond with ten thousand files. A territory that expired does so once, at its end; until
//!   then the list may name files of a territory that [`ClearUserList`] names;
//! - a file with many owners is passed on with them, without being decoded.
//!
//! Orders, duties and spent signatures of a file that goes are removed in bounded portions; until
//! they are gone its fid cannot be declared ([`Error::StillErasing`]).
//!
//! ## Money
//!
//! None moves here. Territories are charged for space by pallet storage-handler, miners are fined
//! for missing tags by pallet sminer, and TEE workers get points for tags and certificates.
//!
//! ## Calls by actor
//!
//! | who | calls |
//! |---|---|
//! | user, or a gateway that it authorised | `upload_declaration`, `declare_in_bucket`, `cancel_deal`, `territory_file_delivery`, `delete_file`; `create_bucket`, `delete_bucket`, `put_in_bucket`, `take_from_bucket` |
//! | operator of a deal | `cancel_deal` |
//! | miner | `transfer_report`, `calculate_report`; `generate_restoral_order`, `claim_restoral_order`, `claim_restoral_noexist_order`, `restoral_order_complete`; `cert_idle_space`, `replace_idle_space` |
//! | TEE worker | none: the master key signs what miners submit |
//! | root | `root_clear_file` |
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod buckets;
mod calls;
mod clear;
mod costs;
mod deadlines;
mod deal;
mod declare;
mod delete;
mod delivery;
mod erase;
mod errors;
mod events;
mod fragments;
mod holdings;
mod idle;
pub mod migrations;
mod packed;
mod record;
mod report;
mod restoral;
mod storage;
mod try_state;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use frame_support::pallet_macros::import_section;

pub use clear::CLEARED_AT_ONCE;
pub use deadlines::{ENTRIES_PER_BLOCK, ITEMS_PER_BLOCK};
pub use erase::{TRACES_AT_ONCE, TRACES_PER_BLOCK};
pub use pallet::*;
pub use try_state::{MinerUse, TerritoryUse};

#[import_section(storage::storage)]
#[import_section(calls::calls)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use crate::{
        costs::{self, Work},
        weights::WeightInfo,
    };
    use cess_primitives::{
        bucket::{BucketInfo, BucketName, BucketObject, MAX_BUCKETS},
        file::{
            DealInfo, DealTerms, DeclaredSegments, FileInfo, HeldFile, Name, RestoralOrderInfo,
            TagSigInfo, UserBrief, UserFileSliceInfo,
        },
        miner::SpaceProofInfo,
        tee::WorkerKey,
        traits::{Authorisations, Miners, Protocol, TeeWorkers, Territories, WorkCredit},
        AccountId, BVec, Hash, Tick, FRAGMENT_COUNT, MAX_OWNERS, MAX_SEGMENTS, MAX_USER_FILES,
        NAME_MAX, NAME_MIN,
    };
    use frame_support::{pallet_prelude::*, Blake2_128Concat, Identity, PalletId};
    use frame_system::pallet_prelude::*;

    /// Longest list of territories that are being cleared, as published.
    pub const MAX_CLEARING: u32 = 2000;
    /// Most territories in which one user may hold the same file.
    pub const MAX_TERRITORIES_OF_FILE: u32 = 8;
    /// Bytes of an sr25519 signature.
    pub const SIGNATURE_SIZE: u32 = 64;

    /// A signature as the published calls carry it.
    pub type Signature = BVec<u8, SIGNATURE_SIZE>;
    /// A tick as big-endian bytes: under the `Identity` hasher a map iterates in order of time.
    pub type TickKey = [u8; 4];
    /// What a miner still has to tag of a file: a restored fragment, or with `None` its column.
    pub type TagDuty = (AccountId, Option<Hash>);

    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(3);

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
        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
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

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            // What is due waits until a migration under way is through.
            if Self::on_chain_storage_version() < STORAGE_VERSION {
                return T::DbWeight::get().reads(1);
            }
            costs::look::<T>()
                .saturating_add(Self::end_deals())
                .saturating_add(Self::enforce_tag_deadlines())
                .saturating_add(Self::clear_expired_territories())
                .saturating_add(Self::sweep_remains())
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
