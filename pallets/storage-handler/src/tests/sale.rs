//! Consigning, buying, cancelling, and how sales end by themselves (Q11).

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

#[test]
fn the_owner_takes_a_territory_off_sale_while_nobody_buys_it() {
    build_and_execute(|| {
        assert_noop!(cancel(USER, "plot"), Error::<Test>::NotHaveTerritory);
        mint(USER, "plot");
        assert_noop!(cancel(USER, "plot"), Error::<Test>::NotOnConsignment);
        assert_ok!(consign("plot"));
        let token = token(USER, "plot");
        assert_noop!(cancel(OTHER, "plot"), Error::<Test>::NotHaveTerritory);
        assert_ok!(buy(OTHER, token, "mine"));
        assert_noop!(cancel(USER, "plot"), Error::<Test>::ConsignmentLocked);
        assert_ok!(withdraw(OTHER, token));
        assert_ok!(cancel(USER, "plot"));
        assert_eq!(events().last(), Some(&Event::CancleConsignment { token }));
        assert_eq!(territory(USER, "plot").state, TerritoryState::Active);
        assert_eq!(Consignment::<Test>::get(token), None);
    });
}

#[test]
fn the_buyer_and_nobody_else_withdraws_and_has_its_money_back() {
    build_and_execute(|| {
        let token = on_sale();
        let nothing = H256::repeat_byte(9);
        let call = withdraw(OTHER, nothing);
        assert_noop!(call, Error::<Test>::NonExistentConsignment);
        assert_noop!(withdraw(OTHER, token), Error::<Test>::ConsignmentUnLocked);
        assert_ok!(buy(OTHER, token, "mine"));
        for n in [USER, POOR] {
            assert_noop!(withdraw(n, token), Error::<Test>::NotBuyer);
        }
        assert_ok!(withdraw(OTHER, token));
        assert_eq!(
            events().last(),
            Some(&Event::CancelPurchaseAction { token })
        );
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH, 0));
        is_on_sale_and_free(token);
        // The withdrawn purchase does not come back; another buyer's has its own time.
        Now::set(START + 3);
        assert_ok!(buy(4, token, "mine"));
        block_at(START + LOCK);
        assert_eq!(territory(USER, "plot").state, TerritoryState::OnConsignment);
        block_at(START + LOCK + 3);
        assert_eq!(territory(4, "mine").token, token);
    });
}

#[test]
fn a_purchase_that_is_due_is_not_withdrawn() {
    build_and_execute(|| {
        let token = bought();
        Now::set(START + LOCK);
        assert_noop!(withdraw(OTHER, token), Error::<Test>::ConsignmentLocked);
        block_at(START + LOCK);
        assert_eq!(territory(OTHER, "mine").token, token);
    });
}

#[test]
fn root_completes_a_sale_at_once_under_the_name_that_it_gives() {
    build_and_execute(|| {
        let token = bought();
        let seller = free(USER);
        mint(OTHER, "taken");
        let call = StorageHandler::exec_consignment(signed(OTHER), token, name("mine"));
        assert_noop!(call, sp_runtime::DispatchError::BadOrigin);
        assert_noop!(exec(token, "taken"), Error::<Test>::DuplicateName);
        assert_noop!(exec(token, ""), Error::<Test>::ParamError);
        assert_ok!(exec(token, "chosen"));
        assert_eq!(territory(OTHER, "chosen").token, token);
        assert_eq!(free(USER), seller + PRICE);
        assert_eq!(reserved(OTHER), 0);
        assert_eq!(SaleQueue::<Test>::iter().count(), 0);
        block_at(START + LOCK);
        assert_eq!(events(), [], "nothing is left to do");
    });
}

#[test]
fn root_completes_no_sale_without_a_buyer_or_a_lease() {
    build_and_execute(|| {
        let nothing = H256::repeat_byte(9);
        assert_noop!(exec(nothing, "a"), Error::<Test>::NonExistentConsignment);
        let token = on_sale();
        assert_noop!(exec(token, "a"), Error::<Test>::ConsignmentUnLocked);
        assert_ok!(buy(OTHER, token, "mine"));
        Now::set(END);
        assert_noop!(exec(token, "a"), Error::<Test>::InsufficientLease);
    });
}

#[test]
fn a_name_that_was_taken_meanwhile_is_replaced_by_the_token() {
    build_and_execute(|| {
        let token = bought();
        mint(OTHER, "mine");
        let own = territory(OTHER, "mine");
        block_at(START + LOCK);
        assert_eq!(territory(OTHER, "mine"), own, "nothing is overwritten");
        let key = Some((account(OTHER), token_name(token)));
        assert_eq!(TerritoryKey::<Test>::get(token), key);
        assert_eq!(
            (free(OTHER), reserved(OTHER)),
            (RICH - PRICE - 900 * TCESS, 0)
        );
    });
}

