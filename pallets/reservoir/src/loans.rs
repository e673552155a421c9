//! Loans: how they are taken, repaid and returned.

use crate::{
    due::DueQueue, BorrowList, Config, Error, Event, EventId, Events, LoanDeadlines, Losses,
    Pallet, Reservoir, UserPassbook,
};
use cess_primitives::{
    due::TickSet, reservoir::BorrowInfo, traits::Protocol, AccountId, Balance, Tick,
};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::attend_event`].
    pub(crate) fn lend(borrower: &AccountId, id: EventId) -> DispatchResult {
        let now = T::Protocol::now();
        let mut offer = Events::<T>::get(&id)
            .filter(|offer| now < offer.deadline)
            .ok_or(Error::<T>::IdNonExistent)?;
        offer.quota = offer.quota.checked_sub(1).ok_or(Error::<T>::UpperLimit)?;
        ensure!(
            !BorrowList::<T>::contains_key(borrower) && !Losses::<T>::contains_key(borrower),
            Error::<T>::Borrowed
        );
        let amount = offer.unit_amount;
        Reservoir::<T>::try_mutate(|sums| -> Result<(), Error<T>> {
            sums.free_balance = sums
                .free_balance
                .checked_sub(amount)
                .ok_or(Error::<T>::Insufficient)?;
            sums.borrow_balance = sums.borrow_balance.saturating_add(amount);
            Ok(())
        })?;
        // In range: the offer would not have been made otherwise.
        let deadline = now.saturating_add(offer.borrow_period);
        let loan = BorrowInfo {
            free: amount,
            lender: Self::account_id(),
            staking: 0,
            deadline,
        };
        BorrowList::<T>::insert(borrower, loan);
        LoanDeadlines::<T>::insert(deadline, borrower, ());
        DueQueue::<T>::add(deadline);
        Events::<T>::insert(&id, offer);
        Self::deposit_event(Event::AttendEvent { id });
        Ok(())
    }

    /// See [`Pallet::repay`].
    pub(crate) fn buy_out(borrower: &AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::ZeroValue);
        let owed = Losses::<T>::get(borrower);
        let loan = BorrowList::<T>::get(borrower).filter(|loan| loan.staking > 0);
        let lost = amount.min(owed);
        let left = amount.saturating_sub(lost);
        let staked = loan.as_ref().map_or(0, |loan| loan.staking.min(left));
        let paid = lost.saturating_add(staked);
        ensure!(paid > 0, Error::<T>::NonExistent);
        Self::take_in(borrower, paid)?;
        match owed.saturating_sub(lost) {
            0 => Losses::<T>::remove(borrower),
            rest => Losses::<T>::insert(borrower, rest),
        }
        if let Some(mut loan) = loan {
            loan.staking = loan.staking.saturating_sub(staked);
            Self::keep_loan(borrower, loan);
            let mut hold = UserPassbook::<T>::get(borrower);
            hold.staking = hold.staking.saturating_add(staked);
            Self::keep_deposit(borrower, hold);
        }
        Self::change_sums(|sums| {
            sums.free_balance = sums.free_balance.saturating_add(paid);
            sums.borrow_balance = sums.borrow_balance.saturating_sub(staked);
            sums.store_balance = sums.store_balance.saturating_add(staked);
        });
        Self::deposit_event(Event::Repaid {
            acc: borrower.clone(),
            lost,
            staked,
        });
        Ok(())
    }

    /// See [`Pallet::return_loan`].
    pub(crate) fn end_early(borrower: &AccountId) -> DispatchResult {
        let mut loan = BorrowList::<T>::get(borrower)
            .filter(|loan| loan.free > 0)
            .ok_or(Error::<T>::NonExistent)?;
        LoanDeadlines::<T>::remove(loan.deadline, borrower);
        // What is staked must not turn into a loan again when it is redeemed.
        loan.deadline = loan.deadline.min(T::Protocol::now());
        Self::return_unstaked(borrower, loan);
        Ok(())
    }

    /// Ends one loan of this tick; false: there is none left.
    pub(crate) fn end_loan_of(tick: Tick) -> bool {
        let Some(borrower) = LoanDeadlines::<T>::iter_key_prefix(tick).next() else {
            return false;
        };
        LoanDeadlines::<T>::remove(tick, &borrower);
        if let Some(loan) = BorrowList::<T>::get(&borrower) {
            Self::return_unstaked(&borrower, loan);
        }
        true
    }

    fn return_unstaked(borrower: &AccountId, mut loan: BorrowInfo) {
        let amount = core::mem::take(&mut loan.free);
        Self::keep_loan(borrower, loan);
        Self::back_to_pool(amount);
        Self::deposit_event(Event::LoanReturned {
            acc: borrower.clone(),
            amount,
        });
    }

    /// Lent money can be lent again.
    pub(crate) fn back_to_pool(amount: Balance) {
        Self::change_sums(|sums| {
            sums.borrow_balance = sums.borrow_balance.saturating_sub(amount);
            sums.free_balance = sums.free_balance.saturating_add(amount);
        });
    }

    /// Keeps a loan; one of which nothing is left goes, and its deadline with it.
    pub(crate) fn keep_loan(borrower: &AccountId, loan: BorrowInfo) {
        if loan.free == 0 && loan.staking == 0 {
            LoanDeadlines::<T>::remove(loan.deadline, borrower);
            BorrowList::<T>::remove(borrower);
        } else {
            BorrowList::<T>::insert(borrower, loan);
        }
    }
}
