//! Orders and their payment (Q13).

use crate::{mock::*, Error, Event, OrderId, OrderQueue, PayOrder, Territory, ORDERS_PER_BLOCK};
use cess_primitives::{
    territory::{OrderInfo, OrderType, TerritoryState},
    traits::Treasury,
    Tick, TCESS,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;

/// The ticks of an order of 30 minutes: 30 / 1440 of a day of 180, rounded up.
const HALF_AN_HOUR: Tick = 4;

fn create(kind: OrderType, text: &str, gib: u32, days: u32, minutes: u32) -> DispatchResult {
    let (by, target) = (signed(POOR), account(USER));
    StorageHandler::create_order(by, target, name(text), kind, gib, days, minutes)
}

/// Makes an order for [`USER`]'s territory "home" and returns its id.
fn order(kind: OrderType, gib: u32, days: u32) -> OrderId {
    assert_ok!(create(kind, "home", gib, days, 30));
    last_order()
}

fn last_order() -> OrderId {
    match events().pop() {
        Some(Event::CreatePayOrder { order_hash }) => order_hash,
        other => panic!("no order was made: {other:?}"),
    }
}

fn pay(n: u8, id: &OrderId) -> DispatchResult {
    StorageHandler::exec_order(signed(n), id.clone())
}

#[test]
fn an_order_for_a_territory_is_paid_by_anyone_and_then_gone() {
    build_and_execute(|| {
        let id = order(OrderType::Buy, 2, 30);
        let spend = 2 * 30 * 30 * TCESS;
        let expected = OrderInfo {
            territory_name: name("home"),
            pay: spend,
            gib_count: 2,
            days: 30,
            expired: START + HALF_AN_HOUR,
            target_acc: account(USER),
            order_type: OrderType::Buy,
        };
        assert_eq!(PayOrder::<Test>::get(&id), Some(expected));
        assert_eq!(free(POOR), 2 * TCESS, "an order costs nothing");

        System::reset_events();
        assert_ok!(pay(OTHER, &id));
        assert_eq!(free(OTHER), RICH - spend);
        assert_eq!(Balances::free_balance(Outside::rents()), spend);
        let t = territory(USER, "home");
        assert_eq!((t.total_space, t.state), (2 * G, TerritoryState::Active));
        let minted = Event::MintTerritory {
            token: t.token,
            name: name("home"),
            storage_capacity: 2 * G,
            spend,
        };
        let paid = Event::PaidOrder {
            order_hash: id.clone(),
        };
        assert_eq!(events(), [minted, paid]);
        assert_eq!(PayOrder::<Test>::get(&id), None);
        assert_eq!(OrderQueue::<Test>::iter().count(), 0);
        assert_noop!(pay(OTHER, &id), Error::<Test>::NoOrder);
    });
}

#[test]
fn an_order_that_nobody_pays_in_time_is_forgotten() {
    build_and_execute(|| {
        let id = order(OrderType::Buy, 1, 30);
        block_at(START + HALF_AN_HOUR);
        assert!(PayOrder::<Test>::contains_key(&id), "its last tick");
        Now::set(START + HALF_AN_HOUR + 1);
        assert_noop!(pay(OTHER, &id), Error::<Test>::OrderExpired);
        block_at(START + HALF_AN_HOUR + 1);
        assert_noop!(pay(OTHER, &id), Error::<Test>::NoOrder);
        assert_eq!(OrderQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn an_order_is_paid_up_to_its_last_tick() {
    build_and_execute(|| {
        let id = order(OrderType::Buy, 1, 30);
        block_at(START + HALF_AN_HOUR);
        assert_ok!(pay(OTHER, &id));
    });
}

#[test]
fn an_order_lives_for_minutes_of_the_protocols_day_and_at_least_a_tick() {
    build_and_execute(|| {
        for (minutes, ticks) in [(0, 1), (1, 1), (8, 1), (9, 2), (59, 8)] {
            assert_ok!(create(OrderType::Buy, "home", 1, 30, minutes));
            let order = PayOrder::<Test>::get(last_order()).unwrap();
            assert_eq!(order.expired, START + ticks, "{minutes} minutes");
        }
        for minutes in [60, u32::MAX] {
            let call = create(OrderType::Buy, "home", 1, 30, minutes);
            assert_noop!(call, Error::<Test>::BoundariesNotMet);
        }
        Now::set(Tick::MAX);
        let call = create(OrderType::Buy, "home", 1, 30, 0);
        assert_noop!(call, Error::<Test>::Overflow);
    });
}

#[test]
fn equal_orders_of_one_block_have_different_ids() {
    build_and_execute(|| {
        let ids = [(); 3].map(|()| order(OrderType::Buy, 1, 30));
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
        assert_eq!(PayOrder::<Test>::iter().count(), 3);
        assert_ok!(pay(OTHER, &ids[0]));
        assert_noop!(pay(OTHER, &ids[1]), Error::<Test>::DuplicateName);
    });
}

#[test]
fn an_order_is_within_the_limits_of_what_it_stands_for() {
    build_and_execute(|| {
        for (text, gib, days) in [
            ("home", 0, 30),
            ("home", 1, 29),
            ("home", 1, 0),
            ("", 1, 30),
        ] {
            let call = create(OrderType::Buy, text, gib, days, 30);
            assert_noop!(call, Error::<Test>::ParamError);
        }
        let call = create(OrderType::Expansion, "home", 1, 0, 30);
        assert_noop!(call, Error::<Test>::NotHaveTerritory);
        let call = create(OrderType::Renewal, "home", 0, 1, 30);
        assert_noop!(call, Error::<Test>::NotHaveTerritory);

        mint(USER, "home");
        let call = create(OrderType::Buy, "home", 1, 30, 30);
        assert_noop!(call, Error::<Test>::DuplicateName);
        let call = create(OrderType::Expansion, "home", 0, 9, 30);
        assert_noop!(call, Error::<Test>::ParamError);
        let call = create(OrderType::Renewal, "home", 9, 0, 30);
        assert_noop!(call, Error::<Test>::ParamError);
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            u128::MAX
        ));
        let call = create(OrderType::Buy, "other", 2, 30, 30);
        assert_noop!(call, Error::<Test>::Overflow);
    });
}

#[test]
fn a_payer_without_the_money_changes_nothing() {
    build_and_execute(|| {
        let id = order(OrderType::Buy, 1, 30);
        assert_noop!(pay(POOR, &id), Error::<Test>::InsufficientBalance);
        assert!(PayOrder::<Test>::contains_key(&id));
        assert_ok!(pay(OTHER, &id));
    });
}

#[test]
fn an_order_beyond_the_networks_space_is_not_carried_out() {
    build_and_execute(|| {
        let id = order(OrderType::Buy, 1001, 30);
        assert_noop!(pay(USER, &id), Error::<Test>::InsufficientAvailableSpace);
        let id = order(OrderType::Buy, 1, u32::MAX);
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            0
        ));
        assert_noop!(pay(USER, &id), Error::<Test>::Overflow);
    });
}

#[test]
fn the_price_is_that_of_the_day_when_the_order_was_made() {
    build_and_execute(|| {
        mint(USER, "home");
        let renewal = order(OrderType::Renewal, 0, 10);
        let expansion = order(OrderType::Expansion, 3, 0);
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            u128::MAX
        ));
        assert_ok!(pay(OTHER, &expansion));
        assert_eq!(free(OTHER), RICH - 3 * 30 * 30 * TCESS);
        // The renewal was priced for the smaller territory.
        assert_noop!(pay(OTHER, &renewal), Error::<Test>::InvalidOrder);
    });
}

