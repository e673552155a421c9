//! The published encodings.

use crate::{mock::*, *};
use cess_primitives::ProtocolParams;
use codec::Encode;
use frame_support::{dispatch::GetDispatchInfo, traits::GetCallName};

#[test]
fn published_indices_are_kept() {
    let call = |call: Call<Test>| call.encode()[0];
    assert_eq!(call(Call::receive_reward {}), 6);
    assert_eq!(call(Call::miner_withdraw {}), 9);
    assert_eq!(call(Call::faucet { to: acc(1) }), 14);
    assert_eq!(call(Call::increase_declaration_space { tib_count: 1 }), 18);
    assert_eq!(call(Call::clear_miner_service { miner: acc(1) }), 19);
    assert_eq!(call(Call::set_facuet_whitelist { acc: acc(1) }), 20);
    let event = |event: Event<Test>| event.encode()[0];
    assert_eq!(event(Event::LessThan24Hours { last: 1, now: 2 }), 4);
    assert_eq!(
        event(Event::Receive {
            acc: acc(1),
            reward: 1
        }),
        10
    );
    assert_eq!(
        event(Event::DecreaseDeclarationSpace {
            miner: acc(1),
            space: 1
        }),
        14
    );
    assert_eq!(
        event(Event::Punished {
            miner: acc(1),
            amount: 1,
            debt: 1
        }),
        15
    );
    let booked = Event::StakeReturnBooked {
        miner: acc(1),
        amount: 1,
        due: 1,
    };
    assert_eq!(event(booked), 21);
    let error = |error: Error<Test>| error.encode()[0];
    assert_eq!(error(Error::NotMiner), 0);
    assert_eq!(error(Error::StateError), 14);
    assert_eq!(error(Error::UnableReduceDeclaration), 26);
    assert_eq!(error(Error::TeeNoPermission), 27);
}

#[test]
fn the_collateral_is_encoded_compactly() {
    let call = Call::<Test>::increase_collateral {
        miner: acc(1),
        collaterals: 1,
    };
    assert_eq!(call.encode(), [vec![1], vec![1; 32], vec![4]].concat());
}

#[test]
fn genesis_json_holds_the_expenders() {
    let json = serde_json::to_value(GenesisConfig::<Test>::default()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({ "expenders": [80, 1_048_576, 64] })
    );
}

#[test]
fn constants_are_the_published_ones_and_waits_those_in_force() {
    execute(|| {
        let constants = Sminer::pallet_constants_metadata();
        let value = |name: &str| {
            let found = constants.iter().find(|constant| constant.name == name);
            found.map(|constant| constant.value.clone())
        };
        let params = ProtocolParams::fast();
        assert_eq!(value("OneDayBlock"), Some(params.one_day.encode()));
        assert_eq!(
            value("StakingLockBlock"),
            Some(params.staking_lock.encode())
        );
        assert_eq!(value("FaucetId"), Some(b"facuetid".to_vec()));
        assert_eq!(value("ItemLimit"), Some(5u32.encode()));
        assert!(value("MaximumRelease").is_some());
        assert_eq!(constants.len(), 5);
    });
}

#[test]
fn no_call_is_free() {
    let (miner, beneficiary, endpoint) = (acc(1), acc(2), endpoint("e"));
    let signature = key_signature(1, &pois_key(1), &MARKER);
    let calls: Vec<Call<Test>> = vec![
        Call::regnstk {
            beneficiary: beneficiary.clone(),
            endpoint: endpoint.clone(),
            staking_val: 0,
            tib_count: 0,
        },
        Call::increase_collateral {
            miner: miner.clone(),
            collaterals: 0,
        },
        Call::update_beneficiary {
            beneficiary: beneficiary.clone(),
        },
        Call::update_endpoint {
            endpoint: endpoint.clone(),
        },
        Call::decrease_declaration_space { tib_count: 0 },
        Call::receive_reward {},
        Call::miner_exit_prep {
            miner: miner.clone(),
        },
        Call::miner_exit {
            miner: miner.clone(),
        },
        Call::miner_withdraw {},
        Call::faucet_top_up { award: 0 },
        Call::faucet { to: miner.clone() },
        Call::update_expender { k: 0, n: 0, d: 0 },
        Call::register_pois_key {
            pois_key: pois_key(1),
            tee_sig_need_verify: signature.clone(),
            tee_sig: signature,
            tee_puk: MARKER,
        },
        Call::regnstk_assign_staking {
            beneficiary,
            endpoint,
            staking_account: acc(3),
            tib_count: 0,
        },
        Call::increase_declaration_space { tib_count: 0 },
        Call::clear_miner_service {
            miner: miner.clone(),
        },
        Call::set_facuet_whitelist { acc: miner },
    ];
    let indices: Vec<_> = calls.iter().map(|call| call.encode()[0]).collect();
    assert_eq!(indices.len(), Call::<Test>::get_call_names().len());
    for call in calls {
        let weight = call.get_dispatch_info().call_weight;
        let name = call.get_call_name();
        assert!(weight.ref_time() > 1_000_000, "{name} is too cheap");
        // What is only written needs no proof of what was there before.
        let writes_only = ["update_expender", "set_facuet_whitelist"].contains(&name);
        assert!(
            writes_only || weight.proof_size() > 0,
            "{name} has no proof"
        );
    }
}
