//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `Oss`).

use crate::{mock::*, Call, Error, Event};
use cess_interface::{numbered, variants};
use cess_primitives::oss::ProxyAuthPayload;
use codec::{Decode, Encode};
use frame_support::dispatch::GetDispatchInfo;

#[test]
fn calls_have_the_published_indices_and_arguments() {
    let expected = numbered(&[
        "authorize operator",
        "cancel_authorize oss",
        "register endpoint domain",
        "update endpoint domain",
        "destroy",
        "proxy_authorzie auth_puk sig payload",
        "evm_proxy_authorzie auth_puk sig payload",
    ]);
    assert_eq!(variants::<Call<Test>>(), expected);
}

#[test]
fn events_have_the_published_indices() {
    let expected = numbered(&[
        "Authorize acc operator",
        "CancelAuthorize acc oss",
        "OssRegister acc endpoint",
        "OssUpdate acc new_endpoint",
        "OssDestroy acc",
    ]);
    assert_eq!(variants::<Event<Test>>(), expected);
}

#[test]
fn errors_have_the_published_indices() {
    let expected = numbered(&[
        "NoAuthorization",
        "Registered",
        "UnRegister",
        "OptionParseError",
        "BoundedVecError",
        "Existed",
        "MalformedSignature",
        "VerifySigFailed",
        "Expired",
        "ConvertError",
        "ExpiryTooFar",
        "AlreadyUsed",
    ]);
    assert_eq!(variants::<Error<Test>>(), expected);
}

#[test]
fn storage_and_constants_have_the_published_names_and_values() {
    build_and_execute(|| {
        let entries = Oss::storage_metadata().entries;
        let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
        assert_eq!(names[..2], ["AuthorityList", "Oss"]);

        let constants = Oss::pallet_constants_metadata();
        for (name, expected) in [
            ("P2PLength", 200),
            ("AuthorLimit", 20),
            ("PayloadExpired", 100),
        ] {
            let found = constants.iter().find(|constant| constant.name == name);
            let value = &found.expect("it is there").value;
            assert_eq!(u32::decode(&mut &value[..]), Ok(expected), "{name}");
        }
    });
}

#[test]
fn a_payload_is_an_account_and_a_tick() {
    let payload = ProxyAuthPayload {
        oss: account(7),
        exp: 1,
    };
    assert_eq!(payload.encode(), [&[7; 32][..], &[1, 0, 0, 0]].concat());
}

#[test]
fn no_call_is_free_and_signatures_weigh_more() {
    let payload = ProxyAuthPayload {
        oss: account(1),
        exp: 1,
    };
    let domain = super::domain(b"x");
    let calls = [
        Call::<Test>::register {
            endpoint: [0; 38],
            domain: domain.clone(),
        },
        Call::update {
            endpoint: [0; 38],
            domain,
        },
        Call::destroy {},
        Call::authorize {
            operator: account(1),
        },
        Call::cancel_authorize { oss: account(1) },
        Call::proxy_authorzie {
            auth_puk: [0; 32],
            sig: Default::default(),
            payload: payload.clone(),
        },
        Call::evm_proxy_authorzie {
            auth_puk: [0; 32],
            sig: [0; 65],
            payload,
        },
    ];
    assert_eq!(calls.len(), variants::<Call<Test>>().len());
    let weights: Vec<_> = calls
        .iter()
        .map(|call| call.get_dispatch_info().call_weight)
        .collect();
    assert!(weights
        .iter()
        .all(|weight| weight.ref_time() > 0 && weight.proof_size() > 0));
    assert!(weights[4].ref_time() < weights[5].ref_time());
    assert!(weights[4].ref_time() < weights[6].ref_time());
}
