//! What follows when proofs or verdicts do not come.

use crate::{
    mock::*, ChallengeSlip, CountedClear, Event, UndeliveredTo, VerifySlip, EXPULSION_COUNT,
    SETTLEMENTS_PER_BLOCK,
};
use cess_primitives::Tick;
use frame_support::{assert_noop, assert_ok};

fn point(n: u8) {
    assert_ok!(Audit::point_miner_challenge(
        RuntimeOrigin::root(),
        account(n)
    ));
}

fn failed(idle: bool, service: bool) -> RuntimeEvent {
    Event::ChallengeFailed {
        miner: account(MINER),
        idle,
        service,
    }
    .into()
}

fn proofs_due() -> Tick {
    let element = challenge(MINER).challenge_element;
    element.idle_slip.max(element.service_slip)
}

fn verdicts_due() -> Tick {
    challenge(MINER).challenge_element.verify_slip
}

#[test]
fn a_silent_miner_fails_both_sides_once_its_time_is_over() {
    build_and_execute(|| {
        point(MINER);
        let due = proofs_due();
        settle_at(due);
        assert!(is_challenged(MINER) && done().is_empty());
        settle_at(due + 1);
        System::assert_last_event(failed(true, true));
        assert!(!is_challenged(MINER));
        assert_eq!(
            done(),
            vec![Did::PunishFalseIdle(MINER)],
            "the first miss is only counted"
        );
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 1);
    });
}

#[test]
fn further_misses_in_a_row_are_punished_and_the_hundredth_expels() {
    build_and_execute(|| {
        Spaces::set(vec![(MINER, 0, SERVICE)]);
        for count in 1..EXPULSION_COUNT {
            point(MINER);
            settle_at(proofs_due() + 1);
            let expected = if count == 1 {
                vec![]
            } else {
                vec![Did::PunishMissing(MINER, count)]
            };
            assert_eq!(done(), expected);
        }
        point(MINER);
        settle_at(proofs_due() + 1);
        assert_eq!(
            done(),
            vec![Did::PunishMissing(MINER, 100), Did::ForceExit(MINER)]
        );
        System::assert_last_event(failed(false, true));
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 0);
        assert!(!is_challenged(MINER));
    });
}

#[test]
fn an_expulsion_that_is_refused_is_tried_again() {
    build_and_execute(|| {
        Spaces::set(vec![(MINER, 0, SERVICE)]);
        CountedClear::<Test>::insert(account(MINER), u8::MAX - 1);
        Refusing::set(true);
        for _ in 0..2 {
            point(MINER);
            settle_at(proofs_due() + 1);
            assert_eq!(CountedClear::<Test>::get(account(MINER)), u8::MAX);
        }
        Refusing::set(false);
        point(MINER);
        settle_at(proofs_due() + 1);
        assert!(done().contains(&Did::ForceExit(MINER)));
    });
}

#[test]
fn submitting_alone_does_not_forget_earlier_misses() {
    build_and_execute(|| {
        CountedClear::<Test>::insert(account(MINER), 3);
        challenge_and_prove();
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 3);
        assert_ok!(relay_service(service_verdict(false)));
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 3);
    });
}

#[test]
fn a_miner_without_service_space_never_misses_a_service_proof() {
    build_and_execute(|| {
        Spaces::set(vec![(MINER, IDLE, 0)]);
        point(MINER);
        settle_at(proofs_due() + 1);
        assert_eq!(done(), vec![Did::PunishFalseIdle(MINER)]);
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 0);
        System::assert_last_event(failed(true, false));
    });
}

#[test]
fn a_missing_side_fails_while_the_other_one_waits_for_its_verdict() {
    build_and_execute(|| {
        point(MINER);
        assert_ok!(Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF)));
        settle_at(proofs_due() + 1);
        assert!(is_challenged(MINER));
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 1);
        assert_ok!(relay_idle(idle_verdict(true)));
        System::assert_last_event(failed(false, true));
        assert!(!is_challenged(MINER));
    });
}

#[test]
fn an_early_verdict_leaves_the_other_side_its_time() {
    build_and_execute(|| {
        point(MINER);
        assert_ok!(Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF)));
        assert_ok!(relay_idle(idle_verdict(true)));
        assert!(is_challenged(MINER));
        settle_at(proofs_due());
        assert_ok!(Audit::submit_service_proof(signed(MINER), bytes(b"123")));
        assert_ok!(relay_service(service_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
    });
}

