//! The accounts of a territory and the network's totals, as other pallets move them.

use crate::{mock::*, Error, TotalIdleSpace, TotalServiceSpace};
use cess_primitives::{
    traits::{NetworkSpace, Territories},
    AccountId,
};
use frame_support::{assert_noop, assert_ok};

fn owner() -> AccountId {
    account(USER)
}

fn mint() {
    assert_ok!(StorageHandler::mint_territory(
        signed(USER),
        1,
        name("home"),
        30
    ));
}

/// Used, locked and remaining space.
fn spaces() -> (u128, u128, u128) {
    let t = territory(USER, "home");
    (t.used_space, t.locked_space, t.remaining_space)
}

#[test]
fn a_deal_locks_space_and_its_file_uses_it() {
    build_and_execute(|| {
        mint();
        assert_ok!(StorageHandler::lock(&owner(), &name("home"), 100));
        assert_eq!(spaces(), (0, 100, G - 100));
        assert_ok!(StorageHandler::use_locked(&owner(), &name("home"), 60));
        assert_ok!(StorageHandler::unlock(&owner(), &name("home"), 40));
        assert_eq!(spaces(), (60, 0, G - 60));
        assert_ok!(StorageHandler::use_remaining(&owner(), &name("home"), 10));
        assert_ok!(StorageHandler::release_used(&owner(), &name("home"), 70));
        assert_eq!(spaces(), (0, 0, G));
        assert_eq!(StorageHandler::remaining(&owner(), &name("home")), Ok(G));
    });
}

#[test]
fn a_territory_is_never_filled_to_the_last_byte() {
    build_and_execute(|| {
        mint();
        let full = Error::<Test>::InsufficientStorage;
        assert_noop!(StorageHandler::lock(&owner(), &name("home"), G), full);
        let full = Error::<Test>::InsufficientStorage;
        assert_noop!(
            StorageHandler::use_remaining(&owner(), &name("home"), G),
            full
        );
        assert_ok!(StorageHandler::lock(&owner(), &name("home"), G - 1));
    });
}

#[test]
fn more_than_there_is_can_not_be_moved() {
    build_and_execute(|| {
        mint();
        assert_ok!(StorageHandler::lock(&owner(), &name("home"), 5));
        let moves = [
            StorageHandler::unlock as fn(&_, &_, _) -> _,
            StorageHandler::use_locked,
            StorageHandler::release_used,
        ];
        for op in moves {
            assert_noop!(op(&owner(), &name("home"), 6), Error::<Test>::BugInvalid);
        }
    });
}

#[test]
fn a_frozen_territory_takes_nothing_but_lets_go() {
    build_and_execute(|| {
        mint();
        assert_ok!(StorageHandler::lock(&owner(), &name("home"), 100));
        block_at(1000 + 30 * DAY);
        assert!(StorageHandler::is_alive(&owner(), &name("home")));
        for op in [
            StorageHandler::lock as fn(&_, &_, _) -> _,
            StorageHandler::use_remaining,
        ] {
            assert_noop!(op(&owner(), &name("home"), 1), Error::<Test>::NotActive);
        }
        assert_ok!(StorageHandler::use_locked(&owner(), &name("home"), 90));
        assert_ok!(StorageHandler::unlock(&owner(), &name("home"), 10));
        assert_ok!(StorageHandler::release_used(&owner(), &name("home"), 90));
    });
}

#[test]
fn an_expired_territory_still_gives_back() {
    build_and_execute(|| {
        mint();
        assert_ok!(StorageHandler::lock(&owner(), &name("home"), 100));
        assert_ok!(StorageHandler::use_locked(&owner(), &name("home"), 90));
        block_at(1000 + 30 * DAY + GRACE);
        assert!(!StorageHandler::is_alive(&owner(), &name("home")));
        assert_ok!(StorageHandler::unlock(&owner(), &name("home"), 10));
        assert_ok!(StorageHandler::release_used(&owner(), &name("home"), 90));
        assert_eq!(spaces(), (0, 0, G));
    });
}

#[test]
fn a_territory_that_is_not_there_takes_nothing_and_lets_go_of_nothing() {
    build_and_execute(|| {
        let none = Error::<Test>::NotHaveTerritory;
        assert!(!StorageHandler::is_alive(&owner(), &name("home")));
        assert_eq!(
            StorageHandler::remaining(&owner(), &name("home")),
            Err(none.into())
        );
        let takers = [
            StorageHandler::lock as fn(&_, &_, _) -> _,
            StorageHandler::use_locked,
            StorageHandler::use_remaining,
        ];
        for op in takers {
            assert_noop!(
                op(&owner(), &name("home"), 1),
                Error::<Test>::NotHaveTerritory
            );
        }
        assert_ok!(StorageHandler::unlock(&owner(), &name("home"), 1));
        assert_ok!(StorageHandler::release_used(&owner(), &name("home"), 1));
    });
}

#[test]
fn the_networks_totals_follow_the_miners_and_never_wrap() {
    build_and_execute(|| {
        assert_ok!(StorageHandler::change_idle(5, 7));
        assert_eq!(TotalIdleSpace::<Test>::get(), 600 * G - 2);
        assert_ok!(StorageHandler::change_service(7, 5));
        assert_eq!(TotalServiceSpace::<Test>::get(), 400 * G + 2);
        let wrap = Error::<Test>::Overflow;
        assert_noop!(StorageHandler::change_idle(0, 601 * G), wrap);
        let wrap = Error::<Test>::Overflow;
        assert_noop!(StorageHandler::change_service(u128::MAX, 0), wrap);
    });
}
