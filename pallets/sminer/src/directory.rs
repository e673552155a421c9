//! The list of all miners, kept twice: by place, which is what pallets look at, and as published.
//!
//! The published list is one value: to change it is to write all of it. Joining does, which a
//! miner does once; leaving happens in hooks, and only notes the place that became free. The block's
//! spare time, or the next miner that joins, brings the published list up to date, once for all
//! that left.

use crate::{costs, AllMiner, Config, Error, MinerIndex, MinerPlace, Pallet, Unlisted};
use cess_primitives::AccountId;
use frame_support::{defensive, traits::Get, weights::Weight};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Puts a miner at the end of the list.
    pub(crate) fn enlist(miner: &AccountId) -> DispatchResult {
        Self::publish_list();
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
        if Unlisted::<T>::try_append(place).is_err() {
            defensive!("no more miners leave than were listed");
        }
    }

    /// Repeats in the published list what leaving did to the other one.
    pub(crate) fn publish_list() {
        let places = Unlisted::<T>::take();
        if places.is_empty() {
            return;
        }
        AllMiner::<T>::mutate(|all| {
            for place in places {
                if (place as usize) < all.len() {
                    all.swap_remove(place as usize);
                }
            }
        });
    }

    /// Brings the published list up to date if the block can afford it.
    pub(crate) fn publish_list_within(spare: Weight) -> Weight {
        let look = T::DbWeight::get().reads(2);
        let gone = Unlisted::<T>::decode_len().unwrap_or(0) as u64;
        if gone == 0 || look.any_gt(spare) {
            return look;
        }
        let listed = u64::from(MinerIndex::<T>::count()).saturating_add(gone);
        let cost = costs::publish_list::<T>(listed);
        if cost.any_gt(spare) {
            return look;
        }
        Self::publish_list();
        cost
    }
}
