//! Forgetting the bills that have expired, in time that blocks have left.

use crate::{costs, Config, ExpiringBills, ExpiryMinutes, PaidBills, Pallet};
use cess_primitives::due::{Node, TickSet};
use core::marker::PhantomData;
use frame_support::weights::Weight;

/// Bills that one block forgets, at most.
pub const FORGOTTEN_PER_BLOCK: u32 = 100;

/// The minutes in which bills expire.
pub(crate) struct ExpiryQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for ExpiryQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        ExpiryMinutes::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => ExpiryMinutes::<T>::remove((level, prefix)),
            false => ExpiryMinutes::<T>::insert((level, prefix), node),
        }
    }
}

/// The minute since 1970 of a second since 1970; there is none some thousand years from now.
pub(crate) fn minute_of(second: u64) -> Option<u32> {
    u32::try_from(second / 60).ok()
}

impl<T: Config> Pallet<T> {
    /// Forgets bills as long as there is weight for the next one; what it weighed.
    pub(crate) fn forget_expired(remaining: Weight) -> Weight {
        let mut used = costs::idle_queue::<T>();
        if !remaining.all_gte(used) {
            return Weight::zero();
        }
        let Some(now) = minute_of(Self::seconds()) else {
            return used;
        };
        for _ in 0..FORGOTTEN_PER_BLOCK {
            let after = used.saturating_add(costs::forget::<T>());
            if !remaining.all_gte(after) || !Self::forget_next(now) {
                break;
            }
            used = after;
        }
        used
    }

    /// Forgets one bill whose minute is over, or a minute with nothing left; false: there is none.
    fn forget_next(now: u32) -> bool {
        let Some(minute) = ExpiryQueue::<T>::first().filter(|minute| *minute < now) else {
            return false;
        };
        match ExpiringBills::<T>::iter_key_prefix(minute).next() {
            Some(key) => {
                ExpiringBills::<T>::remove(minute, &key);
                PaidBills::<T>::remove(key);
            }
            None => ExpiryQueue::<T>::discard(minute),
        }
        true
    }
}
