//! Deleting the files of territories that expired (Q7).
//!
//! Territories are taken over a few at a time, the oldest first; the others wait where they
//! expired. Their files go one by one, a bounded amount of work per block. Only when the last one
//! is gone, all of them are taken out of their owner's published list, together: until then it may
//! still name files of a territory that [`ClearUserList`] names too.

use crate::{
    costs, deadlines::Budget, fragments, record::Record, ClearUserList, Config, Error, Event,
    Pallet, TerritoryFiles,
};
use alloc::vec::Vec;
use cess_primitives::{file::Name, traits::Territories, AccountId, Hash};
use frame_support::{defensive, storage::with_storage_layer, weights::Weight};
use sp_runtime::DispatchError;

/// Most expired territories that are cleared at a time.
pub const CLEARED_AT_ONCE: u32 = 50;

impl<T: Config> Pallet<T> {
    /// Takes over territories that expired, and deletes the files of those that wait: exactly those
    /// of this owner in this territory.
    pub(crate) fn clear_expired_territories() -> Weight {
        let mut waiting = ClearUserList::<T>::get();
        let mut budget = Budget::default();
        let room = CLEARED_AT_ONCE.saturating_sub(waiting.len() as u32);
        let taken = T::Territories::take_expired(room);
        let taking = costs::taken::<T>(taken.len() as u32);
        if waiting.is_empty() && taken.is_empty() {
            return Weight::zero();
        }
        for territory in taken {
            // One that lives again was empty when it was revived: what is in it now is new.
            let revived = T::Territories::is_alive(&territory.0, &territory.1);
            if revived || waiting.contains(&territory) {
                continue;
            }
            if waiting.try_push(territory).is_err() {
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
        costs::clearing::<T>(&budget).saturating_add(taking)
    }

    /// Deletes files of a territory while the budget lasts; true when there are none left.
    fn clear_territory(owner: &AccountId, name: &Name, budget: &mut Budget) -> bool {
        let files = || TerritoryFiles::<T>::iter_key_prefix((owner.clone(), name.clone()));
        let next: Vec<Hash> = files().take(budget.items_left()).collect();
        for fid in next {
            if budget.is_spent() {
                return false;
            }
            match with_storage_layer(|| Self::clear_file(owner, name, &fid, budget)) {
                Ok(()) => Self::deposit_event(Event::DeleteFile {
                    operator: owner.clone(),
                    owner: owner.clone(),
                    file_hash: fid,
                }),
                Err(error) => {
                    defensive!("a file of an expired territory stays for now", error);
                    budget.spend(0, 0);
                }
            }
        }
        if files().next().is_some() {
            return false;
        }
        let entries = Self::strike_slices(owner, |territory, _| territory == &name[..]);
        budget.spend(0, 0);
        budget.walk(entries);
        true
    }

    /// Ends what the owner holds of a file in an expired territory.
    fn clear_file(
        owner: &AccountId,
        territory: &Name,
        fid: &Hash,
        budget: &mut Budget,
    ) -> Result<(), DispatchError> {
        let held = Self::holdings(owner, fid);
        let mut rest = held.clone();
        rest.retain(|holding| holding.territory_name != *territory);
        let gone = held.iter().find(|held| held.territory_name == *territory);
        let gone = gone.ok_or(Error::<T>::BugInvalid)?;
        T::Territories::release_used(owner, territory, gone.space)?;
        Self::index_holdings(owner, fid, &held, rest);
        Self::discount(owner, 1);
        let mut file = Record::get::<T>(fid).ok_or(Error::<T>::FileNonExistent)?;
        let owner: &[u8] = owner.as_ref();
        file.owners
            .retain(|(user, name)| user != owner || name != &territory[..])
            .ok_or(Error::<T>::BugInvalid)?;
        budget.walk(file.owners.len());
        let traces = Self::put_or_erase(fid, &file)?;
        budget.spend(fragments::count(&file.segments), traces);
        Ok(())
    }
}
