//! # Storage miner pallet
//!
//! Storage miners: their registration, collateral and space, what they pay when they fail, and how
//! they leave (spec chain 4, 9.4 and 12.3). The one place that moves space between its kinds.
//!
//! ```text
//!               register_pois_key                      miner_exit_prep              miner_exit
//!  not ready ───────────────────────► positive ◄─► frozen ──────────► lock ──────────────────► exit
//!      └── miner_exit_prep ──► lock       │ force_exit (silent too long)                         │ miner_withdraw
//!                                         └──────────────────────────────► offline ─────────────►┴─► (gone)
//!
//!  positive ⇔ collateral ≥ limit(declaration) = ceil(declaration / TiB) · 4000 TCESS, else frozen
//!
//!  space:  add_idle ─► idle ─lock_space─► lock ─commit_space─► lock + pending ─tagged─► service + pending
//!                        ▲                  │                                              │
//!                        ├───unlock_space───┘      drop_tagged / drop_untagged ◄───────────┘
//!                        └── what is still pending turns idle again; the rest is gone
//!          replace_idle takes from pending: the idle files that gave way are deleted
//! ```
//!
//! For each miner that has not left, `U` being the idle unit:
//!
//! * `declaration ≥ idle + lock + service`;
//! * `(rear − front) · U = idle + PendingReplacements + DealSpace`: each certified idle file is
//!   accounted for exactly once;
//! * its collateral is reserved on its staking account, and a debt means that there is none left.
//!
//! Spaces are bytes, money base units, times ticks. Work that falls due (an exit, the return of a
//! stake) is queued by tick and drained a few items per block, so that a clock that jumps loses
//! nothing.
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod audited;
mod directory;
mod events;
mod exit;
mod faucet;
#[cfg(test)]
mod mock;
mod punish;
mod registry;
mod space;
#[cfg(test)]
mod tests;
mod try_state;

use frame_support::pallet_macros::import_section;

pub use exit::DUE_PER_BLOCK;
pub use faucet::FAUCET_VALUE;
pub use pallet::*;
pub use punish::{collateral_limit, power};

