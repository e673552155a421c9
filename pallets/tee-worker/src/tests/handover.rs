//! The master key's way from the holder to other workers.

use crate::{mock::*, *};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{MasterKeyApplyPayload, MasterKeyDistributePayload, WorkerRole::*},
    traits::TeeWorkers,
};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_core::Pair;
use sp_runtime::DispatchError;

fn now_ms() -> u64 {
    (EPOCH + System::block_number()) * 1000
}

fn apply_payload(n: u32, signing_time: u64) -> MasterKeyApplyPayload {
    MasterKeyApplyPayload {
        pubkey: key(n),
        ecdh_pubkey: [n as u8; 32],
        signing_time,
    }
}

fn apply_signed_at(n: u32, signing_time: u64) -> DispatchResult {
    let payload = apply_payload(n, signing_time);
    let signature = sign(n, WorkerPayload::MasterKeyApply, &payload);
    TeeWorker::apply_master_key(signed(50), payload, signature)
}

fn apply(n: u32) -> DispatchResult {
    apply_signed_at(n, now_ms())
}

fn post(from: u32, to: u32) -> MasterKeyDistributePayload {
    MasterKeyDistributePayload {
        distributor: key(from),
        target: key(to),
        ecdh_pubkey: [3; 32],
        encrypted_master_key: vec![8; 1200],
        iv: [4; 12],
        signing_time: now_ms(),
    }
}

fn send(payload: MasterKeyDistributePayload, by: u32) -> DispatchResult {
    let signature = sign(by, WorkerPayload::MasterKeyDistribute, &payload);
    TeeWorker::distribute_master_key(signed(50), payload, signature)
}

fn distribute(from: u32, to: u32) -> DispatchResult {
    send(post(from, to), from)
}

/// Worker 1 holds the key, 2 and 3 are registered.
fn with_three_workers(test: impl FnOnce()) {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Verifier);
        register(3, Marker);
        settle(1, 77);
        System::set_block_number(2);
        test();
    });
}

#[test]
fn the_master_key_travels_from_the_holder_to_an_applicant() {
    with_three_workers(|| {
        assert_ok!(apply(2));
        let applied = Event::MasterKeyAppling {
            applier: key(2),
            distributor: key(1),
        };
        assert_eq!(last_event(), applied.into());
        assert_eq!(MasterKeyDistributeNotify::<Test>::get(key(2)), Some(key(1)));
        assert_ok!(distribute(1, 2));
        assert_eq!(
            last_event(),
            Event::MasterKeySubmitted { receiver: key(2) }.into()
        );
        let (tick, posted) = MasterKeyPostation::<Test>::get(key(2)).flatten().unwrap();
        assert_eq!((tick, posted), (2, post(1, 2)));
        assert_eq!(MasterKeyDistributeNotify::<Test>::get(key(2)), None);
        System::set_block_number(3);
        assert_ok!(apply(2));
        assert_eq!(
            MasterKeyPostation::<Test>::get(key(2)),
            None,
            "a new request clears the old answer"
        );
    });
}

#[test]
fn there_must_be_a_key_to_ask_for() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        assert_noop!(apply(2), Error::<Test>::MasterKeyUninitialized);
        settle(1, 77);
        assert_ok!(apply(2));
        assert_ok!(TeeWorker::launch_master_key(root(), key(1), true));
        assert_noop!(distribute(1, 2), Error::<Test>::MasterKeyUninitialized);
    });
}

