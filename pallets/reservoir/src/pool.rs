//! Money that comes and goes: the pool that lends, and deposits.

use crate::{Config, Error, Event, Pallet, Reservoir, UserPassbook};
use cess_primitives::{
    reservoir::{ReservoirInfo, UserHold},
    AccountId, Balance,
};
use frame_support::{
    ensure,
    traits::{Currency, ExistenceRequirement::KeepAlive, Get},
};
use sp_runtime::{traits::AccountIdConversion, DispatchResult};

impl<T: Config> Pallet<T> {
    /// The account that all money of the reservoir lies on.
    pub fn account_id() -> AccountId {
        T::PalletId::get().into_account_truncating()
    }

    /// See [`Pallet::filling`].
    pub(crate) fn fill(donor: &AccountId, amount: Balance) -> DispatchResult {
        Self::take_in(donor, amount)?;
        // No sum of money exceeds the issuance, which is a balance: here and below, additions fit.
        Self::change_sums(|sums| sums.free_balance = sums.free_balance.saturating_add(amount));
        Self::deposit_event(Event::Filling { amount });
        Ok(())
    }

    /// See [`Pallet::store`].
    pub(crate) fn deposit(depositor: &AccountId, amount: Balance) -> DispatchResult {
        Self::take_in(depositor, amount)?;
        Self::change_sums(|sums| sums.store_balance = sums.store_balance.saturating_add(amount));
        let mut hold = UserPassbook::<T>::get(depositor);
        hold.free = hold.free.saturating_add(amount);
        Self::keep_deposit(depositor, hold);
        Self::deposit_event(Event::Store { amount });
        Ok(())
    }

    /// See [`Pallet::withdraw`].
    pub(crate) fn pay_back(depositor: &AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::ZeroValue);
        let mut hold = UserPassbook::<T>::get(depositor);
        hold.free = hold
            .free
            .checked_sub(amount)
            .ok_or(Error::<T>::Insufficient)?;
        T::Currency::transfer(&Self::account_id(), depositor, amount, KeepAlive)?;
        Self::keep_deposit(depositor, hold);
        Self::change_sums(|sums| sums.store_balance = sums.store_balance.saturating_sub(amount));
        Self::deposit_event(Event::Withdraw { amount });
        Ok(())
    }

    /// See [`Pallet::event_withdraw`].
    pub(crate) fn take_from_pool(target: &AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::ZeroValue);
        Reservoir::<T>::try_mutate(|sums| -> DispatchResult {
            sums.free_balance = sums
                .free_balance
                .checked_sub(amount)
                .ok_or(Error::<T>::Insufficient)?;
            T::Currency::transfer(&Self::account_id(), target, amount, KeepAlive)
        })?;
        Self::deposit_event(Event::RootWithdraw { amount });
        Ok(())
    }

    /// Money from outside arrives on the reservoir's account.
    pub(crate) fn take_in(from: &AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::ZeroValue);
        T::Currency::transfer(from, &Self::account_id(), amount, KeepAlive)
    }

    pub(crate) fn change_sums(change: impl FnOnce(&mut ReservoirInfo)) {
        Reservoir::<T>::mutate(change);
    }

    /// Keeps a deposit; an empty one goes.
    pub(crate) fn keep_deposit(depositor: &AccountId, hold: UserHold) {
        match hold == UserHold::default() {
            true => UserPassbook::<T>::remove(depositor),
            false => UserPassbook::<T>::insert(depositor, hold),
        }
    }
}
