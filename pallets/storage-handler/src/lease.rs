//! How leases end: what is booked for when, and what happens then.

use crate::{
    due::{ExpiryQueue, FreezeQueue},
    CleanUp, CleanUpBounds, Config, Error, Event, ExpiryOf, Pallet, PurchasedSpace, Territory,
    TerritoryExpired, TerritoryFrozen, TerritoryFrozenCounter, TerritoryKey,
};
use cess_primitives::{
    due::TickSet,
    file::Name,
    territory::{TerritoryInfo, TerritoryState},
    traits::Protocol,
    AccountId, Tick,
};
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Freezes one of the territories whose leases end at this tick.
    pub(crate) fn freeze_one(tick: Tick) {
        match TerritoryFrozen::<T>::iter_key_prefix(tick).next() {
            Some(token) => {
                Self::unbook_freeze(tick, token);
                Self::freeze(token);
            }
            None => FreezeQueue::<T>::discard(tick),
        }
    }

    /// Lets one of the territories expire that are booked for this tick.
    pub(crate) fn expire_one(tick: Tick) {
        match TerritoryExpired::<T>::iter_key_prefix(tick).next() {
            Some(token) => {
                Self::unbook_expiry(token);
                Self::expire(token);
            }
            None => ExpiryQueue::<T>::discard(tick),
        }
    }

    fn freeze(token: H256) {
        let Some((acc, name)) = TerritoryKey::<T>::get(token) else {
            return;
        };
        let Some(mut territory) = Territory::<T>::get(&acc, &name) else {
            return;
        };
        Self::end_sale(token);
        territory.state = TerritoryState::Frozen;
        let expires = Self::grace_end(territory.deadline);
        Self::book_expiry(expires, token);
        Territory::<T>::insert(&acc, &name, territory);
        Self::deposit_event(Event::LeaseFrozen { acc, name, expires });
    }

    fn expire(token: H256) {
        let Some((acc, name)) = TerritoryKey::<T>::get(token) else {
            return;
        };
        let Some(mut territory) = Territory::<T>::get(&acc, &name) else {
            return;
        };
        let size = territory.total_space;
        territory.state = TerritoryState::Expired;
        Territory::<T>::insert(&acc, &name, territory);
        PurchasedSpace::<T>::mutate(|purchased| *purchased = purchased.saturating_sub(size));
        CleanUpBounds::<T>::mutate(|(_, end)| {
            CleanUp::<T>::insert(*end, (&acc, &name));
            *end = end.saturating_add(1);
        });
        Self::deposit_event(Event::LeaseExpired { acc, size });
    }

    /// Makes a territory active until `deadline`, wherever it was booked before.
    pub(crate) fn restart(
        owner: &AccountId,
        name: &Name,
        mut territory: TerritoryInfo,
        deadline: Tick,
    ) {
        match territory.state {
            TerritoryState::Frozen => Self::unbook_expiry(territory.token),
            _ => Self::unbook_freeze(territory.deadline, territory.token),
        }
        Self::book_freeze(deadline, territory.token);
        territory.deadline = deadline;
        if territory.state != TerritoryState::OnConsignment {
            territory.state = TerritoryState::Active;
        }
        Territory::<T>::insert(owner, name, territory);
    }

    /// Root's way to end a lease sooner or later.
    pub(crate) fn set_lease_end(owner: &AccountId, name: &Name, deadline: Tick) -> DispatchResult {
        let mut territory = Self::territory(owner, name)?;
        match territory.state {
            TerritoryState::Expired => return Err(Error::<T>::LeaseExpired.into()),
            TerritoryState::Frozen if deadline <= T::Protocol::now() => {
                Self::unbook_expiry(territory.token);
                Self::book_expiry(Self::grace_end(deadline), territory.token);
                territory.deadline = deadline;
                Territory::<T>::insert(owner, name, territory);
            }
            _ => Self::restart(owner, name, territory, deadline),
        }
        Ok(())
    }

    /// Root's way to move the end of a grace.
    pub(crate) fn move_expiry(token: H256, from: Tick, to: Tick) -> DispatchResult {
        ensure!(
            TerritoryKey::<T>::contains_key(token),
            Error::<T>::NotHaveTerritory
        );
        ensure!(
            ExpiryOf::<T>::get(token) == Some(from),
            Error::<T>::StateError
        );
        Self::unbook_expiry(token);
        Self::book_expiry(to, token);
        Ok(())
    }

    /// Root's way to mend the accounts of a territory: what is used or locked is known by file-bank,
    /// the rest is free.
    pub(crate) fn recount(owner: &AccountId, name: &Name) -> DispatchResult {
        let mut territory = Self::territory(owner, name)?;
        territory.remaining_space = territory
            .used_space
            .checked_add(territory.locked_space)
            .and_then(|taken| territory.total_space.checked_sub(taken))
            .ok_or(Error::<T>::BugInvalid)?;
        Territory::<T>::insert(owner, name, territory);
        Ok(())
    }

    /// The territory's grace is over, even when the queues lag behind.
    pub(crate) fn is_expired(territory: &TerritoryInfo) -> bool {
        let end = ExpiryOf::<T>::get(territory.token)
            .unwrap_or_else(|| Self::grace_end(territory.deadline));
        territory.state == TerritoryState::Expired || end <= T::Protocol::now()
    }

    fn grace_end(deadline: Tick) -> Tick {
        let params = T::Protocol::params();
        deadline.saturating_add(params.frozen_days.saturating_mul(params.one_day))
    }

    pub(crate) fn book_freeze(deadline: Tick, token: H256) {
        TerritoryFrozen::<T>::insert(deadline, token, true);
        TerritoryFrozenCounter::<T>::mutate(deadline, |count| *count = count.saturating_add(1));
        FreezeQueue::<T>::add(deadline);
    }

    fn unbook_freeze(deadline: Tick, token: H256) {
        TerritoryFrozen::<T>::remove(deadline, token);
        let left = TerritoryFrozenCounter::<T>::take(deadline).saturating_sub(1);
        match left {
            0 => FreezeQueue::<T>::discard(deadline),
            _ => TerritoryFrozenCounter::<T>::insert(deadline, left),
        }
    }

    fn book_expiry(tick: Tick, token: H256) {
        TerritoryExpired::<T>::insert(tick, token, true);
        ExpiryOf::<T>::insert(token, tick);
        ExpiryQueue::<T>::add(tick);
    }

    fn unbook_expiry(token: H256) {
        let Some(tick) = ExpiryOf::<T>::take(token) else {
            return;
        };
        TerritoryExpired::<T>::remove(tick, token);
        if TerritoryExpired::<T>::iter_key_prefix(tick)
            .next()
            .is_none()
        {
            ExpiryQueue::<T>::discard(tick);
        }
    }
}
