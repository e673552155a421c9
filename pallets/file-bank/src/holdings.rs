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
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// The user may hold another file.
    pub(crate) fn has_room(user: &AccountId) -> bool {
        HeldCount::<T>::get(user) < T::UserFileLimit::get()
    }

    /// Where the user holds the file.
    pub(crate) fn holdings(user: &AccountId, fid: &Hash) -> BVec<HeldFile, MAX_OWNERS> {
        HeldFiles::<T>::get(user, fid)
    }

    /// Enters that the user, who held so much of the file, holds it once more from now on; says how
    /// many entries its published list had before.
    pub(crate) fn enter_holding(
        fid: Hash,
        brief: &UserBrief,
        held: &BVec<HeldFile, MAX_OWNERS>,
        file_size: u128,
        space: u128,
    ) -> Result<u32, DispatchError> {
        let UserBrief {
            user,
            file_name,
            territory_name,
        } = brief;
        let count = HeldCount::<T>::get(user);
        ensure!(
            count < T::UserFileLimit::get() && held.len() < MAX_TERRITORIES_OF_FILE as usize,
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
        let mut holds = held.clone();
        holds
            .try_push(holding)
            .map_err(|_| Error::<T>::StorageLimitReached)?;
        Self::index_holdings(user, &fid, held, holds);
        Self::set_count(user, count.saturating_add(1));
        Ok(count)
    }

    /// The user held so much of a file and now holds something else of it: enters that everywhere
    /// but in the published list and in [`HeldCount`]. A file that it holds no more leaves its
    /// bucket.
    pub(crate) fn index_holdings(
        user: &AccountId,
        fid: &Hash,
        held: &[HeldFile],
        holds: BVec<HeldFile, MAX_OWNERS>,
    ) {
        let without = |list: &[HeldFile], name: &Name| {
            let same = |holding: &HeldFile| holding.territory_name == *name;
            !list.iter().any(same)
        };
        let names = |list: &[HeldFile]| -> Vec<Name> {
            let names = list.iter().map(|holding| holding.territory_name.clone());
            names.collect()
        };
        for name in names(held).into_iter().filter(|name| without(&holds, name)) {
            TerritoryFiles::<T>::remove((user, name, fid));
        }
        for name in names(&holds).into_iter().filter(|name| without(held, name)) {
            TerritoryFiles::<T>::insert((user, name, fid), ());
        }
        if holds.is_empty() {
            HeldFiles::<T>::remove(user, fid);
            Self::leave_bucket(user, fid);
        } else {
            HeldFiles::<T>::insert(user, fid, holds);
        }
    }

    /// Forgets so many holdings of a user's in [`HeldCount`].
    pub(crate) fn discount(user: &AccountId, gone: usize) {
        let count = HeldCount::<T>::get(user);
        Self::set_count(user, count.saturating_sub(gone as u32));
    }

    pub(crate) fn set_count(user: &AccountId, count: u32) {
        match count {
            0 => HeldCount::<T>::remove(user),
            some => HeldCount::<T>::insert(user, some),
        }
    }

    /// Takes entries out of the user's published list, and says how many it had before.
    pub(crate) fn strike_slices(user: &AccountId, gone: impl Fn(&[u8], &[u8]) -> bool) -> u32 {
        Self::rewrite_list(user, |list| {
            list.retain(|(territory, fid)| !gone(territory, fid))
        })
    }

    /// Replaces all entries of a file in the user's published list by one; says how many the list
    /// had before.
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
        let Some(mut list) = Packed::unpack_from(bytes) else {
            return 0;
        };
        let entries = list.len();
        match change(&mut list) {
            None => {
                defensive!("a user's list is no list");
            }
            Some(()) if list.is_empty() => unhashed::kill(&key),
            Some(()) => {
                let mut changed = Vec::with_capacity(list.size().saturating_add(5));
                list.pack_to(&mut changed);
                unhashed::put_raw(&key, &changed);
            }
        }
        entries
    }
}
