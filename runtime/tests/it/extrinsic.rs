//! Transactions have the published form, pay their fees and reach their pallets.

use crate::chain;
use cess_primitives::{AccountId, Balance, TCESS};
use cess_runtime::{config::treasury_account, *};
use codec::{Decode, DecodeAll, Encode};
use frame_support::dispatch::GetDispatchInfo;
use frame_system::offchain::CreateBare;
use sp_block_builder::runtime_decl_for_block_builder::BlockBuilder;
use sp_core::sr25519::Signature;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob};

/// The transaction that `signer` would send with this nonce.
fn sign(signer: Sr25519Keyring, nonce: Nonce, call: RuntimeCall) -> UncheckedExtrinsic {
    chain::sign(&signer.pair(), nonce, call)
}

fn transfer(to: Address, value: Balance) -> RuntimeCall {
    RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { dest: to, value })
}

fn free(account: &AccountId) -> Balance {
    Balances::free_balance(account)
}

#[test]
fn a_signed_transaction_has_the_published_form() {
    chain::new("fast-1").execute_with(|| {
        chain::run(1);
        let transaction = sign(Alice, 3, transfer(Bob.to_account_id().into(), 1));
        let bytes = transaction.encode();
        let body = Vec::<u8>::decode_all(&mut &bytes[..]).unwrap();
        // Version 4, signed; address by id; sr25519; then era, nonce and tip before the call.
        assert_eq!(body[..2], [0x84, 0]);
        assert_eq!(body[2..34], Alice.to_raw_public());
        assert_eq!(body[34], 1);
        assert_eq!(body[99..102], [0, 3 << 2, 0]);
        assert_eq!(body[102], 6);
        let decoded = UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap();
        assert_eq!(decoded.encode(), bytes);
    });
}

#[test]
fn what_nobody_signs_has_the_published_form_too() {
    chain::new("fast-1").execute_with(|| {
        chain::run(1);
        let mut data = sp_inherents::InherentData::new();
        data.put_data(*b"timstap0", &7_000u64).unwrap();
        let inherents = Runtime::inherent_extrinsics(data);
        assert!(!inherents.is_empty());
        let heartbeat = pallet_im_online::Call::<Runtime>::heartbeat {
            heartbeat: pallet_im_online::Heartbeat {
                block_number: 1,
                session_index: 0,
                authority_index: 0,
                validators_len: 1,
            },
            signature: Signature::from_raw([0; 64]).into(),
        };
        type ImOnlineCall = pallet_im_online::Call<Runtime>;
        let heartbeat = <Runtime as CreateBare<ImOnlineCall>>::create_bare(heartbeat.into());
        for extrinsic in inherents.into_iter().chain([heartbeat]) {
            let body = Vec::<u8>::decode_all(&mut &extrinsic.encode()[..]).unwrap();
            assert_eq!(body[0], 4);
        }
    });
}

#[test]
fn fees_go_to_the_treasury_and_the_author() {
    chain::new("fast-1").execute_with(|| {
        chain::run(1);
        let author = Session::validators().remove(0);
        let before = (
            free(&treasury_account()),
            free(&author),
            free(&Alice.to_account_id()),
        );
        chain::author(vec![sign(
            Alice,
            0,
            transfer(Bob.to_account_id().into(), TCESS),
        )]);
        let treasury = free(&treasury_account()) - before.0;
        let author = free(&author) - before.1;
        let fee = before.2 - free(&Alice.to_account_id()) - TCESS;
        assert_eq!(treasury + author, fee);
        assert_eq!(treasury, fee * 80 / 100);
        assert!(fee > TCESS / 10_000 && fee < TCESS / 10, "{fee}");
    });
}

#[test]
fn an_account_can_be_named_by_its_index() {
    chain::new("fast-1").execute_with(|| {
        chain::run(1);
        let claim = RuntimeCall::Indices(pallet_indices::Call::claim { index: 7 });
        chain::author(vec![sign(Bob, 0, claim)]);
        let before = free(&Bob.to_account_id());
        chain::author(vec![sign(Alice, 0, transfer(Address::Index(7), TCESS))]);
        assert_eq!(free(&Bob.to_account_id()), before + TCESS);
    });
}

#[test]
fn root_moves_the_clock_through_sudo() {
    chain::new("fast-1").execute_with(|| {
        chain::run(1);
        let call = RuntimeCall::Protocol(pallet_protocol::Call::advance_clock { ticks: 500 });
        let call = RuntimeCall::Sudo(pallet_sudo::Call::sudo {
            call: Box::new(call),
        });
        chain::author(vec![sign(Alice, 0, call)]);
        assert_eq!(Protocol::now(), System::block_number() + 500);
        chain::run(5);
        chain::check_invariants();
    });
}

#[test]
fn the_largest_declaration_fits_into_a_block() {
    use cess_primitives::{file::*, Hash as Fid, FRAGMENT_COUNT, MAX_SEGMENTS};
    let segment = SegmentList {
        hash: Fid([b'0'; 64]),
        fragment_list: vec![Fid([b'0'; 64]); FRAGMENT_COUNT].try_into().unwrap(),
    };
    let call = RuntimeCall::FileBank(pallet_file_bank::Call::upload_declaration {
        file_hash: Fid([b'0'; 64]),
        deal_info: vec![segment; MAX_SEGMENTS as usize].try_into().unwrap(),
        user_brief: UserBrief {
            user: Alice.to_account_id(),
            file_name: vec![b'a'; 63].try_into().unwrap(),
            territory_name: vec![b'a'; 63].try_into().unwrap(),
        },
        file_size: 1,
    });
    let class = call.get_dispatch_info().class;
    let length = config::RuntimeBlockLength::get();
    let limits = config::RuntimeBlockWeights::get();
    assert!((call.encoded_size() as u32) < *length.max.get(class));
    let weight = call.get_dispatch_info().call_weight;
    assert!(
        weight.all_lt(limits.get(class).max_extrinsic.unwrap()),
        "{weight}"
    );
}
