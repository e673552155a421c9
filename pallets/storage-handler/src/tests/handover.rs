//! Grants and renames.

use crate::{mock::*, Error, Event, Territory, TerritoryKey};
use cess_primitives::{file::Name, territory::TerritoryState, traits::Territories, Tick};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;

fn grant(text: &str, to: u8) -> DispatchResult {
    StorageHandler::territory_grants(signed(USER), name(text), account(to))
}

fn rename(old: &str, new: &str) -> DispatchResult {
    StorageHandler::territory_rename(signed(USER), name(old), name(new))
}

fn token_name(token: sp_core::H256) -> Name {
    token.as_bytes().to_vec().try_into().unwrap()
}

/// Fills, consigns or ends the territory, and runs the check in each case.
fn in_each_state_that_keeps_it(text: &str, check: impl Fn(Error<Test>)) {
    let (owner, home) = (account(USER), name(text));
    assert_ok!(StorageHandler::lock(&owner, &home, 5));
    check(Error::<Test>::ObjectNotZero);
    assert_ok!(StorageHandler::use_locked(&owner, &home, 5));
    check(Error::<Test>::ObjectNotZero);
    assert_ok!(StorageHandler::release_used(&owner, &home, 5));
    assert_ok!(StorageHandler::territory_consignment(
        signed(USER),
        home.clone(),
        1
    ));
    check(Error::<Test>::NotActive);
    assert_ok!(StorageHandler::cancel_consignment(signed(USER), home));
    let states: [(Tick, TerritoryState); 3] = [
        (END, TerritoryState::Active),
        (END, TerritoryState::Frozen),
        (END + GRACE, TerritoryState::Expired),
    ];
    for (tick, state) in states {
        match state {
            TerritoryState::Active => Now::set(tick),
            _ => {
                block_at(tick);
            }
        }
        assert_eq!(territory(USER, text).state, state);
        check(Error::<Test>::NotActive);
    }
}

#[test]
fn a_granted_territory_is_the_receivers_under_the_bytes_of_its_token() {
    build_and_execute(|| {
        mint(USER, "gift");
        let before = territory(USER, "gift");
        let new_name = token_name(before.token);
        System::reset_events();
        assert_ok!(grant("gift", OTHER));
        assert!(!Territory::<Test>::contains_key(
            account(USER),
            name("gift")
        ));
        let key = Some((account(OTHER), new_name.clone()));
        assert_eq!(TerritoryKey::<Test>::get(before.token), key);
        let event = Event::TerritoryGranted {
            token: before.token,
            from: account(USER),
            to: account(OTHER),
            name: new_name.clone(),
        };
        assert_eq!(events(), [event]);
        let after = Territory::<Test>::get(account(OTHER), &new_name);
        assert_eq!(after, Some(before), "the lease goes on as it was");
        // The receiver uses it like any other, and it ends when it would have ended.
        assert_ok!(StorageHandler::lock(&account(OTHER), &new_name, 5));
        block_at(END);
        let after = Territory::<Test>::get(account(OTHER), &new_name).unwrap();
        assert_eq!(after.state, TerritoryState::Frozen);
        // The old name is free again.
        mint(USER, "gift");
    });
}

#[test]
fn nothing_is_granted_over_a_territory_of_the_receiver() {
    build_and_execute(|| {
        mint(USER, "gift");
        let taken = token_name(token(USER, "gift"));
        let call = StorageHandler::mint_territory(signed(OTHER), 1, taken.clone(), 30);
        assert_ok!(call);
        let theirs = Territory::<Test>::get(account(OTHER), &taken);
        assert_noop!(grant("gift", OTHER), Error::<Test>::DuplicateName);
        assert_eq!(Territory::<Test>::get(account(OTHER), &taken), theirs);
        assert_ok!(grant("gift", 4));
    });
}

#[test]
fn only_ones_own_active_and_empty_territory_is_granted_and_to_somebody_else() {
    build_and_execute(|| {
        assert_noop!(grant("home", OTHER), Error::<Test>::NotHaveTerritory);
        mint(OTHER, "home");
        assert_noop!(grant("home", 4), Error::<Test>::NotHaveTerritory);
        mint(USER, "home");
        assert_noop!(grant("home", USER), Error::<Test>::ParamError);
        in_each_state_that_keeps_it("home", |error| {
            assert_noop!(grant("home", OTHER), error);
        });
    });
}

#[test]
fn a_renamed_territory_keeps_everything_else() {
    build_and_execute(|| {
        mint(USER, "old");
        let before = territory(USER, "old");
        System::reset_events();
        assert_ok!(rename("old", "new"));
        assert!(!Territory::<Test>::contains_key(account(USER), name("old")));
        let event = Event::TerritoryRenamed {
            token: before.token,
            acc: account(USER),
            old_name: name("old"),
            new_name: name("new"),
        };
        assert_eq!(events(), [event]);
        assert_eq!(territory(USER, "new"), before);
        assert_ok!(rename("new", "old"));
        assert_eq!(territory(USER, "old"), before);
    });
}

#[test]
fn a_name_that_is_empty_or_taken_is_refused() {
    build_and_execute(|| {
        mint(USER, "old");
        mint(USER, "taken");
        assert_noop!(rename("old", ""), Error::<Test>::ParamError);
        assert_noop!(rename("old", "taken"), Error::<Test>::DuplicateName);
        assert_noop!(rename("old", "old"), Error::<Test>::DuplicateName);
        // An expired territory keeps its name, too.
        block_at(END + GRACE);
        mint(USER, "young");
        assert_noop!(rename("young", "taken"), Error::<Test>::DuplicateName);
    });
}

#[test]
fn only_ones_own_active_and_empty_territory_is_renamed() {
    build_and_execute(|| {
        mint(OTHER, "home");
        assert_noop!(rename("home", "new"), Error::<Test>::NotHaveTerritory);
        mint(USER, "home");
        in_each_state_that_keeps_it("home", |error| {
            assert_noop!(rename("home", "new"), error);
        });
    });
}
