//! Pallet scheduler-credit: the end of a period, and what it leaves to the blocks that follow.

use super::*;
use cess_primitives::{
    traits::{Credits, WorkCredit},
    GIB,
};
use frame_benchmarking::v2::*;
use pallet_scheduler_credit::{
    ClosedPeriod, CountedIn, HistoryCreditValues, Periods, RunningPoints, StaleHistory, PERIODS,
    SETTLED_AT_ONCE, STEPS_PER_BLOCK,
};

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// So many stashes whose workers did something in the running period.
fn work(stashes: u32) {
    for i in 0..stashes {
        SchedulerCredit::tagged(&account("stash", i, 0), GIB.into());
    }
}

/// A period ends, and nobody's counters are settled.
pub(super) fn end_period() {
    let points = RunningPoints::<Runtime>::take();
    Periods::<Runtime>::mutate(|book| {
        let era = book.running;
        let _ = book.closed.try_insert(0, ClosedPeriod { era, points });
        book.running += 1;
    });
}

/// As many periods are over as count.
pub(super) fn past() {
    (0..PERIODS).for_each(|_| end_period());
}

#[benchmarks]
mod calls {
    use super::*;

    /// A block in which nothing is to be done.
    #[benchmark]
    fn look() {
        past();

        #[block]
        {
            begin_block::<SchedulerCredit>();
        }
    }

    /// A period of `n` stashes ends.
    #[benchmark]
    fn close(n: Linear<0, SETTLED_AT_ONCE>) {
        past();
        work(n);

        #[block]
        {
            SchedulerCredit::close_period(PERIODS);
        }

        assert_eq!(CountedIn::<Runtime>::iter().count(), 0);
    }

    /// `n` stashes are settled later.
    #[benchmark]
    fn sweep(n: Linear<0, STEPS_PER_BLOCK>) {
        past();
        work(SETTLED_AT_ONCE + n);
        SchedulerCredit::close_period(PERIODS);

        #[block]
        {
            begin_block::<SchedulerCredit>();
        }

        assert_eq!(CountedIn::<Runtime>::iter().count(), 0);
    }

    /// `n` stashes' credit of a period that counts no more is forgotten.
    #[benchmark]
    fn forget(n: Linear<0, STEPS_PER_BLOCK>) {
        past();
        StaleHistory::<Runtime>::insert(7, ());
        for i in 0..n {
            let stash: AccountId = account("stash", i, 0);
            HistoryCreditValues::<Runtime>::insert(7, stash, 1);
        }

        #[block]
        {
            begin_block::<SchedulerCredit>();
        }

        assert_eq!(HistoryCreditValues::<Runtime>::iter().count(), 0);
    }
}
