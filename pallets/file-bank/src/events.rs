//! What the pallet says.

use frame_support::pallet_macros::pallet_section;

/// The events, in published order; ours follow from index 12 on.
#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A file was declared, or a stored one got another owner.
        #[codec(index = 0)]
        UploadDeclaration {
            /// Who declared it.
            operator: AccountId,
            /// Who owns it.
            owner: AccountId,
            /// Its fid.
            deal_hash: Hash,
        },
        /// A miner says that it holds a column of a deal.
        #[codec(index = 1)]
        TransferReport {
            /// The miner.
            acc: AccountId,
            /// The deal.
            deal_hash: Hash,
        },
        /// An owner gave a file up.
        #[codec(index = 2)]
        DeleteFile {
            /// Who asked for it.
            operator: AccountId,
            /// The owner.
            owner: AccountId,
            /// The file.
            file_hash: Hash,
        },
        /// Kept for its published index; never emitted.
        #[codec(index = 3)]
        ReplaceFiller {
            /// The miner.
            acc: AccountId,
            /// Its fillers.
            filler_list: alloc::vec::Vec<Hash>,
        },
        /// A miner certified idle space.
        #[codec(index = 4)]
        IdleSpaceCert {
            /// The miner.
            acc: AccountId,
            /// Bytes.
            space: u128,
        },
        /// A miner gave up idle files for service files.
        #[codec(index = 5)]
        ReplaceIdleSpace {
            /// The miner.
            acc: AccountId,
            /// Bytes.
            space: u128,
        },
        /// A miner lost a fragment.
        #[codec(index = 6)]
        GenerateRestoralOrder {
            /// The miner.
            miner: AccountId,
            /// The fragment.
            fragment_hash: Hash,
        },
        /// A miner undertook to restore a fragment.
        #[codec(index = 7)]
        ClaimRestoralOrder {
            /// The miner.
            miner: AccountId,
            /// The fragment.
            order_id: Hash,
        },
        /// A miner says that it holds the restored fragment.
        #[codec(index = 8)]
        RecoveryCompleted {
            /// The miner.
            miner: AccountId,
            /// The fragment.
            order_id: Hash,
        },
        /// All 12 columns of a deal were reported.
        #[codec(index = 9)]
        StorageCompleted {
            /// The file.
            file_hash: Hash,
        },
        /// A miner's fragments of a file were tagged.
        #[codec(index = 10)]
        CalculateReport {
            /// The miner.
            miner: AccountId,
            /// The file.
            file_hash: Hash,
        },
        /// An owner moved a file to another of its territories.
        #[codec(index = 11)]
        TerritoryFileDelivery {
            /// The file.
            file_hash: Hash,
            /// The territory that pays from now on.
            new_territory: Name,
        },
        /// A deal was given up.
        #[codec(index = 12)]
        DealCancelled {
            /// The deal.
            deal_hash: Hash,
        },
        /// A deal did not get its 12 reports in time, or its owner can no longer hold it.
        #[codec(index = 13)]
        DealExpired {
            /// The deal.
            deal_hash: Hash,
        },
        /// Every fragment of a file was tagged.
        #[codec(index = 14)]
        FileActivated {
            /// The file.
            file_hash: Hash,
        },
        /// A miner did not have fragments tagged in time.
        #[codec(index = 15)]
        TagMissed {
            /// The miner.
            miner: AccountId,
            /// The file.
            file_hash: Hash,
            /// How many.
            fragments: u32,
        },
        /// A bucket was created.
        #[codec(index = 16)]
        CreateBucket {
            /// Who asked for it.
            operator: AccountId,
            /// Whose it is.
            owner: AccountId,
            /// Its name.
            bucket_name: BucketName,
        },
        /// A bucket was deleted.
        #[codec(index = 17)]
        DeleteBucket {
            /// Who asked for it.
            operator: AccountId,
            /// Whose it was.
            owner: AccountId,
            /// Its name.
            bucket_name: BucketName,
        },
        /// A file was put into a bucket of one of its owners.
        #[codec(index = 18)]
        PutInBucket {
            /// The owner.
            owner: AccountId,
            /// The bucket.
            bucket_name: BucketName,
            /// The file.
            file_hash: Hash,
        },
        /// A file left a bucket: it was taken out or moved, its owner gave it up, or its deal came
        /// to nothing.
        #[codec(index = 19)]
        TakenFromBucket {
            /// The owner.
            owner: AccountId,
            /// The bucket.
            bucket_name: BucketName,
            /// The file.
            file_hash: Hash,
        },
    }
}
