//! Root moves slips.

use crate::{mock::*, Error, Event};
use cess_primitives::Tick;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, DispatchResult};

const PROOFS: Tick = 1030;
const VERDICTS: Tick = 1050;

fn point() {
    assert_ok!(Audit::point_miner_challenge(
        RuntimeOrigin::root(),
        account(MINER)
    ));
}

fn move_proofs(old: Tick, new: Tick) -> DispatchResult {
    Audit::test_update_clear_slip(RuntimeOrigin::root(), old, new, account(MINER))
}

fn move_verdicts(old: Tick, new: Tick) -> DispatchResult {
    Audit::test_update_verify_slip(RuntimeOrigin::root(), old, new, account(MINER))
}

#[test]
fn proofs_end_when_root_says() {
    build_and_execute(|| {
        point();
        assert_ok!(move_proofs(PROOFS, 1003));
        settle_at(1003);
        assert_ok!(Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF)));
        settle_at(1004);
        let late = Audit::submit_service_proof(signed(MINER), bytes(b"123"));
        assert_noop!(late, Error::<Test>::Expired);
        assert_ok!(relay_idle(idle_verdict(true)));
        let event = Event::ChallengeFailed {
            miner: account(MINER),
            idle: false,
            service: true,
        };
        System::assert_last_event(event.into());
    });
}

#[test]
fn verdicts_end_when_root_says() {
    build_and_execute(|| {
        challenge_and_prove();
        assert_ok!(move_proofs(PROOFS, 1003));
        assert_ok!(move_verdicts(VERDICTS, 1003));
        settle_at(1004);
        assert_eq!(challenge(MINER).prove_info.assign, 1);
        assert_ok!(move_verdicts(1024, 2000));
        settle_at(1999);
        assert_eq!(challenge(MINER).prove_info.assign, 1);
    });
}

#[test]
fn missing_proofs_are_counted_before_verdicts_are_overdue() {
    build_and_execute(|| {
        point();
        assert_ok!(Audit::submit_idle_proof(signed(MINER), bytes(&IDLE_PROOF)));
        assert_ok!(move_verdicts(VERDICTS, PROOFS));
        Now::set(PROOFS + 1);
        crate::VerifySlip::<Test>::remove(PROOFS, account(MINER));
        assert!(
            !Audit::on_verdicts_due(account(MINER)),
            "nobody is thrown out"
        );
        assert_eq!(crate::CountedClear::<Test>::get(account(MINER)), 1);
        assert_eq!(challenge(MINER).prove_info.assign, 1);
    });
}

#[test]
fn slips_stay_in_order_and_are_named_by_where_they_are() {
    build_and_execute(|| {
        assert_noop!(move_proofs(PROOFS, 1003), Error::<Test>::NoChallenge);
        assert_noop!(move_verdicts(VERDICTS, 2000), Error::<Test>::NoChallenge);
        point();
        assert_noop!(move_proofs(1, 1003), Error::<Test>::NonExistentMission);
        assert_noop!(move_verdicts(1, 2000), Error::<Test>::NonExistentMission);
        assert_noop!(
            move_proofs(PROOFS, VERDICTS + 1),
            Error::<Test>::RecordTimeError
        );
        assert_noop!(
            move_verdicts(VERDICTS, PROOFS - 1),
            Error::<Test>::RecordTimeError
        );
    });
}

#[test]
fn only_root_moves_slips() {
    build_and_execute(|| {
        point();
        let bad = DispatchError::BadOrigin;
        let miner = || account(MINER);
        let call = Audit::test_update_clear_slip(signed(MINER), PROOFS, 1003, miner());
        assert_noop!(call, bad);
        let call = Audit::test_update_verify_slip(signed(MINER), VERDICTS, 2000, miner());
        assert_noop!(call, bad);
    });
}
