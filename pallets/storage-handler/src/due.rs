//! The queues and the bounded work on them in each block.

use crate::{
    costs, Config, ExpiryTicks, FrozenTicks, OrderQueue, Pallet, PayOrder, SaleQueue, TickKey,
};
use alloc::vec::Vec;
use cess_primitives::{
    due::{Node, TickSet},
    traits::Protocol,
    Tick,
};
use core::marker::PhantomData;
use frame_support::weights::Weight;
use sp_core::H256;

/// Most leases and sales that end in one block.
pub const STEPS_PER_BLOCK: u32 = 50;
/// Most orders that are forgotten in one block.
pub const ORDERS_PER_BLOCK: u32 = 200;

/// The ticks at which leases end.
pub(crate) struct FreezeQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for FreezeQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        FrozenTicks::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => FrozenTicks::<T>::remove((level, prefix)),
            false => FrozenTicks::<T>::insert((level, prefix), node),
        }
    }
}

/// The ticks at which frozen territories expire.
pub(crate) struct ExpiryQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for ExpiryQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        ExpiryTicks::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => ExpiryTicks::<T>::remove((level, prefix)),
            false => ExpiryTicks::<T>::insert((level, prefix), node),
        }
    }
}

/// One piece of work.
enum Due {
    /// A lease ends.
    Freeze(Tick),
    /// A frozen territory expires.
    Expiry(Tick),
    /// A sale takes effect.
    Sale(TickKey, H256),
}

impl Due {
    fn tick(&self) -> Tick {
        match self {
            Self::Freeze(tick) | Self::Expiry(tick) => *tick,
            Self::Sale(key, _) => Tick::from_be_bytes(*key),
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The block's share of the leases and sales that are due, strictly in order of time: what a
    /// jump of the clock has made due ends as it would have without the jump.
    pub(crate) fn work_off() -> Weight {
        let now = T::Protocol::now();
        let mut weight = costs::look::<T>();
        for _ in 0..STEPS_PER_BLOCK {
            let Some(due) = Self::next_due().filter(|due| due.tick() <= now) else {
                break;
            };
            weight.saturating_accrue(match due {
                Due::Freeze(tick) => {
                    Self::freeze_one(tick);
                    costs::freeze::<T>()
                }
                Due::Expiry(tick) => {
                    Self::expire_one(tick);
                    costs::expiry::<T>()
                }
                Due::Sale(key, token) => {
                    Self::complete_due_sale(key, token);
                    costs::sale::<T>()
                }
            });
        }
        weight
    }

    fn next_due() -> Option<Due> {
        let freeze = FreezeQueue::<T>::first().map(Due::Freeze);
        let expiry = ExpiryQueue::<T>::first().map(Due::Expiry);
        let sale = SaleQueue::<T>::iter_keys().next();
        let sale = sale.map(|(key, token)| Due::Sale(key, token));
        // Of equal ticks the first one counts: a lease that ends in this tick is not sold in it.
        let heads = [freeze, expiry, sale];
        heads.into_iter().flatten().min_by_key(Due::tick)
    }

    /// Forgets orders that nobody paid in time. They have a budget of their own: orders cost nearly
    /// nothing, and must not delay what costs a rent.
    pub(crate) fn drop_orders() -> Weight {
        let now = T::Protocol::now();
        let due: Vec<_> = OrderQueue::<T>::iter_keys()
            .take(ORDERS_PER_BLOCK as usize)
            .take_while(|(key, _)| Tick::from_be_bytes(*key) < now)
            .collect();
        let count = due.len() as u64;
        for (key, id) in due {
            OrderQueue::<T>::remove(key, &id);
            PayOrder::<T>::remove(&id);
        }
        costs::drop_orders::<T>(count)
    }
}
