//! What the sminer pallet does with the reservoir's money.

use crate::{BorrowList, Config, Error, Event, Losses, Pallet, UserPassbook};
use cess_primitives::{
    reservoir::BorrowInfo,
    traits::{CollateralLender, Protocol},
    AccountId, Balance,
};
use frame_support::{ensure, traits::ReservableCurrency};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// What of the loan may still be staked: nothing once its deadline has passed, whether or not
    /// the queue got that far (spec chain Q34).
    fn can_lend(loan: &Option<BorrowInfo>) -> Balance {
        loan.as_ref()
            .filter(|loan| !is_over::<T>(loan))
            .map_or(0, |loan| loan.free)
    }

    fn lent_stake(loan: &Option<BorrowInfo>) -> Balance {
        loan.as_ref().map_or(0, |loan| loan.staking)
    }
}

fn is_over<T: Config>(loan: &BorrowInfo) -> bool {
    T::Protocol::now() >= loan.deadline
}

impl<T: Config> CollateralLender for Pallet<T> {
    fn account() -> AccountId {
        Self::account_id()
    }

    fn can_stake(miner: &AccountId, amount: Balance) -> bool {
        let lent = Self::can_lend(&BorrowList::<T>::get(miner));
        let own = UserPassbook::<T>::get(miner).free;
        lent.saturating_add(own) >= amount
    }

    fn stake(miner: &AccountId, amount: Balance) -> DispatchResult {
        let loan = BorrowList::<T>::get(miner);
        let lent = Self::can_lend(&loan).min(amount);
        let own = amount.saturating_sub(lent);
        let mut hold = UserPassbook::<T>::get(miner);
        hold.free = hold.free.checked_sub(own).ok_or(Error::<T>::Insufficient)?;
        T::Currency::reserve(&Self::account_id(), amount)?;
        hold.staking = hold.staking.saturating_add(own);
        Self::keep_deposit(miner, hold);
        if let Some(mut loan) = loan {
            loan.free = loan.free.saturating_sub(lent);
            loan.staking = loan.staking.saturating_add(lent);
            Self::keep_loan(miner, loan);
        }
        Ok(())
    }

    fn redeem(miner: &AccountId, amount: Balance) -> DispatchResult {
        let mut hold = UserPassbook::<T>::get(miner);
        let loan = BorrowList::<T>::get(miner);
        let own = hold.staking.min(amount);
        let lent = amount.saturating_sub(own);
        ensure!(Self::lent_stake(&loan) >= lent, Error::<T>::BugInvalid);
        let account = Self::account_id();
        let reserved = T::Currency::reserved_balance(&account);
        ensure!(reserved >= amount, Error::<T>::BugInvalid);
        T::Currency::unreserve(&account, amount);
        hold.staking = hold.staking.saturating_sub(own);
        hold.free = hold.free.saturating_add(own);
        Self::keep_deposit(miner, hold);
        if let Some(mut loan) = loan {
            loan.staking = loan.staking.saturating_sub(lent);
            match is_over::<T>(&loan) {
                true => Self::back_to_pool(lent),
                false => loan.free = loan.free.saturating_add(lent),
            }
            Self::keep_loan(miner, loan);
        }
        Ok(())
    }

    fn punished(miner: &AccountId, amount: Balance) -> DispatchResult {
        let mut hold = UserPassbook::<T>::get(miner);
        let loan = BorrowList::<T>::get(miner);
        let lent = Self::lent_stake(&loan).min(amount);
        let stored = amount.saturating_sub(lent);
        hold.staking = hold
            .staking
            .checked_sub(stored)
            .ok_or(Error::<T>::BugInvalid)?;
        Self::keep_deposit(miner, hold);
        if let Some(mut loan) = loan.filter(|_| lent > 0) {
            loan.staking = loan.staking.saturating_sub(lent);
            Self::keep_loan(miner, loan);
            Losses::<T>::mutate(miner, |lost| *lost = lost.saturating_add(lent));
        }
        Self::change_sums(|sums| {
            sums.borrow_balance = sums.borrow_balance.saturating_sub(lent);
            sums.store_balance = sums.store_balance.saturating_sub(stored);
        });
        Self::deposit_event(Event::StakeLost {
            acc: miner.clone(),
            lent,
            stored,
        });
        Ok(())
    }
}
