//! Proofs come in.

use crate::{mock::*, Error, Event, UNASSIGNED};
use frame_support::{assert_noop, assert_ok};

fn point() {
    assert_ok!(Audit::point_miner_challenge(
        RuntimeOrigin::root(),
        account(MINER)
    ));
}

fn submit_idle() -> sp_runtime::DispatchResult {
    Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF))
}

fn submit_service() -> sp_runtime::DispatchResult {
    Audit::submit_service_proof(signed(MINER), bytes(b"123"))
}

#[test]
fn a_proof_is_kept_with_the_worker_that_owes_its_verdict() {
    build_and_execute(|| {
        point();
        assert_ok!(submit_idle());
        System::assert_last_event(
            Event::SubmitIdleProof {
                miner: account(MINER),
            }
            .into(),
        );
        assert_ok!(submit_service());
        System::assert_last_event(
            Event::SubmitServiceProof {
                miner: account(MINER),
            }
            .into(),
        );
        let proofs = challenge(MINER).prove_info;
        let (idle, service) = (proofs.idle_prove.unwrap(), proofs.service_prove.unwrap());
        assert_eq!(idle.idle_prove.as_slice(), IDLE_PROOF);
        assert_eq!(service.service_prove.as_slice(), b"123");
        assert_eq!((idle.verify_result, service.verify_result), (None, None));
        for tee in [idle.tee_puk, service.tee_puk] {
            assert!((11..=13).contains(&tee[0]));
        }
    });
}

#[test]
fn the_two_sides_are_not_always_verified_by_the_same_worker() {
    build_and_execute(|| {
        let different = (0..20).filter(|seed| {
            Seed::set(*seed);
            Spaces::set(vec![(MINER, IDLE, SERVICE)]);
            challenge_and_prove();
            let different = idle_worker() != service_worker();
            relay_idle(idle_verdict(true)).unwrap();
            relay_service(service_verdict(true)).unwrap();
            different
        });
        assert!((5..20).contains(&different.count()));
    });
}

#[test]
fn waiting_for_another_block_changes_no_worker() {
    build_and_execute(|| {
        point();
        assert_ok!(submit_idle());
        let soon = idle_worker();
        crate::ChallengeSnapShot::<Test>::mutate(account(MINER), |info| {
            info.as_mut().unwrap().prove_info.idle_prove = None;
        });
        for seed in 1..10 {
            Seed::set(seed);
            Now::mutate(|now| *now += 1);
            assert_ok!(submit_idle());
            assert_eq!(idle_worker(), soon);
            crate::ChallengeSnapShot::<Test>::mutate(account(MINER), |info| {
                info.as_mut().unwrap().prove_info.idle_prove = None;
            });
        }
    });
}

#[test]
fn without_a_challenge_there_is_nothing_to_submit() {
    build_and_execute(|| {
        assert_noop!(submit_idle(), Error::<Test>::NoChallenge);
        assert_noop!(submit_service(), Error::<Test>::NoChallenge);
    });
}

#[test]
fn a_proof_comes_once() {
    build_and_execute(|| {
        point();
        assert_ok!(submit_idle());
        assert_ok!(submit_service());
        assert_noop!(submit_idle(), Error::<Test>::Submitted);
        assert_noop!(submit_service(), Error::<Test>::Submitted);
    });
}

#[test]
fn a_proof_comes_up_to_and_including_its_slip() {
    build_and_execute(|| {
        point();
        let element = challenge(MINER).challenge_element;
        settle_at(element.idle_slip);
        assert_ok!(submit_idle());
        settle_at(element.service_slip + 1);
        assert!(is_challenged(MINER), "the idle verdict may still come");
        assert_noop!(submit_service(), Error::<Test>::Expired);
    });
    build_and_execute(|| {
        Now::set(1000);
        point();
        settle_at(challenge(MINER).challenge_element.idle_slip + 1);
        assert_noop!(submit_idle(), Error::<Test>::Expired);
        settle_at(challenge(MINER).challenge_element.service_slip);
        assert_ok!(submit_service());
    });
}

#[test]
fn an_empty_side_takes_no_proof() {
    build_and_execute(|| {
        Spaces::set(vec![(MINER, IDLE, 0)]);
        point();
        assert_noop!(submit_service(), Error::<Test>::NotQualified);
        Spaces::set(vec![(2, 0, SERVICE)]);
        assert_ok!(Audit::point_miner_challenge(
            RuntimeOrigin::root(),
            account(2)
        ));
        let call = Audit::submit_idle_proof(signed(2), bytes(&IDLE_PROOF));
        assert_noop!(call, Error::<Test>::NotQualified);
    });
}

#[test]
fn a_proof_counts_as_submitted_although_no_worker_is_there() {
    build_and_execute(|| {
        point();
        Verifiers::set(vec![]);
        assert_ok!(submit_idle());
        assert_ok!(submit_service());
        assert_eq!(idle_worker(), UNASSIGNED);

        Verifiers::set(vec![12]);
        settle_at(challenge(MINER).challenge_element.verify_slip + 1);
        assert_eq!((idle_worker(), service_worker()), ([12; 32], [12; 32]));
        assert_eq!(done(), vec![], "nobody failed");
    });
}
