//! Renting an expired territory again (Q12).

use crate::{mock::*, Error, Event, PurchasedSpace, TerritoryFrozen};
use cess_primitives::{
    territory::TerritoryState,
    traits::{NetworkSpace, Territories, Treasury},
    Tick, TCESS,
};
use frame_support::{assert_noop, assert_ok};

/// The tick at which these tests bring a territory back.
const BACK: Tick = END + GRACE + 77;

fn reactivate(days: u32) -> sp_runtime::DispatchResult {
    StorageHandler::reactivate_territory(signed(USER), name("home"), days)
}

/// Lets a territory of 2 GiB expire that still holds a file of 10 bytes and a deal of 5.
fn expired_with_a_file() {
    let (owner, home) = (account(USER), name("home"));
    assert_ok!(StorageHandler::mint_territory(
        signed(USER),
        2,
        home.clone(),
        30
    ));
    assert_ok!(StorageHandler::use_remaining(&owner, &home, 10));
    assert_ok!(StorageHandler::lock(&owner, &home, 5));
    block_at(END);
    block_at(END + GRACE);
    assert_eq!(territory(USER, "home").state, TerritoryState::Expired);
    Now::set(BACK);
}

fn expired() {
    assert_ok!(StorageHandler::mint_territory(
        signed(USER),
        2,
        name("home"),
        30
    ));
    block_at(END);
    block_at(END + GRACE);
    Now::set(BACK);
}

#[test]
fn a_reactivated_territory_costs_what_a_new_one_costs() {
    build_and_execute(|| {
        expired();
        let before = free(USER);
        assert_ok!(reactivate(31));
        let spend = 2 * 31 * 30 * TCESS;
        assert_eq!(free(USER), before - spend);
        assert_eq!(PurchasedSpace::<Test>::get(), 2 * G);
        let t = territory(USER, "home");
        assert_eq!((t.start, t.deadline), (BACK, BACK + 31 * DAY));
        assert_eq!(t.state, TerritoryState::Active);
        assert_eq!((t.total_space, t.remaining_space), (2 * G, 2 * G));
        assert!(TerritoryFrozen::<Test>::contains_key(t.deadline, t.token));
        let event = Event::ReactivateTerritory {
            name: name("home"),
            days: 31,
            spend,
        };
        assert_eq!(events().last(), Some(&event));
        block_at(BACK + 31 * DAY);
        assert_eq!(territory(USER, "home").state, TerritoryState::Frozen);
    });
}

#[test]
fn somebody_else_pays_for_a_territory_that_stays_its_owners() {
    build_and_execute(|| {
        expired();
        let (owner, payer) = (free(USER), free(OTHER));
        let rents = Balances::free_balance(Outside::rents());
        let call = StorageHandler::other_reactivate_territory(
            signed(OTHER),
            account(USER),
            name("home"),
            30,
        );
        assert_ok!(call);
        let spend = 2 * 30 * 30 * TCESS;
        assert_eq!((free(USER), free(OTHER)), (owner, payer - spend));
        assert_eq!(Balances::free_balance(Outside::rents()), rents + spend);
        assert_eq!(territory(USER, "home").state, TerritoryState::Active);
        let call = StorageHandler::other_reactivate_territory(
            signed(OTHER),
            account(OTHER),
            name("home"),
            30,
        );
        assert_noop!(call, Error::<Test>::NotHaveTerritory);
    });
}

#[test]
fn a_territory_comes_back_only_after_its_files_and_deals_are_gone() {
    build_and_execute(|| {
        let (owner, home) = (account(USER), name("home"));
        expired_with_a_file();
        assert_noop!(reactivate(30), Error::<Test>::ObjectNotZero);
        assert_eq!(
            StorageHandler::take_expired(9),
            [(owner.clone(), home.clone())]
        );
        assert_noop!(reactivate(30), Error::<Test>::ObjectNotZero);
        assert_ok!(StorageHandler::release_used(&owner, &home, 10));
        assert_noop!(reactivate(30), Error::<Test>::ObjectNotZero);
        assert_ok!(StorageHandler::unlock(&owner, &home, 5));
        assert_ok!(reactivate(30));
        // It takes new files, and nothing that was handed out for deletion concerns them.
        assert_ok!(StorageHandler::lock(&owner, &home, 5));
        assert!(StorageHandler::take_expired(9).is_empty());
    });
}

#[test]
fn only_expired_territories_come_back_and_for_a_whole_lease() {
    build_and_execute(|| {
        assert_noop!(reactivate(30), Error::<Test>::NotHaveTerritory);
        mint(USER, "home");
        assert_noop!(reactivate(30), Error::<Test>::NotExpire);
        block_at(END);
        assert_noop!(reactivate(30), Error::<Test>::NotExpire);
        block_at(END + GRACE);
        for days in [0, 29] {
            assert_noop!(reactivate(days), Error::<Test>::ParamError);
        }
        assert_ok!(reactivate(30));
        assert_noop!(reactivate(30), Error::<Test>::NotExpire);
    });
}

#[test]
fn a_territory_comes_back_only_if_the_miners_still_offer_the_space_and_the_rent_is_there() {
    build_and_execute(|| {
        expired();
        assert_ok!(StorageHandler::mint_territory(
            signed(OTHER),
            999,
            name("all"),
            30
        ));
        assert_noop!(reactivate(30), Error::<Test>::InsufficientAvailableSpace);
        assert_ok!(StorageHandler::change_idle(G, 0));
        assert_noop!(reactivate(u32::MAX), Error::<Test>::Overflow);
        let call = StorageHandler::other_reactivate_territory(
            signed(POOR),
            account(USER),
            name("home"),
            30,
        );
        assert_noop!(call, Error::<Test>::InsufficientBalance);
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            u128::MAX
        ));
        assert_noop!(reactivate(30), Error::<Test>::Overflow);
        assert_ok!(StorageHandler::update_price(RuntimeOrigin::root()));
        assert_ok!(reactivate(30));
    });
}

#[test]
fn a_territory_can_expire_and_come_back_again_and_again() {
    build_and_execute(|| {
        expired();
        for round in 0..3 {
            assert_ok!(reactivate(30));
            let end = territory(USER, "home").deadline;
            block_at(end + GRACE);
            assert_eq!(territory(USER, "home").state, TerritoryState::Expired);
            assert_eq!(PurchasedSpace::<Test>::get(), 0, "round {round}");
            assert_eq!(
                StorageHandler::take_expired(9).len(),
                1 + usize::from(round == 0)
            );
        }
    });
}
