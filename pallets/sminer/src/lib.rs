//! # Storage miner pallet
//!
//! Storage miners: their registration, collateral and space, what they earn when they prove what
//! they hold and pay when they fail, and how they leave (spec chain 4, 9 and 12.3). The one place
//! that moves space between its kinds.
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
//!
//!  reward:  pass ──era over──► order ──first claim──► half paid ──1/90 of the other half a day──► paid
//!
//!  stake:   miner | another account | reservoir ──reserve──► collateral ──fine──► punisdpt
//!                          ▲                                     │
//!                          └── miner_withdraw, or by itself ◄────┘ offline, or declared less
//! ```
//!
//! ## Space
//!
//! For each miner that has not left, `U` being the idle unit:
//!
//! * `declaration ≥ idle + lock + service`;
//! * `(rear − front) · U = idle + PendingReplacements + DealSpace`: each certified idle file is
//!   accounted for exactly once.
//!
//! ## Stake
//!
//! Collateral is reserved on the miner's staking account: its own, one that consents by paying, or
//! the reservoir's, which needs a loan or a store of the miner's there. A fine goes from the reserve
//! to the treasury; what the collateral does not cover is owed, so a debt means that there is none
//! left. What was staked for space that is no longer declared returns once its time is over, and so
//! does the stake of a miner that was thrown out.
//!
//! ## Rewards
//!
//! A positive miner that passes an audit has a share of the running era's round, in proportion to
//! the power it proved; several passes in an era count several times. When the era is over its share
//! is promised as one [`RewardOrder`](cess_primitives::miner::RewardOrder): half with the first
//! claim, the rest in 90 daily parts, counted from the pass. Only whole days count, and none is lost
//! between claims; the last part holds what rounding left. A miner with more orders than the list
//! holds has the oldest one released early. Frozen and leaving miners can't claim until they are
//! positive again or have left; one that left claims on until all is paid. One that is thrown out
//! receives what is due and forfeits the rest.
//!
//! ## Calls by actor
//!
//! * miner: [`regnstk`](Pallet::regnstk), [`regnstk_assign_staking`](Pallet::regnstk_assign_staking),
//!   [`register_pois_key`](Pallet::register_pois_key), [`update_beneficiary`](Pallet::update_beneficiary),
//!   [`update_endpoint`](Pallet::update_endpoint),
//!   [`increase_declaration_space`](Pallet::increase_declaration_space),
//!   [`decrease_declaration_space`](Pallet::decrease_declaration_space),
//!   [`receive_reward`](Pallet::receive_reward), [`miner_exit_prep`](Pallet::miner_exit_prep),
//!   [`miner_withdraw`](Pallet::miner_withdraw);
//! * staking account: [`increase_collateral`](Pallet::increase_collateral),
//!   [`miner_exit_prep`](Pallet::miner_exit_prep);
//! * anybody: [`faucet_top_up`](Pallet::faucet_top_up); the faucet's operator:
//!   [`faucet`](Pallet::faucet);
//! * root: [`miner_exit`](Pallet::miner_exit), [`update_expender`](Pallet::update_expender),
//!   [`set_facuet_whitelist`](Pallet::set_facuet_whitelist),
//!   [`clear_miner_service`](Pallet::clear_miner_service).
//!
//! Spaces are bytes, money base units, times ticks. Work that falls due (an exit, the return of a
//! stake, the shares of an era) is queued and drained a few items per block, so that a clock that
//! jumps loses nothing.
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod audited;
mod costs;
mod directory;
mod due;
mod errors;
mod events;
mod exit;
mod faucet;
#[cfg(test)]
mod mock;
mod orders;
mod passes;
mod punish;
mod registry;
mod rewards;
mod space;
mod stake;
mod storage;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

use frame_support::pallet_macros::import_section;

