//! # Storage handler pallet
//!
//! Territories: the space that users rent, by the GiB and the day. A territory pays for files with
//! three times their padded size; its accounts always hold
//! `total = used (stored files) + locked (open deals) + remaining`.
//!
//! ```text
//!   mint ──► ACTIVE ──deadline──► FROZEN ──frozen days──► EXPIRED ──► files are cleaned up
//!              ▲ │ expand, renew    │
//!              │ └──(longer, larger)│
//!              └──────renew─────────┘
//! ```
//!
//! A frozen territory keeps its files but takes nothing new; an expired one gives its space back to
//! the network ([`PurchasedSpace`]) and is handed to file-bank, which deletes its files
//! ([`Territories::take_expired`](cess_primitives::traits::Territories::take_expired)). The record
//! itself stays, and with it the name.
//!
//! The same pallet keeps the network's totals: no more space is rented out than the miners' idle and
//! service space together. Leases end through two queues keyed by tick, [`TerritoryFrozen`] and
//! [`TerritoryExpired`]; a block handles at most [`LEASES_PER_BLOCK`] of them, the next ones carry
//! on (spec chain 5 and 12.2).
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod impls;
mod invariants;
mod lease;
#[cfg(test)]
mod mock;
mod rent;
#[cfg(test)]
mod tests;

