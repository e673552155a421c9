//! Orders: one describes what is wanted, anyone pays.

use crate::{
    rent::Extent, Config, Error, Event, OrderCount, OrderId, OrderQueue, Pallet, PayOrder,
};
use cess_primitives::{
    file::Name,
    territory::{OrderInfo, OrderType},
    traits::Protocol,
    AccountId, Tick,
};
use codec::Encode;
use frame_support::ensure;
use sp_io::hashing::blake2_256;
use sp_runtime::DispatchResult;

/// An order can be paid for less than so many minutes.
pub const ORDER_MINUTES: u32 = 60;

const MINUTES_OF_A_DAY: u64 = 24 * 60;
/// Keeps the ids of orders apart from other hashes.
const ORDER_SUBJECT: &[u8] = b"territory order";

impl<T: Config> Pallet<T> {
    /// Notes an order and its price.
    pub(crate) fn make_order(
        target_acc: AccountId,
        territory_name: Name,
        order_type: OrderType,
        gib_count: u32,
        days: u32,
        minutes: u32,
    ) -> DispatchResult {
        ensure!(minutes < ORDER_MINUTES, Error::<T>::BoundariesNotMet);
        let extent = Self::extent(order_type, &target_acc, &territory_name, gib_count, days)?;
        let expired = T::Protocol::now()
            .checked_add(Self::order_ticks(minutes))
            .ok_or(Error::<T>::Overflow)?;
        let order = OrderInfo {
            territory_name,
            pay: extent.rent::<T>()?,
            gib_count: extent.gib_count,
            days: extent.days,
            expired,
            target_acc,
            order_type,
        };
        let order_hash = Self::order_id(&order);
        OrderQueue::<T>::insert(expired.to_be_bytes(), &order_hash, ());
        PayOrder::<T>::insert(&order_hash, order);
        Self::deposit_event(Event::CreatePayOrder { order_hash });
        Ok(())
    }

    /// Does what was ordered, at the cost of `payer`.
    pub(crate) fn pay_order(payer: &AccountId, order_hash: OrderId) -> DispatchResult {
        let order = PayOrder::<T>::take(&order_hash).ok_or(Error::<T>::NoOrder)?;
        OrderQueue::<T>::remove(order.expired.to_be_bytes(), &order_hash);
        ensure!(
            T::Protocol::now() <= order.expired,
            Error::<T>::OrderExpired
        );
        let OrderInfo {
            territory_name,
            pay,
            gib_count,
            days,
            target_acc,
            order_type,
            ..
        } = order;
        let ordered = Extent { gib_count, days };
        // A territory that grew would be renewed for too little, one that was renewed expanded so.
        let needed = Self::extent(order_type, &target_acc, &territory_name, gib_count, days)?;
        ensure!(ordered.covers(needed), Error::<T>::InvalidOrder);
        Self::carry_out(order_type, payer, &target_acc, territory_name, ordered, pay)?;
        Self::deposit_event(Event::PaidOrder { order_hash });
        Ok(())
    }

    /// Minutes of the protocol's day; at least a tick, so that an order can be paid at all.
    fn order_ticks(minutes: u32) -> Tick {
        let a_day = u64::from(T::Protocol::params().one_day);
        let ticks = (u64::from(minutes) * a_day).div_ceil(MINUTES_OF_A_DAY);
        // Below an hour of ticks, which are `u32`.
        Tick::try_from(ticks).unwrap_or(Tick::MAX).max(1)
    }

    /// The id stands for what is ordered, so that even if a block is replaced nobody pays for
    /// something else; and for the order's number, so that no two are the same (Q13).
    fn order_id(order: &OrderInfo) -> OrderId {
        let number = OrderCount::<T>::mutate(|count| {
            *count = count.saturating_add(1);
            *count
        });
        let id = blake2_256(&(ORDER_SUBJECT, number, order).encode());
        // 32 bytes: nothing is cut off.
        OrderId::truncate_from(id.to_vec())
    }
}
