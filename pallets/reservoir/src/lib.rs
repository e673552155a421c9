//! # Reservoir pallet
//!
//! Collateral for storage miners that have no money of their own: it comes from a pool that lends, or
//! from what somebody stored for its own miner. All of it lies on the reservoir's account, and the
//! only thing that a borrower can do with it is to have it staked (spec chain 10).
//!
//! ```text
//!  an offer:   create_event ──► open ──attend_event──► one loan less ──► ... ──deadline──► (gone)
//!
//!  a loan:     attend_event ──► unstaked ──────stake──────► staked for the miner
//!                                │     ▲                     │     │          │
//!              deadline, or      │     └─redeem in time──────┘     │          │ punished
//!              return_loan       │                                 │          ▼
//!                                ▼          redeem later           │        lost ──► no new loan
//!                              pool ◄──────────────────────────────┤          │
//!                                ▲               repay: own money  │          │ repay
//!                                └─────────────────────────────────┴──────────┘
//! ```
//!
//! A loan has a deadline. What is not staked by then goes back to the pool by itself; what is staked
//! stays until the miner leaves, is fined, or the borrower buys it out with [`Pallet::repay`], for a
//! stake that could be called in would let a miner's collateral vanish. An account has one loan at a
//! time, and none while it owes what penalties took of an earlier one.
//!
//! ## Money
//! All money is on the account [`CollateralLender::account`]; three sums, [`Reservoir`], say whose it
//! is, and what is staked is that account's reserve:
//!
//! | from → to | by |
//! |---|---|
//! | donor → free | `filling` |
//! | depositor → stored → depositor | `store`, `withdraw` |
//! | free → any account | `event_withdraw` (root) |
//! | free → lent → free | `attend_event`; the loan's deadline, `return_loan`, `redeem` |
//! | borrower → free, while lent → stored | `repay` of a staked loan: the stake is the borrower's own now |
//! | lent and stored → treasury, by the sminer pallet | a penalty; lent money pays first |
//! | borrower → free | `repay` of what was lost |
//!
//! Always `free + lent + stored ≤` balance of the account, and `Σ staked =` its reserve. Genesis gives
//! the account the existential deposit on top, which belongs to none of the sums: so the last unit of
//! each of them can be staked or withdrawn.
//!
//! ## Calls, by actor
//! | who | calls |
//! |---|---|
//! | anyone | [`Pallet::filling`], [`Pallet::store`] |
//! | depositor | [`Pallet::withdraw`] |
//! | borrower | [`Pallet::attend_event`], [`Pallet::repay`], [`Pallet::return_loan`] |
//! | root | [`Pallet::create_event`], [`Pallet::event_withdraw`], [`Pallet::return_loan`] for anyone |
//! | sminer pallet | [`CollateralLender`] |
//!
//! ## What a crowd of accounts of one person can do
//! Lent money never leaves but as a penalty of the miner that it is staked for, so attending with many
//! accounts earns nothing: it withholds loans of the offer from others until the loans' deadline. Root
//! can end such loans at once and make a new offer, which is why offers should be small and short.
//!
//! [`CollateralLender`]: cess_primitives::traits::CollateralLender
//! [`CollateralLender::account`]: cess_primitives::traits::CollateralLender::account
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

mod costs;
mod due;
mod events;
mod lender;
mod loans;
#[cfg(test)]
mod mock;
mod offers;
mod pool;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

use frame_support::pallet_macros::import_section;

pub use due::DUE_PER_BLOCK;
pub use pallet::*;