#[test]
fn without_any_free_name_the_buyer_has_its_money_back_and_the_sale_goes_on() {
    build_and_execute(|| {
        let token = bought();
        mint(OTHER, "mine");
        let spare = token_name(token);
        assert_ok!(StorageHandler::mint_territory(signed(OTHER), 1, spare, 30));
        block_at(START + LOCK);
        assert_eq!(events(), [Event::CancelPurchaseAction { token }]);
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH - 1800 * TCESS, 0));
        assert_eq!(territory(USER, "plot").state, TerritoryState::OnConsignment);
        is_on_sale_and_free(token);
        assert_ok!(buy(4, token, "mine"));
    });
}

#[test]
fn a_seller_that_is_gone_is_not_paid_into_the_void() {
    build_and_execute(|| {
        let token = bought();
        let all = Balances::transfer_all(signed(USER), account(4), false);
        assert_ok!(all);
        assert!(!System::account_exists(&account(USER)));
        let issued = pallet_balances::TotalIssuance::<Test>::get();
        assert_noop!(
            exec(token, "a"),
            pallet_balances::Error::<Test>::DeadAccount
        );
        block_at(START + LOCK);
        assert_eq!(events(), [Event::CancelPurchaseAction { token }]);
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH, 0));
        is_on_sale_and_free(token);
        assert_eq!(pallet_balances::TotalIssuance::<Test>::get(), issued);
    });
}

#[test]
fn a_reserve_that_no_longer_covers_the_price_undoes_the_purchase() {
    use frame_support::traits::ReservableCurrency;
    build_and_execute(|| {
        let token = bought();
        let seller = free(USER);
        let (taken, _) = Balances::slash_reserved(&account(OTHER), 1);
        drop(taken);
        assert_noop!(exec(token, "a"), Error::<Test>::InsufficientBalance);
        block_at(START + LOCK);
        assert_eq!(free(USER), seller);
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH - 1, 0));
        is_on_sale_and_free(token);
    });
}

#[test]
fn a_sale_ends_with_the_lease_and_the_buyer_has_its_money_back() {
    build_and_execute(|| {
        let token = bought();
        let root = RuntimeOrigin::root();
        let sooner = START + LOCK - 1;
        let call =
            StorageHandler::update_user_territory_life(root, account(USER), name("plot"), sooner);
        assert_ok!(call);
        block_at(sooner);
        let frozen = Event::LeaseFrozen {
            acc: account(USER),
            name: name("plot"),
            expires: sooner + GRACE,
        };
        let ended = [
            Event::CancelPurchaseAction { token },
            Event::CancleConsignment { token },
            frozen,
        ];
        assert_eq!(events(), ended);
        assert_eq!(territory(USER, "plot").state, TerritoryState::Frozen);
        assert_eq!(Consignment::<Test>::get(token), None);
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH, 0));
        block_at(START + LOCK);
        assert_eq!(events(), []);
    });
}

#[test]
fn a_lease_that_ends_in_the_tick_of_the_sale_is_not_sold() {
    build_and_execute(|| {
        bought();
        let root = RuntimeOrigin::root();
        let tick: Tick = START + LOCK;
        let call =
            StorageHandler::update_user_territory_life(root, account(USER), name("plot"), tick);
        assert_ok!(call);
        block_at(tick);
        assert_eq!(territory(USER, "plot").state, TerritoryState::Frozen);
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH, 0));
    });
}

#[test]
fn an_offer_without_a_buyer_ends_with_the_lease() {
    build_and_execute(|| {
        let token = on_sale();
        block_at(END);
        assert_eq!(events()[0], Event::CancleConsignment { token });
        assert_eq!(Consignment::<Test>::get(token), None);
        assert_noop!(
            buy(OTHER, token, "a"),
            Error::<Test>::NonExistentConsignment
        );
        assert_ok!(StorageHandler::renewal_territory(
            signed(USER),
            name("plot"),
            2
        ));
    });
}

#[test]
fn one_buyer_has_several_purchases_each_with_its_own_money() {
    build_and_execute(|| {
        for text in ["a", "b", "c"] {
            mint(USER, text);
            assert_ok!(consign(text));
            // The same name for all; the first one gets it.
            assert_ok!(buy(OTHER, token(USER, text), "mine"));
        }
        assert_eq!(reserved(OTHER), 3 * PRICE);
        assert_ok!(withdraw(OTHER, token(USER, "b")));
        assert_eq!(reserved(OTHER), 2 * PRICE);
        block_at(START + LOCK);
        assert_eq!((free(OTHER), reserved(OTHER)), (RICH - 2 * PRICE, 0));
        assert_eq!(Territory::<Test>::iter_prefix(account(OTHER)).count(), 2);
        assert!(Territory::<Test>::contains_key(
            account(OTHER),
            name("mine")
        ));
    });
}
