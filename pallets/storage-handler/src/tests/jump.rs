//! A jump of the clock ends where walking there ends.

use crate::{mock::*, CleanUp, PayOrder, SaleQueue};
use cess_primitives::{
    territory::{OrderType, TerritoryState},
    Tick, TCESS,
};
use frame_support::assert_ok;
use sp_io::hashing::twox_128;
use std::collections::BTreeMap;

const YEAR: Tick = 365 * DAY;

/// All that the chain knows, but the block number and the events.
fn everything() -> BTreeMap<Vec<u8>, Vec<u8>> {
    let prefix = |pallet: &[u8]| twox_128(pallet).to_vec();
    let accounts = [twox_128(b"System"), twox_128(b"Account")].concat();
    let mut all = BTreeMap::new();
    for prefix in [prefix(b"StorageHandler"), prefix(b"Balances"), accounts] {
        let mut key = prefix.clone();
        while let Some(next) = sp_io::storage::next_key(&key) {
            if !next.starts_with(&prefix) {
                break;
            }
            let value = sp_io::storage::get(&next).expect("the key is there");
            all.insert(next.clone(), value.to_vec());
            key = next;
        }
    }
    all
}

/// Leases of many lengths, offers, purchases under free, equal and taken names, purchases that
/// their leases outrun, and orders.
fn scenario() {
    for i in 0..60u32 {
        Now::set(START + i);
        let text = format!("t{i}");
        let call = StorageHandler::mint_territory(signed(USER), 1 + i % 3, name(&text), 30 + i % 7);
        assert_ok!(call);
        if i % 4 == 0 {
            continue;
        }
        let call = StorageHandler::territory_consignment(signed(USER), name(&text), TCESS);
        assert_ok!(call);
        let token = token(USER, &text);
        // The last buyers want the same names, one of which is taken before they get theirs.
        let wanted = match (i < 50, i % 3) {
            (true, _) | (_, 2) => &text,
            (_, 0) => "mine",
            _ => "own",
        };
        if i % 4 > 1 {
            let call = StorageHandler::buy_consignment(signed(OTHER), token, name(wanted));
            assert_ok!(call);
        }
        if i % 8 == 3 {
            let root = RuntimeOrigin::root();
            let (user, end) = (account(USER), START + i + LOCK - i % 5);
            let call = StorageHandler::update_user_territory_life(root, user, name(&text), end);
            assert_ok!(call);
        }
        let (by, kind) = (signed(POOR), OrderType::Buy);
        let call = StorageHandler::create_order(by, account(4), name(&text), kind, 1, 30, i % 60);
        assert_ok!(call);
        // Each of these blocks ends what is due by now.
        block_at(START + i);
    }
    mint(OTHER, "own");
}

/// The end state, reached in blocks at the ticks that `path` gives.
fn end_state(path: impl IntoIterator<Item = Tick>) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut state = BTreeMap::new();
    build_and_execute(|| {
        scenario();
        assert!(SaleQueue::<Test>::iter().count() > 5, "sales are under way");
        for tick in path {
            block_at(tick);
        }
        assert_eq!(SaleQueue::<Test>::iter().count(), 0);
        assert_eq!(PayOrder::<Test>::iter().count(), 0);
        assert_eq!(CleanUp::<Test>::iter().count(), 61);
        assert_eq!(territory(OTHER, "own").state, TerritoryState::Expired);
        state = everything();
    });
    state
}

#[test]
fn a_jump_of_a_year_ends_where_a_walk_through_it_ends() {
    let end = START + YEAR;
    let walked = end_state(START + 60..=end);
    let jumped = end_state(std::iter::repeat(end).take(10));
    assert!(!walked.is_empty());
    assert_eq!(walked, jumped);
    // In leaps, with the work of one carried over into the next.
    let leaped = end_state((START + 60..=end).step_by(997).chain([end, end, end]));
    assert_eq!(walked, leaped);
}
