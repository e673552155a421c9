//! Verdicts and reports come in.

use crate::{mock::*, CountedClear, CountedServiceFailed, Error, Event, UndeliveredTo};
use cess_primitives::payload::VerifyIdleResultInfo;
use frame_support::{assert_noop, assert_ok};

#[test]
fn two_good_verdicts_pass_the_challenge() {
    build_and_execute(|| {
        challenge_and_prove();
        let (idle_tee, service_tee) = (idle_worker(), service_worker());
        CountedClear::<Test>::insert(account(MINER), 5);
        CountedServiceFailed::<Test>::insert(account(MINER), 1);
        let miner = account(MINER);

        assert_ok!(relay_idle(idle_verdict(true)));
        let event = Event::SubmitIdleVerifyResult {
            tee: idle_tee,
            miner,
            result: true,
        };
        System::assert_last_event(event.into());
        assert!(is_challenged(MINER));

        assert_ok!(relay_service(service_verdict(true)));
        let miner = account(MINER);
        let event = Event::SubmitServiceVerifyResult {
            tee: service_tee,
            miner,
            result: true,
        };
        System::assert_has_event(event.into());
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
        assert!(!is_challenged(MINER));
        let expected = vec![
            Did::Worked(idle_tee[0]),
            Did::IdleCredit(16 * 64 << 20),
            Did::Worked(service_tee[0]),
            Did::ServiceCredit(SERVICE),
            Did::Pass(MINER, IDLE, SERVICE),
        ];
        assert_eq!(done(), expected);
        assert_eq!(CountedClear::<Test>::get(account(MINER)), 0);
        assert_eq!(CountedServiceFailed::<Test>::get(account(MINER)), 0);
    });
}

#[test]
fn the_miner_may_post_its_verdicts_itself_as_published() {
    build_and_execute(|| {
        challenge_and_prove();
        let v = idle_verdict(true);
        let (hash, acc, tee) = (v.miner_prove.clone(), v.accumulator, v.tee_puk);
        let sig = master_signature(&v);
        let origin = signed(MINER);
        assert_ok!(Audit::submit_verify_idle_result(
            origin, hash, 4, 20, acc, true, sig, tee
        ));
        let v = service_verdict(true);
        let (bloom, tee) = (Box::new(v.service_bloom_filter.clone()), v.tee_puk);
        let sig = master_signature(&v);
        assert_ok!(Audit::submit_verify_service_result(
            signed(MINER),
            true,
            sig,
            bloom,
            tee
        ));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
    });
}

#[test]
fn a_false_idle_verdict_is_punished_at_once_and_fails_the_challenge() {
    build_and_execute(|| {
        challenge_and_prove();
        let tee = idle_worker()[0];
        assert_ok!(relay_idle(idle_verdict(false)));
        let credit = Did::IdleCredit(16 * 64 << 20);
        assert_eq!(
            done(),
            vec![Did::Worked(tee), credit, Did::PunishFalseIdle(MINER)]
        );
        assert_ok!(relay_service(service_verdict(true)));
        let event = Event::ChallengeFailed {
            miner: account(MINER),
            idle: true,
            service: false,
        };
        System::assert_last_event(event.into());
        assert!(!done().contains(&Did::Pass(MINER, IDLE, SERVICE)));
    });
}

#[test]
fn a_good_verdict_over_another_proof_is_a_false_one() {
    let cases: [fn(&mut VerifyIdleResultInfo); 4] = [
        |v| v.miner_prove = bytes(b"another hash"),
        |v| v.front = 5,
        |v| v.rear = 21,
        |v| v.accumulator = [4; 256],
    ];
    for change in cases {
        build_and_execute(|| {
            challenge_and_prove();
            let mut verdict = idle_verdict(true);
            change(&mut verdict);
            assert_ok!(relay_idle(verdict));
            assert!(done().contains(&Did::PunishFalseIdle(MINER)));
        });
    }
}

#[test]
fn false_service_verdicts_are_forgiven_once() {
    build_and_execute(|| {
        for (count, punished) in [(1, false), (2, true), (3, true)] {
            Now::mutate(|now| *now += Params::get().challenge_window + 1);
            challenge_and_prove();
            assert_ok!(relay_service(service_verdict(false)));
            assert_eq!(done().contains(&Did::PunishFalseService(MINER)), punished);
            assert_eq!(CountedServiceFailed::<Test>::get(account(MINER)), count);
            assert_ok!(relay_idle(idle_verdict(true)));
            let event = Event::ChallengeFailed {
                miner: account(MINER),
                idle: false,
                service: true,
            };
            System::assert_last_event(event.into());
        }
        challenge_and_prove();
        assert_ok!(relay_service(service_verdict(true)));
        assert_eq!(CountedServiceFailed::<Test>::get(account(MINER)), 0);
    });
}