#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use cess_primitives::{
        miner::{
            CompleteSnapshot, Endpoint, FaucetRecord, MinerCompleteInfo, MinerInfo, PoISKey,
            RestoralTargetInfo, Reward,
        },
        tee::WorkerKey,
        traits::{NetworkSpace, Protocol, TeeWorkers, Treasury},
        AccountId, BVec, Balance, Tick,
    };
    use core::marker::PhantomData;
    use frame_support::{pallet_prelude::*, traits::ReservableCurrency, Identity, PalletId};
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    /// A stake on its way back: the miner, the account that paid it, the amount.
    pub type StakeReturn = (AccountId, AccountId, Balance);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Money.
        type Currency: ReservableCurrency<AccountId, Balance = Balance>;
        /// Time and quantities.
        type Protocol: Protocol;
        /// The network's space in total.
        type Space: NetworkSpace;
        /// Who may certify, and the master key.
        type TeeWorkers: TeeWorkers;
        /// Where penalties go.
        type Treasury: Treasury;
        /// The era that is running.
        type Era: Get<u32>;
        /// The faucet's account.
        #[pallet::constant]
        type FaucetId: Get<PalletId>;
        /// Most miners.
        #[pallet::constant]
        type ItemLimit: Get<u32>;
        /// Most that the faucet gives out in a day.
        #[pallet::constant]
        type MaximumRelease: Get<Balance>;
    }

    /// The miners.
    #[pallet::storage]
    pub type MinerItems<T> = CountedStorageMap<_, Blake2_128Concat, AccountId, MinerInfo>;

    /// The miners that have a PoIS key and have not left, in no particular order.
    #[pallet::storage]
    pub type AllMiner<T: Config> = StorageValue<_, BoundedVec<AccountId, T::ItemLimit>, ValueQuery>;

    /// What the miners have earned.
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
    pub type Expenders<T> = StorageValue<_, (u64, u64, u64), ValueQuery>;

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

    /// The stakes that are returned at a tick.
    #[pallet::storage]
    pub type ReturnStakingSchedule<T: Config> =
        StorageMap<_, Blake2_128Concat, Tick, BoundedVec<StakeReturn, T::ItemLimit>, ValueQuery>;

    /// The passed audits of an era.
    #[pallet::storage]
    pub type CompleteSnapShot<T> =
        StorageMap<_, Blake2_128Concat, u32, CompleteSnapshot, ValueQuery>;

    /// The audits that a miner passed, oldest first.
    #[pallet::storage]
    pub type CompleteMinerSnapShot<T> =
        StorageMap<_, Blake2_128Concat, AccountId, BVec<MinerCompleteInfo, 90>, ValueQuery>;

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

    /// The miners whose exit falls due at a tick.
    #[pallet::storage]
    pub type ExitSchedule<T: Config> =
        StorageMap<_, Blake2_128Concat, Tick, BoundedVec<AccountId, T::ItemLimit>, ValueQuery>;

    /// Ticks at which something falls due. Identity over big-endian: iteration is in time's order.
    #[pallet::storage]
    pub type DueTicks<T> = StorageMap<_, Identity, [u8; 4], ()>;

    /// The day that [`FacuetReleaseRecord`] counts.
    #[pallet::storage]
    pub type FaucetDay<T> = StorageValue<_, u32, ValueQuery>;

    /// How the network of miners begins.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// `(k, n, d)` of the proof of idle space.
        pub expenders: (u64, u64, u64),
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            // The published network's (spec chain 2).
            Self {
                expenders: (80, 1_048_576, 64),
                _config: PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            Expenders::<T>::put(self.expenders);
        }
    }

    /// The published errors in their order, then ours.
    #[pallet::error]
    pub enum Error<T> {
        /// The signer is not a registered miner.
        NotMiner,
        /// The account is a miner already, or what it held before is still being restored.
        AlreadyRegistered,
        /// A number would leave its range.
        Overflow,
        /// No such miner is registered.
        NotExisted,
        /// The account drew from the faucet within the last day.
        LessThan24Hours,
        /// Published, never raised.
        ConversionError,
        /// Published, never raised.
        AlreadyFrozen,
        /// The miner is not positive: raise its collateral, or register its PoIS key first.
        NotpositiveState,
        /// There is no room for another miner.
        StorageLimitReached,
        /// Published, never raised.
        BoundedVecError,
        /// Published, never raised.
        DataNotExist,
        /// Published, never raised.
        Unexpected,
        /// The master key did not sign this.
        VerifyTeeSigFailed,
        /// A count must not be zero.
        CountError,
        /// The miner's state does not allow this.
        StateError,
        /// A fragment can't be counted in or out: its hash is not hex, or it was never counted.
        BloomElemPushError,
        /// The collateral is less than 4000 TCESS for each TiB, or nothing is added to it.
        CollateralNotUp,
        /// Only the miner's staking account may do this.
        NotStakingAcc,
        /// Published, never raised.
        BugInvalid,
        /// The collateral was raised too recently.
        InsufficientStakingPeriod,
        /// The miner would hold more than it declared; declare more first.
        ExceedingDeclarationSpace,
        /// Fewer idle files must give way than are being replaced.
        InsufficientReplaceable,
        /// A signature has 64 bytes.
        MalformedSignature,
        /// Nobody may draw from the faucet yet; root names the account.
        NotSetWhite,
        /// Only the faucet's account on the whitelist may do this.
        WrongOrigin,
        /// The faucet gave out all of today's money.
        ExceedRelease,
        /// The miner holds more than it would declare, or would declare nothing.
        UnableReduceDeclaration,
        /// This TEE worker may not certify space.
        TeeNoPermission,
        /// The certificate is of another miner or another PoIS key.
        ForeignCertificate,
        /// The certificate does not continue from the miner's certified idle files.
        StaleCertificate,
        /// Another miner has this PoIS key; the TEE worker must make a new one.
        PoisKeyTaken,
        /// The miner has less idle space than is asked for.
        InsufficientIdleSpace,
        /// The miner has less space locked than is to be moved.
        InsufficientLockedSpace,
        /// The miner has less service space than is to be given up.
        InsufficientServiceSpace,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::run_due(T::Protocol::now())
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers the signer as a miner that stakes for itself.
        ///
        /// `staking_val` is reserved and must be at least 4000 TCESS for each of `tib_count` TiB.
        /// Emits [`Event::Registered`].
        #[pallet::call_index(0)]
        #[pallet::weight(Weight::from_parts(62_000_000, 6_000).saturating_add(T::DbWeight::get().reads_writes(4, 5)))]
        pub fn regnstk(
            origin: OriginFor<T>,
            beneficiary: AccountId,
            endpoint: Endpoint,
            staking_val: Balance,
            tib_count: u32,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::register(
                &miner,
                miner.clone(),
                beneficiary,
                endpoint,
                staking_val,
                tib_count,
            )
        }

        /// Raises a miner's collateral; debts are paid from it first.
        ///
        /// Origin: the miner's staking account. What is added restarts the time for which the
        /// stake is locked. Emits [`Event::IncreaseCollateral`] and, where it applies,
        /// [`Event::Deposit`] and [`Event::Thawed`].
        #[pallet::call_index(1)]
        #[pallet::weight(Weight::from_parts(60_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(4, 4)))]
        pub fn increase_collateral(
            origin: OriginFor<T>,
            miner: AccountId,
            #[pallet::compact] collaterals: Balance,
        ) -> DispatchResult {
            let payer = ensure_signed(origin)?;
            Self::raise_collateral(&payer, &miner, collaterals)
        }

        /// Names the account that receives the signer's rewards.
        ///
        /// Origin: a miner. Emits [`Event::UpdateBeneficiary`].
        #[pallet::call_index(2)]
        #[pallet::weight(Weight::from_parts(20_000_000, 5_000).saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
        pub fn update_beneficiary(origin: OriginFor<T>, beneficiary: AccountId) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            MinerItems::<T>::try_mutate(&acc, |info| {
                info.as_mut().ok_or(Error::<T>::NotMiner)?.beneficiary = beneficiary.clone();
                Ok::<_, DispatchError>(())
            })?;
            Self::deposit_event(Event::UpdateBeneficiary {
                acc,
                new: beneficiary,
            });
            Ok(())
        }

        /// Says where the signer is reached.
        ///
        /// Origin: a miner. Emits [`Event::UpdateEndPoint`].
        #[pallet::call_index(3)]
        #[pallet::weight(Weight::from_parts(20_000_000, 5_000).saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
        pub fn update_endpoint(origin: OriginFor<T>, endpoint: Endpoint) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            let old = MinerItems::<T>::try_mutate(&acc, |info| {
                let info = info.as_mut().ok_or(Error::<T>::NotMiner)?;
                Ok::<_, DispatchError>(core::mem::replace(&mut info.endpoint, endpoint.clone()))
            })?;
            Self::deposit_event(Event::UpdateEndPoint {
                acc,
                old,
                new: endpoint,
            });
            Ok(())
        }

        /// Declares `tib_count` TiB less. The collateral stays until the miner leaves.
        ///
        /// Origin: a miner, positive or frozen; one that is frozen may thaw by this. Emits
        /// [`Event::DecreaseDeclarationSpace`].
        #[pallet::call_index(4)]
        #[pallet::weight(Weight::from_parts(37_000_000, 5_000).saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
        pub fn decrease_declaration_space(origin: OriginFor<T>, tib_count: u32) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::declare_less(&miner, tib_count)
        }

        /// Starts the way out.
        ///
        /// Origin: the miner or its staking account. The miner must hold nothing untagged, and its
        /// collateral must have been locked for its time. Emits [`Event::MinerExitPrep`]; the exit
        /// itself follows after `exit_lock` ticks.
        #[pallet::call_index(7)]
        #[pallet::weight(Weight::from_parts(68_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(4, 4)))]
        pub fn miner_exit_prep(origin: OriginFor<T>, miner: AccountId) -> DispatchResult {
            let signer = ensure_signed(origin)?;
            Self::prepare_exit(&signer, &miner)
        }

        /// Lets a miner on its way out go at once.
        ///
        /// Origin: root. Emits [`Event::MinerLeft`].
        #[pallet::call_index(8)]
        #[pallet::weight(Weight::from_parts(90_000_000, 20_000).saturating_add(T::DbWeight::get().reads_writes(9, 12)))]
        pub fn miner_exit(origin: OriginFor<T>, miner: AccountId) -> DispatchResult {
            ensure_root(origin)?;
            Self::leave(&miner, false)
        }

        /// Takes the stake of a miner that left, once it was restored or its cooling is over, and
        /// forgets the miner: it may register again when everything it held is restored.
        ///
        /// Origin: the miner. Emits [`Event::Withdraw`].
        #[pallet::call_index(9)]
        #[pallet::weight(Weight::from_parts(61_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(3, 6)))]
        pub fn miner_withdraw(origin: OriginFor<T>) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::withdraw(&miner)
        }

        /// Gives money to the faucet. Origin: signed. Emits [`Event::FaucetTopUpMoney`].
        #[pallet::call_index(13)]
        #[pallet::weight(Weight::from_parts(52_000_000, 4_000).saturating_add(T::DbWeight::get().reads_writes(2, 2)))]
        pub fn faucet_top_up(origin: OriginFor<T>, award: Balance) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            Self::fill_faucet(acc, award)
        }

        /// Gives 2 TCESS from the faucet, to each account once in a day.
        ///
        /// Origin: the account on the whitelist. Emits [`Event::DrawFaucetMoney`].
        #[pallet::call_index(14)]
        #[pallet::weight(Weight::from_parts(74_000_000, 6_000).saturating_add(T::DbWeight::get().reads_writes(6, 5)))]
        pub fn faucet(origin: OriginFor<T>, to: AccountId) -> DispatchResult {
            let signer = ensure_signed(origin)?;
            Self::draw_faucet(&signer, to)
        }

        /// Sets `(k, n, d)` of the proof of idle space. Origin: root.
        #[pallet::call_index(15)]
        #[pallet::weight(Weight::from_parts(10_000_000, 500).saturating_add(T::DbWeight::get().writes(1)))]
        pub fn update_expender(origin: OriginFor<T>, k: u64, n: u64, d: u64) -> DispatchResult {
            ensure_root(origin)?;
            ensure!(k > 0 && n > 0 && d > 0, Error::<T>::CountError);
            Expenders::<T>::put((k, n, d));
            Ok(())
        }

        /// Gives the signer its PoIS key: from here on it can certify idle space.
        ///
        /// Origin: a miner without one. `tee_sig_need_verify` is the master key's signature over
        /// the empty space proof and the worker `tee_puk`, which must be one that certifies;
        /// `tee_sig` is the one over the space proof alone, which TEE workers ask for later. Emits
        /// [`Event::RegisterPoisKey`].
        #[pallet::call_index(16)]
        #[pallet::weight(Weight::from_parts(150_000_000, 12_000).saturating_add(T::DbWeight::get().reads_writes(8, 8)))]
        pub fn register_pois_key(
            origin: OriginFor<T>,
            pois_key: PoISKey,
            tee_sig_need_verify: BVec<u8, 64>,
            tee_sig: BVec<u8, 64>,
            tee_puk: WorkerKey,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::enter_pois_key(&miner, pois_key, &tee_sig_need_verify, &tee_sig, &tee_puk)
        }

        /// Registers the signer as a miner for which another account stakes.
        ///
        /// The collateral is zero until that account raises it; the miner is frozen until it
        /// suffices. Emits [`Event::Registered`].
        #[pallet::call_index(17)]
        #[pallet::weight(Weight::from_parts(40_000_000, 6_000).saturating_add(T::DbWeight::get().reads_writes(3, 4)))]
        pub fn regnstk_assign_staking(
            origin: OriginFor<T>,
            beneficiary: AccountId,
            endpoint: Endpoint,
            staking_account: AccountId,
            tib_count: u32,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::enter(&miner, staking_account, beneficiary, endpoint, 0, tib_count)
        }

        /// Declares `tib_count` TiB more; the miner freezes when its collateral does not suffice.
        ///
        /// Origin: a positive miner. Emits [`Event::IncreaseDeclarationSpace`].
        #[pallet::call_index(18)]
        #[pallet::weight(Weight::from_parts(30_000_000, 5_000).saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
        pub fn increase_declaration_space(origin: OriginFor<T>, tib_count: u32) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::declare_more(&miner, tib_count)
        }

        /// Names the account that may draw from the faucet for others. Origin: root.
        #[pallet::call_index(20)]
        #[pallet::weight(Weight::from_parts(10_000_000, 500).saturating_add(T::DbWeight::get().writes(1)))]
        pub fn set_facuet_whitelist(origin: OriginFor<T>, acc: AccountId) -> DispatchResult {
            ensure_root(origin)?;
            FacuetWhitelist::<T>::put(acc);
            Ok(())
        }
    }
}
