//! Consigning and buying, and how a sale takes effect by itself (Q11).

mod ends;

use crate::{mock::*, Consignment, Error, Event, SaleQueue, Territory, TerritoryKey};
use cess_primitives::{
    file::Name,
    territory::{ConsignmentInfo, TerritoryState},
    traits::Territories,
    Tick, TCESS,
};
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::DispatchResult;

const PRICE: u128 = 500 * TCESS;

fn consign(text: &str) -> DispatchResult {
    StorageHandler::territory_consignment(signed(USER), name(text), PRICE)
}

fn buy(n: u8, token: H256, text: &str) -> DispatchResult {
    StorageHandler::buy_consignment(signed(n), token, name(text))
}

fn cancel(n: u8, text: &str) -> DispatchResult {
    StorageHandler::cancel_consignment(signed(n), name(text))
}

fn withdraw(n: u8, token: H256) -> DispatchResult {
    StorageHandler::cancel_purchase_action(signed(n), token)
}

fn exec(token: H256, text: &str) -> DispatchResult {
    StorageHandler::exec_consignment(RuntimeOrigin::root(), token, name(text))
}

/// A territory of [`USER`], on sale.
fn on_sale() -> H256 {
    mint(USER, "plot");
    assert_ok!(consign("plot"));
    token(USER, "plot")
}

/// The same, bought by [`OTHER`] under the name "mine".
fn bought() -> H256 {
    let token = on_sale();
    assert_ok!(buy(OTHER, token, "mine"));
    token
}

fn token_name(token: H256) -> Name {
    token.as_bytes().to_vec().try_into().unwrap()
}

fn is_on_sale_and_free(token: H256) {
    let sale = Consignment::<Test>::get(token).expect("it is on sale");
    assert_eq!((sale.buyers, sale.exec, sale.locked), (None, None, false));
    assert_eq!(SaleQueue::<Test>::iter().count(), 0);
}

#[test]
fn a_consigned_territory_waits_for_a_buyer_and_takes_no_files() {
    build_and_execute(|| {
        let token = on_sale();
        let event = Event::Consignment {
            name: name("plot"),
            token,
            price: PRICE,
        };
        assert_eq!(events().last(), Some(&event));
        let sale = ConsignmentInfo {
            user: account(USER),
            price: PRICE,
            buyers: None,
            exec: None,
            locked: false,
        };
        assert_eq!(Consignment::<Test>::get(token), Some(sale));
        let t = territory(USER, "plot");
        assert_eq!(t.state, TerritoryState::OnConsignment);
        let lock = StorageHandler::lock(&account(USER), &name("plot"), 1);
        assert_noop!(lock, Error::<Test>::NotActive);
    });
}

#[test]
fn only_ones_own_active_and_empty_territory_with_more_than_a_day_left_is_consigned_once() {
    build_and_execute(|| {
        assert_noop!(consign("plot"), Error::<Test>::NotHaveTerritory);
        mint(USER, "plot");
        let (owner, plot) = (account(USER), name("plot"));
        assert_ok!(StorageHandler::lock(&owner, &plot, 5));
        assert_noop!(consign("plot"), Error::<Test>::ObjectNotZero);
        assert_ok!(StorageHandler::use_locked(&owner, &plot, 5));
        assert_noop!(consign("plot"), Error::<Test>::ObjectNotZero);
        assert_ok!(StorageHandler::release_used(&owner, &plot, 5));
        Now::set(END - DAY);
        assert_noop!(consign("plot"), Error::<Test>::InsufficientLease);
        Now::set(END - DAY - 1);
        assert_ok!(consign("plot"));
        assert_noop!(consign("plot"), Error::<Test>::ConsignmentExisted);
        block_at(END);
        assert_noop!(consign("plot"), Error::<Test>::NotActive);
    });
}

