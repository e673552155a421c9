//! Territories that get another owner or another name.

use crate::{Config, Error, Event, Pallet, Territory, TerritoryKey};
use cess_primitives::{file::Name, territory::TerritoryInfo, AccountId};
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Gives a territory to somebody.
    pub(crate) fn grant(owner: AccountId, name: Name, receiver: AccountId) -> DispatchResult {
        ensure!(owner != receiver, Error::<T>::ParamError);
        let territory = Self::territory(&owner, &name)?;
        Self::ensure_active(&territory)?;
        let token = territory.token;
        let new_name = Self::token_name(token);
        Self::hand_over(territory, (&owner, &name), (&receiver, &new_name))?;
        Self::deposit_event(Event::TerritoryGranted {
            token,
            from: owner,
            to: receiver,
            name: new_name,
        });
        Ok(())
    }

    /// Gives a territory another name.
    pub(crate) fn rename(owner: AccountId, old_name: Name, new_name: Name) -> DispatchResult {
        let territory = Self::territory(&owner, &old_name)?;
        Self::ensure_active(&territory)?;
        let token = territory.token;
        Self::hand_over(territory, (&owner, &old_name), (&owner, &new_name))?;
        Self::deposit_event(Event::TerritoryRenamed {
            token,
            acc: owner,
            old_name,
            new_name,
        });
        Ok(())
    }

    /// Moves an empty territory to another owner or name; its bookings go by token and stay.
    pub(crate) fn hand_over(
        territory: TerritoryInfo,
        from: (&AccountId, &Name),
        to: (&AccountId, &Name),
    ) -> Result<(), Error<T>> {
        Self::ensure_empty(&territory)?;
        ensure!(!to.1.is_empty(), Error::<T>::ParamError);
        Self::ensure_name_is_free(to.0, to.1)?;
        Territory::<T>::remove(from.0, from.1);
        TerritoryKey::<T>::insert(territory.token, to);
        Territory::<T>::insert(to.0, to.1, territory);
        Ok(())
    }

    /// What a territory is called whose new owner did not choose a name.
    pub(crate) fn token_name(token: H256) -> Name {
        // 32 bytes: nothing is cut off.
        Name::truncate_from(token.as_bytes().to_vec())
    }
}
