//! Every lease is booked once, where its state says, and nothing else is booked.

use super::{ticks, Check};
use crate::{
    Config, ExpiryOf, ExpiryTicks, FrozenTicks, Pallet, Territory, TerritoryExpired,
    TerritoryFrozen, TerritoryFrozenCounter,
};
use alloc::collections::BTreeSet;
use cess_primitives::territory::TerritoryState;
use frame_support::ensure;

impl<T: Config> Pallet<T> {
    pub(super) fn check_leases() -> Check {
        let (mut active, mut frozen) = (0, 0);
        for territory in Territory::<T>::iter_values() {
            let token = territory.token;
            let freezes = TerritoryFrozen::<T>::contains_key(territory.deadline, token);
            let expires = ExpiryOf::<T>::get(token)
                .is_some_and(|tick| TerritoryExpired::<T>::contains_key(tick, token));
            let expected = match territory.state {
                TerritoryState::Active | TerritoryState::OnConsignment => (true, false),
                TerritoryState::Frozen => (false, true),
                TerritoryState::Expired => (false, false),
            };
            ensure!(
                (freezes, expires) == expected,
                "a lease is not booked as its state says"
            );
            active += usize::from(freezes);
            frozen += usize::from(expires);
        }
        ensure!(
            TerritoryFrozen::<T>::iter().count() == active,
            "a stray booking of a freeze"
        );
        ensure!(
            TerritoryExpired::<T>::iter().count() == frozen,
            "a stray booking of an expiry"
        );
        ensure!(
            ExpiryOf::<T>::iter().count() == frozen,
            "a stray tick of an expiry"
        );
        Self::check_counters()?;
        Self::check_ticks()
    }

    fn check_counters() -> Check {
        let mut counted = 0;
        for (tick, count) in TerritoryFrozenCounter::<T>::iter() {
            let booked = TerritoryFrozen::<T>::iter_key_prefix(tick).count();
            ensure!(
                count > 0 && booked == count as usize,
                "a counter of freezes is wrong"
            );
            counted += booked;
        }
        ensure!(
            counted == TerritoryFrozen::<T>::iter().count(),
            "a freeze is not counted"
        );
        Ok(())
    }

    /// The sets hold exactly the ticks for which something is booked.
    fn check_ticks() -> Check {
        let freezes: BTreeSet<_> = TerritoryFrozen::<T>::iter_keys().map(|key| key.0).collect();
        ensure!(
            ticks::members(FrozenTicks::<T>::iter())? == freezes,
            "the ticks of freezes are wrong"
        );
        let expiries: BTreeSet<_> = TerritoryExpired::<T>::iter_keys()
            .map(|key| key.0)
            .collect();
        ensure!(
            ticks::members(ExpiryTicks::<T>::iter())? == expiries,
            "the ticks of expiries are wrong"
        );
        Ok(())
    }
}