#[test]
fn requests_are_signed_fresh_and_by_workers() {
    with_three_workers(|| {
        assert_noop!(apply(4), Error::<Test>::WorkerNotFound);
        assert_noop!(apply(1), Error::<Test>::NotFoundDistributor);
        for stale in [
            now_ms() - SIGNING_LIFE_MS - 1,
            now_ms() + SIGNING_LIFE_MS + 1,
        ] {
            assert_noop!(
                apply_signed_at(2, stale),
                Error::<Test>::InvalidMasterKeyApplySigningTime
            );
        }
        let payload = apply_payload(2, now_ms());
        let forged = sign(1, WorkerPayload::MasterKeyApply, &payload);
        let call = |signature| TeeWorker::apply_master_key(signed(2), payload.clone(), signature);
        assert_noop!(call(forged), Error::<Test>::InvalidSignature);
        assert_noop!(call(vec![]), Error::<Test>::InvalidSignatureLength);
        let honest = sign(2, WorkerPayload::MasterKeyApply, &payload);
        assert_noop!(
            TeeWorker::apply_master_key(root(), payload.clone(), honest),
            DispatchError::BadOrigin
        );
        assert_ok!(apply_signed_at(2, now_ms() - SIGNING_LIFE_MS));
    });
}

#[test]
fn a_request_for_another_encryption_key_is_refused() {
    with_three_workers(|| {
        let payload = MasterKeyApplyPayload {
            ecdh_pubkey: [99; 32],
            ..apply_payload(2, now_ms())
        };
        let signature = sign(2, WorkerPayload::MasterKeyApply, &payload);
        let call = TeeWorker::apply_master_key(signed(2), payload, signature);
        assert_noop!(call, Error::<Test>::EcdhKeyMismatch);
    });
}

#[test]
fn a_request_that_was_answered_is_not_replayed() {
    with_three_workers(|| {
        let first = now_ms();
        assert_ok!(apply_signed_at(2, first));
        assert_ok!(distribute(1, 2));
        assert_noop!(apply_signed_at(2, first), Error::<Test>::StalePayload);
        assert_noop!(apply_signed_at(2, first - 1), Error::<Test>::StalePayload);
        assert!(MasterKeyPostation::<Test>::contains_key(key(2)));
        assert_ok!(apply_signed_at(2, first + 1));
    });
}

#[test]
fn an_answer_is_not_replayed_to_a_later_request() {
    with_three_workers(|| {
        assert_ok!(apply(2));
        let old = post(1, 2);
        assert_ok!(send(old.clone(), 1));
        System::set_block_number(3);
        assert_ok!(apply(2));
        assert_noop!(send(old, 1), Error::<Test>::StalePayload);
        assert_ok!(distribute(1, 2));
    });
}

#[test]
fn a_forged_stale_or_unasked_answer_is_refused() {
    with_three_workers(|| {
        assert_noop!(distribute(1, 2), Error::<Test>::NotFoundDistributor);
        assert_ok!(apply(2));
        assert_noop!(send(post(1, 2), 2), Error::<Test>::InvalidSignature);
        assert_noop!(distribute(3, 2), Error::<Test>::NotFoundDistributor);
        assert_noop!(distribute(1, 3), Error::<Test>::NotFoundDistributor);
        let stale = MasterKeyDistributePayload {
            signing_time: now_ms() - SIGNING_LIFE_MS - 1,
            ..post(1, 2)
        };
        assert_noop!(
            send(stale, 1),
            Error::<Test>::InvalidMasterKeyApplySigningTime
        );
        for length in [0, MAX_ENCRYPTED_KEY + 1] {
            let sized = MasterKeyDistributePayload {
                encrypted_master_key: vec![8; length],
                ..post(1, 2)
            };
            assert_noop!(send(sized, 1), Error::<Test>::KeyLengthIsInvalid);
        }
        let honest = post(1, 2);
        let signature = sign(1, WorkerPayload::MasterKeyDistribute, &honest);
        let call =
            |origin, signature| TeeWorker::distribute_master_key(origin, honest.clone(), signature);
        assert_noop!(
            call(signed(1), vec![0; 63]),
            Error::<Test>::InvalidSignatureLength
        );
        assert_noop!(call(root(), signature), DispatchError::BadOrigin);
    });
}

