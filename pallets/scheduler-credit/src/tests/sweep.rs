//! Closing a period takes a bounded time, whatever the number of stashes.

use crate::{mock::*, *};
use cess_primitives::traits::{Credits, WorkCredit};
use frame_support::weights::Weight;

const MANY: u32 = SETTLED_AT_ONCE + 2 * STEPS_PER_BLOCK + 7;

fn all_work() {
    (0..MANY).for_each(|n| SchedulerCredit::tagged(&acc(n), 1));
}

fn unsettled() -> usize {
    CountedIn::<Test>::iter_keys().count()
}

#[test]
fn what_is_not_settled_at_once_is_carried_over() {
    let mut chain = externalities();
    execute_in(&mut chain, all_work);
    execute_in(&mut chain, || {
        close(1);
        assert_eq!(unsettled() as u32, MANY - SETTLED_AT_ONCE);
    });
    for left in [STEPS_PER_BLOCK + 7, 7, 0] {
        execute_in(&mut chain, || {
            blocks(1);
            assert_eq!(unsettled() as u32, left);
        });
    }
    execute_in(&mut chain, || {
        assert!(!Sweep::<Test>::exists());
        assert_eq!(
            HistoryCreditValues::<Test>::iter_prefix(1).count() as u32,
            MANY
        );
    });
}

#[test]
fn a_stash_that_waits_for_its_turn_scores_the_same() {
    execute(|| {
        all_work();
        SchedulerCredit::tagged(&acc(1), 1 << 34);
        SchedulerCredit::tagged(&acc(MANY - 1), 1 << 34);
        (0..MANY).for_each(|n| SchedulerCredit::verified_idle(&acc(n), 1 << 38));
        close(1);
        let before: Vec<_> = (0..MANY).map(score).collect();
        blocks(9);
        assert_eq!(unsettled(), 0);
        let after: Vec<_> = (0..MANY).map(score).collect();
        assert_eq!(before, after);
        assert!(before[0] < before[1] && before[1] == before[MANY as usize - 1]);
    });
}

#[test]
fn work_before_its_turn_settles_a_stash() {
    execute(|| {
        all_work();
        close(1);
        let waiting: Vec<_> = CountedIn::<Test>::iter_keys().collect();
        SchedulerCredit::tagged(&waiting[0], 1);
        SchedulerCredit::punished(&waiting[1]);
        assert_eq!(CountedIn::<Test>::get(&waiting[0]), Some(1));
        assert_eq!(
            CurrentCounters::<Test>::get(&waiting[1]).proceed_block_size,
            0
        );
        for stash in &waiting[..2] {
            assert!(HistoryCreditValues::<Test>::contains_key(1, stash));
        }
    });
}

#[test]
fn a_period_that_closes_during_a_sweep_is_swept_too() {
    execute(|| {
        all_work();
        close(1);
        all_work();
        close(2);
        blocks(1);
        all_work();
        close(3);
        assert!(unsettled() > 0);
        blocks(20);
        assert_eq!(unsettled(), 0);
        for era in 1..=3 {
            assert_eq!(
                HistoryCreditValues::<Test>::iter_prefix(era).count() as u32,
                MANY
            );
        }
    });
}

#[test]
fn counters_that_are_older_than_the_history_are_forgotten() {
    execute(|| {
        let stashes = (PERIODS + 2) * SETTLED_AT_ONCE;
        (0..stashes).for_each(|n| SchedulerCredit::tagged(&acc(n), 1));
        // No block's hook runs in between.
        (1..=PERIODS + 1).for_each(close);
        let waiting: Vec<_> = CountedIn::<Test>::iter_keys().collect();
        assert_eq!(waiting.len() as u32, SETTLED_AT_ONCE);
        assert!(waiting
            .iter()
            .all(|stash| SchedulerCredit::score(stash) == 0));
        blocks(9);
        assert_eq!(unsettled(), 0);
        assert_eq!(CurrentCounters::<Test>::iter().count(), 0);
        assert_eq!(HistoryCreditValues::<Test>::iter().count(), 0);
    });
}

#[test]
fn old_history_goes_a_few_values_per_block() {
    let mut chain = externalities();
    execute_in(&mut chain, || {
        all_work();
        close(0);
        blocks(9);
        (1..=5).for_each(close);
        blocks(3);
        assert!(!Sweep::<Test>::exists());
    });
    let left = || HistoryCreditValues::<Test>::iter_prefix(0).count() as u32;
    let mut passed = 0;
    let mut before = MANY;
    execute_in(&mut chain, || before = left());
    while before > 0 {
        execute_in(&mut chain, || {
            blocks(1);
            assert!(before - left() <= STEPS_PER_BLOCK);
            before = left();
        });
        passed += 1;
        assert!(passed < 20, "it ends");
    }
    execute_in(&mut chain, || {
        blocks(1);
        assert_eq!(StaleHistory::<Test>::iter().count(), 0);
    });
}

#[test]
fn hooks_and_closing_say_what_they_cost() {
    execute(|| {
        let idle = hook();
        assert!(idle.ref_time() > 0);
        all_work();
        let before = System::block_weight().total();
        close(1);
        let closing = System::block_weight().total() - before;
        let sweeping = hook();
        assert!(sweeping.all_gt(idle) && closing.all_gt(sweeping));
        // At most a tenth of a block of two seconds.
        assert!(closing.all_lt(Weight::from_parts(200_000_000_000, 1 << 20)));
    });
}