#[test]
fn a_purchase_reserves_the_price_and_takes_effect_by_itself() {
    build_and_execute(|| {
        let token = on_sale();
        let before = territory(USER, "plot");
        assert_ok!(buy(OTHER, token, "mine"));
        let event = Event::BuyConsignment {
            name: name("mine"),
            token,
            price: PRICE,
        };
        assert_eq!(events().last(), Some(&event));
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH - PRICE, PRICE));
        let sale = Consignment::<Test>::get(token).unwrap();
        let expected = (Some(account(OTHER)), Some(START + LOCK), true);
        assert_eq!((sale.buyers, sale.exec, sale.locked), expected);

        let seller = free(USER);
        block_at(START + LOCK - 1);
        assert_eq!(reserved(OTHER), PRICE, "not before its time");
        block_at(START + LOCK);
        let event = Event::ExecConsignment {
            buyer: account(OTHER),
            seller: account(USER),
            token,
        };
        assert_eq!(events(), [event]);
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH - PRICE, 0));
        assert_eq!(free(USER), seller + PRICE);
        assert!(!Territory::<Test>::contains_key(
            account(USER),
            name("plot")
        ));
        let mine = territory(OTHER, "mine");
        assert_eq!(mine.state, TerritoryState::Active);
        assert_eq!((mine.token, mine.deadline), (token, before.deadline));
        let key = Some((account(OTHER), name("mine")));
        assert_eq!(TerritoryKey::<Test>::get(token), key);
        assert_eq!(Consignment::<Test>::get(token), None);
        assert_eq!(SaleQueue::<Test>::iter().count(), 0);
        assert_ok!(StorageHandler::lock(&account(OTHER), &name("mine"), 5));
    });
}

#[test]
fn a_buyer_needs_the_price_once_and_nothing_beside_it() {
    build_and_execute(|| {
        mint(USER, "plot");
        assert_ok!(StorageHandler::territory_consignment(
            signed(USER),
            name("plot"),
            TCESS + 1
        ));
        let token = token(USER, "plot");
        // The account must stay alive: one of its two TCESS.
        let call = buy(POOR, token, "mine");
        assert_noop!(call, Error::<Test>::InsufficientBalance);
        assert_ok!(cancel(USER, "plot"));
        assert_ok!(StorageHandler::territory_consignment(
            signed(USER),
            name("plot"),
            TCESS
        ));
        assert_ok!(buy(POOR, token, "mine"));
        block_at(START + LOCK);
        assert_eq!((free(POOR), reserved(POOR)), (TCESS, 0));
        assert_eq!(territory(POOR, "mine").token, token);
    });
}

#[test]
fn buying_is_refused_with_a_reason() {
    build_and_execute(|| {
        let nothing = H256::repeat_byte(9);
        let call = buy(OTHER, nothing, "mine");
        assert_noop!(call, Error::<Test>::NonExistentConsignment);
        mint(USER, "other");
        let call = buy(OTHER, token(USER, "other"), "mine");
        assert_noop!(call, Error::<Test>::NonExistentConsignment);

        let token = on_sale();
        let call = buy(USER, token, "mine");
        assert_noop!(call, Error::<Test>::OwnConsignment);
        assert_noop!(buy(OTHER, token, ""), Error::<Test>::ParamError);
        mint(OTHER, "taken");
        assert_noop!(buy(OTHER, token, "taken"), Error::<Test>::DuplicateName);
        assert_noop!(buy(POOR, token, "mine"), Error::<Test>::InsufficientBalance);
        // Late enough for the lease to end before the sale takes effect.
        Now::set(END - LOCK);
        assert_noop!(buy(OTHER, token, "mine"), Error::<Test>::InsufficientLease);
        Now::set(END - LOCK - 1);
        assert_ok!(buy(OTHER, token, "mine"));
        assert_noop!(buy(4, token, "mine"), Error::<Test>::ConsignmentLocked);
        block_at(END - 1);
        assert_eq!(territory(OTHER, "mine").token, token);
    });
}

#[test]
fn prices_of_any_size_do_no_harm() {
    build_and_execute(|| {
        mint(USER, "dear");
        mint(USER, "free");
        for (text, price) in [("dear", u128::MAX), ("free", 0)] {
            let call = StorageHandler::territory_consignment(signed(USER), name(text), price);
            assert_ok!(call);
        }
        let call = buy(OTHER, token(USER, "dear"), "dear");
        assert_noop!(call, Error::<Test>::InsufficientBalance);
        assert_ok!(buy(OTHER, token(USER, "free"), "free"));
        block_at(START + LOCK);
        assert_eq!(territory(OTHER, "free").state, TerritoryState::Active);
        assert_eq!(free(OTHER), RICH);
    });
}
