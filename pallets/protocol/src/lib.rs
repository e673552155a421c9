//! # Protocol pallet
//!
//! The quantities of the protocol and its clock. Every other pallet asks here what a size or a
//! wait is ([`Params`]) and what time it is ([`Pallet::now`]); none of them knows a constant or a
//! raw block number.
//!
//! ```text
//!   now = block number + ClockOffset
//!
//!   genesis { params } ──► Params ──set_params (root)──► Params'      sizes, slot and epoch stay
//!                          ClockOffset ──advance_clock (root)──► ClockOffset + ticks
//! ```
//!
//! Sizes, slot and epoch length are fixed for the life of a chain: stored fragments, certified idle
//! files and consensus depend on them. Waits and lives may change at any time; work that is booked
//! already keeps its tick. The clock only goes forward, and whoever keeps due work drains it with
//! `<= now`, so that a jump loses nothing.
//!
//! ## Money
//! None.
//!
//! ## Calls, by actor
//! | who | calls |
//! |---|---|
//! | root | [`Pallet::set_params`], [`Pallet::advance_clock`] |
//! | other pallets | [`Protocol`](cess_primitives::traits::Protocol) |
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod impls;
pub mod migrations;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use impls::{BondingEras, EpochSlots, HalfSlotMs, SessionsPerEra, SlashDeferEras, SlotMs};
pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use crate::weights::WeightInfo;
    use cess_primitives::{ProtocolParams, Tick};
    use core::marker::PhantomData;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;

    /// The last tick that the clock may be advanced to; the other half of the range is kept for
    /// deadlines, which are computed as `now + wait`.
    pub const LAST_TICK: Tick = Tick::MAX / 2;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// What calls cost.
        type WeightInfo: WeightInfo;
    }

    /// What a chain whose genesis names no quantities runs with.
    #[pallet::type_value]
    pub fn DefaultParams() -> ProtocolParams {
        ProtocolParams::fast()
    }

    /// The quantities in force.
    #[pallet::storage]
    pub type Params<T> = StorageValue<_, ProtocolParams, ValueQuery, DefaultParams>;

    /// Ticks that the clock is ahead of the block number.
    #[pallet::storage]
    pub type ClockOffset<T> = StorageValue<_, Tick, ValueQuery>;

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The quantities to start with.
        pub params: ProtocolParams,
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                params: DefaultParams::get(),
                _config: PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Err(rule) = self.params.check() {
                panic!("genesis of pallet protocol: {rule}; correct `protocol.params`");
            }
            Params::<T>::put(self.params);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Waits or lives have changed.
        #[codec(index = 0)]
        ParamsChanged {
            /// The quantities in force from now on.
            params: ProtocolParams,
        },
        /// The clock went forward.
        #[codec(index = 1)]
        ClockAdvanced {
            /// By so much.
            ticks: Tick,
            /// To this tick.
            now: Tick,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// `preset` names what the chain started from; keep it.
        PresetFixed,
        /// `segment_size` is fixed for the life of a chain: files are cut by it.
        SegmentSizeFixed,
        /// `fragment_size` is fixed for the life of a chain: spaces are counted in it.
        FragmentSizeFixed,
        /// What begins with `idle_` is fixed for the life of a chain: idle files are made of it.
        IdleSizeFixed,
        /// `chunk_count` is fixed for the life of a chain: tags are made over it.
        ChunkCountFixed,
        /// `slot_ms`, `epoch_slots` and `sessions_per_era` are fixed for the life of a chain: consensus
        /// and staking count with them.
        ConsensusTimeFixed,
        /// `one_day`, `challenge_period`, windows and lives must be at least 1.
        ZeroQuantity,
        /// The clock can't go beyond half of the range of ticks; advance by less.
        ClockOverflow,
        /// `slash_defer_eras` must be below `bonding_eras`, else slashed money leaves in time.
        SlashAfterUnbonding,
        /// `podr2_scheme` is fixed for the life of a chain: tags are made with it.
        Podr2SchemeFixed,
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
        /// Replaces the quantities.
        ///
        /// Origin: root. Sizes, slot and epoch length and the preset must stay as they are; the
        /// error names the one that does not. Emits [`Event::ParamsChanged`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::set_params())]
        pub fn set_params(origin: OriginFor<T>, params: ProtocolParams) -> DispatchResult {
            ensure_root(origin)?;
            Self::check_change(&Params::<T>::get(), &params)?;
            Params::<T>::put(params);
            Self::deposit_event(Event::ParamsChanged { params });
            Ok(())
        }

        /// Moves the clock forward by `ticks`.
        ///
        /// Origin: root. Work that falls due on the way is done in the following blocks, a bounded
        /// amount in each. Emits [`Event::ClockAdvanced`]; fails with [`Error::ClockOverflow`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::advance_clock())]
        pub fn advance_clock(origin: OriginFor<T>, ticks: Tick) -> DispatchResult {
            ensure_root(origin)?;
            let now = Self::now()
                .checked_add(ticks)
                .filter(|now| *now <= LAST_TICK);
            let now = now.ok_or(Error::<T>::ClockOverflow)?;
            // The offset is never above `now`, so this can't overflow.
            ClockOffset::<T>::mutate(|offset| *offset = offset.saturating_add(ticks));
            Self::deposit_event(Event::ClockAdvanced { ticks, now });
            Ok(())
        }
    }
}
