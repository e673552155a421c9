//! The invariants notice what must never happen.

use crate::{mock::*, *};
use cess_primitives::traits::WorkCredit;

fn noticed(chain: impl FnOnce()) -> &'static str {
    let mut externalities = externalities();
    externalities.execute_with(|| {
        SchedulerCredit::tagged(&acc(1), 1 << 30);
        close(1);
        SchedulerCredit::tagged(&acc(1), 1 << 30);
        SchedulerCredit::do_try_state().expect("sound so far");
        chain();
        match SchedulerCredit::do_try_state() {
            Err(sp_runtime::DispatchError::Other(message)) => message,
            other => panic!("not noticed: {other:?}"),
        }
    })
}

#[test]
fn broken_books_are_noticed() {
    assert_eq!(
        noticed(|| RunningPoints::<Test>::put(1)),
        "the sum of all points is wrong"
    );
    assert_eq!(
        noticed(|| CountedIn::<Test>::remove(acc(1))),
        "counters of no period"
    );
    assert_eq!(
        noticed(|| CountedIn::<Test>::insert(acc(1), 9)),
        "counters of a period to come"
    );
    assert_eq!(
        noticed(|| CountedIn::<Test>::insert(acc(1), 0)),
        "nobody settles a closed period"
    );
    assert_eq!(
        noticed(|| HistoryCreditValues::<Test>::insert(9, acc(1), 1)),
        "history of a period that is neither kept nor about to go"
    );
    assert_eq!(
        noticed(|| HistoryCreditValues::<Test>::insert(1, acc(2), 1001)),
        "a credit above the best"
    );
    assert_eq!(
        noticed(|| HistoryCreditValues::<Test>::insert(1, acc(2), 1)),
        "credits of more than all work"
    );
    assert_eq!(
        noticed(|| Periods::<Test>::mutate(|book| book.closed.clear())),
        "a closed period is missing"
    );
    let same_era_again = |book: &mut PeriodBook| {
        let last = book.closed[0];
        book.closed.try_push(last).unwrap();
    };
    assert_eq!(
        noticed(|| Periods::<Test>::mutate(same_era_again)),
        "closed periods are out of order"
    );
    let too_much = || {
        close(2);
        CountedIn::<Test>::insert(acc(1), 1);
        CurrentCounters::<Test>::mutate(acc(1), |entry| entry.proceed_block_size = u64::MAX);
        Sweep::<Test>::put(SweepPosition::default());
    };
    assert_eq!(noticed(too_much), "a stash earned more than all");
}
