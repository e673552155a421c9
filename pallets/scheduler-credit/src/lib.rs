//! # Scheduler credit pallet
//!
//! What the TEE workers of a stash did for the network, in points, and what that is worth in the
//! election of validators (spec chain 8.4).
//!
//! ```text
//!                 work: points              close_period(era)             settled: at once, on the
//!                 failure: punishment       (the election of `era`)       next work, or by the sweep
//!  (no entry) ──────────────────► CurrentCounters ──────────► closed, ───────────────► HistoryCreditValues
//!                                 of the running period       not yet settled          [(era, stash)]
//!                                                                                            │
//!                       five periods later: removed, a bounded number per block  ◄───────────┘
//!
//!  credit of a period = ⌊1000 · points / Σ points⌋ − (10 · punishments)², at least 0
//!  score              = 50 % of the last period's credit + 20 % + 15 % + 10 % + 5 % of those before
//! ```
//!
//! | work | points |
//! |---|---|
//! | tags | 180 for 16 MiB |
//! | certified idle space | 4 for 16 GiB |
//! | replaced idle space | 1 for 64 MiB |
//! | verified idle space | 1 for 16 GiB |
//! | verified service space | 12 for 1 GiB |
//!
//! A part of a point counts as one, for each piece of work: cutting work into small pieces gains a
//! point each at most.
//!
//! ## Periods
//!
//! A period ends when an election asks for it, so periods and eras can't drift apart; the history is
//! filed under the era that the work counted for. Whatever the number of stashes, closing takes a
//! bounded time: the sum of all points is kept up to date, and a stash's credit follows from that sum
//! and its own counters. The first [`SETTLED_AT_ONCE`] are settled when the period closes, the rest
//! in the following blocks, [`STEPS_PER_BLOCK`] in each, and a stash that works again before its turn
//! is settled by that. Until then its score is computed from its counters, with the same result.
//!
//! ## What credit is not
//!
//! Credit is a share of the period's work, as published clients expect: the only worker of a period
//! gets 1000, however little it did, and a hundred equal workers get 10 each. Elections compare
//! candidates with each other, so a share serves; only work that the master key signed earns points.
//! An account without work in the last period keeps what its older periods are worth; the published
//! network scores it 0.
//!
//! ## Money, calls
//!
//! No money moves, and there are no calls. Other pallets report work and failures
//! ([`WorkCredit`](cess_primitives::traits::WorkCredit)); the election closes periods and asks for
//! scores ([`Credits`](cess_primitives::traits::Credits)).
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

mod credits;
#[cfg(test)]
mod mock;
mod periods;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;
mod work;

pub use pallet::*;
pub use periods::{
    ClosedPeriod, PeriodBook, SweepPosition, PERIODS, SETTLED_AT_ONCE, STEPS_PER_BLOCK,
};

#[frame_support::pallet]
pub mod pallet {
    use super::{weights::WeightInfo, PeriodBook, SweepPosition};
    use cess_primitives::{credit::SchedulerCounterEntry, traits::Protocol, AccountId, Tick};
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Tells the length of an era.
        type Protocol: Protocol;
        /// What hooks cost, and the end of a period.
        type WeightInfo: WeightInfo;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Ticks of a period: an era without skipped slots.
        #[pallet::constant_name(PeriodDuration)]
        fn period_duration() -> Tick {
            let params = T::Protocol::params();
            params.sessions_per_era.saturating_mul(params.epoch_slots)
        }
    }

    /// What the workers of a stash did in the running period, or in a closed one that is not settled
    /// yet: see [`CountedIn`].
    #[pallet::storage]
    pub type CurrentCounters<T> =
        StorageMap<_, Blake2_128Concat, AccountId, SchedulerCounterEntry, ValueQuery>;

    /// The credit of a stash, by the era that its work counted for; the last five periods.
    #[pallet::storage]
    pub type HistoryCreditValues<T> =
        StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, AccountId, u32, ValueQuery>;

    // From here on storage of ours, which no published client reads.

    /// The number of the running period, and what the last closed ones came to.
    #[pallet::storage]
    pub type Periods<T> = StorageValue<_, PeriodBook, ValueQuery>;

    /// The points of all stashes in the running period.
    #[pallet::storage]
    pub type RunningPoints<T> = StorageValue<_, u128, ValueQuery>;

    /// The number of the period that a stash's counters belong to.
    #[pallet::storage]
    pub type CountedIn<T> = StorageMap<_, Blake2_128Concat, AccountId, u32>;

    /// How far the counters of closed periods are looked through; absent when they are settled.
    #[pallet::storage]
    pub type Sweep<T> = StorageValue<_, SweepPosition>;

    /// Eras whose history must go.
    #[pallet::storage]
    pub type StaleHistory<T> = StorageMap<_, Twox64Concat, u32, ()>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A period ended; ours, the published pallet has no events.
        #[codec(index = 0)]
        PeriodClosed {
            /// The era that the work counts for.
            era: u32,
            /// The points of all stashes.
            points: u128,
        },
    }

    /// The published errors. There are no calls that could raise them: numbers stop at their limits.
    #[pallet::error]
    pub enum Error<T> {
        /// Published, never raised.
        Overflow,
        /// Published, never raised.
        PointOverflow,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::tidy_up()
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
