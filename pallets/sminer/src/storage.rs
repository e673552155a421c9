//! What the pallet keeps: the published storage, then ours.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
    /// The miners.
    #[pallet::storage]
    pub type MinerItems<T> = CountedStorageMap<_, Blake2_128Concat, AccountId, MinerInfo>;

    /// The miners that have a PoIS key and have not left, in no particular order.
    ///
    /// For clients: the pallet itself looks at [`MinerIndex`]. A miner that left may still be here
    /// until the block has time to spare.
    #[pallet::storage]
    pub type AllMiner<T: Config> = StorageValue<_, BoundedVec<AccountId, T::ItemLimit>, ValueQuery>;

    /// What the miners have earned; kept until all of it is paid, even when the miner is gone.
    #[pallet::storage]
    pub type RewardMap<T> = StorageMap<_, Blake2_128Concat, AccountId, Reward>;

    /// Who drew from the faucet.
    #[pallet::storage]
    pub type FaucetRecordMap<T> = StorageMap<_, Blake2_128Concat, AccountId, FaucetRecord>;

    /// The owner of a PoIS key, by the SHA-256 of the encoded key.
    #[pallet::storage]
    pub type MinerPublicKey<T> = StorageMap<_, Blake2_128Concat, [u8; 32], AccountId>;

    /// `(k, n, d)` of the proof of idle space.
    #[pallet::storage]
    pub type Expenders<T> = StorageValue<_, (u64, u64, u64)>;

    /// When a miner on its way out may go.
    #[pallet::storage]
    pub type MinerLock<T> = StorageMap<_, Blake2_128Concat, AccountId, Tick>;

    /// The miners that left and are being restored elsewhere.
    #[pallet::storage]
    pub type RestoralTarget<T> = StorageMap<_, Blake2_128Concat, AccountId, RestoralTargetInfo>;

    /// When a miner's collateral last grew.
    #[pallet::storage]
    pub type StakingStartBlock<T> = StorageMap<_, Blake2_128Concat, AccountId, Tick>;

    /// Space of idle files that must give way to stored files.
    #[pallet::storage]
    pub type PendingReplacements<T> = StorageMap<_, Blake2_128Concat, AccountId, u128, ValueQuery>;

    /// What the faucet gave out today.
    #[pallet::storage]
    pub type FacuetReleaseRecord<T> = StorageValue<_, Balance, ValueQuery>;

    /// The stakes that are returned at a tick: a few for each, later ones fall due a little later.
    #[pallet::storage]
    pub type ReturnStakingSchedule<T: Config> =
        StorageMap<_, Blake2_128Concat, Tick, BoundedVec<StakeReturn, T::ItemLimit>, ValueQuery>;

    /// The passed audits of an era; forgotten [`REWARD_HISTORY`](cess_primitives::miner::REWARD_HISTORY) eras later.
    #[pallet::storage]
    pub type CompleteSnapShot<T> =
        StorageMap<_, Blake2_128Concat, u32, CompleteSnapshot, ValueQuery>;

    /// The audits that a miner passed, oldest first.
    #[pallet::storage]
    pub type CompleteMinerSnapShot<T> =
        StorageMap<_, Blake2_128Concat, AccountId, BVec<MinerCompleteInfo, MAX_PASSES>, ValueQuery>;

    /// Who may draw from the faucet for others.
    #[pallet::storage]
    pub type FacuetWhitelist<T> = StorageValue<_, AccountId>;

    // From here on storage of ours, which no published client reads.

    /// Space that a miner holds for deals that are not complete; a part of its `lock_space`.
    #[pallet::storage]
    pub type DealSpace<T> = StorageMap<_, Blake2_128Concat, AccountId, u128, ValueQuery>;

    /// `AllMiner` by place, to pick one without reading all. Twox64: places are not chosen.
    #[pallet::storage]
    pub type MinerIndex<T> = CountedStorageMap<_, Twox64Concat, u32, AccountId>;

    /// A miner's place in `AllMiner`.
    #[pallet::storage]
    pub type MinerPlace<T> = StorageMap<_, Blake2_128Concat, AccountId, u32>;

    /// Places of miners that left and are still in `AllMiner`, in the order in which they left.
    #[pallet::storage]
    pub type Unlisted<T: Config> = StorageValue<_, BoundedVec<u32, T::ItemLimit>, ValueQuery>;

    /// The miners whose exit falls due at a tick.
    #[pallet::storage]
    pub type ExitSchedule<T> =
        StorageDoubleMap<_, Twox64Concat, Tick, Blake2_128Concat, AccountId, ()>;

    /// Ticks at which something falls due. Identity over big-endian: iteration is in time's order.
    #[pallet::storage]
    pub type DueTicks<T> = StorageMap<_, Identity, [u8; 4], ()>;

    /// The miners that passed in an era and have no share of it promised yet.
    #[pallet::storage]
    pub type Passers<T> = StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, AccountId, ()>;

    /// The first era whose passers may not all have their share promised.
    #[pallet::storage]
    pub type SettlingEra<T> = StorageValue<_, u32, ValueQuery>;

    /// Who receives what is still to be paid to a miner that withdrew.
    #[pallet::storage]
    pub type FormerMiners<T> = StorageMap<_, Blake2_128Concat, AccountId, AccountId>;

    /// The day that [`FacuetReleaseRecord`] counts.
    #[pallet::storage]
    pub type FaucetDay<T> = StorageValue<_, u32, ValueQuery>;
}
