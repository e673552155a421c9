//! Giving files up: by their owners, and with territories that expired (spec chain 12.6).

use crate::{
    deadlines::Budget,
    fragments::{self, Holding},
    ClearUserList, Config, Error, Event, File, Pallet, RestoralOrder, SpentTagSignatures, TagDue,
    TagQueue, UserHoldFileList, MAX_CLEARING,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use cess_primitives::{
    file::{FileInfo, Name, UserBrief, UserFileSliceInfo},
    traits::Territories,
    AccountId, BVec, Hash, MAX_SEGMENTS, MAX_USER_FILES,
};
use frame_support::{defensive, ensure, storage::with_storage_layer, weights::Weight};
use sp_runtime::{DispatchError, DispatchResult};

/// Most expired territories that are taken over in a block.
const TAKEN_PER_BLOCK: u32 = 50;

impl<T: Config> Pallet<T> {
    /// Ends all that `owner` holds of a file, in whatever territories; returns its segments (Q30).
    pub(crate) fn give_up(owner: &AccountId, fid: &Hash) -> Result<usize, DispatchError> {
        let file = File::<T>::get(fid).ok_or(Error::<T>::FileNonExistent)?;
        let mut list = UserHoldFileList::<T>::get(owner);
        let held: Vec<_> = list
            .iter()
            .filter(|slice| slice.file_hash == *fid)
            .cloned()
            .collect();
        ensure!(!held.is_empty(), Error::<T>::NotOwner);
        for slice in &held {
            T::Territories::release_used(owner, &slice.territory_name, slice.file_size)?;
        }
        list.retain(|slice| slice.file_hash != *fid);
        Self::put_list(owner, list);
        let segments = file.segment_list.len();
        Self::drop_briefs(fid, file, |brief| brief.user == *owner)?;
        Ok(segments)
    }

    fn put_list(owner: &AccountId, list: BVec<UserFileSliceInfo, MAX_USER_FILES>) {
        if list.is_empty() {
            UserHoldFileList::<T>::remove(owner);
        } else {
            UserHoldFileList::<T>::insert(owner, list);
        }
    }

    /// Removes owners; the file goes with the last one.
    fn drop_briefs(
        fid: &Hash,
        mut file: FileInfo,
        gone: impl Fn(&UserBrief) -> bool,
    ) -> DispatchResult {
        file.owner.retain(|brief| !gone(brief));
        if file.owner.is_empty() {
            return Self::erase(fid, &file);
        }
        File::<T>::insert(fid, file);
        Ok(())
    }

    /// Removes a file, the orders for its fragments and the duties to tag them. Its miners are
    /// free of it.
    fn erase(fid: &Hash, file: &FileInfo) -> DispatchResult {
        let mut holdings: BTreeMap<&AccountId, Holding> = BTreeMap::new();
        let mut lost = BTreeSet::new();
        for fragment in fragments::all(file) {
            if fragment.avail {
                holdings.entry(&fragment.miner).or_default().add(fragment);
            } else {
                lost.insert(fragment.hash);
            }
        }
        for (miner, holding) in &holdings {
            Self::relieve(miner, holding)?;
        }
        for hash in &lost {
            if let Some(order) = RestoralOrder::<T>::take(hash) {
                Self::discharge_leaver(&order)?;
            }
        }
        for (duty, due) in TagDue::<T>::drain_prefix(fid) {
            TagQueue::<T>::remove(due.to_be_bytes(), (fid, duty));
        }
        // Twelve entries as a rule. What an absurd number of restorals left over does no harm.
        let _ = SpentTagSignatures::<T>::clear_prefix(fid, MAX_SEGMENTS, None);
        File::<T>::remove(fid);
        Ok(())
    }

    /// Takes over territories that expired, and deletes the files of those that wait, oldest
    /// first, exactly those of this owner in this territory, a bounded amount per block (Q7).
    pub(crate) fn clear_expired_territories() -> Weight {
        let mut waiting = ClearUserList::<T>::get();
        let mut budget = Budget::default();
        let room = MAX_CLEARING
            .saturating_sub(waiting.len() as u32)
            .min(TAKEN_PER_BLOCK);
        let taken = T::Territories::take_expired(room);
        if waiting.is_empty() && taken.is_empty() {
            return budget.weight::<T>();
        }
        for territory in taken {
            if !waiting.contains(&territory) && waiting.try_push(territory).is_err() {
                defensive!("more expired territories were given out than asked for");
            }
        }
        while !budget.is_spent() && !waiting.is_empty() {
            let (owner, name) = waiting.remove(0);
            if !Self::clear_territory(&owner, &name, &mut budget) {
                // To the front if the budget was the reason, else behind those that can be cleared.
                let place = if budget.is_spent() { 0 } else { waiting.len() };
                if waiting.try_insert(place, (owner, name)).is_err() {
                    defensive!("a territory was just taken out, so there is room");
                }
                break;
            }
        }
        if waiting.is_empty() {
            ClearUserList::<T>::kill();
        } else {
            ClearUserList::<T>::put(waiting);
        }
        budget.weight::<T>()
    }

    /// Deletes files of a territory while the budget lasts; true when there are none left.
    fn clear_territory(owner: &AccountId, name: &Name, budget: &mut Budget) -> bool {
        let mut list = UserHoldFileList::<T>::get(owner);
        let mut gone = BTreeSet::new();
        let mut cleared = true;
        for slice in list.iter().filter(|slice| slice.territory_name == *name) {
            if budget.is_spent() {
                cleared = false;
                break;
            }
            match with_storage_layer(|| Self::clear_slice(owner, slice)) {
                Ok(fragments) => {
                    budget.spend(fragments, 0);
                    gone.insert(slice.file_hash);
                }
                Err(error) => {
                    defensive!("a file of an expired territory stays for now", error);
                    budget.spend(0, 0);
                    cleared = false;
                }
            }
        }
        // Reading and writing the list itself.
        budget.spend(0, 0);
        list.retain(|slice| slice.territory_name != *name || !gone.contains(&slice.file_hash));
        Self::put_list(owner, list);
        for file_hash in gone {
            Self::deposit_event(Event::DeleteFile {
                operator: owner.clone(),
                owner: owner.clone(),
                file_hash,
            });
        }
        cleared
    }

    /// Ends what one entry of the owner's list stands for; returns the file's fragments.
    fn clear_slice(owner: &AccountId, slice: &UserFileSliceInfo) -> Result<u32, DispatchError> {
        T::Territories::release_used(owner, &slice.territory_name, slice.file_size)?;
        let file = File::<T>::get(slice.file_hash).ok_or(Error::<T>::FileNonExistent)?;
        let fragments = fragments::count(&file);
        Self::drop_briefs(&slice.file_hash, file, |brief| {
            brief.user == *owner && brief.territory_name == slice.territory_name
        })?;
        Ok(fragments)
    }
}
