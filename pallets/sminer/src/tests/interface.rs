//! The published encodings.

use crate::{mock::*, *};
use codec::Encode;

#[test]
fn published_indices_are_kept() {
    let call = |call: Call<Test>| call.encode()[0];
    assert_eq!(call(Call::miner_withdraw {}), 9);
    assert_eq!(call(Call::faucet { to: acc(1) }), 14);
    assert_eq!(call(Call::increase_declaration_space { tib_count: 1 }), 18);
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