#[test]
fn a_worker_that_is_late_fails_and_another_one_is_asked() {
    build_and_execute(|| {
        challenge_and_prove();
        let first = idle_worker();
        assert_ok!(relay_service(service_verdict(true)));
        let due = verdicts_due();
        let _ = done();
        settle_at(due);
        assert_eq!(
            idle_worker(),
            first,
            "the verdict may come up to and including its slip"
        );
        settle_at(due + 1);
        assert_eq!(done(), vec![Did::WorkerFailed(first[0])]);
        let second = idle_worker();
        assert_ne!(second, first);
        let event = Event::VerifierReassigned {
            miner: account(MINER),
            from: first,
            to: second,
        };
        System::assert_last_event(event.into());
        assert_eq!(verdicts_due(), due + 1 + 20);
        assert_eq!(challenge(MINER).prove_info.assign, 1);

        assert_ok!(relay_idle(idle_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
    });
}

#[test]
fn after_two_reassignments_the_challenge_is_dropped_without_a_penalty() {
    build_and_execute(|| {
        challenge_and_prove();
        for _ in 0..2 {
            settle_at(verdicts_due() + 1);
            assert!(is_challenged(MINER));
        }
        settle_at(verdicts_due() + 1);
        System::assert_last_event(failed(false, false));
        assert!(!is_challenged(MINER));
        assert!(done().iter().all(|did| matches!(did, Did::WorkerFailed(_))));
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 0);
    });
}

#[test]
fn the_only_worker_is_asked_again() {
    build_and_execute(|| {
        Verifiers::set(vec![11]);
        challenge_and_prove();
        settle_at(verdicts_due() + 1);
        assert_eq!(idle_worker(), [11; 32]);
        assert_eq!(
            done(),
            vec![Did::WorkerFailed(11)],
            "one failure for both of its verdicts"
        );
        assert_ok!(relay_idle(idle_verdict(true)));
        assert_ok!(relay_service(service_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
    });
}

#[test]
fn an_undelivered_proof_fails_the_miner_and_not_the_only_worker() {
    build_and_execute(|| {
        Verifiers::set(vec![11]);
        challenge_and_prove();
        CountedClear::<Test>::insert(account(MINER), 1);
        assert_ok!(report_missing([11; 32]));
        settle_at(verdicts_due() + 1);
        assert_eq!(
            done(),
            vec![Did::PunishFalseIdle(MINER), Did::PunishMissing(MINER, 2)]
        );
        System::assert_last_event(failed(true, true));
        assert!(!is_challenged(MINER));
    });
}

#[test]
fn a_proof_that_is_delivered_after_a_report_still_counts() {
    build_and_execute(|| {
        Verifiers::set(vec![11]);
        challenge_and_prove();
        assert_ok!(report_missing([11; 32]));
        assert_ok!(relay_idle(idle_verdict(true)));
        assert_ok!(relay_service(service_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
    });
}

/// Challenges the miner until its two sides are given to different workers.
fn challenge_with_two_workers() {
    let two_workers = (0..50).find(|seed| {
        Seed::set(*seed);
        challenge_and_prove();
        let two = idle_worker() != service_worker();
        if !two {
            relay_idle(idle_verdict(true)).unwrap();
            relay_service(service_verdict(true)).unwrap();
        }
        two
    });
    assert!(two_workers.is_some());
    let _ = done();
}

#[test]
fn a_proof_is_withheld_when_a_second_worker_misses_it_too() {
    build_and_execute(|| {
        challenge_with_two_workers();
        assert_ok!(relay_service(service_verdict(true)));
        let first = idle_worker();
        assert_ok!(report_missing(first));
        let _ = done();
        settle_at(verdicts_due() + 1);
        let second = idle_worker();
        assert_ne!(first, second);
        assert_eq!(
            done(),
            vec![],
            "neither the miner nor the worker is to blame yet"
        );
        assert_ok!(report_missing(second));
        settle_at(verdicts_due() + 1);
        assert_eq!(done(), vec![Did::PunishFalseIdle(MINER)]);
        System::assert_last_event(failed(true, false));
        assert!(!UndeliveredTo::<Test>::contains_key(account(MINER)));
    });
}

#[test]
fn a_worker_that_lost_a_proof_costs_an_honest_miner_nothing() {
    build_and_execute(|| {
        challenge_with_two_workers();
        assert_ok!(relay_service(service_verdict(true)));
        assert_ok!(report_missing(idle_worker()));
        settle_at(verdicts_due() + 1);
        assert_ok!(relay_idle(idle_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
        assert!(!done().contains(&Did::PunishFalseIdle(MINER)));
    });
}

#[test]
fn one_report_among_silent_workers_drops_the_challenge_without_a_penalty() {
    build_and_execute(|| {
        challenge_with_two_workers();
        assert_ok!(relay_service(service_verdict(true)));
        let _ = done();
        for report in [false, true, false] {
            let worker = idle_worker();
            if report {
                assert_ok!(report_missing(worker));
            }
            settle_at(verdicts_due() + 1);
            let blamed = vec![Did::WorkerFailed(worker[0])];
            assert_eq!(done(), if report { vec![] } else { blamed });
        }
        System::assert_last_event(failed(false, false));
        assert!(!is_challenged(MINER));
    });
}

#[test]
fn a_report_of_one_worker_does_not_excuse_the_other() {
    build_and_execute(|| {
        challenge_with_two_workers();
        let (idle, service) = (idle_worker(), service_worker());
        assert_ok!(report_missing(idle));
        settle_at(verdicts_due() + 1);
        assert_eq!(done(), vec![Did::WorkerFailed(service[0])]);
        assert_ne!(service_worker(), service);
        assert_ne!(idle_worker(), idle);
        assert_ok!(relay_service(service_verdict(true)));
        assert_ok!(relay_idle(idle_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
    });
}

#[test]
fn an_undelivered_proof_may_be_the_one_that_expels() {
    build_and_execute(|| {
        Verifiers::set(vec![11]);
        challenge_and_prove();
        CountedClear::<Test>::insert(account(MINER), EXPULSION_COUNT - 1);
        assert_ok!(report_missing([11; 32]));
        settle_at(verdicts_due() + 1);
        assert!(done().contains(&Did::ForceExit(MINER)));
        assert!(!is_challenged(MINER));
    });
}

#[test]
fn a_jump_of_the_clock_loses_no_challenge_and_a_block_settles_a_bounded_number() {
    build_and_execute(|| {
        Spaces::set((1..=30).map(|n| (n, IDLE, SERVICE)).collect());
        (1..=30).for_each(point);
        settle_at(900_000);
        let open = |n: &u8| is_challenged(*n);
        let left = 30 - SETTLEMENTS_PER_BLOCK as usize;
        assert_eq!((1..=30).filter(open).count(), left);
        settle_at(900_001);
        assert_eq!((1..=30).filter(open).count(), 0);
        assert_eq!(done().len(), 30);
        settle_at(900_002);
        assert_eq!(crate::ProofTicks::<Test>::iter().count(), 0);
        assert_eq!(crate::VerdictTicks::<Test>::iter().count(), 0);
        assert_eq!(ChallengeSlip::<Test>::iter().count(), 0);
        assert_eq!(VerifySlip::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_pass_that_is_refused_still_ends_the_challenge() {
    build_and_execute(|| {
        challenge_and_prove();
        assert_ok!(relay_idle(idle_verdict(true)));
        Refusing::set(true);
        assert_ok!(relay_service(service_verdict(true)));
        assert!(!is_challenged(MINER));
        let error = sp_runtime::DispatchError::Unavailable;
        let event = Event::SettlementRefused {
            miner: account(MINER),
            error,
        };
        System::assert_has_event(event.into());
    });
}

#[test]
fn root_forgets_missing_proofs() {
    build_and_execute(|| {
        CountedClear::<Test>::insert(account(MINER), 9);
        let bad = sp_runtime::DispatchError::BadOrigin;
        assert_noop!(
            Audit::update_counted_clear(signed(MINER), account(MINER)),
            bad
        );
        assert_ok!(Audit::update_counted_clear(
            RuntimeOrigin::root(),
            account(MINER)
        ));
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 0);
    });
}