#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use crate::weights::WeightInfo;
    use cess_primitives::{
        due::Node,
        reservoir::{BorrowInfo, EventInfo, ReservoirInfo, UseType, UserHold},
        traits::Protocol,
        AccountId, BVec, Balance, Tick,
    };
    use core::marker::PhantomData;
    use frame_support::{
        pallet_prelude::*,
        traits::{Currency, ReservableCurrency},
        PalletId,
    };
    use frame_system::pallet_prelude::*;

    /// Most bytes of an offer's id.
    pub const ID_LENGTH: u32 = 64;
    /// Most offers that end at the same tick.
    pub const EVENT_LIMIT: u32 = 32;

    /// The name of an offer of loans.
    pub type EventId = BVec<u8, ID_LENGTH>;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Money.
        type Currency: ReservableCurrency<AccountId, Balance = Balance>;
        /// Time.
        type Protocol: Protocol;
        /// The reservoir's account.
        #[pallet::constant]
        type PalletId: Get<PalletId>;
        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
    }

    /// All money of the reservoir, by what it is there for.
    #[pallet::storage]
    pub type Reservoir<T> = StorageValue<_, ReservoirInfo, ValueQuery>;

    /// The loans, by borrower; one that holds nothing any more is removed.
    #[pallet::storage]
    pub type BorrowList<T> = StorageMap<_, Twox64Concat, AccountId, BorrowInfo>;

    /// The deposits, by depositor; an empty one is removed.
    #[pallet::storage]
    pub type UserPassbook<T> = StorageMap<_, Twox64Concat, AccountId, UserHold, ValueQuery>;

    /// The offers of loans that have not ended.
    #[pallet::storage]
    pub type Events<T> = StorageMap<_, Twox64Concat, EventId, EventInfo>;

    /// The offers that end at a tick.
    #[pallet::storage]
    pub type EventExpiredRecords<T> =
        StorageMap<_, Twox64Concat, Tick, BVec<EventId, EVENT_LIMIT>, ValueQuery>;

    // From here on storage of ours, which no published client reads.

    /// What penalties took of money lent to an account, as far as it was not repaid.
    #[pallet::storage]
    pub type Losses<T> = StorageMap<_, Blake2_128Concat, AccountId, Balance, ValueQuery>;

    /// The loans whose unstaked part goes back at a tick.
    #[pallet::storage]
    pub type LoanDeadlines<T> =
        StorageDoubleMap<_, Twox64Concat, Tick, Blake2_128Concat, AccountId, ()>;

    /// The ticks of [`EventExpiredRecords`] and [`LoanDeadlines`]; one without entries goes when it is due.
    // Twox: the keys are made by the chain, nobody chooses them.
    #[pallet::storage]
    pub type DueTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// Gives the reservoir's account the existential deposit.
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
            let (account, least) = (Pallet::<T>::account_id(), T::Currency::minimum_balance());
            if T::Currency::free_balance(&account) < least {
                drop(T::Currency::make_free_balance_be(&account, least));
            }
        }
    }

    /// The published errors in their order, then ours.
    #[pallet::error]
    pub enum Error<T> {
        /// A tick would leave its range: choose an earlier deadline or a shorter period.
        Overflow,
        /// The account has no loan, or nothing of it can be repaid or returned.
        NonExistent,
        /// There is less of it than is asked for: of the deposit, of the pool, or of what can be staked.
        Insufficient,
        /// The miner has less staked than is to be freed or was taken.
        BugInvalid,
        /// Published, never raised: a longer id does not decode.
        LengthExceedsLimit,
        /// Too many offers end at that tick; choose another deadline.
        BoundedVecError,
        /// There is no such offer, or it has ended.
        IdNonExistent,
        /// All loans of the offer are taken.
        UpperLimit,
        /// The account has a loan already, or lost an earlier one; [`Pallet::repay`] it.
        Borrowed,
        /// Amounts, quotas, deadlines and periods are more than zero.
        ZeroValue,
        /// An offer has this id; choose another one, or wait for its end.
        EventExists,
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Most bytes of an offer's id.
        #[pallet::constant_name(IdLength)]
        fn id_length() -> u32 {
            ID_LENGTH
        }

        /// Most offers that end at the same tick.
        #[pallet::constant_name(EventLimit)]
        fn event_limit() -> u32 {
            EVENT_LIMIT
        }
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
        /// Gives money to the pool that lends. It does not come back.
        ///
        /// Origin: signed. Emits [`Event::Filling`]; fails with [`Error::ZeroValue`], or for want of
        /// money.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::filling())]
        pub fn filling(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            let donor = ensure_signed(origin)?;
            Self::fill(&donor, amount)
        }

        /// Stores money, to be staked for a miner of the same account or withdrawn again.
        ///
        /// Origin: signed. Emits [`Event::Store`]; fails with [`Error::ZeroValue`], or for want of
        /// money.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::store())]
        pub fn store(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            let depositor = ensure_signed(origin)?;
            Self::deposit(&depositor, amount)
        }

        /// Takes stored money back, as far as it is not staked.
        ///
        /// Origin: the depositor. Emits [`Event::Withdraw`]; fails with [`Error::ZeroValue`] or
        /// [`Error::Insufficient`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::withdraw())]
        pub fn withdraw(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            let depositor = ensure_signed(origin)?;
            Self::pay_back(&depositor, amount)
        }

        /// Takes money that is not lent out of the pool.
        ///
        /// Origin: root. Emits [`Event::RootWithdraw`]; fails with [`Error::ZeroValue`] or
        /// [`Error::Insufficient`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::event_withdraw())]
        pub fn event_withdraw(
            origin: OriginFor<T>,
            amount: Balance,
            target: AccountId,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::take_from_pool(&target, amount)
        }

        /// Offers `quota` loans of `unit_amount` for `borrow_period` ticks each. The offer ends
        /// `deadline` ticks from now; [`EventInfo::deadline`] is that tick.
        ///
        /// The pool need not hold the money yet. Origin: root. Emits [`Event::CreateEvent`]; fails
        /// with [`Error::ZeroValue`], [`Error::EventExists`], [`Error::Overflow`] or
        /// [`Error::BoundedVecError`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::create_event())]
        pub fn create_event(
            origin: OriginFor<T>,
            id: EventId,
            quota: u32,
            deadline: Tick,
            unit_amount: Balance,
            borrow_period: Tick,
            use_type: UseType,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::open_offer(
                id,
                EventInfo {
                    quota,
                    deadline,
                    unit_amount,
                    borrow_period,
                    use_type,
                },
            )
        }

        /// Takes a loan of an offer: collateral for a miner of the same account.
        ///
        /// Origin: signed. Emits [`Event::AttendEvent`]; fails with [`Error::IdNonExistent`],
        /// [`Error::UpperLimit`], [`Error::Borrowed`], or [`Error::Insufficient`] when the pool is
        /// too empty.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::attend_event())]
        pub fn attend_event(origin: OriginFor<T>, id: EventId) -> DispatchResult {
            let borrower = ensure_signed(origin)?;
            Self::lend(&borrower, id)
        }

        /// Repays the pool with the signer's own money: first what penalties took of its loan, then
        /// what is staked, which becomes its own stake. No more than that is taken.
        ///
        /// Origin: the borrower. Emits [`Event::Repaid`]; fails with [`Error::ZeroValue`] or
        /// [`Error::NonExistent`], or for want of money.
        #[pallet::call_index(20)]
        #[pallet::weight(T::WeightInfo::repay())]
        pub fn repay(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            let borrower = ensure_signed(origin)?;
            Self::buy_out(&borrower, amount)
        }

        /// Ends a loan before its deadline: what is not staked goes back to the pool now.
        ///
        /// Origin: the borrower, or root. Emits [`Event::LoanReturned`]; fails with
        /// [`Error::NonExistent`].
        #[pallet::call_index(21)]
        #[pallet::weight(T::WeightInfo::return_loan())]
        pub fn return_loan(origin: OriginFor<T>, borrower: AccountId) -> DispatchResult {
            match ensure_signed_or_root(origin)? {
                Some(signer) if signer != borrower => Err(DispatchError::BadOrigin),
                _ => Self::end_early(&borrower),
            }
        }
    }
}
