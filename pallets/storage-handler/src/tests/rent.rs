//! Minting, expanding and renewing.

use crate::{mock::*, Error, Event, PurchasedSpace, Territory, TerritoryKey, UnitPrice};
use cess_primitives::{
    territory::{TerritoryInfo, TerritoryState},
    traits::{NetworkSpace, Treasury},
    TCESS,
};
use frame_support::{assert_noop, assert_ok, traits::Currency};
use sp_runtime::{BuildStorage, DispatchError};

#[test]
fn a_minted_territory_is_paid_for_and_booked() {
    build_and_execute(|| {
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            2,
            name("home"),
            30
        ));
        let spend = 2 * 30 * 30 * TCESS;
        let t = territory(USER, "home");
        assert_eq!((t.total_space, t.remaining_space), (2 * G, 2 * G));
        assert_eq!((t.start, t.deadline), (1000, 1000 + 30 * DAY));
        assert_eq!(t.state, TerritoryState::Active);
        assert_eq!(
            TerritoryKey::<Test>::get(t.token),
            Some((account(USER), name("home")))
        );
        assert_eq!(PurchasedSpace::<Test>::get(), 2 * G);
        assert_eq!(Balances::free_balance(account(USER)), RICH - spend);
        assert_eq!(Balances::free_balance(Outside::rents()), spend);
        let event = Event::MintTerritory {
            token: t.token,
            name: name("home"),
            storage_capacity: 2 * G,
            spend,
        };
        System::assert_last_event(event.into());
    });
}

#[test]
fn minting_refuses_empty_names_no_space_and_short_leases() {
    build_and_execute(|| {
        for (gib, text, days) in [(0, "home", 30), (1, "", 30), (1, "home", 29)] {
            let call = StorageHandler::mint_territory(signed(USER), gib, name(text), days);
            assert_noop!(call, Error::<Test>::ParamError);
        }
    });
}

#[test]
fn a_name_is_used_once_by_each_owner() {
    build_and_execute(|| {
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("home"),
            30
        ));
        let call = StorageHandler::mint_territory(signed(USER), 1, name("home"), 30);
        assert_noop!(call, Error::<Test>::DuplicateName);
        assert_ok!(StorageHandler::mint_territory(
            signed(2),
            1,
            name("home"),
            30
        ));
    });
}

#[test]
fn no_more_is_rented_out_than_the_miners_offer() {
    build_and_execute(|| {
        let call = StorageHandler::mint_territory(signed(USER), 1001, name("home"), 30);
        assert_noop!(call, Error::<Test>::InsufficientAvailableSpace);
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1000,
            name("home"),
            30
        ));
        let call = StorageHandler::mint_territory(signed(2), 1, name("home"), 30);
        assert_noop!(call, Error::<Test>::InsufficientAvailableSpace);
        let call = StorageHandler::expanding_territory(signed(USER), name("home"), 1);
        assert_noop!(call, Error::<Test>::InsufficientAvailableSpace);
        assert_ok!(StorageHandler::change_idle(G, 0));
        assert_ok!(StorageHandler::expanding_territory(
            signed(USER),
            name("home"),
            1
        ));
    });
}

#[test]
fn a_rent_that_the_payer_lacks_is_refused() {
    build_and_execute(|| {
        let call = StorageHandler::mint_territory(signed(3), 1, name("home"), 30);
        assert_noop!(call, Error::<Test>::InsufficientBalance);
        // The account must stay alive as well.
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            2 * TCESS / 30
        ));
        let call = StorageHandler::mint_territory(signed(3), 1, name("home"), 30);
        assert_noop!(call, Error::<Test>::InsufficientBalance);
    });
}

#[test]
fn numbers_beyond_their_range_are_refused() {
    build_and_execute(|| {
        let call = StorageHandler::mint_territory(signed(USER), 1, name("home"), u32::MAX);
        assert_noop!(call, Error::<Test>::Overflow);
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("home"),
            30
        ));
        let call = StorageHandler::renewal_territory(signed(USER), name("home"), u32::MAX / DAY);
        assert_noop!(call, Error::<Test>::Overflow);
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            u128::MAX
        ));
        let call = StorageHandler::mint_territory(signed(USER), 1, name("other"), 30);
        assert_noop!(call, Error::<Test>::Overflow);
    });
}

#[test]
fn a_token_is_unique() {
    build_and_execute(|| {
        FixedToken::set(Some([7; 32]));
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("home"),
            30
        ));
        let call = StorageHandler::mint_territory(signed(2), 1, name("home"), 30);
        assert_noop!(call, Error::<Test>::DuplicateTokens);
    });
}

#[test]
fn a_rent_below_the_existential_deposit_is_burnt_while_the_treasury_is_empty() {
    build_and_execute(|| {
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            1
        ));
        let issued = Balances::total_issuance();
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("home"),
            30
        ));
        assert_eq!(Balances::free_balance(account(USER)), RICH - 30);
        assert_eq!(Balances::total_issuance(), issued - 30);

        let _ = Balances::deposit_creating(&Outside::rents(), TCESS);
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("other"),
            30
        ));
        assert_eq!(Balances::free_balance(Outside::rents()), TCESS + 30);
    });
}

