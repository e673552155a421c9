//! Periods: how one ends, and how its counters become credit a few stashes at a time.

use crate::{
    weights::WeightInfo, Config, CountedIn, CurrentCounters, Event, HistoryCreditValues, Pallet,
    Periods, RunningPoints, StaleHistory, Sweep,
};
use cess_primitives::{credit::SchedulerCounterEntry, AccountId, BVec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchClass, weights::Weight};
use scale_info::TypeInfo;

/// Closed periods that count in a score.
pub const PERIODS: u32 = 5;
/// Stashes that are looked at when a period closes.
pub const SETTLED_AT_ONCE: u32 = 100;
/// Stashes that are looked at, or values of old periods that are removed, in a block.
pub const STEPS_PER_BLOCK: u32 = 50;
/// The credit of whoever did all of a period's work.
pub(crate) const FULL: u32 = 1000;

/// What a closed period came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ClosedPeriod {
    /// The era that its work counts for.
    pub era: u32,
    /// The points of all stashes.
    pub points: u128,
}

/// The periods that matter now.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PeriodBook {
    /// The number of the running period; the first one is 0.
    pub running: u32,
    /// The closed ones that count, the latest first.
    pub closed: BVec<ClosedPeriod, PERIODS>,
}

impl PeriodBook {
    /// How many periods before the running one this one closed, minus one; `None` when it runs or is
    /// forgotten.
    pub(crate) fn age(&self, number: u32) -> Option<usize> {
        let age = self.running.checked_sub(number)?.checked_sub(1)? as usize;
        (age < self.closed.len()).then_some(age)
    }
}

/// How far a sweep came.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct SweepPosition {
    /// The stash that was looked at last.
    pub after: Option<AccountId>,
    /// Another period closed meanwhile: start over at the end.
    pub again: bool,
}

/// A stash's credit of a period in which all stashes together earned `total` points.
pub(crate) fn credit(counters: &SchedulerCounterEntry, total: u128) -> u32 {
    let points = u128::from(counters.proceed_block_size);
    let share = (points * u128::from(FULL)).checked_div(total).unwrap_or(0);
    let fine = 10u64
        .saturating_mul(counters.punishment_count.into())
        .saturating_pow(2);
    // A share is at most `FULL`: a stash's points are part of the total.
    share.saturating_sub(fine.into()).min(FULL.into()) as u32
}

impl<T: Config> Pallet<T> {
    /// Ends the running period, once for each era and in order; asked again, does nothing.
    pub(crate) fn close(era: u32) {
        let mut book = Periods::<T>::get();
        if book.closed.first().is_some_and(|last| era <= last.era) {
            return;
        }
        let points = RunningPoints::<T>::take();
        if book.closed.is_full() {
            if let Some(oldest) = book.closed.pop() {
                StaleHistory::<T>::insert(oldest.era, ());
            }
        }
        // There is room: the list was not full, or its last entry left.
        let _ = book.closed.try_insert(0, ClosedPeriod { era, points });
        book.running = book.running.saturating_add(1);
        Periods::<T>::put(book);
        Sweep::<T>::mutate(|sweep| match sweep {
            Some(position) => position.again = true,
            None => *sweep = Some(SweepPosition::default()),
        });
        Self::deposit_event(Event::PeriodClosed { era, points });
        let steps = Self::sweep(SETTLED_AT_ONCE);
        // The election that asks for this runs in a hook and doesn't know what it costs.
        frame_system::Pallet::<T>::register_extra_weight_unchecked(
            T::WeightInfo::close(steps),
            DispatchClass::Mandatory,
        );
    }

    /// Turns the counters of a period that is over into credit.
    pub(crate) fn settle(book: &PeriodBook, stash: &AccountId) {
        let Some(number) = CountedIn::<T>::get(stash) else {
            return;
        };
        if number == book.running {
            return;
        }
        CountedIn::<T>::remove(stash);
        let counters = CurrentCounters::<T>::take(stash);
        // What is older than the history counts no more.
        if let Some(period) = book.age(number).and_then(|age| book.closed.get(age)) {
            let credit = credit(&counters, period.points);
            HistoryCreditValues::<T>::insert(period.era, stash, credit);
        }
    }

    /// A block's share of the work that closed periods left.
    pub(crate) fn tidy_up() -> Weight {
        if Sweep::<T>::exists() {
            return T::WeightInfo::sweep(Self::sweep(STEPS_PER_BLOCK));
        }
        let Some(era) = StaleHistory::<T>::iter_keys().next() else {
            return T::WeightInfo::look();
        };
        let removed = HistoryCreditValues::<T>::clear_prefix(era, STEPS_PER_BLOCK, None);
        if removed.maybe_cursor.is_none() {
            StaleHistory::<T>::remove(era);
        }
        T::WeightInfo::forget(removed.loops)
    }

    /// Looks at the next stashes, at most `limit`; says how many.
    fn sweep(limit: u32) -> u32 {
        let Some(position) = Sweep::<T>::get() else {
            return 0;
        };
        let book = Periods::<T>::get();
        let stashes = match &position.after {
            Some(stash) => CountedIn::<T>::iter_keys_from_key(stash),
            None => CountedIn::<T>::iter_keys(),
        };
        let (mut looked_at, mut last) = (0, None);
        for stash in stashes.take(limit as usize) {
            looked_at += 1;
            Self::settle(&book, &stash);
            last = Some(stash);
        }
        let next = match last {
            Some(stash) if looked_at == limit => Some(SweepPosition {
                after: Some(stash),
                ..position
            }),
            _ if position.again => Some(SweepPosition::default()),
            _ => None,
        };
        Sweep::<T>::set(next);
        looked_at
    }
}
