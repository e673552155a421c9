//! How a period ends.

use crate::{mock::*, *};
use cess_primitives::traits::WorkCredit;

fn work(n: u32, points: u64) {
    // One point for each 64 MiB.
    SchedulerCredit::replaced(&acc(n), u128::from(points) << 26);
}

fn credit(era: u32, n: u32) -> u32 {
    HistoryCreditValues::<Test>::get(era, acc(n))
}

#[test]
fn credit_is_the_share_of_all_work_less_the_punishments() {
    execute(|| {
        work(1, 600);
        work(2, 300);
        work(3, 101);
        SchedulerCredit::punished(&acc(2));
        SchedulerCredit::punished(&acc(2));
        (0..4).for_each(|_| SchedulerCredit::punished(&acc(3)));
        SchedulerCredit::punished(&acc(4));
        close(7);
        let event = Event::PeriodClosed {
            era: 7,
            points: 1001,
        };
        assert_eq!(System::events().pop().unwrap().event, event.into());
        assert_eq!(credit(7, 1), 599, "599.4, rounded down");
        assert_eq!(credit(7, 2), 299 - 400.min(299));
        assert_eq!(credit(7, 3), 0);
        assert!(HistoryCreditValues::<Test>::contains_key(7, acc(4)));
        assert_eq!(CurrentCounters::<Test>::iter().count(), 0);
        assert_eq!(CountedIn::<Test>::iter().count(), 0);
        assert_eq!(RunningPoints::<Test>::get(), 0);
    });
}

#[test]
fn one_punishment_costs_a_hundred_and_three_cost_nine_hundred() {
    execute(|| {
        work(1, 1);
        SchedulerCredit::punished(&acc(1));
        close(1);
        assert_eq!(credit(1, 1), 900);
        work(1, 1);
        (0..3).for_each(|_| SchedulerCredit::punished(&acc(1)));
        close(2);
        assert_eq!(credit(2, 1), 100);
    });
}

#[test]
fn a_period_without_work_divides_by_nothing() {
    execute(|| {
        SchedulerCredit::punished(&acc(1));
        close(0);
        assert_eq!(credit(0, 1), 0);
        close(1);
        assert_eq!(Periods::<Test>::get().running, 2);
    });
}

#[test]
fn a_period_is_closed_once_and_in_order() {
    execute(|| {
        work(1, 10);
        close(3);
        work(1, 5);
        close(3);
        close(2);
        assert_eq!(Periods::<Test>::get().running, 1);
        assert_eq!(RunningPoints::<Test>::get(), 5, "the work counts for later");
        close(4);
        assert_eq!((credit(3, 1), credit(4, 1)), (1000, 1000));
    });
}

#[test]
fn eras_without_an_election_leave_no_gap_in_the_score() {
    execute(|| {
        work(1, 1);
        close(1);
        close(900);
        assert_eq!(score(1), 200, "the period before the last one");
    });
}

#[test]
fn history_older_than_five_periods_is_removed() {
    execute(|| {
        for era in 0..8 {
            work(1, 1);
            close(era);
        }
        blocks(4);
        let kept: Vec<_> = (0..8)
            .filter(|era| HistoryCreditValues::<Test>::contains_key(era, acc(1)))
            .collect();
        assert_eq!(kept, [3, 4, 5, 6, 7]);
        assert_eq!(StaleHistory::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_period_lasts_an_era() {
    execute(|| {
        use frame_support::traits::PalletInfoAccess;
        assert_eq!(SchedulerCredit::name(), "SchedulerCredit");
        let constants = SchedulerCredit::pallet_constants_metadata();
        let period = constants
            .iter()
            .find(|constant| constant.name == "PeriodDuration")
            .unwrap();
        assert_eq!(period.value, 3600u32.to_le_bytes());
    });
}
