//! Who sells downloads, where, and for how much.

use crate::{Cachers, Config, Error, Event, Pallet, Payees};
use cess_primitives::{
    cacher::{CacherInfo, IpAddress},
    traits::Protocol,
    AccountId, Balance,
};
use core::net::{Ipv4Addr, Ipv6Addr};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::register`].
    pub(crate) fn enter(acc: AccountId, info: CacherInfo) -> DispatchResult {
        ensure!(
            !Cachers::<T>::contains_key(&acc),
            Error::<T>::AlreadyRegistered
        );
        Self::check_offer(&info)?;
        Self::name_payee(&info.payee);
        Cachers::<T>::insert(&acc, &info);
        Self::deposit_event(Event::Register { acc, info });
        Ok(())
    }

    /// See [`Pallet::update`].
    pub(crate) fn change(acc: AccountId, info: CacherInfo) -> DispatchResult {
        let old = Cachers::<T>::get(&acc).ok_or(Error::<T>::UnRegistered)?;
        Self::check_offer(&info)?;
        Self::drop_payee(&old.payee);
        Self::name_payee(&info.payee);
        Cachers::<T>::insert(&acc, &info);
        Self::deposit_event(Event::Update { acc, info });
        Ok(())
    }

    /// See [`Pallet::logout`].
    pub(crate) fn leave(acc: AccountId) -> DispatchResult {
        let info = Cachers::<T>::take(&acc).ok_or(Error::<T>::UnRegistered)?;
        Self::drop_payee(&info.payee);
        Self::deposit_event(Event::Logout { acc });
        Ok(())
    }

    fn check_offer(info: &CacherInfo) -> Result<(), Error<T>> {
        ensure!(is_host(&info.ip), Error::<T>::InvalidAddress);
        let segment = Balance::from(T::Protocol::params().segment_size);
        ensure!(
            info.byte_price > 0 && info.byte_price.checked_mul(segment).is_some(),
            Error::<T>::InvalidPrice
        );
        Ok(())
    }

    fn name_payee(payee: &AccountId) {
        Payees::<T>::mutate(payee, |cachers| *cachers = cachers.saturating_add(1));
    }

    fn drop_payee(payee: &AccountId) {
        match Payees::<T>::take(payee).saturating_sub(1) {
            0 => {}
            left => Payees::<T>::insert(payee, left),
        }
    }
}

/// Whether the address can be that of one host. Private ones and the loopback are fine: networks of
/// one machine or one house are networks too.
fn is_host(address: &IpAddress) -> bool {
    match *address {
        IpAddress::IPV4(octets, port) => {
            let ip = Ipv4Addr::from(octets);
            port != 0 && !ip.is_unspecified() && !ip.is_broadcast() && !ip.is_multicast()
        }
        IpAddress::IPV6(groups, port) => {
            let ip = Ipv6Addr::from(groups);
            port != 0 && !ip.is_unspecified() && !ip.is_multicast()
        }
    }
}