pub use due::DUE_PER_BLOCK;
pub use faucet::FAUCET_VALUE;
pub use orders::RELEASE_NUMBER;
pub use pallet::*;
pub use punish::{collateral_limit, power};
pub use rewards::SETTLED_PER_BLOCK;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[frame_support::pallet]
pub mod pallet {
    use crate::weights::WeightInfo;
    use cess_primitives::{
        miner::{
            CompleteSnapshot, Endpoint, FaucetRecord, MinerCompleteInfo, MinerInfo, PoISKey,
            RestoralTargetInfo, Reward, MAX_PASSES,
        },
        tee::WorkerKey,
        traits::{CollateralLender, NetworkSpace, Protocol, RewardPool, TeeWorkers, Treasury},
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
        /// Promises and pays rewards.
        type Rewards: RewardPool;
        /// Lends collateral.
        type Lender: CollateralLender;
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
        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Ticks of the protocol's day.
        #[pallet::constant_name(OneDayBlock)]
        fn one_day_block() -> Tick {
            T::Protocol::params().one_day
        }

        /// Ticks for which a miner's stake stays locked after it was last raised.
        #[pallet::constant_name(StakingLockBlock)]
        fn staking_lock_block() -> Tick {
            T::Protocol::params().staking_lock
        }
    }

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

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::run_due(T::Protocol::now()).saturating_add(Self::settle_rounds())
        }

        fn on_idle(_: BlockNumberFor<T>, spare: Weight) -> Weight {
            Self::publish_list_within(spare)
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
        /// Emits [`Event::Registered`]. Errors: [`Error::CollateralNotUp`], [`Error::CountError`],
        /// [`Error::AlreadyRegistered`], or that the signer has too little money.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::regnstk())]
        pub fn regnstk(
            origin: OriginFor<T>,
            beneficiary: AccountId,
            endpoint: Endpoint,
            staking_val: Balance,
            tib_count: u32,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::register(&miner, beneficiary, endpoint, staking_val, tib_count)
        }

        /// Raises a miner's collateral; debts are paid from it first.
        ///
        /// Origin: the miner's staking account; the miner itself when that is the reservoir's, whose
        /// loan or store of the miner's pays. What is added restarts the time for which the stake is
        /// locked. Emits [`Event::IncreaseCollateral`] and, where it applies, [`Event::Deposit`] and
        /// [`Event::Thawed`]. Errors: [`Error::NotExisted`], [`Error::NotStakingAcc`],
        /// [`Error::StateError`] for a miner that leaves, [`Error::CollateralNotUp`] for nothing,
        /// [`Error::LoanTooSmall`], or that the payer has too little money.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::increase_collateral())]
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
        #[pallet::weight(T::WeightInfo::update_beneficiary())]
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
        #[pallet::weight(T::WeightInfo::update_endpoint())]
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

        /// Declares `tib_count` TiB less.
        ///
        /// What was staked for them returns to the staking account as soon as the stake may leave; a
        /// voluntary surplus stays. Origin: a miner, positive or frozen; one that is frozen may thaw
        /// by this. Emits [`Event::DecreaseDeclarationSpace`] and, where it applies,
        /// [`Event::StakeReturnBooked`] and [`Event::Thawed`]. Errors: [`Error::NotMiner`],
        /// [`Error::CountError`], [`Error::StateError`], [`Error::UnableReduceDeclaration`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::decrease_declaration_space())]
        pub fn decrease_declaration_space(origin: OriginFor<T>, tib_count: u32) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::declare_less(&miner, tib_count)
        }

        /// Claims what is due of the signer's rewards, for its beneficiary.
        ///
        /// Origin: a miner that is positive or has left. Shares of eras that ended are promised on
        /// the way. Emits [`Event::Receive`], with a reward of zero when nothing is due. Errors:
        /// [`Error::NotMiner`], [`Error::NotpositiveState`], or that the beneficiary's account does
        /// not exist and would stay below the existential deposit; nothing is lost then.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::receive_reward(MAX_PASSES))]
        pub fn receive_reward(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
            let miner = ensure_signed(origin)?;
            let settled = Self::receive(&miner)?;
            Ok(Some(T::WeightInfo::receive_reward(settled)).into())
        }

        /// Starts the way out.
        ///
        /// Origin: the miner or its staking account. The miner must hold nothing untagged, and its
        /// collateral must have been locked for its time. Emits [`Event::MinerExitPrep`]; the exit
        /// itself follows after `exit_lock` ticks. Errors: [`Error::NotExisted`],
        /// [`Error::NotStakingAcc`], [`Error::StateError`], [`Error::InsufficientStakingPeriod`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::miner_exit_prep())]
        pub fn miner_exit_prep(origin: OriginFor<T>, miner: AccountId) -> DispatchResult {
            let signer = ensure_signed(origin)?;
            Self::prepare_exit(&signer, &miner)
        }

        /// Lets a miner on its way out go at once.
        ///
        /// Origin: root. Emits [`Event::MinerLeft`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::miner_exit())]
        pub fn miner_exit(origin: OriginFor<T>, miner: AccountId) -> DispatchResult {
            ensure_root(origin)?;
            Self::leave(&miner, false)
        }

        /// Takes the stake of a miner that left, once it was restored or its cooling is over, and
        /// forgets the miner: it may register again when everything it held is restored. Rewards
        /// that are not released yet stay its own: it goes on claiming them.
        ///
        /// Origin: the miner. Emits [`Event::Withdraw`]. Errors: [`Error::NotMiner`],
        /// [`Error::StateError`].
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::miner_withdraw())]
        pub fn miner_withdraw(origin: OriginFor<T>) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::withdraw(&miner)
        }

        /// Gives money to the faucet. Origin: signed. Emits [`Event::FaucetTopUpMoney`].
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::faucet_top_up())]
        pub fn faucet_top_up(origin: OriginFor<T>, award: Balance) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            Self::fill_faucet(acc, award)
        }

        /// Gives 2 TCESS from the faucet, to each account once in a day.
        ///
        /// Origin: the account on the whitelist. Emits [`Event::DrawFaucetMoney`].
        #[pallet::call_index(14)]
        #[pallet::weight(T::WeightInfo::faucet())]
        pub fn faucet(origin: OriginFor<T>, to: AccountId) -> DispatchResult {
            let signer = ensure_signed(origin)?;
            Self::draw_faucet(&signer, to)
        }

        /// Sets `(k, n, d)` of the proof of idle space. Origin: root.
        #[pallet::call_index(15)]
        #[pallet::weight(T::WeightInfo::update_expender())]
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
        #[pallet::weight(T::WeightInfo::register_pois_key(T::ItemLimit::get()))]
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
        /// The collateral is zero until that account raises it, and the miner frozen until it
        /// suffices. When that account is the reservoir's, 4000 TCESS for each of `tib_count` TiB
        /// are staked at once from what it lends the signer or keeps for it, or the call fails with
        /// [`Error::LoanTooSmall`]. Emits [`Event::Registered`]. Errors besides:
        /// [`Error::AlreadyRegistered`], [`Error::CountError`].
        #[pallet::call_index(17)]
        #[pallet::weight(T::WeightInfo::regnstk_assign_staking())]
        pub fn regnstk_assign_staking(
            origin: OriginFor<T>,
            beneficiary: AccountId,
            endpoint: Endpoint,
            staking_account: AccountId,
            tib_count: u32,
        ) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::register_staked_by(&miner, staking_account, beneficiary, endpoint, tib_count)
        }

        /// Declares `tib_count` TiB more; the miner freezes when its collateral does not suffice.
        ///
        /// Origin: a positive miner. Emits [`Event::IncreaseDeclarationSpace`].
        #[pallet::call_index(18)]
        #[pallet::weight(T::WeightInfo::increase_declaration_space())]
        pub fn increase_declaration_space(origin: OriginFor<T>, tib_count: u32) -> DispatchResult {
            let miner = ensure_signed(origin)?;
            Self::declare_more(&miner, tib_count)
        }

        /// Makes sure that a miner that stores nothing has no trace of fragments. Origin: root.
        ///
        /// The published call makes the chain forget what a miner stores while files still count on
        /// it. Here it answers [`Error::StillServing`] then; beside that [`Error::NotExisted`].
        #[pallet::call_index(19)]
        #[pallet::weight(T::WeightInfo::clear_miner_service())]
        pub fn clear_miner_service(origin: OriginFor<T>, miner: AccountId) -> DispatchResult {
            ensure_root(origin)?;
            Self::clear_service(&miner)
        }

        /// Names the account that may draw from the faucet for others. Origin: root.
        #[pallet::call_index(20)]
        #[pallet::weight(T::WeightInfo::set_facuet_whitelist())]
        pub fn set_facuet_whitelist(origin: OriginFor<T>, acc: AccountId) -> DispatchResult {
            ensure_root(origin)?;
            FacuetWhitelist::<T>::put(acc);
            Ok(())
        }
    }
}
