//! Sales: an owner consigns a territory, a buyer reserves the price, and some time later the
//! territory and the money change hands.

use crate::{
    Config, Consignment, Error, Event, Pallet, SaleQueue, Territory, TerritoryKey, TickKey,
};
use cess_primitives::{
    file::Name,
    territory::{ConsignmentInfo, TerritoryState},
    traits::Protocol,
    AccountId, Balance, Tick,
};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{BalanceStatus, ReservableCurrency},
};
use sp_core::H256;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Puts a territory on sale.
    pub(crate) fn consign(seller: AccountId, name: Name, price: Balance) -> DispatchResult {
        let mut territory = Self::territory(&seller, &name)?;
        let token = territory.token;
        ensure!(
            territory.state != TerritoryState::OnConsignment,
            Error::<T>::ConsignmentExisted
        );
        Self::ensure_active(&territory)?;
        Self::ensure_empty(&territory)?;
        let left = territory.deadline.saturating_sub(T::Protocol::now());
        ensure!(
            left > T::Protocol::params().one_day,
            Error::<T>::InsufficientLease
        );
        territory.state = TerritoryState::OnConsignment;
        Territory::<T>::insert(&seller, &name, territory);
        let sale = ConsignmentInfo {
            user: seller,
            price,
            buyers: None,
            exec: None,
            locked: false,
        };
        Consignment::<T>::insert(token, sale);
        Self::deposit_event(Event::Consignment { name, token, price });
        Ok(())
    }

    /// Begins the sale to a buyer, whose price is reserved from now on.
    pub(crate) fn buy(buyer: AccountId, token: H256, name: Name) -> DispatchResult {
        let mut sale = Consignment::<T>::get(token).ok_or(Error::<T>::NonExistentConsignment)?;
        ensure!(sale.user != buyer, Error::<T>::OwnConsignment);
        ensure!(!sale.locked, Error::<T>::ConsignmentLocked);
        ensure!(!name.is_empty(), Error::<T>::ParamError);
        Self::ensure_name_is_free(&buyer, &name)?;
        let exec = T::Protocol::now()
            .checked_add(T::Protocol::params().consignment_lock)
            .ok_or(Error::<T>::Overflow)?;
        Self::ensure_lasts_beyond(token, exec)?;
        let price = sale.price;
        T::Currency::reserve(&buyer, price).map_err(|_| Error::<T>::InsufficientBalance)?;
        SaleQueue::<T>::insert(exec.to_be_bytes(), token, &name);
        sale.buyers = Some(buyer);
        sale.exec = Some(exec);
        sale.locked = true;
        Consignment::<T>::insert(token, sale);
        Self::deposit_event(Event::BuyConsignment { name, token, price });
        Ok(())
    }

    /// Takes a territory off sale on its owner's wish.
    pub(crate) fn cancel_sale(seller: &AccountId, name: &Name) -> DispatchResult {
        let mut territory = Self::territory(seller, name)?;
        let token = territory.token;
        let sale = Consignment::<T>::get(token).ok_or(Error::<T>::NotOnConsignment)?;
        ensure!(!sale.locked, Error::<T>::ConsignmentLocked);
        territory.state = TerritoryState::Active;
        Territory::<T>::insert(seller, name, territory);
        Consignment::<T>::remove(token);
        Self::deposit_event(Event::CancleConsignment { token });
        Ok(())
    }

    /// Ends a purchase on the buyer's wish; not any more once it is due and waits for its turn.
    pub(crate) fn withdraw_purchase(buyer: &AccountId, token: H256) -> DispatchResult {
        let mut sale = Consignment::<T>::get(token).ok_or(Error::<T>::NonExistentConsignment)?;
        ensure!(sale.locked, Error::<T>::ConsignmentUnLocked);
        ensure!(sale.buyers.as_ref() == Some(buyer), Error::<T>::NotBuyer);
        let due = sale.exec.is_some_and(|exec| exec <= T::Protocol::now());
        ensure!(!due, Error::<T>::ConsignmentLocked);
        Self::end_purchase(token, &mut sale);
        Consignment::<T>::insert(token, sale);
        Ok(())
    }

    /// Root's way to complete a sale before its time.
    pub(crate) fn complete_sale_now(token: H256, name: Name) -> DispatchResult {
        let sale = Consignment::<T>::get(token).ok_or(Error::<T>::NonExistentConsignment)?;
        let buyer = sale.buyers.clone().ok_or(Error::<T>::ConsignmentUnLocked)?;
        Self::ensure_lasts_beyond(token, T::Protocol::now())?;
        Self::complete_sale(token, &sale, buyer, name)
    }

    /// Completes a sale whose time has come. If that is impossible, because the seller's account is
    /// dead or even the spare name is taken, then the buyer gets its money back and the territory
    /// is on sale as before: nothing is overwritten, nothing stuck (Q11).
    pub(crate) fn complete_due_sale(key: TickKey, token: H256) {
        let wanted = SaleQueue::<T>::take(key, token);
        let sale = Consignment::<T>::get(token);
        let (Some(wanted), Some(mut sale)) = (wanted, sale) else {
            return;
        };
        let Some(buyer) = sale.buyers.clone() else {
            return;
        };
        let taken = Territory::<T>::contains_key(&buyer, &wanted);
        let name = match taken {
            true => Self::token_name(token),
            false => wanted,
        };
        if with_storage_layer(|| Self::complete_sale(token, &sale, buyer, name)).is_err() {
            Self::end_purchase(token, &mut sale);
            Consignment::<T>::insert(token, sale);
        }
    }

    /// Territory and money change hands: what the buyer reserved is what the seller gets (Q11).
    fn complete_sale(
        token: H256,
        sale: &ConsignmentInfo,
        buyer: AccountId,
        new_name: Name,
    ) -> DispatchResult {
        let (seller, name) = TerritoryKey::<T>::get(token).ok_or(Error::<T>::BugInvalid)?;
        let mut territory = Self::territory(&seller, &name)?;
        territory.state = TerritoryState::Active;
        Self::hand_over(territory, (&seller, &name), (&buyer, &new_name))?;
        let status = BalanceStatus::Free;
        let unpaid = T::Currency::repatriate_reserved(&buyer, &seller, sale.price, status)?;
        ensure!(unpaid == 0, Error::<T>::InsufficientBalance);
        Self::unschedule(token, sale);
        Consignment::<T>::remove(token);
        Self::deposit_event(Event::ExecConsignment {
            buyer,
            seller,
            token,
        });
        Ok(())
    }

    /// A territory whose lease ended is not sold any more; a buyer gets its money back (Q11).
    pub(crate) fn end_sale(token: H256) {
        let Some(mut sale) = Consignment::<T>::take(token) else {
            return;
        };
        Self::end_purchase(token, &mut sale);
        Self::deposit_event(Event::CancleConsignment { token });
    }

    /// Returns the money of a purchase, if there is one; the territory is on sale as before.
    fn end_purchase(token: H256, sale: &mut ConsignmentInfo) {
        Self::unschedule(token, sale);
        if let Some(buyer) = sale.buyers.take() {
            T::Currency::unreserve(&buyer, sale.price);
            Self::deposit_event(Event::CancelPurchaseAction { token });
        }
        sale.exec = None;
        sale.locked = false;
    }

    fn unschedule(token: H256, sale: &ConsignmentInfo) {
        if let Some(exec) = sale.exec {
            SaleQueue::<T>::remove(exec.to_be_bytes(), token);
        }
    }

    /// Nobody pays for a territory that is frozen before it is handed over.
    fn ensure_lasts_beyond(token: H256, tick: Tick) -> DispatchResult {
        let (owner, name) = TerritoryKey::<T>::get(token).ok_or(Error::<T>::BugInvalid)?;
        let deadline = Self::territory(&owner, &name)?.deadline;
        ensure!(deadline > tick, Error::<T>::InsufficientLease);
        Ok(())
    }
}