pub use lease::LEASES_PER_BLOCK;
pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use cess_primitives::{
        due::Node,
        file::Name,
        territory::{ConsignmentInfo, OrderInfo, TerritoryInfo},
        traits::{Protocol, Randomness32, Treasury},
        AccountId, BVec, Balance, Tick, TCESS,
    };
    use core::marker::PhantomData;
    use frame_support::{pallet_prelude::*, traits::ReservableCurrency};
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    /// The published price of a GiB for a day.
    pub const DEFAULT_PRICE: Balance = 30 * TCESS;
    /// A new lease lasts at least so many days.
    pub const MIN_LEASE_DAYS: u32 = 30;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Pays the rents.
        type Currency: ReservableCurrency<AccountId, Balance = Balance>;
        /// Time, the length of a day and of the grace after a lease.
        type Protocol: Protocol;
        /// Receives the rents.
        type Treasury: Treasury;
        /// Makes tokens.
        type Randomness: Randomness32;
    }

    /// Whose territory a token is, and what its owner calls it.
    #[pallet::storage]
    pub type TerritoryKey<T> = StorageMap<_, Blake2_128Concat, H256, (AccountId, Name)>;

    /// The territories, by owner and name.
    #[pallet::storage]
    pub type Territory<T> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, Name, TerritoryInfo>;

    /// The territories that are for sale, by token.
    #[pallet::storage]
    pub type Consignment<T> = StorageMap<_, Blake2_128Concat, H256, ConsignmentInfo>;

    /// Leases by the tick at which they end.
    #[pallet::storage]
    pub type TerritoryFrozen<T> =
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, H256, bool, ValueQuery>;

    /// How many leases end at a tick.
    #[pallet::storage]
    pub type TerritoryFrozenCounter<T> = StorageMap<_, Blake2_128Concat, Tick, u32, ValueQuery>;

    /// Frozen territories by the tick at which they expire.
    #[pallet::storage]
    pub type TerritoryExpired<T> =
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, H256, bool, ValueQuery>;

    /// What a chain whose genesis names no price starts with.
    #[pallet::type_value]
    pub fn DefaultPrice() -> Balance {
        DEFAULT_PRICE
    }

    /// The price of a GiB for a day.
    #[pallet::storage]
    pub type UnitPrice<T> = StorageValue<_, Balance, ValueQuery, DefaultPrice>;

    /// Idle space of all miners.
    #[pallet::storage]
    pub type TotalIdleSpace<T> = StorageValue<_, u128, ValueQuery>;

    /// Locked and service space of all miners.
    #[pallet::storage]
    pub type TotalServiceSpace<T> = StorageValue<_, u128, ValueQuery>;

    /// Space of all territories that have not expired.
    #[pallet::storage]
    pub type PurchasedSpace<T> = StorageValue<_, u128, ValueQuery>;

    /// Orders that anyone may pay, by their id.
    #[pallet::storage]
    pub type PayOrder<T> = StorageMap<_, Blake2_128Concat, BVec<u8, 32>, OrderInfo>;

    /// The ticks of [`TerritoryFrozen`].
    // Twox: the keys are made by the chain, nobody chooses them.
    #[pallet::storage]
    pub type FrozenTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// The ticks of [`TerritoryExpired`].
    #[pallet::storage]
    pub type ExpiryTicks<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// When a frozen territory expires; booked once, so that later changes of the quantities don't
    /// lose the entry in [`TerritoryExpired`].
    #[pallet::storage]
    pub type ExpiryOf<T> = StorageMap<_, Blake2_128Concat, H256, Tick>;

    /// Expired territories whose files file-bank has not taken yet, in the order of their expiry.
    #[pallet::storage]
    pub type CleanUp<T> = StorageMap<_, Twox64Concat, u64, (AccountId, Name)>;

    /// The next place of [`CleanUp`] to take from, and the next one to fill.
    #[pallet::storage]
    pub type CleanUpBounds<T> = StorageValue<_, (u64, u64), ValueQuery>;

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The price of a GiB for a day.
        pub price: Balance,
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                price: DEFAULT_PRICE,
                _config: PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            UnitPrice::<T>::put(self.price);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Kept for its published index.
        #[codec(index = 0)]
        BuySpace {
            /// The buyer.
            acc: AccountId,
            /// Bytes.
            storage_capacity: u128,
            /// The rent.
            spend: Balance,
        },
        /// Kept for its published index.
        #[codec(index = 1)]
        ExpansionSpace {
            /// The buyer.
            acc: AccountId,
            /// Bytes.
            expansion_space: u128,
            /// The rent.
            fee: Balance,
        },
        /// Kept for its published index.
        #[codec(index = 2)]
        RenewalSpace {
            /// The buyer.
            acc: AccountId,
            /// Days.
            renewal_days: u32,
            /// The rent.
            fee: Balance,
        },
        /// A territory expired; its files are being deleted.
        #[codec(index = 3)]
        LeaseExpired {
            /// The owner.
            acc: AccountId,
            /// Bytes of the territory.
            size: u128,
        },
        /// Kept for its published index.
        #[codec(index = 4)]
        LeaseExpireIn24Hours {
            /// The owner.
            acc: AccountId,
            /// Bytes of the territory.
            size: u128,
        },
        /// An order can be paid.
        #[codec(index = 5)]
        CreatePayOrder {
            /// The order.
            order_hash: BVec<u8, 32>,
        },
        /// An order was paid.
        #[codec(index = 6)]
        PaidOrder {
            /// The order.
            order_hash: BVec<u8, 32>,
        },
        /// A territory was minted.
        #[codec(index = 7)]
        MintTerritory {
            /// Its token.
            token: H256,
            /// Its name.
            name: Name,
            /// Bytes.
            storage_capacity: u128,
            /// The rent.
            spend: Balance,
        },
        /// A territory grew.
        #[codec(index = 8)]
        ExpansionTerritory {
            /// Its name.
            name: Name,
            /// By so many bytes.
            expansion_space: u128,
            /// The rent.
            spend: Balance,
        },
        /// A lease was renewed.
        #[codec(index = 9)]
        RenewalTerritory {
            /// The territory's name.
            name: Name,
            /// By so many days.
            days: u32,
            /// The rent.
            spend: Balance,
        },
        /// An expired territory is back.
        #[codec(index = 10)]
        ReactivateTerritory {
            /// Its name.
            name: Name,
            /// For so many days.
            days: u32,
            /// The rent.
            spend: Balance,
        },
        /// A territory is for sale.
        #[codec(index = 11)]
        Consignment {
            /// Its name.
            name: Name,
            /// Its token.
            token: H256,
            /// The price.
            price: Balance,
        },
        /// Somebody is buying a territory.
        #[codec(index = 12)]
        BuyConsignment {
            /// Its name with the buyer.
            name: Name,
            /// Its token.
            token: H256,
            /// The price.
            price: Balance,
        },
        /// A territory is no longer for sale.
        #[codec(index = 13)]
        CancleConsignment {
            /// Its token.
            token: H256,
        },
        /// A buyer withdrew.
        #[codec(index = 14)]
        CancelPurchaseAction {
            /// The territory's token.
            token: H256,
        },
        /// A territory was sold.
        #[codec(index = 15)]
        ExecConsignment {
            /// The new owner.
            buyer: AccountId,
            /// The old owner.
            seller: AccountId,
            /// Its token.
            token: H256,
        },
        /// A lease ended; renew it before the territory expires.
        #[codec(index = 16)]
        LeaseFrozen {
            /// The owner.
            acc: AccountId,
            /// The territory's name.
            name: Name,
            /// The territory expires at this tick.
            expires: Tick,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The accounts of a territory don't add up; this is a defect of the chain.
        BugInvalid,
        /// Kept for its published index.
        BoundedVecError,
        /// The miners have no more space to rent out; take less or come back later.
        InsufficientAvailableSpace,
        /// The account can't pay the rent and stay alive; top it up.
        InsufficientBalance,
        /// The territory has too little free space; expand it.
        InsufficientStorage,
        /// A number is too large; ask for less space or fewer days.
        Overflow,
        /// Kept for its published index.
        WrongOperation,
        /// Kept for its published index.
        PurchasedSpace,
        /// Kept for its published index.
        NotPurchasedSpace,
        /// The territory is frozen; renew it.
        LeaseFreeze,
        /// The territory has expired; reactivate it.
        LeaseExpired,
        /// Kept for its published index.
        OrderExpired,
        /// Kept for its published index.
        RandomErr,
        /// Kept for its published index.
        NoOrder,
        /// A territory has a name and at least a GiB; a new lease lasts at least 30 days, a renewal
        /// one.
        ParamError,
        /// The token exists already; try again in the next block.
        DuplicateTokens,
        /// The account has no territory of this name.
        NotHaveTerritory,
        /// The territory is not active.
        NotActive,
        /// Kept for its published index.
        NotExpire,
        /// Kept for its published index.
        NotOnConsignment,
        /// Kept for its published index.
        InsufficientLease,
        /// Kept for its published index.
        ConsignmentExisted,
        /// The territory is for sale; cancel the consignment first.
        OnConsignment,
        /// Kept for its published index.
        StateError,
        /// Kept for its published index.
        ObjectNotZero,
        /// Kept for its published index.
        NonExistentConsignment,
        /// Kept for its published index.
        ConsignmentLocked,
        /// Kept for its published index.
        ConsignmentUnLocked,
        /// Kept for its published index.
        Unexpected,
        /// Kept for its published index.
        NotBuyer,
        /// Kept for its published index.
        InvalidOrder,
        /// Kept for its published index.
        OwnConsignment,
        /// Kept for its published index.
        BoundariesNotMet,
        /// The account has a territory of this name already, perhaps an expired one; take another
        /// name.
        DuplicateName,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::end_leases()
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Rents `gib_count` GiB for `days` days under a name that the sender has not used yet.
        ///
        /// Emits [`Event::MintTerritory`]; fails with [`Error::ParamError`],
        /// [`Error::DuplicateName`], [`Error::InsufficientAvailableSpace`], [`Error::Overflow`],
        /// [`Error::InsufficientBalance`] or [`Error::DuplicateTokens`].
        #[pallet::call_index(0)]
        #[pallet::weight(
            Weight::from_parts(75_000_000, 9_000)
                .saturating_add(T::DbWeight::get().reads_writes(15, 13))
        )]
        pub fn mint_territory(
            origin: OriginFor<T>,
            gib_count: u32,
            territory_name: Name,
            days: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::mint(&sender, &sender, territory_name, gib_count, days)
        }

        /// Adds `gib_count` GiB to an active territory for the rest of its lease, whose last day
        /// counts as a whole.
        ///
        /// Emits [`Event::ExpansionTerritory`]; fails with [`Error::ParamError`],
        /// [`Error::NotHaveTerritory`], [`Error::NotActive`],
        /// [`Error::InsufficientAvailableSpace`], [`Error::Overflow`] or
        /// [`Error::InsufficientBalance`].
        #[pallet::call_index(1)]
        #[pallet::weight(
            Weight::from_parts(60_000_000, 7_000)
                .saturating_add(T::DbWeight::get().reads_writes(9, 4))
        )]
        pub fn expanding_territory(
            origin: OriginFor<T>,
            territory_name: Name,
            gib_count: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::expand(&sender, &sender, territory_name, gib_count)
        }

        /// Lengthens the lease of an active or frozen territory by `days` days; a frozen one
        /// becomes active, and its days count from now.
        ///
        /// Emits [`Event::RenewalTerritory`]; fails with [`Error::ParamError`],
        /// [`Error::NotHaveTerritory`], [`Error::OnConsignment`], [`Error::LeaseExpired`],
        /// [`Error::Overflow`] or [`Error::InsufficientBalance`].
        #[pallet::call_index(2)]
        #[pallet::weight(
            Weight::from_parts(90_000_000, 9_000)
                .saturating_add(T::DbWeight::get().reads_writes(14, 14))
        )]
        pub fn renewal_territory(
            origin: OriginFor<T>,
            territory_name: Name,
            days: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::renew(&sender, &sender, territory_name, days)
        }

        /// Sets the price of a GiB for a day back to 30 TCESS. Origin: root.
        #[pallet::call_index(4)]
        #[pallet::weight(
            Weight::from_parts(8_000_000, 0)
                .saturating_add(T::DbWeight::get().writes(1))
        )]
        pub fn update_price(origin: OriginFor<T>) -> DispatchResult {
            ensure_root(origin)?;
            UnitPrice::<T>::put(DEFAULT_PRICE);
            Ok(())
        }

        /// Sets the tick at which a lease ends, for tests and for governance. Origin: root.
        ///
        /// A frozen territory becomes active when the tick lies ahead, and expires later or earlier
        /// when it does not. Fails with [`Error::NotHaveTerritory`] or [`Error::LeaseExpired`].
        #[pallet::call_index(5)]
        #[pallet::weight(
            Weight::from_parts(60_000_000, 7_000)
                .saturating_add(T::DbWeight::get().reads_writes(12, 14))
        )]
        pub fn update_user_territory_life(
            origin: OriginFor<T>,
            user: AccountId,
            terr_name: Name,
            deadline: Tick,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::set_lease_end(&user, &terr_name, deadline)
        }

        /// Sets the price of a GiB for a day. Origin: root.
        #[pallet::call_index(9)]
        #[pallet::weight(
            Weight::from_parts(8_000_000, 0)
                .saturating_add(T::DbWeight::get().writes(1))
        )]
        pub fn define_update_price(origin: OriginFor<T>, price: Balance) -> DispatchResult {
            ensure_root(origin)?;
            UnitPrice::<T>::put(price);
            Ok(())
        }
    }
}
