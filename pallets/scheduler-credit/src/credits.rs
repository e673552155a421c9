//! What credit is worth in an election.

use crate::{
    periods::{credit, FULL, PERIODS},
    Config, CountedIn, CurrentCounters, HistoryCreditValues, Pallet, PeriodBook, Periods,
};
use cess_primitives::{traits::Credits, AccountId};

/// Percent of the score that a period's credit makes up, the latest first.
const PERCENT: [u32; PERIODS as usize] = [50, 20, 15, 10, 5];

impl<T: Config> Credits for Pallet<T> {
    const FULL: u32 = FULL;

    fn score(stash: &AccountId) -> u32 {
        let book = Periods::<T>::get();
        let open = Self::unsettled(&book, stash);
        let credits = book
            .closed
            .iter()
            .enumerate()
            .map(|(age, period)| match open {
                Some((of, credit)) if of == age => credit,
                _ => HistoryCreditValues::<T>::get(period.era, stash),
            });
        let hundredfold = credits.zip(PERCENT).fold(0u32, |sum, (credit, percent)| {
            sum + credit.min(FULL) * percent
        });
        hundredfold / 100
    }

    fn close_period(era: u32) {
        Self::close(era);
    }
}

impl<T: Config> Pallet<T> {
    /// Age and credit of the closed period whose counters wait for their turn.
    fn unsettled(book: &PeriodBook, stash: &AccountId) -> Option<(usize, u32)> {
        let age = book.age(CountedIn::<T>::get(stash)?)?;
        let period = book.closed.get(age)?;
        Some((
            age,
            credit(&CurrentCounters::<T>::get(stash), period.points),
        ))
    }
}
