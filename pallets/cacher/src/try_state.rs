//! The invariants.

use crate::{
    forget::{minute_of, ExpiryQueue},
    Cachers, Config, ExpiringBills, ExpiryMinutes, PaidBills, Pallet, Payees,
};
use cess_primitives::due::TickSet;
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks that the payees are those of the cachers, and that each paid bill will be forgotten.
    pub fn do_try_state() -> Result<(), DispatchError> {
        for info in Cachers::<T>::iter_values() {
            ensure!(
                Payees::<T>::contains_key(info.payee),
                "a cacher's payee can't be paid"
            );
        }
        let (mut named, mut counted) = (0, 0);
        for (payee, cachers) in Payees::<T>::iter() {
            ensure!(cachers > 0, "a payee of no cacher is kept");
            counted += cachers as usize;
            named += Cachers::<T>::iter_values()
                .filter(|info| info.payee == payee)
                .count();
        }
        ensure!(
            named == counted && counted == Cachers::<T>::iter().count(),
            "payees are counted wrongly"
        );
        for (key, expires) in PaidBills::<T>::iter() {
            let minute = minute_of(expires).ok_or("a bill that never expires")?;
            ensure!(
                ExpiringBills::<T>::contains_key(minute, key),
                "a bill that will not be forgotten"
            );
            ensure!(
                ExpiryQueue::<T>::has(minute),
                "a minute that nobody looks for"
            );
        }
        ensure!(
            ExpiringBills::<T>::iter().count() == PaidBills::<T>::iter().count(),
            "a bill is booked that was not paid"
        );
        ensure!(
            ExpiryMinutes::<T>::iter_values().all(|node| node != [0; 4]),
            "an empty node of the queue is kept"
        );
        Ok(())
    }
}
