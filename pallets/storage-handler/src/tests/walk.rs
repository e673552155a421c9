//! Random walks through everything that users, root, file-bank and the clock can do. Whether a step
//! succeeds does not matter; after each one all books agree and no money has come or gone.

use crate::{mock::*, Call, CleanUp, Consignment, PayOrder, SaleQueue, Territory};
use cess_primitives::{
    file::Name,
    territory::{OrderType, TerritoryState},
    traits::{Territories, Treasury},
    AccountId, Tick, TCESS,
};
use codec::Encode;
use frame_support::{
    storage::with_storage_layer,
    traits::{Currency, UnfilteredDispatchable},
};
use sp_core::H256;
use std::collections::BTreeSet;

const STEPS: u32 = 2500;
const USERS: [u8; 4] = [USER, OTHER, POOR, 4];
const NAMES: [&str; 5] = ["a", "b", "c", "d", ""];

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % u64::from(sides)) as u32
    }

    fn pick<V: Clone>(&mut self, from: &[V]) -> V {
        from[self.roll(from.len() as u32) as usize].clone()
    }

    /// Mostly a small number, now and then an absurd one.
    fn number(&mut self, usual: std::ops::Range<u32>) -> u32 {
        match self.roll(40) {
            0 => 0,
            1 => u32::MAX,
            _ => usual.start + self.roll(usual.end - usual.start),
        }
    }
}

/// A territory that is there, if there are any.
fn any_territory(dice: &mut Dice) -> Option<(AccountId, Name, H256)> {
    let all: Vec<_> = Territory::<Test>::iter()
        .map(|(owner, name, territory)| (owner, name, territory.token))
        .collect();
    (!all.is_empty()).then(|| dice.pick(&all))
}

fn any_token(dice: &mut Dice) -> H256 {
    let for_sale: Vec<_> = Consignment::<Test>::iter_keys().collect();
    match (for_sale.is_empty(), any_territory(dice)) {
        (false, _) if dice.roll(4) > 0 => dice.pick(&for_sale),
        (_, Some((_, _, token))) => token,
        _ => H256::zero(),
    }
}

fn any_order(dice: &mut Dice) -> crate::OrderId {
    let all: Vec<_> = PayOrder::<Test>::iter_keys().collect();
    match all.is_empty() {
        true => Default::default(),
        false => dice.pick(&all),
    }
}

/// Somebody's call; mostly the owner's, where there is one.
fn users_call(dice: &mut Dice) -> (AccountId, Call<Test>) {
    let mut by = account(dice.pick(&USERS));
    let other = account(dice.pick(&USERS));
    let new_name = name(dice.pick(&NAMES));
    let mut territory_name = name(dice.pick(&NAMES));
    if let Some((owner, name, _)) = any_territory(dice).filter(|_| dice.roll(4) > 0) {
        (by, territory_name) = (owner, name);
    }
    let order_type = dice.pick(&[OrderType::Buy, OrderType::Expansion, OrderType::Renewal]);
    let (gib_count, days) = (dice.number(1..9), dice.number(29..40));
    let call = match dice.roll(15) {
        0 | 1 => Call::mint_territory {
            gib_count,
            territory_name: new_name,
            days,
        },
        2 => Call::expanding_territory {
            territory_name,
            gib_count,
        },
        3 => Call::renewal_territory {
            territory_name,
            days: dice.number(0..9),
        },
        4 => {
            let target = (dice.roll(2) == 0).then(|| any_territory(dice)).flatten();
            let (target_acc, territory_name) = match target {
                Some((owner, name, _)) => (owner, name),
                None => (other, new_name),
            };
            Call::create_order {
                target_acc,
                territory_name,
                order_type,
                gib_count,
                days,
                expired: dice.number(0..62),
            }
        }
        5 => Call::exec_order {
            order_id: any_order(dice),
        },
        6 => Call::reactivate_territory {
            territory_name,
            days,
        },
        7 | 8 => Call::territory_consignment {
            territory_name,
            price: u128::from(dice.number(0..3000)) * TCESS,
        },
        9 | 10 => {
            by = other;
            Call::buy_consignment {
                token: any_token(dice),
                rename: new_name,
            }
        }
        11 => Call::cancel_consignment { territory_name },
        12 => {
            let token = any_token(dice);
            let buyer = Consignment::<Test>::get(token).and_then(|sale| sale.buyers);
            by = buyer.filter(|_| dice.roll(3) > 0).unwrap_or(other);
            Call::cancel_purchase_action { token }
        }
        13 => Call::territory_grants {
            territory_name,
            receiver: other,
        },
        _ => match dice.roll(2) {
            0 => Call::territory_rename {
                old_name: territory_name,
                new_name,
            },
            _ => Call::other_reactivate_territory {
                target_acc: by.clone(),
                territory_name,
                days,
            },
        },
    };
    (by, call)
}

