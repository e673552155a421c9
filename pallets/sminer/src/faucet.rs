//! The faucet: test money for whoever starts.

use crate::{
    Config, Error, Event, FacuetReleaseRecord, FacuetWhitelist, FaucetDay, FaucetRecordMap, Pallet,
};
use cess_primitives::{miner::FaucetRecord, traits::Protocol, AccountId, Balance, TCESS};
use frame_support::{
    ensure,
    traits::{Currency, ExistenceRequirement::KeepAlive, Get},
};
use sp_runtime::{traits::AccountIdConversion, DispatchResult};

/// What the faucet gives at a time.
pub const FAUCET_VALUE: Balance = 2 * TCESS;

impl<T: Config> Pallet<T> {
    /// The faucet's account.
    pub fn faucet_account() -> AccountId {
        T::FaucetId::get().into_account_truncating()
    }

    /// See [`Pallet::faucet_top_up`].
    pub(crate) fn fill_faucet(acc: AccountId, award: Balance) -> DispatchResult {
        T::Currency::transfer(&acc, &Self::faucet_account(), award, KeepAlive)?;
        Self::deposit_event(Event::FaucetTopUpMoney { acc });
        Ok(())
    }

    /// See [`Pallet::faucet`].
    pub(crate) fn draw_faucet(signer: &AccountId, to: AccountId) -> DispatchResult {
        let operator = FacuetWhitelist::<T>::get().ok_or(Error::<T>::NotSetWhite)?;
        ensure!(*signer == operator, Error::<T>::WrongOrigin);
        let (now, one_day) = (T::Protocol::now(), T::Protocol::params().one_day);
        if let Some(record) = FaucetRecordMap::<T>::get(&to) {
            ensure!(
                now.saturating_sub(record.last_claim_time) >= one_day,
                Error::<T>::LessThan24Hours
            );
        }
        let today = now.checked_div(one_day).unwrap_or(now);
        let so_far = match FaucetDay::<T>::get() == today {
            true => FacuetReleaseRecord::<T>::get(),
            false => 0,
        };
        let released = so_far.saturating_add(FAUCET_VALUE);
        ensure!(
            released <= T::MaximumRelease::get(),
            Error::<T>::ExceedRelease
        );
        T::Currency::transfer(&Self::faucet_account(), &to, FAUCET_VALUE, KeepAlive)?;
        FaucetDay::<T>::put(today);
        FacuetReleaseRecord::<T>::put(released);
        FaucetRecordMap::<T>::insert(
            &to,
            FaucetRecord {
                last_claim_time: now,
            },
        );
        Self::deposit_event(Event::DrawFaucetMoney);
        Ok(())
    }
}
