//! The invariants.

use crate::{
    forget::ExpiryQueue, AuthorityList, Config, ExpiringProxies, ExpiryTicks, LastProxyExpiry,
    Pallet,
};
use cess_primitives::due::TickSet;
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks that no list is empty or names an operator twice, and that whatever is noted of proxy
    /// signatures will be forgotten.
    pub fn do_try_state() -> Result<(), DispatchError> {
        for list in AuthorityList::<T>::iter_values() {
            ensure!(!list.is_empty(), "an empty list of operators is kept");
            let mut seen = list.iter().enumerate();
            let twice =
                seen.any(|(place, operator)| list.iter().take(place).any(|o| o == operator));
            ensure!(!twice, "an operator is authorised twice");
        }
        for (owner, operator, tick) in LastProxyExpiry::<T>::iter() {
            ensure!(
                ExpiringProxies::<T>::contains_key(tick, (owner, operator)),
                "a note of a signature that will not be forgotten"
            );
            ensure!(ExpiryQueue::<T>::has(tick), "a tick that nobody looks for");
        }
        ensure!(
            ExpiringProxies::<T>::iter().count() == LastProxyExpiry::<T>::iter().count(),
            "a signature is booked that is not noted"
        );
        ensure!(
            ExpiryTicks::<T>::iter_values().all(|node| node != [0; 4]),
            "an empty node of the queue is kept"
        );
        Ok(())
    }
}
