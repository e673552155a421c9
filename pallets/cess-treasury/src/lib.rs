//! # Treasury pallet
//!
//! Four accounts of the protocol and the rounds of storage rewards: what staking pays for an era is
//! kept apart until the miners that passed an audit in that era have their shares promised and,
//! day by day, paid (spec chain 9.1).
//!
//! ```text
//!              staking pays at the end of era K             close, once all passes of K are promised:
//!                              │                            what nobody earned
//!                              ▼                    ┌────────────────────────────────────┐
//!  (no round) ────────► open: (total, issued) ──────┴──► closed: (issued, issued) ──► forgotten
//!                              │  promise                                  REWARD_HISTORY eras later
//!
//!  staking ──mint──► rewardpt ───pay──► beneficiaries of miners
//!                     │    ▲
//!   close, forfeit    │    │  as much as staking pays for a round, at most
//!                     ▼    │
//!                    sererdpt (reserve)
//!
//!  fines of miners, anybody ──► punisdpt ──► an account that root names, or burnt
//!  rents, anybody ────────────► spacedpt ──► an account that root names, or burnt
//! ```
//!
//! ## Money
//!
//! * `rewardpt` holds `CurrencyReward` (undistributed: what open rounds have not promised) and
//!   `Promised` (promised, not yet paid); `sererdpt` holds `ReserveReward`. Each of the four
//!   accounts keeps an existential deposit besides, so that none of them can die and no small amount
//!   is ever lost on its way to one.
//! * A round never promises more than it has. What nobody earned of it, be it a rounding or a whole
//!   era without a pass, goes to the reserve when the round closes, and so does a promise that will
//!   never be paid. The reserve doubles later rounds at most, until it is used up: a network that
//!   starts without miners does not hand months of rewards to the first one that passes.
//! * Burning lowers the total issuance.
//!
//! ## Calls by actor
//!
//! * anybody: [`send_funds_to_pid`](Pallet::send_funds_to_pid),
//!   [`send_funds_to_sid`](Pallet::send_funds_to_sid);
//! * root: [`pid_burn_funds`](Pallet::pid_burn_funds), [`sid_burn_funds`](Pallet::sid_burn_funds),
//!   [`pid_send_funds`](Pallet::pid_send_funds), [`sid_send_funds`](Pallet::sid_send_funds);
//! * staking: the pallet is its [`OnUnbalanced`](frame_support::traits::OnUnbalanced) sink for
//!   storage rewards;
//! * the miners' pallet: [`RewardPool`](cess_primitives::traits::RewardPool).
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

