//! # Cacher pallet
//!
//! Cachers keep slices of files close to those who read them, and sell downloads by the byte. Here
//! they say where they are reached, what a byte costs and who is paid; whoever wants slices pays
//! bills, many at once, and shows the cacher the transaction (spec chain 10).
//!
//! ```text
//!  a cacher:   ──register──► Cachers[account] ──update──► Cachers[account]' ──logout──► (gone)
//!
//!  a bill:     ──pay──► paid: PaidBills[payer, payee, id] ──expiration_time, later──► (forgotten)
//! ```
//!
//! A bill is worth something to the cacher only if it is really paid, to the right account, once. So
//! a bill must name a payee that some registered cacher names, which is what published clients write
//! into it; must not have expired; and its id must not have been paid before by the same payer to the
//! same payee (spec chain Q33). Ids count per payer, for otherwise anybody could use up an id that it
//! sees in somebody else's pending transaction. A bill that has expired is never taken, hence its id
//! can be forgotten; as nobody waits for that, it happens in time that blocks have left.
//!
//! Whether the amount is right only the cacher can tell, for the chain does not know the size of a
//! slice: it is [`CacherInfo::byte_price`] times that size.
//!
//! ## Money
//! From the payer's free balance to the payee's, for each bill its amount; either all bills of a call
//! are paid or none. The payer's account is kept alive. The pallet holds no money.
//!
//! ## Calls, by actor
//! | who | calls |
//! |---|---|
//! | cacher | [`Pallet::register`], [`Pallet::update`], [`Pallet::logout`] |
//! | anyone (gateways, readers) | [`Pallet::pay`] |
//!
//! Bills count time in seconds since 1970, as their published form does. Advancing the protocol's
//! clock does not make them older.
//!
//! [`CacherInfo::byte_price`]: cess_primitives::cacher::CacherInfo::byte_price
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

mod bills;
mod costs;
mod forget;
#[cfg(test)]
mod mock;
mod registry;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

pub use forget::FORGOTTEN_PER_BLOCK;
pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use crate::weights::WeightInfo;
    use cess_primitives::{
        cacher::{Bill, CacherInfo},
        due::Node,
        traits::Protocol,
        AccountId, BVec, Balance,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::{Currency, UnixTime},
    };
    use frame_system::pallet_prelude::*;

    /// Most bills of one call.
    pub const BILLS_LIMIT: u32 = 10;

    /// The bills of one call.
    pub type Bills = BVec<Bill, BILLS_LIMIT>;
    /// What makes a bill unique: who pays, who is paid, and the bill's id.
    pub type BillKey = (AccountId, AccountId, [u8; 16]);

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Money.
        type Currency: Currency<AccountId, Balance = Balance>;
        /// The size of segments, which are the largest slices.
        type Protocol: Protocol;
        /// The time of day, in which bills expire.
        type Time: UnixTime;
        /// Seconds that a bill may expire ahead, at most: for so long its id is kept.
        #[pallet::constant]
        type BillLife: Get<u64>;
        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
    }

    /// The cachers.
    #[pallet::storage]
    pub type Cachers<T> = StorageMap<_, Blake2_128Concat, AccountId, CacherInfo>;

    // From here on storage of ours, which no published client reads.

    /// How many cachers name an account as their payee.
    #[pallet::storage]
    pub type Payees<T> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// When the bills expire that were paid, seconds since 1970.
    #[pallet::storage]
    pub type PaidBills<T> = StorageMap<_, Blake2_128Concat, BillKey, u64>;

    /// The bills that expire in a minute since 1970. Twox: few can be chosen, all soon.
    #[pallet::storage]
    pub type ExpiringBills<T> =
        StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, BillKey, ()>;

    /// The minutes of [`ExpiringBills`]; one without entries goes when it is over.
    #[pallet::storage]
    pub type ExpiryMinutes<T> = StorageMap<_, Twox64Concat, (u8, u32), Node, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A cacher announced itself.
        #[codec(index = 0)]
        Register {
            /// The cacher.
            acc: AccountId,
            /// Its offer.
            info: CacherInfo,
        },
        /// A cacher changed its offer.
        #[codec(index = 1)]
        Update {
            /// The cacher.
            acc: AccountId,
            /// Its offer from now on.
            info: CacherInfo,
        },
        /// A cacher is no longer there.
        #[codec(index = 2)]
        Logout {
            /// The cacher.
            acc: AccountId,
        },
        /// Bills were paid, all of them.
        #[codec(index = 3)]
        Pay {
            /// By this account.
            acc: AccountId,
            /// The bills.
            bills: Bills,
        },
    }

    /// The published errors in their order, then ours.
    #[pallet::error]
    pub enum Error<T> {
        /// The cacher is registered already; use `update`.
        AlreadyRegistered,
        /// The cacher is not registered, or no registered cacher names the account as its payee.
        UnRegistered,
        /// Published, never raised.
        OptionParseError,
        /// Nobody is reached at this address: its port is zero, or it stands for no host or for many.
        InvalidAddress,
        /// A byte must cost something, and a segment must not cost more than there can be.
        InvalidPrice,
        /// There is no bill to pay.
        NoBills,
        /// A bill must be about some money.
        ZeroAmount,
        /// The bill has expired; ask for a new one.
        BillExpired,
        /// The bill expires further ahead than `BillLife` seconds; ask for one that ends earlier.
        ExpiryTooFar,
        /// The payer paid a bill with this id to this payee already.
        BillPaid,
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Most bills of one call.
        #[pallet::constant_name(BillsLimit)]
        fn bills_limit() -> u32 {
            BILLS_LIMIT
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::forget_expired(remaining)
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Announces the signer as a cacher.
        ///
        /// Origin: signed. Emits [`Event::Register`]; fails with [`Error::AlreadyRegistered`],
        /// [`Error::InvalidAddress`] or [`Error::InvalidPrice`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register())]
        pub fn register(origin: OriginFor<T>, info: CacherInfo) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            Self::enter(acc, info)
        }

        /// Changes the signer's address, price and payee. Bills that name a payee that nobody names
        /// any more can't be paid.
        ///
        /// Origin: a cacher. Emits [`Event::Update`]; fails with [`Error::UnRegistered`],
        /// [`Error::InvalidAddress`] or [`Error::InvalidPrice`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::update())]
        pub fn update(origin: OriginFor<T>, info: CacherInfo) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            Self::change(acc, info)
        }

        /// Removes the signer as a cacher.
        ///
        /// Origin: a cacher. Emits [`Event::Logout`]; fails with [`Error::UnRegistered`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::logout())]
        pub fn logout(origin: OriginFor<T>) -> DispatchResult {
            let acc = ensure_signed(origin)?;
            Self::leave(acc)
        }

        /// Pays bills of cachers: each bill's amount goes to the account that it names.
        ///
        /// Origin: signed. Emits [`Event::Pay`]; fails with [`Error::NoBills`],
        /// [`Error::ZeroAmount`], [`Error::BillExpired`], [`Error::ExpiryTooFar`],
        /// [`Error::UnRegistered`] or [`Error::BillPaid`], or for want of money; then no bill is paid.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::pay(bills.len() as u32))]
        pub fn pay(origin: OriginFor<T>, bills: Bills) -> DispatchResult {
            let payer = ensure_signed(origin)?;
            Self::pay_all(payer, bills)
        }
    }
}
