//! What users hold: the published list of each user, and our index of it.
//!
//! Clients read [`UserHoldFileList`], one value for all files of a user. It only ever grows at its
//! end, which costs the same whatever its length; taking entries out is left to the few calls that
//! must, without decoding the others. Everything that the pallet itself wants to know it looks up
//! in [`HeldFiles`], [`HeldCount`] and [`TerritoryFiles`].

use crate::{
    packed::Packed, Config, Error, HeldCount, HeldFiles, Pallet, TerritoryFiles, UserHoldFileList,
    MAX_TERRITORIES_OF_FILE,
};
use alloc::vec::Vec;
use cess_primitives::{
    file::{HeldFile, Name, UserBrief, UserFileSliceInfo},
    AccountId, BVec, Hash, MAX_OWNERS,
};
use codec::Encode;
use frame_support::{defensive, ensure, storage::unhashed, traits::Get};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// The user may hold another file.
    pub(crate) fn has_room(user: &AccountId) -> bool {
        HeldCount::<T>::get(user) < T::UserFileLimit::get()
    }

    /// Where the user holds the file.
    pub(crate) fn holdings(user: &AccountId, fid: &Hash) -> BVec<HeldFile, MAX_OWNERS> {
        HeldFiles::<T>::get(user, fid)
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
        ensure!(Self::has_room(user), Error::<T>::StorageLimitReached);
        let territories = HeldFiles::<T>::decode_len(user, fid).unwrap_or(0);
        ensure!(
            territories < MAX_TERRITORIES_OF_FILE as usize,
            Error::<T>::StorageLimitReached
        );
        let slice = UserFileSliceInfo {
            territory_name: territory_name.clone(),
            file_hash: fid,
            file_size: space,
        };
        // Not `try_append`, which reads the list for its length.
        let list = UserHoldFileList::<T>::hashed_key_for(user);
        sp_io::storage::append(&list, slice.encode());
        let holding = HeldFile {
            territory_name: territory_name.clone(),
            file_name: file_name.clone(),
            file_size,
            space,
        };
        Self::index_holding(user, &fid, holding)
    }

    /// Enters a holding everywhere but in the published list.
    pub(crate) fn index_holding(user: &AccountId, fid: &Hash, holding: HeldFile) -> DispatchResult {
        TerritoryFiles::<T>::insert((user, &holding.territory_name, fid), ());
        HeldFiles::<T>::try_append(user, fid, holding)
            .map_err(|()| Error::<T>::StorageLimitReached)?;
        HeldCount::<T>::mutate(user, |count| *count = count.saturating_add(1));
        Ok(())
    }

    /// Forgets a holding everywhere but in the published list; a file that the user holds nowhere
    /// else leaves its bucket.
    pub(crate) fn unindex_holding(user: &AccountId, fid: &Hash, territory: &Name) {
        TerritoryFiles::<T>::remove((user, territory, fid));
        let mut held = HeldFiles::<T>::get(user, fid);
        held.retain(|holding| holding.territory_name != *territory);
        if held.is_empty() {
            HeldFiles::<T>::remove(user, fid);
            Self::leave_bucket(user, fid);
        } else {
            HeldFiles::<T>::insert(user, fid, held);
        }
        match HeldCount::<T>::get(user) {
            0 | 1 => HeldCount::<T>::remove(user),
            more => HeldCount::<T>::insert(user, more.saturating_sub(1)),
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
