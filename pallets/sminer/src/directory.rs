//! The list of all miners, kept twice: as published, and by place.

use crate::{AllMiner, Config, Error, MinerIndex, MinerPlace, Pallet};
use cess_primitives::AccountId;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Puts a miner at the end of the list.
    pub(crate) fn enlist(miner: &AccountId) -> DispatchResult {
        AllMiner::<T>::try_append(miner).map_err(|()| Error::<T>::StorageLimitReached)?;
        let place = MinerIndex::<T>::count();
        MinerIndex::<T>::insert(place, miner);
        MinerPlace::<T>::insert(miner, place);
        Ok(())
    }

    /// Takes a miner off the list; the last one takes its place.
    pub(crate) fn delist(miner: &AccountId) {
        let Some(place) = MinerPlace::<T>::take(miner) else {
            return;
        };
        let last = MinerIndex::<T>::count().saturating_sub(1);
        if let Some(moved) = MinerIndex::<T>::take(last).filter(|_| place != last) {
            MinerPlace::<T>::insert(&moved, place);
            MinerIndex::<T>::insert(place, moved);
        }
        AllMiner::<T>::mutate(|all| {
            if (place as usize) < all.len() {
                all.swap_remove(place as usize);
            }
        });
    }
}
