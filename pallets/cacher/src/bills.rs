//! Paying bills.

use crate::{
    forget::{minute_of, ExpiryQueue},
    Bills, Config, Error, Event, ExpiringBills, PaidBills, Pallet, Payees,
};
use cess_primitives::{cacher::Bill, due::TickSet, AccountId};
use frame_support::{
    ensure,
    traits::{Currency, ExistenceRequirement::KeepAlive, Get, UnixTime},
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::pay`]; a failure is undone by the call's storage layer.
    pub(crate) fn pay_all(payer: AccountId, bills: Bills) -> DispatchResult {
        ensure!(!bills.is_empty(), Error::<T>::NoBills);
        let now = Self::seconds();
        for bill in &bills {
            Self::pay_bill(&payer, bill, now)?;
        }
        Self::deposit_event(Event::Pay { acc: payer, bills });
        Ok(())
    }

    fn pay_bill(payer: &AccountId, bill: &Bill, now: u64) -> DispatchResult {
        ensure!(bill.amount > 0, Error::<T>::ZeroAmount);
        let left = bill
            .expiration_time
            .checked_sub(now)
            .ok_or(Error::<T>::BillExpired)?;
        ensure!(left <= T::BillLife::get(), Error::<T>::ExpiryTooFar);
        let minute = minute_of(bill.expiration_time).ok_or(Error::<T>::ExpiryTooFar)?;
        ensure!(
            Payees::<T>::contains_key(&bill.to),
            Error::<T>::UnRegistered
        );
        let key = (payer.clone(), bill.to.clone(), bill.id);
        ensure!(!PaidBills::<T>::contains_key(&key), Error::<T>::BillPaid);
        PaidBills::<T>::insert(&key, bill.expiration_time);
        ExpiringBills::<T>::insert(minute, &key, ());
        ExpiryQueue::<T>::add(minute);
        T::Currency::transfer(payer, &bill.to, bill.amount, KeepAlive)
    }

    /// Seconds since 1970.
    pub(crate) fn seconds() -> u64 {
        T::Time::now().as_secs()
    }
}
