//! What follows when workers deliver, or do not.

use crate::{mock::*, *};
use cess_primitives::{tee::WorkerRole::*, traits::TeeWorkers};

fn fail(n: u32, times: u32) {
    (0..times).for_each(|_| TeeWorker::failed(&key(n)));
}

#[test]
fn work_is_remembered_for_registered_workers_only() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Marker);
        System::set_block_number(7);
        TeeWorker::worked(&key(1));
        TeeWorker::worked(&key(2));
        assert_eq!(LastWork::<Test>::get(key(1)), 7);
        assert!(!LastWork::<Test>::contains_key(key(2)));
    });
}

#[test]
fn an_idle_worker_stays() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Verifier);
        System::set_block_number(1_000_000);
        assert_eq!(TeeWorker::verifiers(), vec![key(1)]);
    });
}

#[test]
fn a_worker_that_lets_verdicts_lapse_is_suspended() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        fail(1, 2);
        assert_eq!(
            last_event(),
            Event::VerdictMissed {
                pubkey: key(1),
                in_a_row: 2
            }
            .into()
        );
        assert_eq!(TeeWorker::verifiers().len(), 2);
        fail(1, 1);
        assert!(saw(Event::WorkerSuspended { pubkey: key(1) }));
        assert_eq!(TeeWorker::verifiers(), vec![key(2)]);
        assert!(
            TeeWorker::can_verify(&key(1)),
            "a late verdict of it still counts"
        );
    });
}

#[test]
fn each_missed_verdict_costs_credit_and_a_suspension_money() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        fail(1, 2);
        let paid = Event::StashPunished {
            pubkey: key(1),
            stash: stash(1),
            amount: FINE,
        };
        assert!(!saw(paid.clone()));
        fail(1, 1);
        assert_eq!(last_event(), paid.clone().into());
        System::reset_events();
        fail(1, 2);
        assert!(!saw(paid), "it pays once for a suspension");
        assert_eq!(Punished::get(), vec![stash(1); 5]);
    });
}

#[test]
fn failures_of_a_worker_without_stash_cost_nobody() {
    ExtBuilder::default().build_and_execute(|| {
        let force = TeeWorker::force_register_worker(root(), key(1), [1; 32], None);
        frame_support::assert_ok!(force);
        register(2, Full);
        fail(1, 3);
        assert_eq!(
            last_event(),
            Event::WorkerSuspended { pubkey: key(1) }.into()
        );
        assert!(Punished::get().is_empty());
    });
}

#[test]
fn registering_again_does_not_forgive_misses() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        fail(1, 2);
        register(1, Marker);
        sponsor(1);
        register(1, Full);
        fail(1, 1);
        assert_eq!(TeeWorker::verifiers(), vec![key(2)]);
    });
}

#[test]
fn work_in_between_forgives_misses() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        fail(1, 2);
        TeeWorker::worked(&key(1));
        fail(1, 2);
        assert_eq!(TeeWorker::verifiers().len(), 2);
    });
}

#[test]
fn a_suspended_worker_returns_by_working() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        fail(1, 3);
        TeeWorker::worked(&key(1));
        assert_eq!(
            last_event(),
            Event::WorkerReinstated { pubkey: key(1) }.into()
        );
        assert_eq!(TeeWorker::verifiers(), vec![key(2), key(1)]);
    });
}

#[test]
fn a_suspended_worker_returns_by_registering_again() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Verifier);
        register(2, Full);
        fail(1, 3);
        register(1, Verifier);
        assert_eq!(TeeWorker::verifiers(), vec![key(2), key(1)]);
        fail(1, 1);
        assert_eq!(
            last_event(),
            Event::VerdictMissed {
                pubkey: key(1),
                in_a_row: 1
            }
            .into()
        );
    });
}

#[test]
fn a_suspended_worker_waits_while_the_list_is_full() {
    ExtBuilder::default().build_and_execute(|| {
        (1..=4).for_each(|n| register(n, Full));
        fail(1, 3);
        register(5, Full);
        TeeWorker::worked(&key(1));
        assert!(!TeeWorker::verifiers().contains(&key(1)));
        frame_support::assert_ok!(TeeWorker::force_clear_tee(root(), key(5)));
        TeeWorker::worked(&key(1));
        assert!(TeeWorker::verifiers().contains(&key(1)));
    });
}

#[test]
fn the_last_verifier_is_never_suspended() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        fail(1, 10);
        assert_eq!(TeeWorker::verifiers(), vec![key(1)]);
        register(2, Full);
        fail(1, 1);
        assert_eq!(TeeWorker::verifiers(), vec![key(2)]);
    });
}

#[test]
fn failures_of_unknown_workers_leave_no_trace() {
    ExtBuilder::default().build_and_execute(|| {
        fail(1, 5);
        assert!(System::events().is_empty());
    });
}
