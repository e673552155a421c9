//! Workers that leave, on their own word or their stash's.

use crate::{mock::*, *};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{WorkerExitPayload, WorkerRole::*},
    traits::TeeWorkers,
};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_core::H256;
use sp_runtime::DispatchError;

fn payload(n: u32) -> WorkerExitPayload {
    WorkerExitPayload {
        pubkey: key(n),
        genesis_block_hash: genesis_hash(),
        added_at: WorkerAddedAt::<Test>::get(key(n)).unwrap_or_default(),
        signing_time: (EPOCH + System::block_number()) * 1000,
    }
}

fn exit(payload: &WorkerExitPayload, by: u32) -> DispatchResult {
    let signature = sign(by, WorkerPayload::WorkerExit, payload);
    TeeWorker::exit_worker(signed(50), payload.clone(), signature)
}

#[test]
fn a_worker_leaves_on_its_signed_word() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        assert_ok!(exit(&payload(1), 1));
        assert_eq!(last_event(), Event::WorkerExited { pubkey: key(1) }.into());
        assert!(saw(Event::ClearInvalidTee { pubkey: key(1) }));
        assert!(!Workers::<Test>::contains_key(key(1)));
        assert!(TeeWorker::verifiers().is_empty());
        assert!(!TeeWorker::can_verify(&key(1)));
    });
}

#[test]
fn the_word_must_be_the_workers_and_fresh() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        assert_noop!(exit(&payload(3), 3), Error::<Test>::WorkerNotFound);
        assert_noop!(exit(&payload(1), 2), Error::<Test>::InvalidSignature);
        let honest = payload(1);
        let other_kind = sign(1, WorkerPayload::MasterKeyApply, &honest);
        let call = |signature| TeeWorker::exit_worker(signed(50), honest.clone(), signature);
        assert_noop!(call(other_kind), Error::<Test>::InvalidSignature);
        assert_noop!(call(vec![1; 65]), Error::<Test>::InvalidSignatureLength);
        let stale = WorkerExitPayload {
            signing_time: honest.signing_time - SIGNING_LIFE_MS - 1,
            ..honest.clone()
        };
        let too_old = Error::<Test>::InvalidMasterKeyApplySigningTime;
        assert_noop!(exit(&stale, 1), too_old);
        let elsewhere = WorkerExitPayload {
            genesis_block_hash: H256::repeat_byte(9),
            ..honest.clone()
        };
        assert_noop!(exit(&elsewhere, 1), Error::<Test>::WrongGenesis);
        let signature = sign(1, WorkerPayload::WorkerExit, &honest);
        assert_noop!(
            TeeWorker::exit_worker(root(), honest, signature),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn an_exit_is_not_replayed_after_the_worker_came_back() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Marker);
        let word = payload(1);
        assert_ok!(exit(&word, 1));
        assert_noop!(exit(&word, 1), Error::<Test>::WorkerNotFound);
        System::set_block_number(2);
        register(1, Marker);
        assert_noop!(exit(&word, 1), Error::<Test>::StalePayload);
    });
}

#[test]
fn a_worker_or_its_stash_withdraws_it() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        let withdraw = |who: u32, n| TeeWorker::withdraw_worker(signed(who), key(n));
        let by_stash =
            |n: u32, of| TeeWorker::withdraw_worker(RuntimeOrigin::signed(stash(n)), key(of));
        assert_noop!(withdraw(2, 1), Error::<Test>::NotYourWorker);
        assert_noop!(by_stash(2, 1), Error::<Test>::NotYourWorker);
        assert_noop!(withdraw(3, 3), Error::<Test>::WorkerNotFound);
        assert_noop!(
            TeeWorker::withdraw_worker(root(), key(1)),
            DispatchError::BadOrigin
        );
        assert_ok!(by_stash(1, 1));
        assert_ok!(withdraw(2, 2));
        assert_eq!(last_event(), Event::WorkerExited { pubkey: key(2) }.into());
        assert_eq!(Workers::<Test>::count(), 0);
    });
}

#[test]
fn the_holder_of_the_master_key_stays_until_another_one_holds_it() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        let cannot = DispatchError::from(Error::<Test>::CannotExitMasterKeyHolder);
        assert_noop!(exit(&payload(1), 1), cannot);
        settle(1, 77);
        assert_noop!(TeeWorker::withdraw_worker(signed(1), key(1)), cannot);
        register(2, Full);
        assert_ok!(TeeWorker::launch_master_key(root(), key(2), true));
        assert_ok!(exit(&payload(1), 1));
        assert_noop!(exit(&payload(2), 2), cannot);
    });
}
