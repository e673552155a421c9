//! The allow-list of binaries and governance's switches.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::DispatchError;

const LISTED: H256 = H256::repeat_byte(1);

#[test]
fn binaries_are_listed_and_taken_off() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(TeeWorker::add_ceseal(root(), LISTED));
        assert_eq!(last_event(), Event::CesealBinAdded(LISTED).into());
        assert_eq!(CesealBinAllowList::<Test>::get(), vec![LISTED]);
        assert_eq!(CesealBinAddedAt::<Test>::get(LISTED), Some(1));
        assert_noop!(
            TeeWorker::add_ceseal(root(), LISTED),
            Error::<Test>::CesealBinAlreadyExists
        );
        assert_ok!(TeeWorker::remove_ceseal(root(), LISTED));
        assert_eq!(last_event(), Event::CesealBinRemoved(LISTED).into());
        assert_eq!(CesealBinAddedAt::<Test>::get(LISTED), None);
        assert_noop!(
            TeeWorker::remove_ceseal(root(), LISTED),
            Error::<Test>::CesealBinNotFound
        );
    });
}

#[test]
fn the_list_of_binaries_is_bounded() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(TeeWorker::add_ceseal(root(), LISTED));
        assert_ok!(TeeWorker::add_ceseal(root(), H256::repeat_byte(2)));
        assert_noop!(
            TeeWorker::add_ceseal(root(), H256::repeat_byte(3)),
            Error::<Test>::BoundedVecError
        );
    });
}

#[test]
fn only_governance_sets_the_rules() {
    ExtBuilder::default().build_and_execute(|| {
        for call in [
            RuntimeCall::TeeWorker(Call::add_ceseal {
                ceseal_hash: LISTED,
            }),
            RuntimeCall::TeeWorker(Call::remove_ceseal {
                ceseal_hash: LISTED,
            }),
            RuntimeCall::TeeWorker(Call::set_minimum_ceseal_version {
                major: 9,
                minor: 0,
                patch: 0,
            }),
            RuntimeCall::TeeWorker(Call::set_none_attestation_enabled { enabled: false }),
            RuntimeCall::TeeWorker(Call::set_ceseal_verify_required { required: true }),
            RuntimeCall::TeeWorker(Call::set_simulated_attestation_enabled { enabled: true }),
            RuntimeCall::TeeWorker(Call::force_clear_tee { puk: key(1) }),
            RuntimeCall::TeeWorker(Call::launch_master_key {
                holder: key(1),
                roll_if_launched: true,
            }),
            RuntimeCall::TeeWorker(Call::change_master_key_holder { new_holder: key(1) }),
        ] {
            use sp_runtime::traits::Dispatchable;
            let refused = call.dispatch(signed(1)).map(|_| ()).map_err(|e| e.error);
            assert_eq!(refused, Err(DispatchError::BadOrigin));
        }
    });
}

#[test]
fn changed_rules_are_told() {
    ExtBuilder::default().no_simulation().build_and_execute(|| {
        let told = |none, simulated, listed_only| {
            let event = Event::AttestationRulesChanged {
                none,
                simulated,
                listed_only,
            };
            assert_eq!(last_event(), event.into());
        };
        assert_ok!(TeeWorker::set_none_attestation_enabled(root(), false));
        told(false, false, false);
        assert_ok!(TeeWorker::set_ceseal_verify_required(root(), true));
        told(false, false, true);
        assert_ok!(TeeWorker::set_simulated_attestation_enabled(root(), true));
        told(false, true, true);
    });
}

#[test]
fn genesis_json_names_the_holder_by_its_address() {
    let genesis = GenesisConfig::<Test> {
        master_key_holder: Some(account(1)),
        none_attestation_enabled: true,
        simulated_attestation_enabled: true,
        sponsorships: vec![(account(3), account(1))],
        ..Default::default()
    };
    let json = serde_json::json!({
        "masterKeyHolder": account(1).to_string(),
        "noneAttestationEnabled": true,
        "simulatedAttestationEnabled": true,
        "cesealVerifyRequired": false,
        "sponsorships": [[account(3).to_string(), account(1).to_string()]],
    });
    assert_eq!(serde_json::to_value(genesis).unwrap(), json);
}
