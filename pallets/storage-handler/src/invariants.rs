//! What always holds between the records of this pallet.

use crate::{
    lease::{ExpiryQueue, FreezeQueue},
    CleanUp, CleanUpBounds, Config, ExpiryOf, Pallet, PurchasedSpace, Territory, TerritoryExpired,
    TerritoryFrozen, TerritoryFrozenCounter, TerritoryKey,
};
use cess_primitives::{
    due::TickSet,
    territory::{TerritoryInfo, TerritoryState},
    GIB,
};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks the accounts of every territory, the total that is rented out, and that each lease is
    /// booked exactly where its state says.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let (mut rented, mut active, mut frozen) = (0u128, 0, 0);
        for (owner, name, territory) in Territory::<T>::iter() {
            let key = TerritoryKey::<T>::get(territory.token);
            ensure!(
                key == Some((owner, name)),
                "a token does not lead to its territory"
            );
            Self::check_spaces(&territory)?;
            Self::check_booking(&territory)?;
            match territory.state {
                TerritoryState::Expired => continue,
                TerritoryState::Frozen => frozen += 1,
                TerritoryState::Active | TerritoryState::OnConsignment => active += 1,
            }
            rented += territory.total_space;
        }
        ensure!(
            rented == PurchasedSpace::<T>::get(),
            "purchased is not the sum of territories"
        );
        ensure!(
            TerritoryKey::<T>::iter().count() == Territory::<T>::iter().count(),
            "stray token"
        );
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
        for (tick, count) in TerritoryFrozenCounter::<T>::iter() {
            let booked = TerritoryFrozen::<T>::iter_key_prefix(tick).count();
            ensure!(
                count > 0 && booked == count as usize,
                "a counter of freezes is wrong"
            );
        }
        let (start, end) = CleanUpBounds::<T>::get();
        let queued = CleanUp::<T>::iter_keys().all(|place| (start..end).contains(&place));
        ensure!(
            queued && CleanUp::<T>::iter().count() as u64 == end - start,
            "clean-up has gaps"
        );
        Ok(())
    }

    fn check_spaces(t: &TerritoryInfo) -> Result<(), DispatchError> {
        let sum = t.used_space + t.locked_space + t.remaining_space;
        ensure!(
            t.total_space == sum,
            "total is not used + locked + remaining"
        );
        ensure!(t.total_space > 0, "a territory without space");
        ensure!(
            t.total_space.is_multiple_of(GIB.into()),
            "a territory is not whole GiB"
        );
        Ok(())
    }

    fn check_booking(t: &TerritoryInfo) -> Result<(), DispatchError> {
        let freezes = TerritoryFrozen::<T>::contains_key(t.deadline, t.token)
            && FreezeQueue::<T>::has(t.deadline);
        let expires = ExpiryOf::<T>::get(t.token).is_some_and(|tick| {
            TerritoryExpired::<T>::contains_key(tick, t.token) && ExpiryQueue::<T>::has(tick)
        });
        let expected = match t.state {
            TerritoryState::Active | TerritoryState::OnConsignment => (true, false),
            TerritoryState::Frozen => (false, true),
            TerritoryState::Expired => (false, false),
        };
        ensure!(
            (freezes, expires) == expected,
            "a lease is not booked as its state says"
        );
        Ok(())
    }
}
