//! The rules in force, for whoever registers and whoever did.

use crate::{mock::*, *};
use cess_primitives::tee::WorkerRole::{Full, Marker, Verifier};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_core::H256;

fn try_register(n: u32, role: cess_primitives::tee::WorkerRole) -> DispatchResult {
    TeeWorker::register_worker(signed(n), info(n, role), None)
}

#[test]
fn a_worker_of_another_chain_is_refused() {
    ExtBuilder::default().build_and_execute(|| {
        let mut foreign = info(1, Full);
        foreign.genesis_block_hash = H256::repeat_byte(7);
        assert_noop!(
            TeeWorker::register_worker(signed(1), foreign, None),
            Error::<Test>::WrongGenesis
        );
    });
}

#[test]
fn stash_and_role_must_fit() {
    ExtBuilder::default().build_and_execute(|| {
        for role in [Full, Verifier, Marker] {
            let mut wrong = info(1, role);
            wrong.stash_account = (role == Marker).then(|| stash(1));
            assert_noop!(
                TeeWorker::register_worker(signed(1), wrong, None),
                Error::<Test>::WrongWorkerRole
            );
        }
    });
}

#[test]
fn the_stash_must_be_bonded() {
    ExtBuilder::default().build_and_execute(|| {
        sponsor(1);
        unbond(stash(1));
        assert_noop!(try_register(1, Full), Error::<Test>::NotBond);
        let forced = TeeWorker::force_register_worker(root(), key(1), [9; 32], Some(stash(1)));
        assert_noop!(forced, Error::<Test>::NotBond);
    });
}

#[test]
fn attestation_is_required_where_governance_says_so() {
    ExtBuilder::default()
        .attestation_required()
        .build_and_execute(|| {
            assert_noop!(
                try_register(1, Marker),
                Error::<Test>::NoneAttestationDisabled
            );
            assert_ok!(TeeWorker::set_none_attestation_enabled(root(), true));
            register(1, Marker);
        });
    ExtBuilder::default()
        .listed_binaries_required()
        .build_and_execute(|| {
            assert_noop!(try_register(1, Marker), Error::<Test>::CesealRejected);
            assert_ok!(TeeWorker::set_ceseal_verify_required(root(), false));
            register(1, Marker);
        });
}

#[test]
fn too_old_versions_are_refused() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 1, 2, 4));
        assert_eq!(
            last_event(),
            Event::MinimumCesealVersionChangedTo(1, 2, 4).into()
        );
        assert_noop!(try_register(1, Marker), Error::<Test>::CesealRejected);
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 1, 2, 3));
        register(1, Marker);
        assert_ok!(TeeWorker::set_minimum_ceseal_version(root(), 2, 0, 0));
        assert_noop!(try_register(1, Marker), Error::<Test>::CesealRejected);
    });
}

#[test]
fn what_a_worker_says_of_itself_is_bounded() {
    ExtBuilder::default().build_and_execute(|| {
        let mut largest = info(1, Marker);
        largest.endpoint = "e".repeat(MAX_ENDPOINT);
        largest.machine_id = vec![1; MAX_MACHINE_ID];
        largest.features = vec![1; MAX_FEATURES];
        let register = |info| TeeWorker::register_worker(signed(1), info, None);
        let (mut endpoint, mut machine, mut features) =
            (largest.clone(), largest.clone(), largest.clone());
        endpoint.endpoint.push('e');
        machine.machine_id.push(1);
        features.features.push(1);
        for too_large in [endpoint, machine, features] {
            assert_noop!(register(too_large), Error::<Test>::FieldTooLong);
        }
        assert_ok!(register(largest));
    });
}

#[test]
fn the_list_of_verifiers_is_bounded() {
    ExtBuilder::default().build_and_execute(|| {
        (1..=4).for_each(|n| register(n, Verifier));
        sponsor(5);
        assert_noop!(try_register(5, Full), Error::<Test>::BoundedVecError);
        let forced = TeeWorker::force_register_worker(root(), key(6), [9; 32], None);
        assert_noop!(forced, Error::<Test>::BoundedVecError);
        register(5, Marker);
    });
}
