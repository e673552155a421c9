//! What work earns.

use crate::{mock::*, *};
use cess_primitives::{credit::SchedulerCounterEntry, traits::WorkCredit, GIB, MIB};

fn counters(n: u32) -> SchedulerCounterEntry {
    CurrentCounters::<Test>::get(acc(n))
}

fn points(n: u32) -> u64 {
    counters(n).proceed_block_size
}

#[test]
fn each_kind_of_work_earns_the_published_points() {
    type Report = fn(&cess_primitives::AccountId, u128);
    let kinds: [(Report, u64, u64); 5] = [
        (SchedulerCredit::tagged, 16 * MIB, 180),
        (SchedulerCredit::certified, 16 * GIB, 4),
        (SchedulerCredit::replaced, 64 * MIB, 1),
        (SchedulerCredit::verified_idle, 16 * GIB, 1),
        (SchedulerCredit::verified_service, GIB, 12),
    ];
    execute(|| {
        for (n, (report, bytes, expected)) in kinds.into_iter().enumerate() {
            let n = n as u32;
            report(&acc(n), bytes.into());
            assert_eq!(points(n), expected);
            report(&acc(n), u128::from(bytes) * 10);
            assert_eq!(points(n), 11 * expected);
        }
        assert_eq!(RunningPoints::<Test>::get(), 11 * (180 + 4 + 1 + 1 + 12));
    });
}

#[test]
fn a_part_of_a_point_counts_as_one_and_no_more() {
    execute(|| {
        SchedulerCredit::verified_idle(&acc(1), 1);
        assert_eq!(points(1), 1);
        SchedulerCredit::tagged(&acc(2), MIB.into());
        assert_eq!(points(2), 12, "a sixteenth of 180 is 11.25");
        let whole = u128::from(16 * MIB);
        (0..16).for_each(|_| SchedulerCredit::tagged(&acc(3), whole / 16));
        SchedulerCredit::tagged(&acc(4), whole);
        assert!(points(3) - points(4) < 16, "less than a point a piece");
    });
}

#[test]
fn no_work_leaves_no_trace() {
    execute(|| {
        SchedulerCredit::tagged(&acc(1), 0);
        assert!(!CurrentCounters::<Test>::contains_key(acc(1)));
        assert!(!CountedIn::<Test>::contains_key(acc(1)));
    });
}

#[test]
fn punishments_are_counted_beside_the_points() {
    execute(|| {
        SchedulerCredit::punished(&acc(1));
        SchedulerCredit::tagged(&acc(1), 1);
        SchedulerCredit::punished(&acc(1));
        let expected = SchedulerCounterEntry {
            proceed_block_size: 1,
            punishment_count: 2,
        };
        assert_eq!(counters(1), expected);
    });
}

#[test]
fn numbers_stop_at_their_limits() {
    execute(|| {
        SchedulerCredit::tagged(&acc(1), u128::MAX);
        SchedulerCredit::tagged(&acc(1), u128::MAX);
        SchedulerCredit::tagged(&acc(2), u128::MAX);
        assert_eq!(points(1), u64::MAX);
        assert_eq!(RunningPoints::<Test>::get(), 2 * u128::from(u64::MAX));
        let many = SchedulerCounterEntry {
            proceed_block_size: u64::MAX,
            punishment_count: u32::MAX,
        };
        CurrentCounters::<Test>::insert(acc(1), many.clone());
        SchedulerCredit::punished(&acc(1));
        assert_eq!(counters(1), many);
        close(1);
        assert_eq!(HistoryCreditValues::<Test>::get(1, acc(1)), 0);
        assert_eq!(HistoryCreditValues::<Test>::get(1, acc(2)), 500);
    });
}
