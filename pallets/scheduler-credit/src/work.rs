//! What is reported of a stash's workers.

use crate::{Config, CountedIn, CurrentCounters, Pallet, Periods, RunningPoints};
use cess_primitives::{credit::SchedulerCounterEntry, traits::WorkCredit, AccountId, GIB, MIB};

/// So many points for so many bytes.
struct Rate {
    points: u128,
    bytes: u64,
}

const TAGGED: Rate = Rate {
    points: 180,
    bytes: 16 * MIB,
};
const CERTIFIED: Rate = Rate {
    points: 4,
    bytes: 16 * GIB,
};
const REPLACED: Rate = Rate {
    points: 1,
    bytes: 64 * MIB,
};
const VERIFIED_IDLE: Rate = Rate {
    points: 1,
    bytes: 16 * GIB,
};
const VERIFIED_SERVICE: Rate = Rate {
    points: 12,
    bytes: GIB,
};

impl Rate {
    /// The points for this many bytes, a part of one counting as one.
    fn of(&self, bytes: u128) -> u64 {
        let points = bytes
            .saturating_mul(self.points)
            .div_ceil(self.bytes.into());
        u64::try_from(points).unwrap_or(u64::MAX)
    }
}

impl<T: Config> WorkCredit for Pallet<T> {
    fn tagged(stash: &AccountId, bytes: u128) {
        Self::earn(stash, TAGGED.of(bytes));
    }

    fn certified(stash: &AccountId, bytes: u128) {
        Self::earn(stash, CERTIFIED.of(bytes));
    }

    fn replaced(stash: &AccountId, bytes: u128) {
        Self::earn(stash, REPLACED.of(bytes));
    }

    fn verified_idle(stash: &AccountId, bytes: u128) {
        Self::earn(stash, VERIFIED_IDLE.of(bytes));
    }

    fn verified_service(stash: &AccountId, bytes: u128) {
        Self::earn(stash, VERIFIED_SERVICE.of(bytes));
    }

    fn punished(stash: &AccountId) {
        Self::note(stash, |counters| {
            counters.punishment_count = counters.punishment_count.saturating_add(1);
        });
    }
}

impl<T: Config> Pallet<T> {
    fn earn(stash: &AccountId, points: u64) {
        if points == 0 {
            return;
        }
        let earned = Self::note(stash, |counters| {
            let before = counters.proceed_block_size;
            counters.proceed_block_size = before.saturating_add(points);
            counters.proceed_block_size.abs_diff(before)
        });
        RunningPoints::<T>::mutate(|all| *all = all.saturating_add(earned.into()));
    }

    /// Changes the counters of the running period.
    fn note<R>(stash: &AccountId, change: impl FnOnce(&mut SchedulerCounterEntry) -> R) -> R {
        let book = Periods::<T>::get();
        if CountedIn::<T>::get(stash) != Some(book.running) {
            Self::settle(&book, stash);
            CountedIn::<T>::insert(stash, book.running);
        }
        CurrentCounters::<T>::mutate(stash, change)
    }
}
