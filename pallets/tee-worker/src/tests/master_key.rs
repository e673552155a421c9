//! Launch, roll and distribution of the master key.

use crate::{mock::*, *};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{LaunchStatus, MasterKeyInfo, MasterKeyLaunchPayload, WorkerRole::*},
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
fn another_holder_takes_over_a_launch() {
    ExtBuilder::default().launching(9).build_and_execute(|| {
        let change = |n| TeeWorker::change_master_key_holder(root(), key(n));
        assert_noop!(change(1), Error::<Test>::WorkerNotFound);
        register(1, Full);
        assert_ok!(change(1));
        let changed = Event::MasterKeyHolderChanged {
            from: key(9),
            to: key(1),
        };
        assert_eq!(last_event(), changed.into());
        settle(1, 77);
        assert_eq!(TeeWorker::holder(), Some(key(1)));
    });
}

#[test]
fn makers_and_holders_of_the_master_key_keep_the_rules_in_force() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 2, 0, 0));
        let rejected = DispatchError::from(Error::<Test>::CesealRejected);
        let payload = launch_payload(1, 77);
        let signature = sign(1, WorkerPayload::MasterKeyLaunch, &payload);
        let settle_it =
            || TeeWorker::settle_master_key_launch(signed(1), payload.clone(), signature.clone());
        assert_noop!(settle_it(), rejected);
        assert_noop!(
            TeeWorker::change_master_key_holder(root(), key(1)),
            rejected
        );
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 1, 0, 0));
        assert_ok!(settle_it());
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 2, 0, 0));
        assert_noop!(TeeWorker::launch_master_key(root(), key(1), true), rejected);
    });
}

#[test]
fn a_roll_whose_holder_is_silent_goes_to_another_worker() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        settle(1, 77);
        assert_ok!(TeeWorker::launch_master_key(root(), key(2), true));
        assert_ok!(TeeWorker::change_master_key_holder(root(), key(1)));
        settle(1, 78);
        assert!(TeeWorker::verify_master(&[1; 32], &by(78, &[1; 32])));
    });
}

#[test]
fn a_second_roll_ends_a_bad_key_at_once() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        for master in [77, 78, 79] {
            settle(1, master);
            assert_ok!(TeeWorker::launch_master_key(root(), key(1), true));
        }
        let verifies = |n| TeeWorker::verify_master(&[5; 32], &by(n, &[5; 32]));
        assert!(!verifies(77) && verifies(78) && verifies(79));
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
