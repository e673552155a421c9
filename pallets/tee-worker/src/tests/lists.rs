//! The allow-list of binaries and governance's switches.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::DispatchError;

const BINARY: H256 = H256::repeat_byte(1);

#[test]
fn binaries_are_listed_and_taken_off() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(TeeWorker::add_ceseal(root(), BINARY));
        assert_eq!(last_event(), Event::CesealBinAdded(BINARY).into());
        assert_eq!(CesealBinAllowList::<Test>::get(), vec![BINARY]);
        assert_eq!(CesealBinAddedAt::<Test>::get(BINARY), Some(1));
        assert_noop!(
            TeeWorker::add_ceseal(root(), BINARY),
            Error::<Test>::CesealBinAlreadyExists
        );
        assert_ok!(TeeWorker::remove_ceseal(root(), BINARY));
        assert_eq!(last_event(), Event::CesealBinRemoved(BINARY).into());
        assert_eq!(CesealBinAddedAt::<Test>::get(BINARY), None);
        assert_noop!(
            TeeWorker::remove_ceseal(root(), BINARY),
            Error::<Test>::CesealBinNotFound
        );
    });
}

#[test]
fn the_list_of_binaries_is_bounded() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(TeeWorker::add_ceseal(root(), BINARY));
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
                ceseal_hash: BINARY,
            }),
            RuntimeCall::TeeWorker(Call::remove_ceseal {
                ceseal_hash: BINARY,
            }),
            RuntimeCall::TeeWorker(Call::set_minimum_ceseal_version {
                major: 9,
                minor: 0,
                patch: 0,
            }),
            RuntimeCall::TeeWorker(Call::set_none_attestation_enabled { enabled: false }),
            RuntimeCall::TeeWorker(Call::set_ceseal_verify_required { required: true }),
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
fn published_indices_are_kept() {
    use codec::Encode;
    use frame_support::traits::PalletError;
    let first = |encoded: Vec<u8>| encoded[0];
    assert_eq!(
        first(
            Call::<Test>::add_ceseal {
                ceseal_hash: BINARY
            }
            .encode()
        ),
        7
    );
    assert_eq!(
        first(Call::<Test>::force_clear_tee { puk: key(1) }.encode()),
        117
    );
    assert_eq!(first(Event::<Test>::MasterKeyLaunched.encode()), 1);
    assert_eq!(first(Event::<Test>::CesealBinRemoved(BINARY).encode()), 10);
    assert_eq!(first(Error::<Test>::NotBond.encode()), 1);
    assert_eq!(
        first(Error::<Test>::UnsupportedAttestationType.encode()),
        28
    );
    assert_eq!(first(Error::<Test>::NotFoundDistributor.encode()), 58);
    assert_eq!(first(Error::<Test>::WrongGenesis.encode()), 59);
    assert_eq!(Error::<Test>::MAX_ENCODED_SIZE, 1);
}

#[test]
fn genesis_json_names_the_holder_by_its_address() {
    let genesis = GenesisConfig::<Test> {
        master_key_holder: Some(account(1)),
        none_attestation_enabled: true,
        ..Default::default()
    };
    let json = serde_json::json!({
        "masterKeyHolder": account(1).to_string(),
        "noneAttestationEnabled": true,
        "cesealVerifyRequired": false,
    });
    assert_eq!(serde_json::to_value(genesis).unwrap(), json);
}
