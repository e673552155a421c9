//! # Storage handler pallet
//!
//! Territories: the space that users rent, by the GiB and the day, and sell or give to each other.
//! A territory pays for files with three times their padded size; its accounts always hold
//! `total = used (stored files) + locked (open deals) + remaining`. The pallet keeps the network's
//! totals as well: no more space is rented out than the miners' idle and service space together.
//!
//! ```text
//!              mint, paid order                reactivate (rent for 30 days or more)
//!                     │          ┌───────────────────────────────────────────────┐
//!                     ▼          ▼                                               │
//!   expand, renew ┌──────────────────┐ deadline  ┌────────┐ frozen days ┌────────┴┐
//!   grant, rename │      ACTIVE      ├──────────►│ FROZEN ├────────────►│ EXPIRED │
//!        └───────►│                  │◄──────────┤        │             └────────┬┘
//!                 └─┬──────────────▲─┘   renew   └────────┘            files are │
//!           consign │              │ cancel          ▲                deleted by │
//!                   ▼              │                 │ deadline,       file-bank ▼
//!                 ┌────────────────┴─┐               │ money back
//!                 │  ON CONSIGNMENT  ├───────────────┤
//!                 └─┬──────────────▲─┘               │
//!               buy │              │ withdraw,       │
//!     (price kept)  ▼              │ money back      │
//!                 ┌────────────────┴─┐               │
//!                 │      bought      ├───────────────┘
//!                 └────────┬─────────┘
//!                          └─ consignment_lock ticks, or root ──► ACTIVE, the buyer's
//! ```
//!
//! A frozen territory keeps its files but takes nothing new. An expired one gives its space back to
//! the network ([`PurchasedSpace`]) and is handed to file-bank, which deletes its files
//! ([`Territories::take_expired`](cess_primitives::traits::Territories::take_expired)); once it is
//! empty it may be rented again. Its record stays, and with it the name. Only an empty territory is
//! sold, granted or renamed, so that no file and no deal ever loses its territory; and never does
//! one take the place of another.
//!
//! ## Money
//! - **Rent**: from the payer's free balance to the account of
//!   [`Treasury::rents`](cess_primitives::traits::Treasury::rents): price × GiB × days, the same for
//!   minting, renewing and reactivating, and for expanding by the days left.
//! - **Order**: fixes the rent when it is made; nothing moves until somebody pays it. It is void if
//!   the territory has meanwhile become larger or longer than what was priced.
//! - **Sale**: the buyer's price is reserved on its account by the purchase, and that reserve is what
//!   the seller gets. Whatever else ends the purchase returns it.
//!
//! ## Calls, by actor
//! | who | calls |
//! |---|---|
//! | owner | [`expanding_territory`](Pallet::expanding_territory), [`renewal_territory`](Pallet::renewal_territory), [`reactivate_territory`](Pallet::reactivate_territory), [`territory_consignment`](Pallet::territory_consignment), [`cancel_consignment`](Pallet::cancel_consignment), [`territory_grants`](Pallet::territory_grants), [`territory_rename`](Pallet::territory_rename) |
//! | anyone | [`mint_territory`](Pallet::mint_territory), [`create_order`](Pallet::create_order), [`exec_order`](Pallet::exec_order), [`other_reactivate_territory`](Pallet::other_reactivate_territory), [`buy_consignment`](Pallet::buy_consignment) |
//! | buyer | [`cancel_purchase_action`](Pallet::cancel_purchase_action) |
//! | root | [`update_price`](Pallet::update_price), [`define_update_price`](Pallet::define_update_price), [`exec_consignment`](Pallet::exec_consignment), and for tests [`update_user_territory_life`](Pallet::update_user_territory_life), [`update_expired_exec`](Pallet::update_expired_exec), [`fix_territory_space_for_reactivate`](Pallet::fix_territory_space_for_reactivate), [`clear_service_space`](Pallet::clear_service_space) |
//!
//! ## Time
//! Leases end, sales take effect and territories expire from queues keyed by tick. They are worked
//! off strictly in order of time, at most [`STEPS_PER_BLOCK`] in a block: after a jump of the clock
//! the state is the one that walking there leads to (spec chain 5 and 12.2).
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod calls;
mod constants;
mod costs;
mod due;
mod errors;
mod events;
mod handover;
mod impls;
mod invariants;
mod lease;
#[cfg(test)]
mod mock;
mod order;
mod rent;
mod sale;
#[cfg(test)]
mod tests;
pub mod weights;

use frame_support::pallet_macros::import_section;

pub use due::{ORDERS_PER_BLOCK, STEPS_PER_BLOCK};
pub use order::ORDER_MINUTES;
pub use pallet::*;

#[import_section(calls::calls)]
#[import_section(constants::constants)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use crate::{costs, weights::WeightInfo};
    use cess_primitives::{
        due::Node,
        file::Name,
        territory::{ConsignmentInfo, OrderInfo, OrderType, TerritoryInfo},
        traits::{Protocol, Randomness32, Treasury},
        AccountId, BVec, Balance, Tick, NAME_MAX, TCESS,
    };
    use core::marker::PhantomData;
    use frame_support::{pallet_prelude::*, traits::ReservableCurrency, PalletId};
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    /// The published price of a GiB for a day.
    pub const DEFAULT_PRICE: Balance = 30 * TCESS;
    /// A new lease lasts at least so many days.
    pub const MIN_LEASE_DAYS: u32 = 30;

    /// What names an order: a hash of it.
    pub type OrderId = BVec<u8, 32>;
    /// A tick as big-endian bytes: under the `Identity` hasher a map iterates in order of time.
    pub type TickKey = [u8; 4];

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Pays the rents and the prices of territories.
        type Currency: ReservableCurrency<AccountId, Balance = Balance>;
        /// Time, the length of a day and of the grace after a lease.
        type Protocol: Protocol;
        /// Receives the rents.
        type Treasury: Treasury;
        /// Makes tokens.
        type Randomness: Randomness32;
        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
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
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, H256, bool>;

    /// How many leases end at a tick.
    #[pallet::storage]
    pub type TerritoryFrozenCounter<T> = StorageMap<_, Blake2_128Concat, Tick, u32, ValueQuery>;

    /// Frozen territories by the tick at which they expire.
    #[pallet::storage]
    pub type TerritoryExpired<T> =
        StorageDoubleMap<_, Blake2_128Concat, Tick, Blake2_128Concat, H256, bool>;

    /// The price of a GiB for a day; [`DEFAULT_PRICE`] where there is none.
    #[pallet::storage]
    pub type UnitPrice<T> = StorageValue<_, Balance>;

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
    pub type PayOrder<T> = StorageMap<_, Blake2_128Concat, OrderId, OrderInfo>;

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

    /// Purchases by the tick at which they take effect, with the name that the buyer wants.
    // Identity: ticks are made by the chain, and their order is the order of the work.
    #[pallet::storage]
    pub type SaleQueue<T> =
        StorageDoubleMap<_, Identity, TickKey, Blake2_128Concat, H256, Name, OptionQuery>;

    /// Orders by the last tick at which they can be paid.
    #[pallet::storage]
    pub type OrderQueue<T> =
        StorageDoubleMap<_, Identity, TickKey, Blake2_128Concat, OrderId, (), OptionQuery>;

    /// How many orders were ever made; part of each order's id.
    #[pallet::storage]
    pub type OrderCount<T> = StorageValue<_, u64, ValueQuery>;

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

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::work_off().saturating_add(Self::drop_orders())
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
