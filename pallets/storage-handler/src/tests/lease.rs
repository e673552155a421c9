//! How leases end, one by one and in crowds.

use crate::{
    mock::{mint as mint_for, *},
    CleanUp, Error, Event, ExpiryTicks, FrozenTicks, PurchasedSpace, Territory, TerritoryExpired,
    TerritoryFrozen, TerritoryFrozenCounter, STEPS_PER_BLOCK,
};
use cess_primitives::{territory::TerritoryState, traits::Territories, Tick};
use frame_support::{assert_noop, assert_ok};

fn mint(text: &str) {
    mint_for(USER, text);
}

fn set_end(text: &str, deadline: Tick) -> sp_runtime::DispatchResult {
    let root = RuntimeOrigin::root();
    StorageHandler::update_user_territory_life(root, account(USER), name(text), deadline)
}

fn state(text: &str) -> TerritoryState {
    territory(USER, text).state
}

#[test]
fn a_lease_freezes_at_its_deadline_and_expires_after_its_grace() {
    build_and_execute(|| {
        mint("home");
        block_at(END - 1);
        assert_eq!(state("home"), TerritoryState::Active);
        block_at(END);
        assert_eq!(state("home"), TerritoryState::Frozen);
        let event = Event::LeaseFrozen {
            acc: account(USER),
            name: name("home"),
            expires: END + GRACE,
        };
        System::assert_last_event(event.into());
        assert_eq!(
            PurchasedSpace::<Test>::get(),
            G,
            "a frozen territory still holds its space"
        );

        block_at(END + GRACE - 1);
        assert_eq!(state("home"), TerritoryState::Frozen);
        block_at(END + GRACE);
        assert_eq!(state("home"), TerritoryState::Expired);
        System::assert_last_event(
            Event::LeaseExpired {
                acc: account(USER),
                size: G,
            }
            .into(),
        );
        assert_eq!(PurchasedSpace::<Test>::get(), 0);
        assert!(!StorageHandler::is_alive(&account(USER), &name("home")));
    });
}

#[test]
fn nothing_stays_booked_once_a_territory_has_expired() {
    build_and_execute(|| {
        mint("home");
        block_at(END);
        block_at(END + GRACE);
        assert_eq!(TerritoryFrozen::<Test>::iter().count(), 0);
        assert_eq!(TerritoryFrozenCounter::<Test>::iter().count(), 0);
        assert_eq!(TerritoryExpired::<Test>::iter().count(), 0);
        assert_eq!(FrozenTicks::<Test>::iter().count(), 0);
        assert_eq!(ExpiryTicks::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_jump_of_the_clock_loses_no_lease_and_a_block_does_a_bounded_amount() {
    build_and_execute(|| {
        for i in 0..STEPS_PER_BLOCK + 10 {
            mint(&format!("home-{i}"));
        }
        let count = |state| {
            Territory::<Test>::iter_values()
                .filter(|t| t.state == state)
                .count()
        };
        block_at(END + 10 * GRACE);
        assert_eq!(count(TerritoryState::Frozen), 50);
        StorageHandler::do_try_state().unwrap();
        block_at(END + 10 * GRACE + 1);
        let states = (
            count(TerritoryState::Frozen),
            count(TerritoryState::Expired),
        );
        assert_eq!(states, (20, 40), "ten more freeze, and forty of all expire");
        block_at(END + 10 * GRACE + 2);
        assert_eq!(count(TerritoryState::Expired), 60);
    });
}

#[test]
fn a_lease_that_waits_for_its_freeze_takes_nothing_new() {
    build_and_execute(|| {
        mint("home");
        Now::set(END);
        assert_eq!(state("home"), TerritoryState::Active);
        let locked = StorageHandler::lock(&account(USER), &name("home"), 1);
        assert_noop!(locked, Error::<Test>::NotActive);
    });
}

#[test]
fn renewing_a_frozen_territory_brings_it_back_from_now_on() {
    build_and_execute(|| {
        mint("home");
        block_at(END + 100);
        assert_ok!(StorageHandler::renewal_territory(
            signed(USER),
            name("home"),
            2
        ));
        assert_eq!(state("home"), TerritoryState::Active);
        assert_eq!(territory(USER, "home").deadline, END + 100 + 2 * DAY);
        block_at(END + GRACE);
        assert_eq!(
            state("home"),
            TerritoryState::Frozen,
            "frozen again, not expired"
        );
    });
}

#[test]
fn expired_territories_are_given_out_for_clean_up_once_and_in_order() {
    build_and_execute(|| {
        for text in ["a", "b", "c"] {
            mint(text);
        }
        assert!(StorageHandler::take_expired(10).is_empty());
        for (text, end) in [("b", 2000), ("c", 3000), ("a", 4000)] {
            assert_ok!(set_end(text, end));
        }
        block_at(END);
        block_at(END + GRACE);
        let due = |text| (account(USER), name(text));
        assert_eq!(StorageHandler::take_expired(0), vec![]);
        assert_eq!(StorageHandler::take_expired(2), vec![due("b"), due("c")]);
        assert_eq!(StorageHandler::take_expired(2), vec![due("a")]);
        assert!(StorageHandler::take_expired(2).is_empty());
        assert_eq!(CleanUp::<Test>::iter().count(), 0);
    });
}

#[test]
fn the_name_of_an_expired_territory_stays_taken() {
    build_and_execute(|| {
        mint("home");
        block_at(END + GRACE);
        let call = StorageHandler::mint_territory(signed(USER), 1, name("home"), 30);
        assert_noop!(call, Error::<Test>::DuplicateName);
    });
}

#[test]
fn root_moves_the_end_of_a_lease_in_every_state() {
    build_and_execute(|| {
        assert_noop!(set_end("home", 5), Error::<Test>::NotHaveTerritory);
        mint("home");
        assert_ok!(set_end("home", 1100));
        block_at(1100);
        assert_eq!(state("home"), TerritoryState::Frozen);

        assert_ok!(set_end("home", 1090));
        assert_eq!(state("home"), TerritoryState::Frozen);
        assert_ok!(set_end("home", 1200));
        assert_eq!(state("home"), TerritoryState::Active);

        assert_ok!(set_end("home", 1));
        block_at(1 + GRACE);
        assert_eq!(state("home"), TerritoryState::Expired);
        assert_noop!(set_end("home", 9000), Error::<Test>::LeaseExpired);
    });
}

#[test]
fn a_lease_whose_grace_is_over_is_not_renewed_before_the_queue_comes_to_it() {
    build_and_execute(|| {
        mint("late");
        mint("later");
        Now::set(END + GRACE);
        let expired = Error::<Test>::LeaseExpired;
        let renew = |text| StorageHandler::renewal_territory(signed(USER), name(text), 1);
        assert_noop!(renew("late"), expired);
        // Frozen, and waiting for its expiry.
        block_at(END);
        assert_eq!(state("later"), TerritoryState::Frozen);
        Now::set(END + GRACE);
        assert_noop!(renew("later"), Error::<Test>::LeaseExpired);
        Now::set(END + GRACE - 1);
        assert_ok!(renew("later"));
    });
}

#[test]
fn an_emptied_territory_that_came_back_is_not_cleaned_up() {
    build_and_execute(|| {
        mint("home");
        mint("gone");
        block_at(END);
        block_at(END + GRACE);
        assert_ok!(StorageHandler::reactivate_territory(
            signed(USER),
            name("home"),
            30
        ));
        let due = vec![(account(USER), name("gone"))];
        assert_eq!(StorageHandler::take_expired(10), due);
    });
}
