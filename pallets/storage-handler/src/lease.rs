//! How leases end: the queues of what freezes and expires, and their bounded work in each block.

use crate::{
    CleanUp, CleanUpBounds, Config, Consignment, Error, Event, ExpiryOf, ExpiryTicks, FrozenTicks,
    Pallet, PurchasedSpace, Territory, TerritoryExpired, TerritoryFrozen, TerritoryFrozenCounter,
    TerritoryKey,
};
use cess_primitives::{
    due::{Node, TickSet},
    file::Name,
    territory::{TerritoryInfo, TerritoryState},
    traits::Protocol,
    AccountId, Tick,
};
use core::marker::PhantomData;
use frame_support::{
    traits::{Get, ReservableCurrency},
    weights::Weight,
};
use sp_core::H256;
use sp_runtime::DispatchResult;

/// Most leases that freeze or expire in one block.
pub const LEASES_PER_BLOCK: u32 = 50;

/// The ticks at which leases end.
pub(crate) struct FreezeQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for FreezeQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        FrozenTicks::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => FrozenTicks::<T>::remove((level, prefix)),
            false => FrozenTicks::<T>::insert((level, prefix), node),
        }
    }
}

/// The ticks at which frozen territories expire.
pub(crate) struct ExpiryQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for ExpiryQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        ExpiryTicks::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => ExpiryTicks::<T>::remove((level, prefix)),
            false => ExpiryTicks::<T>::insert((level, prefix), node),
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The block's share of the leases that are due: freezes first, then expiries.
    pub(crate) fn end_leases() -> Weight {
        let now = T::Protocol::now();
        let mut steps = 0;
        while steps < LEASES_PER_BLOCK && Self::freeze_next(now) {
            steps += 1;
        }
        while steps < LEASES_PER_BLOCK && Self::expire_next(now) {
            steps += 1;
        }
        // The two looks that found nothing more, and each step's queue, territory and totals.
        let look = T::DbWeight::get().reads(5);
        let step = Weight::from_parts(40_000_000, 9_000)
            .saturating_add(T::DbWeight::get().reads_writes(14, 14));
        look.saturating_add(step.saturating_mul(steps.into()))
    }

    /// Freezes one territory that is due, or forgets a tick with nothing left; false: nothing due.
    fn freeze_next(now: Tick) -> bool {
        let Some(tick) = FreezeQueue::<T>::first().filter(|tick| *tick <= now) else {
            return false;
        };
        match TerritoryFrozen::<T>::iter_key_prefix(tick).next() {
            Some(token) => {
                Self::unbook_freeze(tick, token);
                Self::freeze(token);
            }
            None => FreezeQueue::<T>::discard(tick),
        }
        true
    }

    /// Lets one territory expire that is due, or forgets a tick with nothing left; false: nothing
    /// due.
    fn expire_next(now: Tick) -> bool {
        let Some(tick) = ExpiryQueue::<T>::first().filter(|tick| *tick <= now) else {
            return false;
        };
        match TerritoryExpired::<T>::iter_key_prefix(tick).next() {
            Some(token) => {
                Self::unbook_expiry(token);
                Self::expire(token);
            }
            None => ExpiryQueue::<T>::discard(tick),
        }
        true
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
        let expires = Self::book_expiry(territory.deadline, token);
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
            *end += 1;
        });
        Self::deposit_event(Event::LeaseExpired { acc, size });
    }

    /// A territory whose lease ended is not sold any more; a buyer gets its money back (Q11).
    fn end_sale(token: H256) {
        let Some(sale) = Consignment::<T>::take(token) else {
            return;
        };
        if let Some(buyer) = sale.buyers {
            T::Currency::unreserve(&buyer, sale.price);
        }
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
                Self::book_expiry(deadline, territory.token);
                territory.deadline = deadline;
                Territory::<T>::insert(owner, name, territory);
            }
            _ => Self::restart(owner, name, territory, deadline),
        }
        Ok(())
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

    /// Books the end of the grace after `deadline`, and says when that is.
    fn book_expiry(deadline: Tick, token: H256) -> Tick {
        let params = T::Protocol::params();
        let grace = params.frozen_days.saturating_mul(params.one_day);
        let tick = deadline.saturating_add(grace);
        TerritoryExpired::<T>::insert(tick, token, true);
        ExpiryOf::<T>::insert(token, tick);
        ExpiryQueue::<T>::add(tick);
        tick
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
