//! Launch, roll and distribution of the master key.

use crate::{mock::*, *};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{
        LaunchStatus, MasterKeyApplyPayload, MasterKeyDistributePayload, MasterKeyInfo,
        MasterKeyLaunchPayload, WorkerRole::*,
    },
    traits::TeeWorkers,
    ProtocolParams,
};
use frame_support::{assert_noop, assert_ok};
use sp_core::Pair;
use sp_runtime::DispatchError;

/// The signature of master key pair `n` over a digest.
fn by(n: u32, digest: &[u8; 32]) -> [u8; 64] {
    pair(n).sign(digest).0
}

fn launch_payload(holder: u32, master: u32) -> MasterKeyLaunchPayload {
    MasterKeyLaunchPayload {
        launcher: key(holder),
        master_pubkey: key(master),
    }
}

fn now_ms() -> u64 {
    (EPOCH + System::block_number()) * 1000
}

#[test]
fn the_holder_of_genesis_settles_the_first_launch() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        assert_eq!(
            MasterKeyStatus::<Test>::get(),
            LaunchStatus::Launching(key(1))
        );
        register(1, Full);
        settle(1, 77);
        let expected = MasterKeyInfo {
            pubkey: key(77),
            holder: key(1),
            launched_at: (1, EPOCH + 1),
        };
        assert_eq!(
            MasterKeyStatus::<Test>::get(),
            LaunchStatus::Launched(expected.clone())
        );
        assert_eq!(MasterKeyHistory::<Test>::get(), vec![expected]);
        assert_eq!(last_event(), Event::MasterKeyLaunched.into());
    });
}

#[test]
fn governance_launches_a_key_on_a_registered_worker() {
    ExtBuilder::default().build_and_execute(|| {
        let launch = || TeeWorker::launch_master_key(root(), key(1), false);
        assert_noop!(launch(), Error::<Test>::WorkerNotFound);
        register(1, Full);
        assert_ok!(launch());
        let launching = Event::MasterKeyLaunching {
            holder: key(1),
            rolling: false,
        };
        assert_eq!(last_event(), launching.into());
        assert_noop!(launch(), Error::<Test>::MasterKeyLaunching);
        settle(1, 77);
        assert_noop!(launch(), Error::<Test>::MasterKeyAlreadyLaunched);
    });
}

#[test]
fn a_launch_is_settled_by_its_holder_only() {
    ExtBuilder::default().build_and_execute(|| {
        let settle_with = |payload: MasterKeyLaunchPayload, signature: Vec<u8>| {
            TeeWorker::settle_master_key_launch(signed(9), payload, signature)
        };
        let honest = || sign(1, WorkerPayload::MasterKeyLaunch, &launch_payload(1, 77));
        assert_noop!(
            settle_with(launch_payload(1, 77), honest()),
            Error::<Test>::MasterKeyLaunchRequire
        );
        register(1, Full);
        register(2, Full);
        assert_ok!(TeeWorker::launch_master_key(root(), key(1), false));
        let by_other = sign(2, WorkerPayload::MasterKeyLaunch, &launch_payload(2, 77));
        assert_noop!(
            settle_with(launch_payload(2, 77), by_other.clone()),
            Error::<Test>::InvalidMasterKeyFirstHolder
        );
        assert_noop!(
            settle_with(launch_payload(1, 77), by_other),
            Error::<Test>::InvalidSignature
        );
        assert_noop!(
            settle_with(launch_payload(1, 78), honest()),
            Error::<Test>::InvalidSignature
        );
        assert_noop!(
            settle_with(launch_payload(1, 77), vec![1; 63]),
            Error::<Test>::InvalidSignatureLength
        );
        let wrong_kind = sign(1, WorkerPayload::MasterKeyApply, &launch_payload(1, 77));
        assert_noop!(
            settle_with(launch_payload(1, 77), wrong_kind),
            Error::<Test>::InvalidSignature
        );
        assert_noop!(
            TeeWorker::settle_master_key_launch(root(), launch_payload(1, 77), honest()),
            DispatchError::BadOrigin
        );
        assert_ok!(settle_with(launch_payload(1, 77), honest()));
        assert_noop!(
            settle_with(launch_payload(1, 77), honest()),
            Error::<Test>::MasterKeyAlreadyLaunched
        );
    });
}

