//! What users hold: the published list of each user, and our index of it.
//!
//! Clients read [`UserHoldFileList`], one value for all files of a user. It only ever grows at its
//! end, which costs the same whatever its length; taking entries out is left to the few calls that
//! must, without decoding the others. Everything that the pallet itself wants to know it looks up
//! in [`HeldFiles`] and [`TerritoryFiles`].

use crate::{
    packed::Packed, Config, Error, HeldFiles, Pallet, TerritoryFiles, UserHoldFileList,
    MAX_TERRITORIES_OF_FILE,
};
use alloc::vec::Vec;
use cess_primitives::{
    file::{HeldFile, Name, UserBrief, UserFileSliceInfo},
    AccountId, Hash,
};
use frame_support::{defensive, ensure, storage::unhashed, traits::Get};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// The user's list takes another file.
    pub(crate) fn has_room(user: &AccountId) -> bool {
        let held = UserHoldFileList::<T>::decode_len(user).unwrap_or(0);
        held < T::UserFileLimit::get() as usize
    }

    /// Where the user holds the file.
    pub(crate) fn holdings(user: &AccountId, fid: &Hash) -> Vec<(Name, HeldFile)> {
        HeldFiles::<T>::iter_prefix((user.clone(), *fid)).collect()
    }

    /// Whether the user holds the file anywhere.
    pub(crate) fn holds(user: &AccountId, fid: &Hash) -> bool {
        let mut held = HeldFiles::<T>::iter_key_prefix((user.clone(), *fid));
        held.next().is_some()
    }

    /// Enters that the user holds the file from now on.
    pub(crate) fn enter_holding(
        fid: Hash,
        brief: &UserBrief,
        file_size: u128,
        space: u128,
    ) -> DispatchResult {
        let UserBrief {
            user,
            file_name,
            territory_name,
        } = brief;
        let held = HeldFiles::<T>::iter_key_prefix((user.clone(), fid)).count();
        ensure!(
            held < MAX_TERRITORIES_OF_FILE as usize,
            Error::<T>::StorageLimitReached
        );
        let slice = UserFileSliceInfo {
            territory_name: territory_name.clone(),
            file_hash: fid,
            file_size: space,
        };
        UserHoldFileList::<T>::try_append(user, slice)
            .map_err(|()| Error::<T>::StorageLimitReached)?;
        let holding = HeldFile {
            file_name: file_name.clone(),
            file_size,
            space,
        };
        Self::index_holding(user, &fid, territory_name, holding);
        Ok(())
    }

    pub(crate) fn index_holding(user: &AccountId, fid: &Hash, territory: &Name, holding: HeldFile) {
        HeldFiles::<T>::insert((user, fid, territory), holding);
        TerritoryFiles::<T>::insert((user, territory, fid), ());
    }

    /// Forgets that the user holds the file in this territory, but for the published list; a file
    /// that the user holds nowhere else is in none of its buckets.
    pub(crate) fn unindex_holding(user: &AccountId, fid: &Hash, territory: &Name) {
        HeldFiles::<T>::remove((user, fid, territory));
        TerritoryFiles::<T>::remove((user, territory, fid));
        if !Self::holds(user, fid) {
            Self::leave_bucket(user, fid);
        }
    }

    /// Takes entries out of the user's published list, and says how many bytes it had before.
    pub(crate) fn strike_slices(user: &AccountId, gone: impl Fn(&[u8], &[u8]) -> bool) -> u32 {
        Self::rewrite_list(user, |list| {
            list.retain(|(territory, fid)| !gone(territory, fid))
        })
    }

    /// Replaces all entries of a file in the user's published list by one; says how many bytes
    /// the list had before.
    pub(crate) fn replace_slices(user: &AccountId, slice: &UserFileSliceInfo) -> u32 {
        Self::rewrite_list(user, |list| {
            list.retain(|(_, fid)| fid != slice.file_hash.0)?;
            list.push(slice);
            Some(())
        })
    }

    fn rewrite_list(
        user: &AccountId,
        change: impl FnOnce(&mut Packed<UserFileSliceInfo>) -> Option<()>,
    ) -> u32 {
        let key = UserHoldFileList::<T>::hashed_key_for(user);
        let bytes = unhashed::get_raw(&key).unwrap_or_default();
        let Some(mut list) = Packed::unpack(&bytes) else {
            return 0;
        };
        match change(&mut list) {
            None => {
                defensive!("a user's list is no list");
            }
            Some(()) if list.is_empty() => unhashed::kill(&key),
            Some(()) => {
                let mut changed = Vec::with_capacity(bytes.len());
                list.pack_to(&mut changed);
                unhashed::put_raw(&key, &changed);
            }
        }
        bytes.len() as u32
    }
}