#[test]
fn the_same_damage_is_not_counted_twice_before_the_miner_could_report_it() {
    build_and_execute(|| {
        for _ in 0..2 {
            challenge_and_prove();
            assert_ok!(relay_service(service_verdict(false)));
            assert_ok!(relay_idle(idle_verdict(true)));
            assert_eq!(CountedServiceFailed::<Test>::get(account(MINER)), 1);
            assert!(!done().contains(&Did::PunishFalseService(MINER)));
        }
        Now::mutate(|now| *now += Params::get().challenge_window + 1);
        challenge_and_prove();
        assert_ok!(relay_service(service_verdict(false)));
        assert!(done().contains(&Did::PunishFalseService(MINER)));
    });
}

#[test]
fn a_miner_without_service_space_passes_with_its_idle_proof_alone() {
    build_and_execute(|| {
        Spaces::set(vec![(MINER, IDLE, 0)]);
        assert_ok!(Audit::point_miner_challenge(
            RuntimeOrigin::root(),
            account(MINER)
        ));
        assert_ok!(Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF)));
        assert_ok!(relay_idle(idle_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
        assert!(done().contains(&Did::Pass(MINER, IDLE, 0)));
    });
}

#[test]
fn a_worker_without_a_stash_gives_verdicts_without_credit() {
    build_and_execute(|| {
        Stashed::set(false);
        challenge_and_prove();
        assert_ok!(relay_idle(idle_verdict(true)));
        assert_ok!(relay_service(service_verdict(true)));
        let credit = |did: &Did| matches!(did, Did::IdleCredit(_) | Did::ServiceCredit(_));
        assert!(!done().iter().any(credit));
    });
}

#[test]
fn a_verdict_needs_a_challenge_and_a_proof_and_comes_once() {
    build_and_execute(|| {
        challenge_and_prove();
        let (idle, service) = (idle_verdict(true), service_verdict(true));
        let elsewhere = |n| VerifyIdleResultInfo {
            miner: account(n),
            ..idle.clone()
        };
        assert_noop!(relay_idle(elsewhere(9)), Error::<Test>::NoChallenge);
        assert_ok!(relay_idle(idle.clone()));
        assert_noop!(relay_idle(idle.clone()), Error::<Test>::Submitted);
        assert_ok!(relay_service(service.clone()));
        assert_noop!(relay_service(service.clone()), Error::<Test>::NoChallenge);

        assert_ok!(Audit::point_miner_challenge(
            RuntimeOrigin::root(),
            account(MINER)
        ));
        assert_noop!(relay_idle(idle), Error::<Test>::UnSubmitted);
        assert_noop!(relay_service(service), Error::<Test>::UnSubmitted);
    });
    build_and_execute(|| {
        challenge_and_prove();
        let service = service_verdict(false);
        assert_ok!(relay_service(service.clone()));
        assert_noop!(relay_service(service), Error::<Test>::Submitted);
    });
}

#[test]
fn only_the_assigned_and_permitted_worker_gives_the_verdict() {
    build_and_execute(|| {
        challenge_and_prove();
        let other = [if idle_worker() == [11; 32] { 12 } else { 11 }; 32];
        let verdict = VerifyIdleResultInfo {
            tee_puk: other,
            ..idle_verdict(true)
        };
        assert_noop!(relay_idle(verdict), Error::<Test>::TeeNoPermission);
        Verifiers::set(vec![]);
        assert_noop!(
            relay_idle(idle_verdict(true)),
            Error::<Test>::TeeNoPermission
        );
        assert_noop!(
            relay_service(service_verdict(true)),
            Error::<Test>::TeeNoPermission
        );
    });
}

#[test]
fn a_verdict_counts_only_as_the_master_key_signed_it() {
    build_and_execute(|| {
        challenge_and_prove();
        let v = service_verdict(true);
        let (bloom, tee) = (Box::new(v.service_bloom_filter.clone()), v.tee_puk);
        let post = |result, sig| {
            let (miner, bloom) = (account(MINER), bloom.clone());
            Audit::post_service_verdict(signed(99), miner, result, sig, bloom, tee)
        };
        let sig = master_signature(&v);
        assert_noop!(post(false, sig.clone()), Error::<Test>::VerifyTeeSigFailed);
        assert_noop!(
            post(true, bytes(&sig[..63])),
            Error::<Test>::MalformedSignature
        );
        assert_ok!(post(true, sig));

        let v = idle_verdict(true);
        let sig = master_signature(&VerifyIdleResultInfo {
            result: false,
            ..v.clone()
        });
        let (hash, acc) = (v.miner_prove, v.accumulator);
        let origin = signed(MINER);
        let call = Audit::submit_verify_idle_result(origin, hash, 4, 20, acc, true, sig, v.tee_puk);
        assert_noop!(call, Error::<Test>::VerifyTeeSigFailed);
    });
}

