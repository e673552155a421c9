//! The published encodings, and genesis.

use crate::{mock::*, *};
use cess_primitives::{traits::Treasury, TCESS};
use codec::Encode;
use frame_support::dispatch::GetDispatchInfo;

#[test]
fn published_indices_are_kept() {
    let call = |call: Call<Test>| call.encode()[0];
    assert_eq!(call(Call::send_funds_to_pid { funds: 1 }), 0);
    assert_eq!(call(Call::send_funds_to_sid { funds: 1 }), 1);
    assert_eq!(call(Call::pid_burn_funds { burn_amount: 1 }), 2);
    assert_eq!(call(Call::sid_burn_funds { burn_amount: 1 }), 3);
    let (acc, funds) = (acc(1), 1);
    assert_eq!(
        call(Call::pid_send_funds {
            acc: acc.clone(),
            funds
        }),
        4
    );
    assert_eq!(call(Call::sid_send_funds { acc, funds }), 5);
    assert_eq!(Event::<Test>::Deposit { balance: 1 }.encode()[0], 0);
    assert_eq!(Event::<Test>::PromiseForfeited { amount: 1 }.encode()[0], 3);
    let error = |error: Error<Test>| error.encode()[0];
    assert_eq!(error(Error::Overflow), 0);
    assert_eq!(error(Error::Unexpected), 1);
    assert_eq!(error(Error::NothingToMove), 2);
}

#[test]
fn the_accounts_are_the_published_ones() {
    let accounts = [
        CessTreasury::reward_account(),
        CessTreasury::punish_account(),
        CessTreasury::space_account(),
        CessTreasury::reserve_account(),
    ];
    let ids = [b"rewardpt", b"punisdpt", b"spacedpt", b"sererdpt"];
    for (account, id) in accounts.iter().zip(ids) {
        let bytes: &[u8; 32] = account.as_ref();
        assert_eq!(&bytes[..4], b"modl");
        assert_eq!(&bytes[4..12], id);
        assert_eq!(bytes[12..], [0; 20]);
    }
    assert_eq!(CessTreasury::punishments(), accounts[1]);
    assert_eq!(CessTreasury::rents(), accounts[2]);
}

#[test]
fn genesis_brings_every_account_to_life() {
    execute(|| {
        let accounts = [
            CessTreasury::reward_account(),
            CessTreasury::punish_account(),
            CessTreasury::space_account(),
            CessTreasury::reserve_account(),
        ];
        for account in &accounts {
            assert_eq!(Balances::free_balance(account), TCESS);
        }
        assert_eq!(Balances::total_issuance(), 5 * ENDOWMENT + 4 * TCESS);
        // An account that has money keeps what it has.
        CessTreasury::endow_accounts();
        assert_eq!(Balances::total_issuance(), 5 * ENDOWMENT + 4 * TCESS);
    });
}

#[test]
fn no_call_is_free() {
    let (acc, funds) = (acc(1), 1);
    let calls: [Call<Test>; 6] = [
        Call::send_funds_to_pid { funds },
        Call::send_funds_to_sid { funds },
        Call::pid_burn_funds { burn_amount: 1 },
        Call::sid_burn_funds { burn_amount: 1 },
        Call::pid_send_funds {
            acc: acc.clone(),
            funds,
        },
        Call::sid_send_funds { acc, funds },
    ];
    for call in calls {
        let weight = call.get_dispatch_info().call_weight;
        assert!(weight.ref_time() > 10_000_000 && weight.proof_size() > 0);
    }
}
