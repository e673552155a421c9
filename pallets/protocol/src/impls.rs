//! The clock, the rules of a change and the views that other pallets and the runtime read.

use crate::{ClockOffset, Config, Error, Pallet, Params, LAST_TICK};
use cess_primitives::{traits::Protocol, ProtocolParams, Tick};
use core::marker::PhantomData;
use frame_support::{ensure, traits::Get};
use sp_runtime::{
    traits::{BlockNumberProvider, SaturatedConversion},
    DispatchError,
};

impl<T: Config> Pallet<T> {
    /// The tick of the block that is being built or executed.
    pub fn now() -> Tick {
        let block: Tick = frame_system::Pallet::<T>::block_number().saturated_into();
        block.saturating_add(ClockOffset::<T>::get())
    }

    /// Refuses a change that a live chain can't survive.
    pub(crate) fn check_change(old: &ProtocolParams, new: &ProtocolParams) -> Result<(), Error<T>> {
        ensure!(new.preset == old.preset, Error::<T>::PresetFixed);
        ensure!(
            new.segment_size == old.segment_size,
            Error::<T>::SegmentSizeFixed
        );
        ensure!(
            new.fragment_size == old.fragment_size,
            Error::<T>::FragmentSizeFixed
        );
        ensure!(
            idle_shape(new) == idle_shape(old),
            Error::<T>::IdleSizeFixed
        );
        ensure!(
            new.chunk_count == old.chunk_count,
            Error::<T>::ChunkCountFixed
        );
        ensure!(
            new.podr2_scheme == old.podr2_scheme,
            Error::<T>::Podr2SchemeFixed
        );
        ensure!(
            (new.slot_ms, new.epoch_slots, new.sessions_per_era)
                == (old.slot_ms, old.epoch_slots, old.sessions_per_era),
            Error::<T>::ConsensusTimeFixed
        );
        ensure!(
            new.slash_defer_eras < new.bonding_eras,
            Error::<T>::SlashAfterUnbonding
        );
        // With the sizes unchanged, all that can be wrong is a quantity of zero.
        new.check().map_err(|_| Error::<T>::ZeroQuantity)
    }

    /// Checks that the quantities fit together and the clock is in its range.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Params::<T>::get().check().map_err(DispatchError::Other)?;
        ensure!(
            ClockOffset::<T>::get() <= LAST_TICK,
            "the clock's offset is out of range"
        );
        Ok(())
    }
}

impl<T: Config> Protocol for Pallet<T> {
    fn now() -> Tick {
        Self::now()
    }

    fn params() -> ProtocolParams {
        Params::<T>::get()
    }
}

/// The clock for pallets that are generic over their source of time.
impl<T: Config> BlockNumberProvider for Pallet<T> {
    type BlockNumber = Tick;

    fn current_block_number() -> Tick {
        Self::now()
    }
}

/// Milliseconds of a slot, for BABE's `ExpectedBlockTime`.
pub struct SlotMs<T>(PhantomData<T>);

impl<T: Config> Get<u64> for SlotMs<T> {
    fn get() -> u64 {
        Params::<T>::get().slot_ms
    }
}

/// Half of a slot in milliseconds, for the timestamp pallet's `MinimumPeriod`.
pub struct HalfSlotMs<T>(PhantomData<T>);

impl<T: Config> Get<u64> for HalfSlotMs<T> {
    fn get() -> u64 {
        Params::<T>::get().slot_ms / 2
    }
}

/// Slots of an epoch, for BABE's `EpochDuration`.
pub struct EpochSlots<T>(PhantomData<T>);

impl<T: Config> Get<u64> for EpochSlots<T> {
    fn get() -> u64 {
        u64::from(Params::<T>::get().epoch_slots)
    }
}

/// Sessions of an era, for pallet staking.
pub struct SessionsPerEra<T>(PhantomData<T>);

impl<T: Config> Get<u32> for SessionsPerEra<T> {
    fn get() -> u32 {
        Params::<T>::get().sessions_per_era
    }
}

/// Eras until unbonded money is free, for pallet staking.
pub struct BondingEras<T>(PhantomData<T>);

impl<T: Config> Get<u32> for BondingEras<T> {
    fn get() -> u32 {
        Params::<T>::get().bonding_eras
    }
}

/// Eras until a slash takes effect, for pallet staking.
pub struct SlashDeferEras<T>(PhantomData<T>);

impl<T: Config> Get<u32> for SlashDeferEras<T> {
    fn get() -> u32 {
        Params::<T>::get().slash_defer_eras
    }
}

/// All that idle files depend on: what one counts for, its bytes, a set's files, the graph.
fn idle_shape(params: &ProtocolParams) -> [u64; 5] {
    [
        params.idle_unit,
        params.idle_file_size,
        params.idle_set.into(),
        params.idle_layers.into(),
        params.idle_degree.into(),
    ]
}
