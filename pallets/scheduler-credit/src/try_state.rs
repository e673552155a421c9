//! The invariants.

use crate::{
    periods::FULL, Config, CountedIn, CurrentCounters, HistoryCreditValues, Pallet, Periods,
    RunningPoints, StaleHistory, Sweep,
};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks that counters add up to the sums of their periods, that closed periods are settled or
    /// about to be, and that history is kept of the last periods only.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let book = Periods::<T>::get();
        ensure!(
            book.closed.windows(2).all(|pair| pair[0].era > pair[1].era),
            "closed periods are out of order"
        );
        ensure!(
            book.closed.len() as u32 == book.running.min(crate::PERIODS),
            "a closed period is missing"
        );
        ensure!(
            CurrentCounters::<T>::iter_keys().all(|stash| CountedIn::<T>::contains_key(stash)),
            "counters of no period"
        );
        Self::check_counters(&book)?;
        for (era, _, credit) in HistoryCreditValues::<T>::iter() {
            let kept = book.closed.iter().any(|period| period.era == era);
            ensure!(
                kept != StaleHistory::<T>::contains_key(era),
                "history of a period that is neither kept nor about to go"
            );
            ensure!(credit <= FULL, "a credit above the best");
        }
        for period in book.closed {
            let credits = HistoryCreditValues::<T>::iter_prefix_values(period.era);
            ensure!(
                credits.sum::<u32>() <= FULL,
                "credits of more than all work"
            );
        }
        Ok(())
    }

    fn check_counters(book: &crate::PeriodBook) -> Result<(), DispatchError> {
        let mut running = 0;
        for (stash, number) in CountedIn::<T>::iter() {
            let points = u128::from(CurrentCounters::<T>::get(stash).proceed_block_size);
            if number == book.running {
                running += points;
                continue;
            }
            ensure!(number < book.running, "counters of a period to come");
            ensure!(Sweep::<T>::exists(), "nobody settles a closed period");
            let closed = book.age(number).and_then(|age| book.closed.get(age));
            ensure!(
                closed.is_none_or(|period| points <= period.points),
                "a stash earned more than all"
            );
        }
        ensure!(
            running == RunningPoints::<T>::get(),
            "the sum of all points is wrong"
        );
        Ok(())
    }
}
