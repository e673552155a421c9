//! What the pallet keeps: the published storage, then ours.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
    /// The workers that verdicts are asked of.
    #[pallet::storage]
    pub type ValidationTypeList<T: Config> =
        StorageValue<_, BoundedVec<WorkerKey, T::SchedulerMaximum>, ValueQuery>;

    /// Whether there is a master key.
    #[pallet::storage]
    pub type MasterKeyStatus<T> = StorageValue<_, LaunchStatus, ValueQuery>;

    /// Every master key there ever was, the current one last. For clients: the pallet itself looks
    /// at [`SigningKeys`] and [`UsedMasterKeys`], and only appends here.
    #[pallet::storage]
    pub type MasterKeyHistory<T> = StorageValue<_, Vec<MasterKeyInfo>, ValueQuery>;

    /// The encrypted master key for a worker that asked for it, and when it was posted.
    /// Twox64: keys are of registered workers only.
    #[pallet::storage]
    pub type MasterKeyPostation<T> =
        StorageMap<_, Twox64Concat, WorkerKey, Option<(Tick, MasterKeyDistributePayload)>>;

    /// The worker that is asked to send the master key, by applicant. When another worker becomes
    /// the holder meanwhile, it may answer too, the one that was asked no more.
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

    /// When a worker last did something useful, or registered.
    #[pallet::storage]
    pub type LastWork<T> = StorageMap<_, Twox64Concat, WorkerKey, Tick, ValueQuery>;

    /// The oldest version that may register: major, minor, patch.
    #[pallet::storage]
    pub type MinimumCesealVersion<T> = StorageValue<_, (u32, u32, u32), ValueQuery>;

    /// Whether a worker may register without an attestation.
    #[pallet::storage]
    pub type NoneAttestationEnabled<T> = StorageValue<_, bool, ValueQuery>;

    /// Whether only listed binaries may register.
    #[pallet::storage]
    pub type CesealVerifyRequired<T> = StorageValue<_, bool, ValueQuery>;

    // From here on storage of ours, which no published client reads.

    /// Whether simulated attestations are believed.
    #[pallet::storage]
    pub type SimulatedAttestationEnabled<T> = StorageValue<_, bool, ValueQuery>;

    /// Which binary an attested worker runs.
    #[pallet::storage]
    pub type Measurements<T> = StorageMap<_, Twox64Concat, WorkerKey, H256>;

    /// The workers that a stash agrees to answer for, each until it registers.
    /// Twox64: keys are of bonded accounts only.
    #[pallet::storage]
    pub type Sponsorships<T> =
        StorageMap<_, Twox64Concat, AccountId, BVec<WorkerKey, MAX_SPONSORED>, ValueQuery>;

    /// Verdicts that a worker missed since it last worked; absent when none.
    #[pallet::storage]
    pub type VerdictsMissed<T> = StorageMap<_, Twox64Concat, WorkerKey, u32, ValueQuery>;

    /// The master keys whose signatures are good.
    #[pallet::storage]
    pub type SigningKeys<T> = StorageValue<_, KeyRing>;

    /// Every master key there ever was.
    #[pallet::storage]
    pub type UsedMasterKeys<T> = StorageMap<_, Twox64Concat, [u8; 32], ()>;

    /// Milliseconds since 1970 at which a worker's last accepted request for the master key, and the
    /// last answer to it, were signed.
    #[pallet::storage]
    pub type HandoverTimes<T> = StorageMap<_, Twox64Concat, WorkerKey, (u64, u64), ValueQuery>;

    /// The worker at which a sweep of all workers stopped; absent between sweeps.
    #[pallet::storage]
    pub type SweptTo<T> = StorageMap<_, Twox64Concat, Sweep, WorkerKey>;
}
