//! Offers of loans, which the published interface calls events.

use crate::{due::DueQueue, Config, Error, Event, EventExpiredRecords, EventId, Events, Pallet};
use cess_primitives::{due::TickSet, reservoir::EventInfo, traits::Protocol, Tick};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::create_event`]; the offer's deadline counts from now.
    pub(crate) fn open_offer(id: EventId, mut offer: EventInfo) -> DispatchResult {
        let sizes = [offer.quota, offer.deadline, offer.borrow_period];
        ensure!(
            offer.unit_amount > 0 && !sizes.contains(&0),
            Error::<T>::ZeroValue
        );
        ensure!(!Events::<T>::contains_key(&id), Error::<T>::EventExists);
        let end = T::Protocol::now()
            .checked_add(offer.deadline)
            .ok_or(Error::<T>::Overflow)?;
        // The last loan is taken before the end: its deadline is a tick too.
        ensure!(
            end.checked_add(offer.borrow_period).is_some(),
            Error::<T>::Overflow
        );
        EventExpiredRecords::<T>::try_append(end, &id).map_err(|()| Error::<T>::BoundedVecError)?;
        DueQueue::<T>::add(end);
        offer.deadline = end;
        Events::<T>::insert(&id, offer);
        Self::deposit_event(Event::CreateEvent { id });
        Ok(())
    }

    /// Ends one offer of this tick; false: there is none left.
    pub(crate) fn end_offer_of(tick: Tick) -> bool {
        let mut ending = EventExpiredRecords::<T>::take(tick);
        let Some(id) = ending.pop() else {
            return false;
        };
        if !ending.is_empty() {
            EventExpiredRecords::<T>::insert(tick, ending);
        }
        Events::<T>::remove(&id);
        Self::deposit_event(Event::EventExpired { id });
        true
    }
}
