//! Moving a file between territories of its owner.

use crate::{Config, Error, Event, File, Pallet, UserHoldFileList};
use alloc::vec::Vec;
use cess_primitives::{
    file::{FileState, Name, UserFileSliceInfo},
    traits::{Authorisations, Protocol, Territories},
    AccountId, Hash,
};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Makes `target` pay for all that `user` holds of the file.
    ///
    /// All of the user's briefs become one, because a territory holds a file once (Q30).
    pub(crate) fn deliver(
        operator: AccountId,
        user: AccountId,
        fid: Hash,
        target: Name,
    ) -> DispatchResult {
        ensure!(
            T::Authorisations::may_act_for(&operator, &user),
            Error::<T>::NoPermission
        );
        let mut file = File::<T>::get(fid).ok_or(Error::<T>::FileNonExistent)?;
        let mut list = UserHoldFileList::<T>::get(&user);
        let held: Vec<_> = list
            .iter()
            .filter(|slice| slice.file_hash == fid)
            .cloned()
            .collect();
        ensure!(!held.is_empty(), Error::<T>::NotOwner);
        ensure!(file.stat == FileState::Active, Error::<T>::Calculate);
        ensure!(Self::takes_files(&user, &target), Error::<T>::NotActive);
        let (here, elsewhere): (Vec<_>, Vec<_>) = held
            .into_iter()
            .partition(|slice| slice.territory_name == target);
        ensure!(!elsewhere.is_empty(), Error::<T>::IsOwned);

        let space = T::Protocol::params().file_space(file.segment_list.len() as u32);
        if here.is_empty() {
            T::Territories::use_remaining(&user, &target, space)?;
        }
        for slice in &elsewhere {
            T::Territories::release_used(&user, &slice.territory_name, slice.file_size)?;
        }

        let charge = UserFileSliceInfo {
            territory_name: target.clone(),
            file_hash: fid,
            file_size: here.first().map_or(space, |slice| slice.file_size),
        };
        list.retain(|slice| slice.file_hash != fid);
        list.try_push(charge)
            .map_err(|_| Error::<T>::StorageLimitReached)?;
        UserHoldFileList::<T>::insert(&user, list);

        let mut brief = file
            .owner
            .iter()
            .find(|brief| brief.user == user)
            .cloned()
            .ok_or(Error::<T>::BugInvalid)?;
        brief.territory_name = target.clone();
        file.owner.retain(|brief| brief.user != user);
        file.owner
            .try_push(brief)
            .map_err(|_| Error::<T>::StorageLimitReached)?;
        File::<T>::insert(fid, file);

        Self::deposit_event(Event::TerritoryFileDelivery {
            file_hash: fid,
            new_territory: target,
        });
        Ok(())
    }
}
