//! Owners give files up (spec chain 12.6).

use crate::{costs::Work, record::Record, Config, Error, Event, Pallet};
use cess_primitives::{traits::Territories, AccountId, BVec, Hash};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::delete_file`].
    pub(crate) fn delete(
        operator: AccountId,
        owner: AccountId,
        fid: Hash,
    ) -> Result<Work, DispatchError> {
        Self::ensure_acts_for(&operator, &owner)?;
        let work = Self::give_up(&owner, &fid)?;
        Self::deposit_event(Event::DeleteFile {
            operator,
            owner,
            file_hash: fid,
        });
        Ok(work)
    }

    /// Ends all that `owner` holds of a file, in whatever territories (Q30).
    pub(crate) fn give_up(owner: &AccountId, fid: &Hash) -> Result<Work, DispatchError> {
        let mut file = Record::get::<T>(fid).ok_or(Error::<T>::FileNonExistent)?;
        let held = Self::holdings(owner, fid);
        ensure!(!held.is_empty(), Error::<T>::NotOwner);
        let mut work = Work {
            territories: held.len() as u32,
            ..Work::of(&file)
        };
        for holding in &held {
            T::Territories::release_used(owner, &holding.territory_name, holding.space)?;
        }
        Self::index_holdings(owner, fid, &held, BVec::default());
        Self::discount(owner, held.len());
        file.owners
            .retain(|(user, _)| user != AsRef::<[u8]>::as_ref(owner))
            .ok_or(Error::<T>::BugInvalid)?;
        work.traces = Self::put_or_erase(fid, &file)?;
        work.list = Self::strike_slices(owner, |_, other| other == fid.0);
        Ok(work)
    }

    /// Stores a file that has lost owners; it goes with the last one. Says how many traces of it
    /// were removed.
    pub(crate) fn put_or_erase(fid: &Hash, file: &Record) -> Result<u32, DispatchError> {
        if file.owners.is_empty() {
            return Self::erase(fid, file);
        }
        file.put::<T>(fid);
        Ok(0)
    }
}
