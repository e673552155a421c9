//! The four accounts, and the ways of money into and out of the treasuries.

use crate::{Config, Error, Event, Pallet};
use cess_primitives::{traits::Treasury, AccountId, Balance};
use frame_support::{
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
        Get,
    },
};
use sp_runtime::{traits::AccountIdConversion, DispatchResult};

impl<T: Config> Treasury for Pallet<T> {
    fn punishments() -> AccountId {
        Self::punish_account()
    }

    fn rents() -> AccountId {
        Self::space_account()
    }
}

impl<T: Config> Pallet<T> {
    /// `rewardpt`: rewards that miners have or may still earn.
    pub fn reward_account() -> AccountId {
        T::MinerRewardId::get().into_account_truncating()
    }

    /// `punisdpt`: fines.
    pub fn punish_account() -> AccountId {
        T::PunishTreasuryId::get().into_account_truncating()
    }

    /// `spacedpt`: rents.
    pub fn space_account() -> AccountId {
        T::SpaceTreasuryId::get().into_account_truncating()
    }

    /// `sererdpt`: rewards that nobody earned.
    pub fn reserve_account() -> AccountId {
        T::ReserveRewardId::get().into_account_truncating()
    }

    /// An account without its existential deposit could not receive small amounts.
    pub(crate) fn endow_accounts() {
        let accounts = [
            Self::reward_account(),
            Self::punish_account(),
            Self::space_account(),
            Self::reserve_account(),
        ];
        for account in accounts {
            if T::Currency::total_balance(&account) == 0 {
                let minted = T::Currency::mint_into(&account, T::Currency::minimum_balance());
                debug_assert!(minted.is_ok(), "an existential deposit can be minted");
            }
        }
    }

    /// What an account can give away and stay alive.
    pub(crate) fn spendable(account: &AccountId) -> Balance {
        T::Currency::reducible_balance(account, Preservation::Preserve, Fortitude::Polite)
    }

    pub(crate) fn give(from: &AccountId, to: &AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::NothingToMove);
        T::Currency::transfer(from, to, amount, Preservation::Preserve)?;
        Self::deposit_event(Event::Deposit { balance: amount });
        Ok(())
    }

    pub(crate) fn burn(account: AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::NothingToMove);
        T::Currency::burn_from(
            &account,
            amount,
            Preservation::Preserve,
            Precision::Exact,
            Fortitude::Polite,
        )?;
        Self::deposit_event(Event::Burnt { account, amount });
        Ok(())
    }

    pub(crate) fn spend(account: AccountId, to: AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::NothingToMove);
        T::Currency::transfer(&account, &to, amount, Preservation::Preserve)?;
        Self::deposit_event(Event::Spent {
            account,
            to,
            amount,
        });
        Ok(())
    }
}
