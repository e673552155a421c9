//! Root's calls for tests and repairs never break the books.

use crate::{mock::*, Error, Territory, TotalServiceSpace};
use cess_primitives::{
    territory::{TerritoryInfo, TerritoryState},
    traits::Territories,
    Tick,
};
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

fn move_expiry(from: Tick, to: Tick, token: H256) -> DispatchResult {
    StorageHandler::update_expired_exec(RuntimeOrigin::root(), from, to, token)
}

fn recount(text: &str) -> DispatchResult {
    let root = RuntimeOrigin::root();
    StorageHandler::fix_territory_space_for_reactivate(root, account(USER), name(text))
}

fn state() -> TerritoryState {
    territory(USER, "home").state
}

#[test]
fn repairs_are_for_root_alone() {
    build_and_execute(|| {
        mint(USER, "home");
        let bad = DispatchError::BadOrigin;
        assert_noop!(StorageHandler::clear_service_space(signed(USER)), bad);
        let call = StorageHandler::fix_territory_space_for_reactivate(
            signed(USER),
            account(USER),
            name("home"),
        );
        assert_noop!(call, bad);
        let token = token(USER, "home");
        let call = StorageHandler::update_expired_exec(signed(USER), 1, 2, token);
        assert_noop!(call, bad);
    });
}

#[test]
fn the_service_space_of_the_miners_is_not_cleared() {
    build_and_execute(|| {
        let call = StorageHandler::clear_service_space(RuntimeOrigin::root());
        assert_noop!(call, Error::<Test>::WrongOperation);
        assert_eq!(TotalServiceSpace::<Test>::get(), 400 * G);
    });
}

#[test]
fn the_free_space_of_a_territory_is_computed_again() {
    build_and_execute(|| {
        assert_noop!(recount("home"), Error::<Test>::NotHaveTerritory);
        mint(USER, "home");
        let (owner, home) = (account(USER), name("home"));
        assert_ok!(StorageHandler::lock(&owner, &home, 7));
        let sound = territory(USER, "home");
        assert_ok!(recount("home"));
        assert_eq!(territory(USER, "home"), sound, "nothing to mend");

        let broken = TerritoryInfo {
            remaining_space: 3,
            ..sound.clone()
        };
        Territory::<Test>::insert(&owner, &home, broken);
        StorageHandler::do_try_state().unwrap_err();
        assert_ok!(recount("home"));
        assert_eq!(territory(USER, "home"), sound);

        let overfull = TerritoryInfo {
            used_space: 2 * G,
            ..sound.clone()
        };
        Territory::<Test>::insert(&owner, &home, overfull);
        assert_noop!(recount("home"), Error::<Test>::BugInvalid);
        Territory::<Test>::insert(&owner, &home, sound);
    });
}

#[test]
fn a_frozen_territorys_expiry_is_moved_both_ways() {
    build_and_execute(|| {
        mint(USER, "home");
        let token = token(USER, "home");
        let unknown = H256::repeat_byte(9);
        assert_noop!(move_expiry(1, 2, unknown), Error::<Test>::NotHaveTerritory);
        // It is not frozen yet, so it expires at no tick.
        let call = move_expiry(END + GRACE, END + 5, token);
        assert_noop!(call, Error::<Test>::StateError);
        block_at(END);
        let call = move_expiry(END + GRACE + 1, END + 5, token);
        assert_noop!(call, Error::<Test>::StateError);

        assert_ok!(move_expiry(END + GRACE, END + 2 * GRACE, token));
        block_at(END + GRACE);
        assert_eq!(state(), TerritoryState::Frozen);
        assert_ok!(move_expiry(END + 2 * GRACE, 5, token));
        block_at(END + GRACE + 1);
        assert_eq!(state(), TerritoryState::Expired);
        let call = move_expiry(5, END, token);
        assert_noop!(call, Error::<Test>::StateError);
    });
}

#[test]
fn a_territory_whose_expiry_was_moved_can_still_be_renewed_until_then() {
    build_and_execute(|| {
        mint(USER, "home");
        let token = token(USER, "home");
        block_at(END);
        assert_ok!(move_expiry(END + GRACE, END + 2 * GRACE, token));
        Now::set(END + 2 * GRACE - 1);
        let call = StorageHandler::renewal_territory(signed(USER), name("home"), 1);
        assert_ok!(call);
        assert_eq!(state(), TerritoryState::Active);
    });
}
