//! Two thousand of everything in one block.

use crate::{costs, mock::*, CleanUp, Consignment, PurchasedSpace, Territory, STEPS_PER_BLOCK};
use cess_primitives::{
    territory::TerritoryState,
    traits::{NetworkSpace, Territories},
    Tick,
};
use frame_support::{assert_ok, weights::Weight};

const CROWD: u32 = 2000;

/// Rents 2000 territories that all end in the same tick.
fn mint_crowd() {
    assert_ok!(StorageHandler::change_idle(2000 * G, 0));
    for i in 0..CROWD {
        mint(USER, &i.to_string());
    }
}

fn count(state: TerritoryState) -> u32 {
    Territory::<Test>::iter_values()
        .filter(|territory| territory.state == state)
        .count() as u32
}

/// What a block may weigh at most, by its budgets.
fn bound() -> Weight {
    let dearest = costs::freeze::<Test>()
        .max(costs::expiry::<Test>())
        .max(costs::sale::<Test>());
    costs::look::<Test>()
        .saturating_add(dearest.saturating_mul(STEPS_PER_BLOCK.into()))
        .saturating_add(costs::drop_orders::<Test>(0))
}

#[test]
fn two_thousand_territories_that_end_together_end_in_portions_and_none_is_lost() {
    build_and_execute(|| {
        mint_crowd();
        let (late, mut taken): (Tick, _) = (END + GRACE, 0);
        let blocks = 2 * CROWD / STEPS_PER_BLOCK;
        for block in 1..=blocks {
            let weight = block_at(late);
            assert!(weight.all_lte(bound()), "a block stays within its budget");
            let steps = block * STEPS_PER_BLOCK;
            assert_eq!(count(TerritoryState::Active), CROWD.saturating_sub(steps));
            assert_eq!(count(TerritoryState::Expired), steps.saturating_sub(CROWD));
            // Invariants of so many are dear; now and then is enough.
            if block % 16 == 0 {
                StorageHandler::do_try_state().unwrap();
            }
            taken += StorageHandler::take_expired(30).len();
        }
        assert_eq!(PurchasedSpace::<Test>::get(), 0);
        while CleanUp::<Test>::iter().next().is_some() {
            taken += StorageHandler::take_expired(30).len();
        }
        assert_eq!(taken, CROWD as usize);
        let idle = costs::look::<Test>().saturating_add(costs::drop_orders::<Test>(0));
        assert_eq!(block_at(late), idle, "then there is nothing left to do");
    });
}

#[test]
fn two_thousand_sales_that_are_due_together_are_completed_in_portions() {
    build_and_execute(|| {
        mint_crowd();
        for i in 0..CROWD {
            let text = i.to_string();
            let call = StorageHandler::territory_consignment(signed(USER), name(&text), 1);
            assert_ok!(call);
            let token = token(USER, &text);
            let call = StorageHandler::buy_consignment(signed(OTHER), token, name(&text));
            assert_ok!(call);
        }
        for block in 1..=CROWD / STEPS_PER_BLOCK {
            let weight = block_at(START + LOCK);
            assert!(weight.all_lte(bound()), "a block stays within its budget");
            let sold = Territory::<Test>::iter_prefix(account(OTHER)).count();
            assert_eq!(sold as u32, block * STEPS_PER_BLOCK);
            assert_eq!(reserved(OTHER), u128::from(CROWD) - sold as u128);
        }
        assert_eq!(Consignment::<Test>::iter().count(), 0);
    });
}
