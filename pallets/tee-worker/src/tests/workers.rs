//! Registration: who gets in, with which rights, and who goes.

use crate::{mock::*, *};
use cess_primitives::{
    tee::{AttestationProvider, WorkerRole},
    traits::TeeWorkers,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use WorkerRole::{Full, Marker, Verifier};

#[test]
fn a_registered_worker_is_kept_in_full() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        let worker = Workers::<Test>::get(key(1)).unwrap();
        assert_eq!(worker.pubkey, key(1));
        assert_eq!(worker.version, 0x1_0203);
        assert_eq!(worker.last_updated, EPOCH + 1);
        assert_eq!(worker.stash_account, Some(stash(1)));
        assert_eq!(
            (worker.attestation_provider, worker.confidence_level),
            (None, 128)
        );
        assert_eq!((worker.features, worker.role), (vec![4, 1], Full));
        assert_eq!(
            Endpoints::<Test>::get(key(1)).unwrap(),
            "http://127.0.0.1:19991"
        );
        assert_eq!(WorkerAddedAt::<Test>::get(key(1)), Some(1));
        assert_eq!(LastWork::<Test>::get(key(1)), 1);
        assert_eq!(Workers::<Test>::count(), 1);
        let added = Event::WorkerAdded {
            pubkey: key(1),
            attestation_provider: None,
            confidence_level: 128,
        };
        assert_eq!(last_event(), added.into());
    });
}

#[test]
fn rights_follow_the_role() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        register(2, Verifier);
        register(3, Marker);
        let rights = |n| {
            (
                TeeWorker::can_tag(&key(n)),
                TeeWorker::can_cert(&key(n)),
                TeeWorker::can_verify(&key(n)),
            )
        };
        assert_eq!(rights(1), (true, true, true));
        assert_eq!(rights(2), (false, false, true));
        assert_eq!(rights(3), (true, true, false));
        assert_eq!(
            rights(4),
            (false, false, false),
            "unknown workers may do nothing"
        );
        assert_eq!(TeeWorker::verifiers(), vec![key(1), key(2)]);
        assert_eq!(TeeWorker::stash(&key(1)), Some(stash(1)));
        assert_eq!(TeeWorker::stash(&key(3)), None);
        assert_eq!(TeeWorker::stash(&key(4)), None);
    });
}

#[test]
fn a_worker_renews_its_entry_after_a_restart() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        System::set_block_number(9);
        let mut renewed = info(1, Marker);
        renewed.endpoint = "http://127.0.0.1:1".into();
        assert_ok!(TeeWorker::register_worker(signed(1), renewed, None));
        assert_eq!(Workers::<Test>::count(), 1);
        assert_eq!(
            Endpoints::<Test>::get(key(1)).unwrap(),
            "http://127.0.0.1:1"
        );
        assert_eq!(
            WorkerAddedAt::<Test>::get(key(1)),
            Some(1),
            "it is as old as before"
        );
        assert_eq!(LastWork::<Test>::get(key(1)), 9);
        assert!(
            TeeWorker::verifiers().is_empty(),
            "a Marker gives no verdicts"
        );
        let updated = Event::WorkerUpdated {
            pubkey: key(1),
            attestation_provider: None,
            confidence_level: 128,
        };
        assert_eq!(last_event(), updated.into());
    });
}

#[test]
fn nobody_registers_or_changes_another_key_without_attestation() {
    ExtBuilder::default().build_and_execute(|| {
        let call = || TeeWorker::register_worker(signed(2), info(1, Full), None);
        assert_noop!(call(), Error::<Test>::InvalidWorkerPubKey);
        register(1, Full);
        assert_noop!(call(), Error::<Test>::InvalidWorkerPubKey);
        assert_noop!(
            TeeWorker::register_worker(root(), info(1, Full), None),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn governance_registers_a_full_worker_that_gives_verdicts() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(TeeWorker::force_register_worker(
            root(),
            key(1),
            [9; 32],
            None
        ));
        let worker = Workers::<Test>::get(key(1)).unwrap();
        assert_eq!(
            (worker.role, worker.ecdh_pubkey, worker.stash_account),
            (Full, [9; 32], None)
        );
        let attestation_provider = Some(AttestationProvider::Root);
        assert_eq!(worker.attestation_provider, attestation_provider);
        assert_eq!(TeeWorker::verifiers(), vec![key(1)]);
        let added = Event::WorkerAdded {
            pubkey: key(1),
            attestation_provider,
            confidence_level: 128,
        };
        assert_eq!(last_event(), added.into());
        assert_noop!(
            TeeWorker::force_register_worker(signed(1), key(1), [9; 32], None),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn governance_removes_a_worker_without_a_trace() {
    ExtBuilder::default().build_and_execute(|| {
        register(1, Full);
        assert_noop!(
            TeeWorker::force_clear_tee(signed(1), key(1)),
            DispatchError::BadOrigin
        );
        assert_ok!(TeeWorker::force_clear_tee(root(), key(1)));
        assert_eq!(
            last_event(),
            Event::ClearInvalidTee { pubkey: key(1) }.into()
        );
        assert_eq!(Workers::<Test>::count(), 0);
        assert_eq!(Endpoints::<Test>::get(key(1)), None);
        assert!(TeeWorker::verifiers().is_empty());
        assert_noop!(
            TeeWorker::force_clear_tee(root(), key(1)),
            Error::<Test>::WorkerNotFound
        );
    });
}

#[test]
fn the_holder_of_the_master_key_can_not_be_removed() {
    ExtBuilder::default().launching(1).build_and_execute(|| {
        register(1, Full);
        register(2, Full);
        let clear = || TeeWorker::force_clear_tee(root(), key(1));
        assert_noop!(clear(), Error::<Test>::CannotExitMasterKeyHolder);
        settle(1, 77);
        assert_noop!(clear(), Error::<Test>::CannotExitMasterKeyHolder);
        assert_ok!(TeeWorker::launch_master_key(root(), key(2), true));
        assert_ok!(clear());
    });
}

#[test]
fn a_worker_that_governance_vouches_for_gives_its_endpoint_without_an_attestation() {
    ExtBuilder::default()
        .attestation_required()
        .build_and_execute(|| {
            let force =
                || TeeWorker::force_register_worker(root(), key(1), [1; 32], Some(stash(1)));
            assert_ok!(force());
            let renew = |info| TeeWorker::register_worker(signed(1), info, None);
            assert_ok!(renew(info(1, Full)));
            let worker = Workers::<Test>::get(key(1)).unwrap();
            assert_eq!(worker.endpoint, "http://127.0.0.1:19991");
            let provider = Some(AttestationProvider::Root);
            assert_eq!(worker.attestation_provider, provider);
            let mut other_key = info(1, Full);
            other_key.ecdh_pubkey = [7; 32];
            let mut other_stash = info(1, Full);
            other_stash.stash_account = Some(account(1));
            for changed in [other_key, other_stash, info(1, Verifier)] {
                assert_noop!(renew(changed), Error::<Test>::NoneAttestationDisabled);
            }
            assert_ok!(force());
            let again = Workers::<Test>::get(key(1)).unwrap();
            assert_eq!(again.endpoint, worker.endpoint, "the endpoint stays");
            assert!(saw(Event::WorkerUpdated {
                pubkey: key(1),
                attestation_provider: provider,
                confidence_level: 128,
            }));
        });
}