#[test]
fn an_expansion_pays_for_the_days_that_were_left_when_it_was_ordered() {
    build_and_execute(|| {
        mint(USER, "home");
        Now::set(START + 20 * DAY - 1);
        let id = order(OrderType::Expansion, 3, 999);
        let noted = PayOrder::<Test>::get(&id).unwrap();
        assert_eq!((noted.gib_count, noted.days), (3, 11));
        assert_eq!(noted.pay, 3 * 11 * 30 * TCESS);
        System::reset_events();
        Now::set(START + 20 * DAY + 1);
        assert_ok!(pay(OTHER, &id));
        assert_eq!(free(OTHER), RICH - noted.pay);
        assert_eq!(territory(USER, "home").total_space, 4 * G);
        let grown = Event::ExpansionTerritory {
            name: name("home"),
            expansion_space: 3 * G,
            spend: noted.pay,
        };
        assert_eq!(events()[0], grown);
    });
}

#[test]
fn an_expansion_ordered_for_a_short_lease_is_void_for_a_longer_one() {
    build_and_execute(|| {
        mint(USER, "home");
        Now::set(END - 1);
        let id = order(OrderType::Expansion, 100, 0);
        let call = StorageHandler::renewal_territory(signed(USER), name("home"), 300);
        assert_ok!(call);
        assert_noop!(pay(USER, &id), Error::<Test>::InvalidOrder);
    });
}

