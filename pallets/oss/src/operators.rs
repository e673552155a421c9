//! The list of operators and the view that other pallets have of it.

use crate::{AuthorityList, Config, Error, Pallet};
use cess_primitives::{traits::Authorisations, AccountId};

impl<T: Config> Pallet<T> {
    pub(crate) fn is_authorised(operator: &AccountId, owner: &AccountId) -> bool {
        AuthorityList::<T>::get(owner).contains(operator)
    }

    pub(crate) fn add_operator(owner: &AccountId, operator: AccountId) -> Result<(), Error<T>> {
        let mut list = AuthorityList::<T>::get(owner);
        list.try_push(operator)
            .map_err(|_| Error::<T>::BoundedVecError)?;
        AuthorityList::<T>::insert(owner, list);
        Ok(())
    }

    pub(crate) fn remove_operator(owner: &AccountId, operator: &AccountId) -> Result<(), Error<T>> {
        AuthorityList::<T>::try_mutate_exists(owner, |entry| {
            let mut list = entry.take().ok_or(Error::<T>::NoAuthorization)?;
            let index = list.iter().position(|o| o == operator);
            list.remove(index.ok_or(Error::<T>::NoAuthorization)?);
            *entry = (!list.is_empty()).then_some(list);
            Ok(())
        })
    }
}

impl<T: Config> Authorisations for Pallet<T> {
    fn may_act_for(operator: &AccountId, owner: &AccountId) -> bool {
        operator == owner || Self::is_authorised(operator, owner)
    }
}
