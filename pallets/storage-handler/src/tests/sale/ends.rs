//! How sales end: on somebody's wish, by root, with the lease, or in vain (Q11).

use super::*;

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
