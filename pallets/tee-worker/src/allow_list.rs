//! The binaries that may register where that is required.

use crate::{CesealBinAddedAt, CesealBinAllowList, Config, Error, Event, Pallet};
use cess_primitives::traits::Protocol;
use frame_support::{ensure, traits::Get};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// See [`Pallet::add_ceseal`].
    pub(crate) fn list_binary(binary: H256) -> DispatchResult {
        CesealBinAllowList::<T>::try_mutate(|list| {
            ensure!(!list.contains(&binary), Error::<T>::CesealBinAlreadyExists);
            ensure!(
                (list.len() as u64) < u64::from(T::MaxWhitelist::get()),
                Error::<T>::BoundedVecError
            );
            list.push(binary);
            Ok::<_, DispatchError>(())
        })?;
        CesealBinAddedAt::<T>::insert(binary, T::Protocol::now());
        Self::deposit_event(Event::CesealBinAdded(binary));
        Ok(())
    }

    /// See [`Pallet::remove_ceseal`].
    pub(crate) fn unlist_binary(binary: H256) -> DispatchResult {
        CesealBinAllowList::<T>::try_mutate(|list| {
            let at = list.iter().position(|listed| *listed == binary);
            list.remove(at.ok_or(Error::<T>::CesealBinNotFound)?);
            Ok::<_, DispatchError>(())
        })?;
        CesealBinAddedAt::<T>::remove(binary);
        Self::deposit_event(Event::CesealBinRemoved(binary));
        Ok(())
    }
}