#[test]
fn an_expansion_pays_for_the_days_left_and_counts_the_last_one_whole() {
    build_and_execute(|| {
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("home"),
            30
        ));
        let before = Balances::free_balance(account(USER));
        Now::set(1000 + 20 * DAY + 1);
        assert_ok!(StorageHandler::expanding_territory(
            signed(USER),
            name("home"),
            3
        ));
        let spend = 3 * 10 * 30 * TCESS;
        assert_eq!(Balances::free_balance(account(USER)), before - spend);
        assert_eq!(territory(USER, "home").total_space, 4 * G);
        assert_eq!(territory(USER, "home").remaining_space, 4 * G);
        assert_eq!(PurchasedSpace::<Test>::get(), 4 * G);
        let event = Event::ExpansionTerritory {
            name: name("home"),
            expansion_space: 3 * G,
            spend,
        };
        System::assert_last_event(event.into());
    });
}

#[test]
fn only_an_active_territory_is_expanded() {
    build_and_execute(|| {
        let call = StorageHandler::expanding_territory(signed(USER), name("home"), 1);
        assert_noop!(call, Error::<Test>::NotHaveTerritory);
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("home"),
            30
        ));
        let call = StorageHandler::expanding_territory(signed(USER), name("home"), 0);
        assert_noop!(call, Error::<Test>::ParamError);
        block_at(1000 + 30 * DAY);
        let call = StorageHandler::expanding_territory(signed(USER), name("home"), 1);
        assert_noop!(call, Error::<Test>::NotActive);
    });
}

#[test]
fn a_renewal_adds_days_at_the_end_of_the_lease() {
    build_and_execute(|| {
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            2,
            name("home"),
            30
        ));
        let before = Balances::free_balance(account(USER));
        Now::set(1500);
        assert_ok!(StorageHandler::renewal_territory(
            signed(USER),
            name("home"),
            5
        ));
        let spend = 2 * 5 * 30 * TCESS;
        assert_eq!(territory(USER, "home").deadline, 1000 + 35 * DAY);
        assert_eq!(Balances::free_balance(account(USER)), before - spend);
        let event = Event::RenewalTerritory {
            name: name("home"),
            days: 5,
            spend,
        };
        System::assert_last_event(event.into());
        block_at(1000 + 30 * DAY);
        assert_eq!(territory(USER, "home").state, TerritoryState::Active);
        block_at(1000 + 35 * DAY);
        assert_eq!(territory(USER, "home").state, TerritoryState::Frozen);
    });
}

#[test]
fn a_renewal_needs_days_and_a_territory_that_is_neither_for_sale_nor_expired() {
    build_and_execute(|| {
        let call = StorageHandler::renewal_territory(signed(USER), name("home"), 1);
        assert_noop!(call, Error::<Test>::NotHaveTerritory);
        assert_ok!(StorageHandler::mint_territory(
            signed(USER),
            1,
            name("home"),
            30
        ));
        let call = StorageHandler::renewal_territory(signed(USER), name("home"), 0);
        assert_noop!(call, Error::<Test>::ParamError);

        let put = |state| {
            let t = TerritoryInfo {
                state,
                ..territory(USER, "home")
            };
            Territory::<Test>::insert(account(USER), name("home"), t);
        };
        put(TerritoryState::OnConsignment);
        let call = StorageHandler::renewal_territory(signed(USER), name("home"), 1);
        assert_noop!(call, Error::<Test>::OnConsignment);
        put(TerritoryState::Active);
        block_at(1000 + 30 * DAY + GRACE);
        let call = StorageHandler::renewal_territory(signed(USER), name("home"), 1);
        assert_noop!(call, Error::<Test>::LeaseExpired);
    });
}

#[test]
fn root_sets_the_price_and_nobody_else() {
    build_and_execute(|| {
        assert_eq!(UnitPrice::<Test>::get(), Some(30 * TCESS));
        assert_ok!(StorageHandler::define_update_price(
            RuntimeOrigin::root(),
            7
        ));
        assert_eq!(UnitPrice::<Test>::get(), Some(7));
        assert_ok!(StorageHandler::update_price(RuntimeOrigin::root()));
        assert_eq!(UnitPrice::<Test>::get(), Some(30 * TCESS));
        let bad = DispatchError::BadOrigin;
        assert_noop!(StorageHandler::define_update_price(signed(USER), 7), bad);
        assert_noop!(StorageHandler::update_price(signed(USER)), bad);
        let call = StorageHandler::update_user_territory_life(
            signed(USER),
            account(USER),
            name("home"),
            1,
        );
        assert_noop!(call, bad);
    });
}

#[test]
fn genesis_sets_the_price() {
    let config = crate::GenesisConfig::<Test> {
        price: 5,
        ..Default::default()
    };
    let storage = config.build_storage().unwrap();
    sp_io::TestExternalities::new(storage)
        .execute_with(|| assert_eq!(UnitPrice::<Test>::get(), Some(5)));
}
