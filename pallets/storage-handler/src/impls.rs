//! What other pallets do with territories and with the network's totals.

use crate::{
    CleanUp, CleanUpBounds, Config, Error, Pallet, Territory, TotalIdleSpace, TotalServiceSpace,
};
use alloc::vec::Vec;
use cess_primitives::{
    file::Name,
    territory::{TerritoryInfo, TerritoryState},
    traits::{NetworkSpace, Territories},
    AccountId,
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};

/// Moves space between two accounts of a territory.
fn shift<T: Config>(from: &mut u128, to: &mut u128, space: u128) -> Result<(), Error<T>> {
    let less = from.checked_sub(space).ok_or(Error::<T>::BugInvalid)?;
    *to = to.checked_add(space).ok_or(Error::<T>::Overflow)?;
    *from = less;
    Ok(())
}

impl<T: Config> Pallet<T> {
    fn change(
        owner: &AccountId,
        name: &Name,
        op: impl FnOnce(&mut TerritoryInfo) -> Result<(), Error<T>>,
    ) -> DispatchResult {
        let mut territory = Self::territory(owner, name)?;
        op(&mut territory)?;
        Territory::<T>::insert(owner, name, territory);
        Ok(())
    }

    fn change_if_there(
        owner: &AccountId,
        name: &Name,
        op: impl FnOnce(&mut TerritoryInfo) -> Result<(), Error<T>>,
    ) -> DispatchResult {
        match Territory::<T>::contains_key(owner, name) {
            true => Self::change(owner, name, op),
            false => Ok(()),
        }
    }

    fn ensure_room(territory: &TerritoryInfo, space: u128) -> Result<(), Error<T>> {
        Self::ensure_active(territory)?;
        ensure!(
            territory.remaining_space > space,
            Error::<T>::InsufficientStorage
        );
        Ok(())
    }
}

impl<T: Config> Territories for Pallet<T> {
    fn is_alive(owner: &AccountId, name: &Name) -> bool {
        Territory::<T>::get(owner, name).is_some_and(|t| t.state != TerritoryState::Expired)
    }

    fn remaining(owner: &AccountId, name: &Name) -> Result<u128, DispatchError> {
        Ok(Self::territory(owner, name)?.remaining_space)
    }

    fn lock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        Self::change(owner, name, |t| {
            Self::ensure_room(t, space)?;
            shift(&mut t.remaining_space, &mut t.locked_space, space)
        })
    }

    fn unlock(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        Self::change_if_there(owner, name, |t| {
            shift(&mut t.locked_space, &mut t.remaining_space, space)
        })
    }

    fn use_locked(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        Self::change(owner, name, |t| {
            shift(&mut t.locked_space, &mut t.used_space, space)
        })
    }

    fn use_remaining(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        Self::change(owner, name, |t| {
            Self::ensure_room(t, space)?;
            shift(&mut t.remaining_space, &mut t.used_space, space)
        })
    }

    fn release_used(owner: &AccountId, name: &Name, space: u128) -> DispatchResult {
        Self::change_if_there(owner, name, |t| {
            shift(&mut t.used_space, &mut t.remaining_space, space)
        })
    }

    fn take_expired(limit: u32) -> Vec<(AccountId, Name)> {
        let (start, end) = CleanUpBounds::<T>::get();
        let taken = start.saturating_add(limit.into()).min(end);
        if taken == start {
            return Vec::new();
        }
        CleanUpBounds::<T>::put((taken, end));
        // One that was emptied by its owner may have been reactivated while it waited here.
        let expired = |(owner, name): &(AccountId, Name)| !Self::is_alive(owner, name);
        let due = (start..taken).filter_map(CleanUp::<T>::take);
        due.filter(expired).collect()
    }
}

impl<T: Config> NetworkSpace for Pallet<T> {
    fn change_idle(add: u128, sub: u128) -> DispatchResult {
        TotalIdleSpace::<T>::try_mutate(|total| Ok(*total = changed::<T>(*total, add, sub)?))
    }

    fn change_service(add: u128, sub: u128) -> DispatchResult {
        TotalServiceSpace::<T>::try_mutate(|total| Ok(*total = changed::<T>(*total, add, sub)?))
    }
}

fn changed<T: Config>(total: u128, add: u128, sub: u128) -> Result<u128, Error<T>> {
    let sum = total.checked_add(add).and_then(|sum| sum.checked_sub(sub));
    sum.ok_or(Error::<T>::Overflow)
}
