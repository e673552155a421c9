//! What the pallet keeps.

use frame_support::pallet_macros::pallet_section;

/// The published records first, then ours.
#[pallet_section]
mod storage {
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

    /// Expired territories of which files are being deleted, oldest first.
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

    /// For a file and a miner, until when it must tag what: a restored fragment, or with `None` its
    /// column.
    #[pallet::storage]
    pub type TagDuties<T> = StorageNMap<
        _,
        (
            NMapKey<Blake2_128Concat, Hash>,
            NMapKey<Blake2_128Concat, AccountId>,
            NMapKey<Blake2_128Concat, Option<Hash>>,
        ),
        Tick,
    >;

    /// The entries of [`TagDuties`] by tick.
    #[pallet::storage]
    pub type TagQueue<T> =
        StorageDoubleMap<_, Identity, TickKey, Blake2_128Concat, (Hash, TagDuty), (), OptionQuery>;

    /// The open restoral orders of each file.
    #[pallet::storage]
    pub type FileOrders<T> =
        StorageDoubleMap<_, Blake2_128Concat, Hash, Blake2_128Concat, Hash, (), OptionQuery>;

    /// For an order on a fragment of a miner that had left already: how many positions of the file
    /// that miner answers for until they are restored.
    #[pallet::storage]
    pub type LeaverOrders<T> = StorageMap<_, Blake2_128Concat, Hash, u32>;

    /// Signatures over tags that were accepted for a file: a restored fragment needs a new one.
    #[pallet::storage]
    pub type SpentTagSignatures<T> =
        StorageDoubleMap<_, Blake2_128Concat, Hash, Identity, [u8; 32], (), OptionQuery>;

    /// Files that are gone, of which orders, duties or signatures are still to be removed.
    #[pallet::storage]
    pub type Remains<T> = StorageMap<_, Blake2_128Concat, Hash, (), OptionQuery>;

    /// What each user holds, by file, in whatever territories: the entries of [`UserHoldFileList`]
    /// one by one.
    #[pallet::storage]
    pub type HeldFiles<T> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Blake2_128Concat,
        Hash,
        BVec<HeldFile, MAX_OWNERS>,
        ValueQuery,
    >;

    /// How many files each user holds; one that is held in two territories counts twice.
    #[pallet::storage]
    pub type HeldCount<T> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// The files of each territory.
    #[pallet::storage]
    pub type TerritoryFiles<T> = StorageNMap<
        _,
        (
            NMapKey<Blake2_128Concat, AccountId>,
            NMapKey<Blake2_128Concat, Name>,
            NMapKey<Blake2_128Concat, Hash>,
        ),
        (),
    >;

    /// The buckets of each owner.
    #[pallet::storage]
    pub type Bucket<T> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, BucketName, BucketInfo>;

    /// The names of each owner's buckets, in the order of their creation.
    #[pallet::storage]
    pub type UserBucketList<T> =
        StorageMap<_, Blake2_128Concat, AccountId, BVec<BucketName, MAX_BUCKETS>, ValueQuery>;

    /// The files in each bucket, to be read page by page.
    #[pallet::storage]
    pub type BucketFiles<T> = StorageNMap<
        _,
        (
            NMapKey<Blake2_128Concat, AccountId>,
            NMapKey<Blake2_128Concat, BucketName>,
            NMapKey<Blake2_128Concat, Hash>,
        ),
        BucketObject,
    >;

    /// In which of its owner's buckets a file is.
    #[pallet::storage]
    pub type BucketOf<T> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, Hash, BucketName>;
}
