//! Forgetting what was noted of proxy signatures that have expired, in time that blocks have left.

use crate::{costs, Config, ExpiringProxies, ExpiryTicks, LastProxyExpiry, Pallet};
use cess_primitives::{
    due::{Node, TickSet},
    traits::Protocol,
    Tick,
};
use core::marker::PhantomData;
use frame_support::weights::Weight;

/// Notes that one block forgets, at most.
pub const FORGOTTEN_PER_BLOCK: u32 = 50;

/// The ticks at which proxy signatures expire.
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

impl<T: Config> Pallet<T> {
    /// Forgets notes as long as there is weight for the next one; what it weighed.
    pub(crate) fn forget_expired(remaining: Weight) -> Weight {
        let mut used = costs::idle_queue::<T>();
        if !remaining.all_gte(used) {
            return Weight::zero();
        }
        let now = T::Protocol::now();
        for _ in 0..FORGOTTEN_PER_BLOCK {
            let after = used.saturating_add(costs::forget::<T>());
            if !remaining.all_gte(after) || !Self::forget_next(now) {
                break;
            }
            used = after;
        }
        used
    }

    /// Forgets one note whose tick has passed, or a tick with nothing left; false: there is none.
    fn forget_next(now: Tick) -> bool {
        let Some(tick) = ExpiryQueue::<T>::first().filter(|tick| *tick < now) else {
            return false;
        };
        match ExpiringProxies::<T>::iter_key_prefix(tick).next() {
            Some(key) => {
                ExpiringProxies::<T>::remove(tick, &key);
                LastProxyExpiry::<T>::remove(key.0, key.1);
            }
            None => ExpiryQueue::<T>::discard(tick),
        }
        true
    }
}
