//! Every order has its place in the queue, and the queue holds nothing else.

use super::Check;
use crate::{Config, OrderCount, OrderQueue, Pallet, PayOrder};
use frame_support::ensure;

impl<T: Config> Pallet<T> {
    pub(super) fn check_orders() -> Check {
        for (id, order) in PayOrder::<T>::iter() {
            let queued = OrderQueue::<T>::contains_key(order.expired.to_be_bytes(), &id);
            ensure!(queued, "an order never expires");
            let sound = id.len() == 32 && order.gib_count > 0 && order.days > 0;
            ensure!(sound, "an order is for nothing");
        }
        let count = PayOrder::<T>::iter().count();
        ensure!(
            OrderQueue::<T>::iter().count() == count,
            "a stray order in the queue"
        );
        ensure!(
            count as u64 <= OrderCount::<T>::get(),
            "more orders than were made"
        );
        Ok(())
    }
}