#[test]
fn only_workers_that_could_register_now_are_given_the_key() {
    with_three_workers(|| {
        assert_ok!(TeeWorker::set_none_attestation_enabled(root(), false));
        assert_noop!(apply(3), Error::<Test>::NoneAttestationDisabled);
        assert_ok!(TeeWorker::set_none_attestation_enabled(root(), true));
        assert_ok!(TeeWorker::set_ceseal_verify_required(root(), true));
        assert_noop!(apply(3), Error::<Test>::CesealRejected);
        assert_ok!(TeeWorker::set_ceseal_verify_required(root(), false));
        unbond(stash(2));
        assert_noop!(apply(2), Error::<Test>::NotBond);
        assert_ok!(apply(3));
    });
}

#[test]
fn a_worker_whose_binary_was_taken_off_the_list_is_not_given_the_key() {
    with_three_workers(|| {
        assert_ok!(TeeWorker::set_ceseal_verify_required(root(), true));
        assert_ok!(TeeWorker::add_ceseal(root(), BINARY.hash()));
        let report = report(&info(4, Marker));
        assert_ok!(TeeWorker::register_worker(
            signed(4),
            info(4, Marker),
            Some(report)
        ));
        assert_ok!(apply(4));
        assert_ok!(TeeWorker::remove_ceseal(root(), BINARY.hash()));
        System::set_block_number(3);
        assert_noop!(apply(4), Error::<Test>::CesealRejected);
    });
}

#[test]
fn a_worker_that_was_sent_the_key_becomes_its_holder() {
    with_three_workers(|| {
        let change = |n| TeeWorker::change_master_key_holder(root(), key(n));
        assert_noop!(change(2), Error::<Test>::HasNoMasterKey);
        assert_ok!(apply(2));
        assert_ok!(apply(3));
        assert_noop!(change(2), Error::<Test>::HasNoMasterKey);
        assert_ok!(distribute(1, 2));
        assert_ok!(change(2));
        let changed = Event::MasterKeyHolderChanged {
            from: key(1),
            to: key(2),
        };
        assert_eq!(last_event(), changed.into());
        let by_77 = pair(77).sign(&[1; 32]).0;
        assert!(TeeWorker::verify_master(&[1; 32], &by_77), "the key stays");
        // The request that was made to the former holder is answered by the new one.
        assert_noop!(distribute(1, 3), Error::<Test>::NotFoundDistributor);
        assert_ok!(distribute(2, 3));
        assert_ok!(TeeWorker::withdraw_worker(signed(1), key(1)));
        assert_ok!(change(3));
    });
}

#[test]
fn the_maker_of_the_key_may_hold_it_again() {
    with_three_workers(|| {
        assert_ok!(apply(2));
        assert_ok!(distribute(1, 2));
        for n in [2, 1] {
            assert_ok!(TeeWorker::change_master_key_holder(root(), key(n)));
        }
        assert_eq!(TeeWorker::holder(), Some(key(1)));
    });
}

#[test]
fn whoever_was_sent_the_key_before_a_roll_does_not_have_the_new_one() {
    with_three_workers(|| {
        assert_ok!(apply(2));
        assert_ok!(distribute(1, 2));
        assert_ok!(TeeWorker::launch_master_key(root(), key(1), true));
        settle(1, 78);
        assert_noop!(
            TeeWorker::change_master_key_holder(root(), key(2)),
            Error::<Test>::HasNoMasterKey
        );
        System::set_block_number(3);
        assert_ok!(apply(2));
        assert_ok!(distribute(1, 2));
        assert_ok!(TeeWorker::change_master_key_holder(root(), key(2)));
    });
}

#[test]
fn nothing_of_a_handover_is_kept_of_a_worker_that_left() {
    with_three_workers(|| {
        assert_ok!(apply(2));
        assert_ok!(distribute(1, 2));
        assert_ok!(apply(3));
        for n in [2, 3] {
            assert_ok!(TeeWorker::withdraw_worker(signed(n), key(n)));
            assert!(!HandoverTimes::<Test>::contains_key(key(n)));
            assert!(!MasterKeyPostation::<Test>::contains_key(key(n)));
            assert!(!MasterKeyDistributeNotify::<Test>::contains_key(key(n)));
        }
    });
}