#[test]
fn a_verdict_of_an_earlier_challenge_does_not_count_for_a_later_one() {
    build_and_execute(|| {
        Verifiers::set(vec![11]);
        challenge_and_prove();
        let old = idle_verdict(true);
        assert_ok!(relay_idle(old.clone()));
        assert_ok!(relay_service(service_verdict(true)));
        Now::set(1001);
        challenge_and_prove();
        let v = VerifyIdleResultInfo { ..old };
        let sig = master_signature(&v);
        let (hash, acc) = (v.miner_prove, v.accumulator);
        let call =
            Audit::post_idle_verdict(signed(99), v.miner, hash, 4, 20, acc, true, sig, v.tee_puk);
        assert_noop!(call, Error::<Test>::VerifyTeeSigFailed);
    });
}

#[test]
fn a_service_verdict_is_over_the_fragments_of_the_snapshot() {
    build_and_execute(|| {
        challenge_and_prove();
        let mut verdict = service_verdict(true);
        verdict.service_bloom_filter.0[0] += 1;
        assert_noop!(relay_service(verdict), Error::<Test>::BloomFilterError);
    });
}

#[test]
fn the_worker_that_owes_a_verdict_reports_a_missing_proof_once() {
    build_and_execute(|| {
        challenge_and_prove();
        let tee = idle_worker();
        assert_ok!(report_missing(tee));
        let event = Event::ProofReportedMissing {
            miner: account(MINER),
            tee,
        };
        System::assert_last_event(event.into());
        assert_noop!(report_missing(tee), Error::<Test>::Submitted);
        let reports = UndeliveredTo::<Test>::get(account(MINER));
        assert_eq!(reports.idle.to_vec(), [tee]);
        let both = service_worker() == tee;
        assert_eq!(reports.service.contains(&tee), both);
        assert_noop!(report_missing([14; 32]), Error::<Test>::TeeNoPermission);

        let short = bytes(&[0; 63]);
        let miner = account(MINER);
        let call = Audit::report_missing_proof(signed(99), miner, short, service_worker());
        assert_noop!(call, Error::<Test>::MalformedSignature);
        let miner = account(MINER);
        let call = Audit::report_missing_proof(signed(9), miner, bytes(&[0; 64]), service_worker());
        assert_noop!(call, Error::<Test>::VerifyTeeSigFailed);
        let call = Audit::report_missing_proof(signed(9), account(9), bytes(&[0; 64]), tee);
        assert_noop!(call, Error::<Test>::NoChallenge);
        Verifiers::set(vec![]);
        assert_noop!(
            report_missing(service_worker()),
            Error::<Test>::TeeNoPermission
        );
    });
}

#[test]
fn a_worker_that_gave_its_verdict_has_nothing_to_report() {
    build_and_execute(|| {
        Verifiers::set(vec![11]);
        challenge_and_prove();
        assert_ok!(relay_idle(idle_verdict(true)));
        assert_ok!(report_missing([11; 32]));
        assert_ok!(relay_service(service_verdict(true)));
        System::assert_last_event(
            Event::ChallengePassed {
                miner: account(MINER),
            }
            .into(),
        );
        assert!(!UndeliveredTo::<Test>::contains_key(account(MINER)));
    });
}

#[test]
fn a_worker_that_reported_one_side_may_report_the_other_later() {
    build_and_execute(|| {
        Verifiers::set(vec![11]);
        assert_ok!(Audit::point_miner_challenge(
            RuntimeOrigin::root(),
            account(MINER)
        ));
        assert_ok!(Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF)));
        assert_ok!(report_missing([11; 32]));
        assert_noop!(report_missing([11; 32]), Error::<Test>::Submitted);
        assert_ok!(Audit::submit_service_proof(signed(MINER), bytes(b"123")));
        assert_ok!(report_missing([11; 32]));
        let reports = UndeliveredTo::<Test>::get(account(MINER));
        assert_eq!((reports.idle.len(), reports.service.len()), (1, 1));
        assert_noop!(report_missing([11; 32]), Error::<Test>::Submitted);
    });
}

#[test]
fn a_refused_penalty_is_told_and_does_not_hold_the_verdict_up() {
    build_and_execute(|| {
        challenge_and_prove();
        Refusing::set(true);
        assert_ok!(relay_idle(idle_verdict(false)));
        let error = sp_runtime::DispatchError::Unavailable;
        let event = Event::SettlementRefused {
            miner: account(MINER),
            error,
        };
        System::assert_last_event(event.into());
        assert_eq!(
            challenge(MINER)
                .prove_info
                .idle_prove
                .unwrap()
                .verify_result,
            Some(false)
        );
    });
}