#[test]
fn a_renewal_pays_for_the_whole_territory() {
    build_and_execute(|| {
        mint(USER, "home");
        let id = order(OrderType::Renewal, 999, 5);
        let noted = PayOrder::<Test>::get(&id).unwrap();
        assert_eq!((noted.gib_count, noted.days), (1, 5));
        System::reset_events();
        assert_ok!(pay(OTHER, &id));
        assert_eq!(free(OTHER), RICH - 5 * 30 * TCESS);
        assert_eq!(territory(USER, "home").deadline, END + 5 * DAY);
        let renewed = Event::RenewalTerritory {
            name: name("home"),
            days: 5,
            spend: 5 * 30 * TCESS,
        };
        assert_eq!(events()[0], renewed);
    });
}

#[test]
fn a_frozen_territory_is_renewed_by_an_order_but_not_expanded() {
    build_and_execute(|| {
        mint(USER, "home");
        block_at(END + 1);
        let call = create(OrderType::Expansion, "home", 1, 0, 30);
        assert_noop!(call, Error::<Test>::NotActive);
        let id = order(OrderType::Renewal, 0, 5);
        assert_ok!(pay(OTHER, &id));
        assert_eq!(territory(USER, "home").deadline, END + 1 + 5 * DAY);
    });
}

#[test]
fn neither_an_expired_territory_nor_one_on_sale_is_renewed_by_an_order() {
    build_and_execute(|| {
        mint(USER, "home");
        let id = order(OrderType::Renewal, 0, 5);
        let call = StorageHandler::territory_consignment(signed(USER), name("home"), TCESS);
        assert_ok!(call);
        assert_noop!(pay(OTHER, &id), Error::<Test>::OnConsignment);
        let call = create(OrderType::Renewal, "home", 0, 5, 30);
        assert_noop!(call, Error::<Test>::OnConsignment);
        block_at(END);

        Now::set(END + GRACE - 1);
        let id = order(OrderType::Renewal, 0, 5);
        block_at(END + GRACE);
        assert_noop!(pay(OTHER, &id), Error::<Test>::LeaseExpired);
        let call = create(OrderType::Renewal, "home", 0, 5, 30);
        assert_noop!(call, Error::<Test>::LeaseExpired);
    });
}

#[test]
fn an_order_for_a_territory_that_was_given_away_is_void() {
    build_and_execute(|| {
        mint(USER, "home");
        let id = order(OrderType::Renewal, 0, 5);
        assert_ok!(StorageHandler::territory_grants(
            signed(USER),
            name("home"),
            account(4)
        ));
        assert_noop!(pay(OTHER, &id), Error::<Test>::NotHaveTerritory);
        assert_eq!(Territory::<Test>::iter_prefix(account(USER)).count(), 0);
    });
}

#[test]
fn a_flood_of_orders_is_forgotten_in_portions_and_delays_no_lease() {
    build_and_execute(|| {
        mint(USER, "lease");
        Now::set(END - 10);
        for _ in 0..2 * ORDERS_PER_BLOCK + 7 {
            assert_ok!(create(OrderType::Buy, "home", 1, 30, 30));
        }
        block_at(END);
        assert_eq!(territory(USER, "lease").state, TerritoryState::Frozen);
        let left = |count: u32| assert_eq!(PayOrder::<Test>::iter().count(), count as usize);
        left(ORDERS_PER_BLOCK + 7);
        block_at(END);
        left(7);
        block_at(END);
        left(0);
    });
}