#[test]
fn an_unregistered_holder_settles_nothing() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        let payload = launch_payload(1, 77);
        let signature = sign(1, WorkerPayload::MasterKeyLaunch, &payload);
        assert_noop!(
            TeeWorker::settle_master_key_launch(signed(1), payload, signature),
            Error::<Test>::MasterKeyFirstHolderNotFound
        );
    });
}

#[test]
fn only_the_master_key_verifies() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        let digest = [5; 32];
        assert!(
            !TeeWorker::verify_master(&digest, &by(77, &digest)),
            "there is no key yet"
        );
        register(1, Full);
        settle(1, 77);
        assert!(TeeWorker::verify_master(&digest, &by(77, &digest)));
        assert!(!TeeWorker::verify_master(&[6; 32], &by(77, &digest)));
        assert!(!TeeWorker::verify_master(&digest, &by(1, &digest)));
        assert!(!TeeWorker::verify_master(&digest, &by(77, &digest)[..63]));
        assert!(!TeeWorker::verify_master(&digest, &[]));
    });
}

#[test]
fn a_rolled_key_verifies_for_one_more_day() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        let digest = [5; 32];
        let verifies = |n| TeeWorker::verify_master(&digest, &by(n, &digest));
        register(1, Full);
        settle(1, 77);
        assert_ok!(TeeWorker::launch_master_key(root(), key(1), true));
        let launching = Event::MasterKeyLaunching {
            holder: key(1),
            rolling: true,
        };
        assert_eq!(last_event(), launching.into());
        assert!(
            verifies(77),
            "the old key serves until the new one is there"
        );
        let replay = launch_payload(1, 77);
        let signature = sign(1, WorkerPayload::MasterKeyLaunch, &replay);
        assert_noop!(
            TeeWorker::settle_master_key_launch(signed(1), replay, signature),
            Error::<Test>::MasterKeyMismatch
        );
        settle(1, 78);
        assert!(verifies(77) && verifies(78));
        System::set_block_number(u64::from(ProtocolParams::fast().one_day));
        assert!(verifies(77));
        System::set_block_number(u64::from(ProtocolParams::fast().one_day) + 1);
        assert!(!verifies(77) && verifies(78));
        assert_ok!(TeeWorker::launch_master_key(root(), key(1), true));
        settle(1, 79);
        assert!(verifies(78) && verifies(79) && !verifies(77));
        assert_eq!(MasterKeyHistory::<Test>::get().len(), 3);
    });
}

#[test]
fn another_holder_takes_over_a_launch_or_a_key() {
    ExtBuilder::default().launching(9).build_and_execute(|| {
        let change = |n| TeeWorker::change_master_key_holder(root(), key(n));
        assert_noop!(change(1), Error::<Test>::WorkerNotFound);
        register(1, Full);
        register(2, Full);
        assert_ok!(change(1));
        let changed = Event::MasterKeyHolderChanged {
            from: key(9),
            to: key(1),
        };
        assert_eq!(last_event(), changed.into());
        settle(1, 77);
        assert_ok!(change(2));
        let changed = Event::MasterKeyHolderChanged {
            from: key(1),
            to: key(2),
        };
        assert_eq!(last_event(), changed.into());
        assert_eq!(TeeWorker::holder(), Some(key(2)));
        assert!(
            TeeWorker::verify_master(&[1; 32], &by(77, &[1; 32])),
            "the key stays"
        );
    });
}

#[test]
fn without_a_launch_there_is_no_holder_to_change() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        assert_noop!(
            TeeWorker::change_master_key_holder(root(), key(1)),
            Error::<Test>::MasterKeyUninitialized
        );
        assert_eq!(TeeWorker::holder(), None);
    });
}

fn apply_payload(n: u32, signing_time: u64) -> MasterKeyApplyPayload {
    MasterKeyApplyPayload {
        pubkey: key(n),
        ecdh_pubkey: [n as u8; 32],
        signing_time,
    }
}

