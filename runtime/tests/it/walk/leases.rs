//! Users rent territories, sell them and order them for others.

use super::{seed_of, By, Dice, Move};
use crate::{chain::account, world::name};
use cess_primitives::{file::Name, territory::OrderType, TCESS};
use cess_runtime::*;
use pallet_storage_handler::{Call as LandCall, Consignment, PayOrder, Territory};

/// Names of territories; few, so that they meet.
pub(super) const NAMES: [&str; 6] = ["home", "annex", "attic", "shed", "loft", "cellar"];
pub(super) fn call(call: LandCall<Runtime>) -> RuntimeCall {
    RuntimeCall::StorageHandler(call)
}

/// Somebody's territory, or one that may not exist.
pub(super) fn any_territory(dice: &mut Dice) -> (String, Name) {
    let seed = dice.user();
    let owned: Vec<_> = Territory::<Runtime>::iter_key_prefix(account(&seed)).collect();
    let found = dice.pick(&owned);
    let made_up = name(NAMES[dice.roll(NAMES.len())]);
    let name = match dice.once_in(6) {
        true => made_up,
        false => found.unwrap_or(made_up),
    };
    (seed, name)
}

/// A lease begins, grows, changes hands or comes back.
pub(super) fn lease(dice: &mut Dice) -> Move {
    let (seed, territory_name) = any_territory(dice);
    let days = dice.roll(40) as u32 + 25;
    let gib_count = dice.roll(4) as u32;
    let other = dice.user();
    let sales: Vec<_> = Consignment::<Runtime>::iter().collect();
    let (token, sale) = dice.pick(&sales).unzip();
    let token = token.unwrap_or_default();
    let buyer = sale.and_then(|sale| sale.buyers).as_ref().and_then(seed_of);
    let fresh = name(NAMES[dice.roll(NAMES.len())]);
    let orders: Vec<_> = PayOrder::<Runtime>::iter_keys().collect();
    let order_id = dice.pick(&orders).unwrap_or_default();
    // Orders do not live long, nor may a purchase be cancelled for long.
    let choice = match (orders.is_empty(), &buyer) {
        (false, _) if dice.once_in(3) => 21,
        (_, Some(_)) if dice.once_in(3) => 16,
        _ => dice.roll(22),
    };
    let call = call(match choice {
        0..=3 => LandCall::mint_territory {
            gib_count,
            territory_name: fresh,
            days,
        },
        4 => LandCall::expanding_territory {
            territory_name,
            gib_count,
        },
        5..=6 => LandCall::renewal_territory {
            territory_name,
            days,
        },
        7 => LandCall::reactivate_territory {
            territory_name,
            days,
        },
        8 => LandCall::other_reactivate_territory {
            target_acc: account(&other),
            territory_name,
            days,
        },
        9..=11 => LandCall::territory_consignment {
            territory_name,
            price: dice.amount(1000 * TCESS),
        },
        12..=14 => LandCall::buy_consignment {
            token,
            rename: fresh,
        },
        15 => LandCall::cancel_consignment { territory_name },
        16 => LandCall::cancel_purchase_action { token },
        17 => LandCall::territory_grants {
            territory_name,
            receiver: account(&other),
        },
        18 => LandCall::territory_rename {
            old_name: territory_name,
            new_name: fresh,
        },
        19..=20 => LandCall::create_order {
            target_acc: account(&other),
            territory_name: fresh,
            order_type: [OrderType::Buy, OrderType::Expansion, OrderType::Renewal][dice.roll(3)]
                .clone(),
            gib_count,
            days,
            expired: dice.roll(62) as u32,
        },
        _ => LandCall::exec_order { order_id },
    });
    let by = match &call {
        RuntimeCall::StorageHandler(
            LandCall::buy_consignment { .. }
            | LandCall::exec_order { .. }
            | LandCall::other_reactivate_territory { .. },
        ) => other,
        RuntimeCall::StorageHandler(LandCall::cancel_purchase_action { .. }) => {
            dice.mostly(buyer, other)
        }
        _ => dice.mostly(Some(seed), other),
    };
    (By::Seed(by), call)
}
