//! What credit is worth in an election.

use crate::{mock::*, *};
use cess_primitives::traits::{Credits, WorkCredit};

#[test]
fn the_last_five_periods_count_by_their_age() {
    for (age, expected) in [500, 200, 150, 100, 50, 0].into_iter().enumerate() {
        execute(|| {
            SchedulerCredit::tagged(&acc(1), 1);
            close(0);
            for era in 1..=age as u32 {
                SchedulerCredit::tagged(&acc(2), 1);
                close(era);
            }
            assert_eq!(score(1), expected, "{age} periods later");
        });
    }
}

#[test]
fn the_best_score_is_full() {
    execute(|| {
        for era in 0..5 {
            SchedulerCredit::tagged(&acc(1), 1);
            close(era);
        }
        assert_eq!(score(1), SchedulerCredit::FULL);
    });
}

#[test]
fn an_absent_account_keeps_what_its_older_periods_are_worth() {
    execute(|| {
        for era in 0..4 {
            SchedulerCredit::tagged(&acc(1), 1);
            close(era);
        }
        SchedulerCredit::tagged(&acc(2), 1);
        close(4);
        assert_eq!(score(1), 200 + 150 + 100 + 50);
        assert_eq!(score(2), 500);
    });
}

#[test]
fn the_running_period_does_not_count_yet() {
    execute(|| {
        SchedulerCredit::tagged(&acc(1), 1 << 40);
        assert_eq!(score(1), 0);
        close(0);
        SchedulerCredit::punished(&acc(1));
        assert_eq!(score(1), 500);
    });
}

#[test]
fn who_never_worked_scores_nothing() {
    execute(|| {
        assert_eq!(score(1), 0);
        close(0);
        assert_eq!(score(1), 0);
    });
}

#[test]
fn a_lone_worker_has_all_credit_however_little_it_did() {
    execute(|| {
        SchedulerCredit::verified_idle(&acc(1), 1);
        close(0);
        assert_eq!(HistoryCreditValues::<Test>::get(0, acc(1)), 1000);
    });
}