fn roots_call(dice: &mut Dice) -> Call<Test> {
    let token = any_token(dice);
    let (user, terr_name) = match any_territory(dice) {
        Some((owner, name, _)) => (owner, name),
        None => (account(USER), name("a")),
    };
    let tick = (Now::get() + dice.roll(20 * DAY)).saturating_sub(10 * DAY);
    match dice.roll(6) {
        0 => Call::exec_consignment {
            token,
            territory_name: name(dice.pick(&NAMES)),
        },
        1 => Call::update_user_territory_life {
            user,
            terr_name,
            deadline: tick,
        },
        2 => Call::update_expired_exec {
            old_block: crate::ExpiryOf::<Test>::get(token).unwrap_or(tick),
            new_block: tick,
            token,
        },
        3 => Call::fix_territory_space_for_reactivate {
            acc: user,
            tname: terr_name,
        },
        4 => Call::clear_service_space {},
        _ => Call::define_update_price {
            price: u128::from(dice.number(1..60)) * TCESS,
        },
    }
}

/// What file-bank does with a territory: deals and files, and their end.
fn file_banks_step(dice: &mut Dice) {
    let Some((owner, name, _)) = any_territory(dice) else {
        return;
    };
    let territory = Territory::<Test>::get(&owner, &name).expect("it was there");
    let space = u128::from(dice.number(1..1000)) << 20;
    let some_of = |all: u128, dice: &mut Dice| match dice.roll(2) {
        0 => all,
        _ => all / 2,
    };
    let _ = with_storage_layer(|| match dice.roll(8) {
        0 => StorageHandler::lock(&owner, &name, space),
        1 => StorageHandler::use_remaining(&owner, &name, space),
        2 | 3 => {
            let space = some_of(territory.locked_space, dice);
            StorageHandler::use_locked(&owner, &name, space)
        }
        4 | 5 => {
            let space = some_of(territory.locked_space, dice);
            StorageHandler::unlock(&owner, &name, space)
        }
        _ => {
            let space = some_of(territory.used_space, dice);
            StorageHandler::release_used(&owner, &name, space)
        }
    });
}

/// Deletes the files of territories that have expired, as file-bank does.
fn clean_up(limit: u32) {
    for (owner, name) in StorageHandler::take_expired(limit) {
        let territory = Territory::<Test>::get(&owner, &name).expect("what expired is there");
        assert_eq!(territory.state, TerritoryState::Expired);
        StorageHandler::unlock(&owner, &name, territory.locked_space).expect("deals end");
        StorageHandler::release_used(&owner, &name, territory.used_space).expect("files end");
    }
}

fn step(dice: &mut Dice) {
    let jump: Tick = match dice.roll(30) {
        0 => dice.roll(12 * DAY),
        1..=3 => dice.roll(DAY),
        4..=9 => dice.roll(LOCK),
        _ => 0,
    };
    match dice.roll(20) {
        0..=11 => {
            let (by, call) = users_call(dice);
            let _ = call.dispatch_bypass_filter(RuntimeOrigin::signed(by));
        }
        12 => {
            let call = roots_call(dice);
            let _ = call.dispatch_bypass_filter(RuntimeOrigin::root());
        }
        13..=15 => file_banks_step(dice),
        16 => clean_up(dice.roll(4)),
        _ => {
            block_at(Now::get() + jump);
        }
    }
}

fn check(issued: u128) {
    StorageHandler::do_try_state().expect("the books agree");
    let issuance = pallet_balances::TotalIssuance::<Test>::get();
    assert_eq!(issuance, issued, "no money came or went");
    let owed = StorageHandler::reserved_prices();
    for n in USERS {
        let owed = owed.get(&account(n)).copied().unwrap_or_default();
        assert_eq!(reserved(n), owed, "exactly the purchases are reserved");
    }
}

/// Returns the kinds of events that occurred.
fn walk(seed: u64) -> BTreeSet<u8> {
    println!("seed {seed}");
    let mut seen = BTreeSet::new();
    build_and_execute(|| {
        let mut dice = Dice(seed);
        // The treasury is alive: no rent is burnt.
        drop(Balances::deposit_creating(&Outside::rents(), TCESS));
        let issued = pallet_balances::TotalIssuance::<Test>::get();
        for _ in 0..STEPS {
            System::reset_events();
            step(&mut dice);
            check(issued);
            seen.extend(events().iter().map(|event| event.encode()[0]));
        }
        // In the end everything ends: leases, sales and orders, and all money is free again.
        let far = Now::get() + 1000 * DAY;
        for _ in 0..100 {
            block_at(far);
            clean_up(100);
        }
        check(issued);
        let states = Territory::<Test>::iter_values().map(|territory| territory.state);
        let expired = states.filter(|state| *state == TerritoryState::Expired);
        assert_eq!(expired.count(), Territory::<Test>::iter().count());
        assert_eq!(crate::PurchasedSpace::<Test>::get(), 0);
        let sales = Consignment::<Test>::iter().count() + SaleQueue::<Test>::iter().count();
        assert_eq!(sales + PayOrder::<Test>::iter().count(), 0);
        assert_eq!(CleanUp::<Test>::iter().count(), 0);
    });
    seen
}

#[test]
fn whatever_happens_all_books_agree_and_money_is_conserved() {
    let mut seen = BTreeSet::new();
    for seed in 1..=8 {
        seen.extend(walk(0x9E37_79B9_7F4A_7C15u64.wrapping_mul(seed)));
    }
    // All that is ever said: 3, 5 to 18.
    let said: Vec<u8> = [3].into_iter().chain(5..=18).collect();
    assert_eq!(seen, BTreeSet::from_iter(said));
}
