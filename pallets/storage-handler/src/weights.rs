//! What calls and hooks cost, estimated by hand from what they read and write.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Reads and writes.
type Touched = (u64, u64);

/// Block number, offset and quantities.
const CLOCK: Touched = (3, 0);
const TERRITORY: Touched = (1, 1);
const TOKEN: Touched = (1, 1);
const RANDOMNESS: Touched = (2, 0);
const NAME_CHECK: Touched = (1, 0);
const ACCOUNT: Touched = (1, 1);
const PRICE: Touched = (1, 0);
/// Payer and treasury.
const RENT: Touched = (3, 2);
/// Idle, service and purchased space.
const ROOM: Touched = (3, 1);
const CONSIGNMENT: Touched = (1, 1);
/// An entry of one of our ordered queues.
const QUEUED: Touched = (1, 1);
/// Entry, counter, and at most four nodes of a set of ticks.
const BOOKED_FREEZE: Touched = (5, 6);
/// Entry, a look at its neighbours, the token's tick, and at most four nodes of a set of ticks.
const BOOKED_EXPIRY: Touched = (6, 6);
/// The heads of two sets of ticks and of the queue of sales, and the entries behind one of them.
const HEADS: Touched = (10, 0);
/// A place in the list for file-bank, and its bounds.
const CLEAN_UP: Touched = (1, 2);
/// A new place for a territory: the check, the old and new record, the token.
const HANDOVER: Touched = (2, 3);
const ORDER: Touched = (1, 1);
const ORDER_COUNT: Touched = (1, 1);

fn sum<T: Config>(parts: &[Touched]) -> Weight {
    let (reads, writes) = parts.iter().fold((0, 0), |(reads, writes), part| {
        (reads + part.0, writes + part.1)
    });
    // A record with its key and the nodes that prove it; checking, decoding and encoding it.
    Weight::from_parts(10_000_000, 1_000)
        .saturating_add(Weight::from_parts(2_000_000, 700).saturating_mul(reads))
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

/// A call that only checks its origin.
pub(crate) fn nothing<T: Config>() -> Weight {
    sum::<T>(&[])
}

pub(crate) fn set_price<T: Config>() -> Weight {
    sum::<T>(&[(0, 1)])
}

pub(crate) fn mint_territory<T: Config>() -> Weight {
    sum::<T>(&[
        CLOCK,
        TERRITORY,
        PRICE,
        ROOM,
        RENT,
        RANDOMNESS,
        TOKEN,
        BOOKED_FREEZE,
    ])
}

pub(crate) fn expanding_territory<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, TERRITORY, PRICE, ROOM, RENT])
}

pub(crate) fn renewal_territory<T: Config>() -> Weight {
    let unbooked = BOOKED_EXPIRY;
    sum::<T>(&[CLOCK, TERRITORY, PRICE, RENT, unbooked, BOOKED_FREEZE])
}

pub(crate) fn reactivate_territory<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, TERRITORY, PRICE, ROOM, RENT, BOOKED_FREEZE])
}

pub(crate) fn update_user_territory_life<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, TERRITORY, BOOKED_EXPIRY, BOOKED_EXPIRY])
}

pub(crate) fn update_expired_exec<T: Config>() -> Weight {
    sum::<T>(&[TOKEN, BOOKED_EXPIRY, BOOKED_EXPIRY])
}

pub(crate) fn fix_territory_space<T: Config>() -> Weight {
    sum::<T>(&[TERRITORY])
}

pub(crate) fn create_order<T: Config>() -> Weight {
    let expiry = (1, 0);
    sum::<T>(&[CLOCK, TERRITORY, expiry, PRICE, ORDER_COUNT, ORDER, QUEUED])
}

pub(crate) fn exec_order<T: Config>() -> Weight {
    // The dearest that can be ordered.
    sum::<T>(&[ORDER, QUEUED]).saturating_add(mint_territory::<T>().max(renewal_territory::<T>()))
}

pub(crate) fn territory_consignment<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, TERRITORY, CONSIGNMENT])
}

pub(crate) fn buy_consignment<T: Config>() -> Weight {
    sum::<T>(&[
        CLOCK,
        CONSIGNMENT,
        NAME_CHECK,
        TOKEN,
        TERRITORY,
        ACCOUNT,
        QUEUED,
    ])
}

pub(crate) fn exec_consignment<T: Config>() -> Weight {
    sum::<T>(&[
        CLOCK,
        CONSIGNMENT,
        TOKEN,
        TERRITORY,
        HANDOVER,
        ACCOUNT,
        ACCOUNT,
        QUEUED,
    ])
}

pub(crate) fn cancel_consignment<T: Config>() -> Weight {
    sum::<T>(&[TERRITORY, CONSIGNMENT])
}

pub(crate) fn cancel_purchase_action<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, CONSIGNMENT, QUEUED, ACCOUNT])
}

pub(crate) fn territory_grants<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, TERRITORY, HANDOVER])
}

pub(crate) fn territory_rename<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, TERRITORY, HANDOVER])
}

/// Looking at queues that have nothing due.
pub(crate) fn look<T: Config>() -> Weight {
    sum::<T>(&[CLOCK, HEADS])
}

/// A lease that ends, together with a purchase that is under way.
pub(crate) fn freeze<T: Config>() -> Weight {
    sum::<T>(&[
        HEADS,
        BOOKED_FREEZE,
        TOKEN,
        TERRITORY,
        CONSIGNMENT,
        QUEUED,
        ACCOUNT,
        BOOKED_EXPIRY,
    ])
}

/// A territory that expires.
pub(crate) fn expiry<T: Config>() -> Weight {
    let purchased = (1, 1);
    sum::<T>(&[HEADS, BOOKED_EXPIRY, TOKEN, TERRITORY, purchased, CLEAN_UP])
}

/// A sale that takes effect, or tries in vain and is undone.
pub(crate) fn sale<T: Config>() -> Weight {
    sum::<T>(&[HEADS, NAME_CHECK]).saturating_add(exec_consignment::<T>())
}

/// A look at the orders, and so many of them forgotten.
pub(crate) fn drop_orders<T: Config>(count: u64) -> Weight {
    let a_look = sum::<T>(&[CLOCK, (1, 0)]);
    a_look.saturating_add(sum::<T>(&[QUEUED, ORDER]).saturating_mul(count))
}
