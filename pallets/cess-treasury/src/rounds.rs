//! The rounds of rewards: funded by staking, promised to miners, paid over time, closed.

use crate::{
    Config, CurrencyReward, EraReward, Error, Event, Pallet, Promised, ReserveReward, RoundReward,
    Stranded,
};
use cess_primitives::{miner::REWARD_HISTORY, traits::RewardPool, AccountId, Balance};
use frame_support::traits::{
    fungible::{Balanced, Credit, Mutate},
    tokens::Preservation,
    Get, OnUnbalanced,
};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, DispatchResult, Rounding};

/// Staking's payout for storage at the end of an era, while that era is still the active one.
impl<T: Config> OnUnbalanced<Credit<AccountId, T::Currency>> for Pallet<T> {
    fn on_nonzero_unbalanced(credit: Credit<AccountId, T::Currency>) {
        let pool = Self::reward_account();
        let before = Self::spendable(&pool);
        // A payout that can't even bring the account to life is not minted.
        if T::Currency::resolve(&pool, credit).is_err() {
            return;
        }
        let paid = Self::spendable(&pool).saturating_sub(before);
        let from_reserve = Self::draw_from_reserve(paid);
        let era = T::ActiveEra::get();
        let funds = paid.saturating_add(from_reserve);
        RoundReward::<T>::mutate(era, |(total, _)| *total = total.saturating_add(funds));
        CurrencyReward::<T>::mutate(|left| *left = left.saturating_add(funds));
        EraReward::<T>::put(paid);
        Self::deposit_event(Event::Deposit { balance: paid });
        Self::deposit_event(Event::RoundFunded {
            era,
            paid,
            from_reserve,
        });
    }
}

impl<T: Config> RewardPool for Pallet<T> {
    fn promise(era: u32, power: u128, total_power: u128) -> Balance {
        let (total, issued) = RoundReward::<T>::get(era);
        let power = power.min(total_power);
        // Without any power there is nothing to divide, and no share.
        let share = multiply_by_rational_with_rounding(total, power, total_power, Rounding::Down);
        let reward = share.unwrap_or(0).min(total.saturating_sub(issued));
        if reward > 0 {
            RoundReward::<T>::insert(era, (total, issued.saturating_add(reward)));
            CurrencyReward::<T>::mutate(|left| *left = left.saturating_sub(reward));
            Promised::<T>::mutate(|owed| *owed = owed.saturating_add(reward));
        }
        reward
    }

    fn pay(to: &AccountId, amount: Balance) -> DispatchResult {
        let rest = Promised::<T>::get().checked_sub(amount);
        let rest = rest.ok_or(Error::<T>::NotPromised)?;
        let pool = Self::reward_account();
        T::Currency::transfer(&pool, to, amount, Preservation::Preserve)?;
        Promised::<T>::put(rest);
        Ok(())
    }

    fn forfeit(amount: Balance) {
        let owed = Promised::<T>::get();
        let amount = amount.min(owed);
        if amount == 0 {
            return;
        }
        Promised::<T>::put(owed.saturating_sub(amount));
        CurrencyReward::<T>::mutate(|left| *left = left.saturating_add(amount));
        Self::set_aside(amount);
        Self::deposit_event(Event::PromiseForfeited { amount });
    }

    fn close(era: u32) {
        if RoundReward::<T>::contains_key(era) {
            let (promised, unearned) = Self::empty(era);
            RoundReward::<T>::insert(era, (promised, promised));
            Self::deposit_event(Event::RoundClosed {
                era,
                promised,
                unearned,
            });
        }
        if let Some(old) = era.checked_sub(REWARD_HISTORY) {
            Self::empty(old);
            RoundReward::<T>::remove(old);
        }
    }
}

impl<T: Config> Pallet<T> {
    /// Moves what a round has not promised to the reserve; what it promised, and what it had left.
    fn empty(era: u32) -> (Balance, Balance) {
        let (total, issued) = RoundReward::<T>::get(era);
        let unearned = total.saturating_sub(issued);
        Self::set_aside(unearned);
        (issued, unearned)
    }

    /// Undistributed → reserve. What the reserve's account can't take waits for the next time.
    fn set_aside(amount: Balance) {
        let amount = Stranded::<T>::take().saturating_add(amount);
        if amount == 0 {
            return;
        }
        let (pool, reserve) = (Self::reward_account(), Self::reserve_account());
        let before = Self::spendable(&reserve);
        if T::Currency::transfer(&pool, &reserve, amount, Preservation::Preserve).is_err() {
            Stranded::<T>::put(amount);
            return;
        }
        let arrived = Self::spendable(&reserve).saturating_sub(before);
        CurrencyReward::<T>::mutate(|left| *left = left.saturating_sub(amount));
        ReserveReward::<T>::mutate(|kept| *kept = kept.saturating_add(arrived));
    }

    /// Moves at most so much from the reserve to the rewards, and says how much it was.
    fn draw_from_reserve(most: Balance) -> Balance {
        let kept = ReserveReward::<T>::get();
        let amount = kept.min(most);
        if amount == 0 {
            return 0;
        }
        let (pool, reserve) = (Self::reward_account(), Self::reserve_account());
        if T::Currency::transfer(&reserve, &pool, amount, Preservation::Preserve).is_err() {
            return 0;
        }
        ReserveReward::<T>::put(kept.saturating_sub(amount));
        amount
    }
}