fn apply(n: u32, signing_time: u64) -> frame_support::dispatch::DispatchResult {
    let payload = apply_payload(n, signing_time);
    let signature = sign(n, WorkerPayload::MasterKeyApply, &payload);
    TeeWorker::apply_master_key(signed(50), payload, signature)
}

fn distribute(from: u32, to: u32, bytes: usize) -> frame_support::dispatch::DispatchResult {
    let payload = MasterKeyDistributePayload {
        distributor: key(from),
        target: key(to),
        ecdh_pubkey: [3; 32],
        encrypted_master_key: vec![8; bytes],
        iv: [4; 12],
        signing_time: now_ms(),
    };
    let signature = sign(from, WorkerPayload::MasterKeyDistribute, &payload);
    TeeWorker::distribute_master_key(signed(50), payload, signature)
}

#[test]
fn the_master_key_travels_from_the_holder_to_an_applicant() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Verifier);
        assert_noop!(apply(2, now_ms()), Error::<Test>::MasterKeyUninitialized);
        settle(1, 77);
        assert_ok!(apply(2, now_ms()));
        let applied = Event::MasterKeyAppling {
            applier: key(2),
            distributor: key(1),
        };
        assert_eq!(last_event(), applied.into());
        assert_eq!(MasterKeyDistributeNotify::<Test>::get(key(2)), Some(key(1)));

        assert_noop!(distribute(1, 2, 0), Error::<Test>::KeyLengthIsInvalid);
        assert_noop!(distribute(1, 2, 4097), Error::<Test>::KeyLengthIsInvalid);
        assert_noop!(distribute(2, 1, 100), Error::<Test>::NotFoundDistributor);
        assert_ok!(distribute(1, 2, 1200));
        assert_eq!(
            last_event(),
            Event::MasterKeySubmitted { receiver: key(2) }.into()
        );
        let (tick, posted) = MasterKeyPostation::<Test>::get(key(2)).flatten().unwrap();
        assert_eq!((tick, posted.encrypted_master_key.len()), (1, 1200));
        assert_noop!(distribute(1, 2, 1200), Error::<Test>::NotFoundDistributor);

        assert_ok!(apply(2, now_ms()));
        assert_eq!(
            MasterKeyPostation::<Test>::get(key(2)),
            None,
            "a new request clears the old"
        );
    });
}

#[test]
fn requests_for_the_master_key_are_signed_fresh_and_by_workers() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Marker);
        settle(1, 77);
        assert_noop!(apply(3, now_ms()), Error::<Test>::WorkerNotFound);
        assert_noop!(apply(1, now_ms()), Error::<Test>::NotFoundDistributor);
        for stale in [
            now_ms() - SIGNING_LIFE_MS - 1,
            now_ms() + SIGNING_LIFE_MS + 1,
        ] {
            assert_noop!(
                apply(2, stale),
                Error::<Test>::InvalidMasterKeyApplySigningTime
            );
        }
        let forged = sign(
            1,
            WorkerPayload::MasterKeyApply,
            &apply_payload(2, now_ms()),
        );
        assert_noop!(
            TeeWorker::apply_master_key(signed(2), apply_payload(2, now_ms()), forged),
            Error::<Test>::InvalidSignature
        );
        assert_ok!(apply(2, now_ms() - SIGNING_LIFE_MS));
    });
}

#[test]
fn a_forged_or_stale_distribution_is_refused() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        settle(1, 77);
        assert_ok!(apply(2, now_ms()));
        let payload = |signing_time| MasterKeyDistributePayload {
            distributor: key(1),
            target: key(2),
            ecdh_pubkey: [3; 32],
            encrypted_master_key: vec![8; 100],
            iv: [4; 12],
            signing_time,
        };
        let kind = WorkerPayload::MasterKeyDistribute;
        let forged = sign(2, kind, &payload(now_ms()));
        assert_noop!(
            TeeWorker::distribute_master_key(signed(2), payload(now_ms()), forged),
            Error::<Test>::InvalidSignature
        );
        let old = now_ms() - SIGNING_LIFE_MS - 1;
        let stale = sign(1, kind, &payload(old));
        assert_noop!(
            TeeWorker::distribute_master_key(signed(2), payload(old), stale),
            Error::<Test>::InvalidMasterKeyApplySigningTime
        );
    });
}