#[cfg(test)]
mod mock;
mod pools;
mod rounds;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use crate::weights::WeightInfo;
    use cess_primitives::{AccountId, Balance};
    use core::marker::PhantomData;
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Balanced, Mutate},
        PalletId,
    };
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Money.
        type Currency: Mutate<AccountId, Balance = Balance> + Balanced<AccountId>;
        /// The era that is running; staking pays for it just before the next one begins.
        type ActiveEra: Get<u32>;
        /// Keeps the rewards (`rewardpt`).
        type MinerRewardId: Get<PalletId>;
        /// Receives fines (`punisdpt`).
        type PunishTreasuryId: Get<PalletId>;
        /// Receives rents (`spacedpt`).
        type SpaceTreasuryId: Get<PalletId>;
        /// Keeps rewards that nobody earned (`sererdpt`).
        type ReserveRewardId: Get<PalletId>;
        /// What calls cost.
        type WeightInfo: WeightInfo;
    }

    /// What open rounds have not promised yet, on the account `rewardpt`.
    #[pallet::storage]
    pub type CurrencyReward<T> = StorageValue<_, Balance, ValueQuery>;

    /// What staking paid for the last era.
    #[pallet::storage]
    pub type EraReward<T> = StorageValue<_, Balance, ValueQuery>;

    /// What nobody earned, on the account `sererdpt`; later rounds draw from it.
    #[pallet::storage]
    pub type ReserveReward<T> = StorageValue<_, Balance, ValueQuery>;

    /// Of an era: what there is to earn, and what of it is promised.
    #[pallet::storage]
    pub type RoundReward<T> = StorageMap<_, Blake2_128Concat, u32, (Balance, Balance), ValueQuery>;

    // From here on storage of ours, which no published client reads.

    /// What is promised and not yet paid, on the account `rewardpt`.
    #[pallet::storage]
    pub type Promised<T> = StorageValue<_, Balance, ValueQuery>;

    /// The part of `CurrencyReward` that should be in the reserve, whose account could not take it.
    #[pallet::storage]
    pub type Stranded<T> = StorageValue<_, Balance, ValueQuery>;

    /// Nothing to choose: genesis gives each account its existential deposit, if it has no money.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            Pallet::<T>::endow_accounts();
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Money arrived: the payout of an era, or what somebody gave to a treasury.
        #[codec(index = 0)]
        Deposit {
            /// The amount.
            balance: Balance,
        },
        /// An era's round has its money.
        #[codec(index = 1)]
        RoundFunded {
            /// The era.
            era: u32,
            /// What staking paid.
            paid: Balance,
            /// What the reserve added.
            from_reserve: Balance,
        },
        /// All passes of an era have their share promised.
        #[codec(index = 2)]
        RoundClosed {
            /// The era.
            era: u32,
            /// What was promised.
            promised: Balance,
            /// What nobody earned.
            unearned: Balance,
        },
        /// A promise that will never be paid was taken back.
        #[codec(index = 3)]
        PromiseForfeited {
            /// The amount.
            amount: Balance,
        },
        /// Root burnt money of a treasury.
        #[codec(index = 4)]
        Burnt {
            /// The treasury's account.
            account: AccountId,
            /// The amount.
            amount: Balance,
        },
        /// Root spent money of a treasury.
        #[codec(index = 5)]
        Spent {
            /// The treasury's account.
            account: AccountId,
            /// Who received it.
            to: AccountId,
            /// The amount.
            amount: Balance,
        },
    }

    /// The published errors in their order, then ours. Beside them, a treasury that has too little
    /// money gives the error of the currency.
    #[pallet::error]
    pub enum Error<T> {
        /// Published, never raised.
        Overflow,
        /// Published, never raised.
        Unexpected,
        /// An amount must not be zero.
        NothingToMove,
        /// More is to be paid than was promised.
        NotPromised,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Gives `funds` base units to the treasury of fines (`punisdpt`).
        ///
        /// Origin: signed; the signer's account stays alive. Emits [`Event::Deposit`]. Errors:
        /// [`Error::NothingToMove`], or that the signer has too little.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::send_funds_to_pid())]
        pub fn send_funds_to_pid(origin: OriginFor<T>, funds: Balance) -> DispatchResult {
            let from = ensure_signed(origin)?;
            Self::give(&from, &Self::punish_account(), funds)
        }

        /// Gives `funds` base units to the treasury of rents (`spacedpt`).
        ///
        /// Origin: signed; the signer's account stays alive. Emits [`Event::Deposit`]. Errors:
        /// [`Error::NothingToMove`], or that the signer has too little.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::send_funds_to_sid())]
        pub fn send_funds_to_sid(origin: OriginFor<T>, funds: Balance) -> DispatchResult {
            let from = ensure_signed(origin)?;
            Self::give(&from, &Self::space_account(), funds)
        }

        /// Burns `burn_amount` base units of the treasury of fines: the issuance falls by it.
        ///
        /// Origin: root. The treasury keeps its existential deposit. Emits [`Event::Burnt`].
        /// Errors: [`Error::NothingToMove`], or that the treasury has too little.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::pid_burn_funds())]
        pub fn pid_burn_funds(origin: OriginFor<T>, burn_amount: Balance) -> DispatchResult {
            ensure_root(origin)?;
            Self::burn(Self::punish_account(), burn_amount)
        }

        /// Burns `burn_amount` base units of the treasury of rents: the issuance falls by it.
        ///
        /// Origin: root. The treasury keeps its existential deposit. Emits [`Event::Burnt`].
        /// Errors: [`Error::NothingToMove`], or that the treasury has too little.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::sid_burn_funds())]
        pub fn sid_burn_funds(origin: OriginFor<T>, burn_amount: Balance) -> DispatchResult {
            ensure_root(origin)?;
            Self::burn(Self::space_account(), burn_amount)
        }

        /// Pays `funds` base units from the treasury of fines to `acc`.
        ///
        /// Origin: root. The treasury keeps its existential deposit. Emits [`Event::Spent`].
        /// Errors: [`Error::NothingToMove`], that the treasury has too little, or that `acc` does
        /// not exist and would stay below the existential deposit.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::pid_send_funds())]
        pub fn pid_send_funds(
            origin: OriginFor<T>,
            acc: AccountId,
            funds: Balance,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::spend(Self::punish_account(), acc, funds)
        }

        /// Pays `funds` base units from the treasury of rents to `acc`.
        ///
        /// Origin: root. The treasury keeps its existential deposit. Emits [`Event::Spent`].
        /// Errors: [`Error::NothingToMove`], that the treasury has too little, or that `acc` does
        /// not exist and would stay below the existential deposit.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::sid_send_funds())]
        pub fn sid_send_funds(
            origin: OriginFor<T>,
            acc: AccountId,
            funds: Balance,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::spend(Self::space_account(), acc, funds)
        }
    }
}
