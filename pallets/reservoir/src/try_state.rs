//! The invariants.

use crate::{
    due::DueQueue, BorrowList, Config, DueTicks, EventExpiredRecords, Events, LoanDeadlines,
    Losses, Pallet, Reservoir, UserPassbook,
};
use cess_primitives::{due::TickSet, reservoir::UserHold, traits::Protocol, Balance};
use frame_support::{
    ensure,
    traits::{Currency, ReservableCurrency},
};
use sp_runtime::DispatchError;

/// What all amounts add up to.
fn total(amounts: impl IntoIterator<Item = Balance>) -> Result<Balance, DispatchError> {
    amounts
        .into_iter()
        .try_fold(0, |sum: Balance, amount| sum.checked_add(amount))
        .ok_or(DispatchError::Other("the reservoir's books overflow"))
}

impl<T: Config> Pallet<T> {
    /// Checks that the sums, the loans, the deposits and the account agree, and that whatever ends
    /// is booked for its tick.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::check_money()?;
        Self::check_loans()?;
        Self::check_offers()
    }

    fn check_money() -> Result<(), DispatchError> {
        let sums = Reservoir::<T>::get();
        let loans = || BorrowList::<T>::iter_values();
        let deposits = || UserPassbook::<T>::iter_values();
        let lent = total(loans().flat_map(|loan| [loan.free, loan.staking]))?;
        ensure!(
            lent == sums.borrow_balance,
            "the loans are not what is lent"
        );
        let stored = total(deposits().flat_map(|hold| [hold.free, hold.staking]))?;
        ensure!(
            stored == sums.store_balance,
            "the deposits are not what is stored"
        );
        let staked_loans = total(loans().map(|loan| loan.staking))?;
        let staked_deposits = total(deposits().map(|hold| hold.staking))?;
        let account = Self::account_id();
        ensure!(
            total([staked_loans, staked_deposits])? == T::Currency::reserved_balance(&account),
            "what is staked is not what is reserved"
        );
        ensure!(
            total([sums.free_balance, lent, stored])? <= T::Currency::total_balance(&account),
            "the account holds less than the books say"
        );
        ensure!(
            deposits().all(|hold| hold != UserHold::default()),
            "an empty deposit is kept"
        );
        ensure!(
            Losses::<T>::iter_values().all(|lost| lost > 0),
            "a loss of nothing is kept"
        );
        Ok(())
    }

    fn check_loans() -> Result<(), DispatchError> {
        let mut booked = 0;
        for (borrower, loan) in BorrowList::<T>::iter() {
            ensure!(loan.free > 0 || loan.staking > 0, "an empty loan is kept");
            ensure!(loan.lender == Self::account_id(), "a foreign lender");
            if LoanDeadlines::<T>::contains_key(loan.deadline, &borrower) {
                booked += 1;
            } else {
                ensure!(
                    loan.free == 0 && loan.deadline <= T::Protocol::now(),
                    "a loan that will not end"
                );
            }
        }
        ensure!(
            LoanDeadlines::<T>::iter_keys().count() == booked,
            "a deadline without its loan"
        );
        ensure!(
            LoanDeadlines::<T>::iter_keys().all(|(tick, _)| DueQueue::<T>::has(tick)),
            "a loan's deadline that nobody looks for"
        );
        Ok(())
    }

    fn check_offers() -> Result<(), DispatchError> {
        let mut booked = 0;
        for (tick, ids) in EventExpiredRecords::<T>::iter() {
            ensure!(!ids.is_empty(), "an empty list of offers is kept");
            ensure!(
                DueQueue::<T>::has(tick),
                "an offer's end that nobody looks for"
            );
            for id in &ids {
                let deadline = Events::<T>::get(id).map(|offer| offer.deadline);
                ensure!(deadline == Some(tick), "an offer is booked elsewhere");
            }
            booked += ids.len();
        }
        ensure!(
            Events::<T>::iter_keys().count() == booked,
            "an offer that will not end"
        );
        ensure!(
            DueTicks::<T>::iter_values().all(|node| node != [0; 4]),
            "an empty node of the queue is kept"
        );
        Ok(())
    }
}
