//! Territories, consignments, purchases and the buyers' money belong together.

use super::Check;
use crate::{Config, Consignment, Pallet, SaleQueue, Territory, TerritoryKey};
use alloc::collections::BTreeMap;
use cess_primitives::{territory::TerritoryState, AccountId, Balance, Tick};
use frame_support::{ensure, traits::ReservableCurrency};

impl<T: Config> Pallet<T> {
    pub(super) fn check_sales() -> Check {
        for (token, sale) in Consignment::<T>::iter() {
            let territory = TerritoryKey::<T>::get(token).and_then(|(owner, name)| {
                let territory = Territory::<T>::get(&owner, name)?;
                Some((owner, territory))
            });
            let sound = territory.is_some_and(|(owner, territory)| {
                owner == sale.user
                    && territory.state == TerritoryState::OnConsignment
                    && (territory.used_space, territory.locked_space) == (0, 0)
            });
            ensure!(sound, "a consignment is not about its owner's territory");
            let queued = sale
                .exec
                .is_some_and(|exec| SaleQueue::<T>::contains_key(exec.to_be_bytes(), token));
            ensure!(
                (sale.locked, sale.locked) == (sale.buyers.is_some(), queued)
                    && sale.exec.is_some() == sale.locked,
                "a purchase has a buyer, a tick and a place in the queue"
            );
            ensure!(
                sale.buyers.as_ref() != Some(&sale.user),
                "nobody buys its own territory"
            );
        }
        let for_sale = Territory::<T>::iter_values()
            .filter(|territory| territory.state == TerritoryState::OnConsignment)
            .count();
        ensure!(
            Consignment::<T>::iter().count() == for_sale,
            "a territory is on consignment without a price"
        );
        Self::check_purchases()
    }

    fn check_purchases() -> Check {
        for (key, token, name) in SaleQueue::<T>::iter() {
            let tick = Tick::from_be_bytes(key);
            let due = Consignment::<T>::get(token).and_then(|sale| sale.exec);
            ensure!(due == Some(tick), "a stray purchase in the queue");
            ensure!(!name.is_empty(), "a buyer wants a name");
        }
        for (buyer, owed) in Self::reserved_prices() {
            ensure!(
                T::Currency::reserved_balance(&buyer) >= owed,
                "a buyer's reserve does not cover its purchases"
            );
        }
        Ok(())
    }

    /// What each buyer must have reserved for its purchases.
    pub fn reserved_prices() -> BTreeMap<AccountId, Balance> {
        let mut all = BTreeMap::new();
        for sale in Consignment::<T>::iter_values() {
            if let Some(buyer) = sale.buyers {
                *all.entry(buyer).or_default() += sale.price;
            }
        }
        all
    }
}
