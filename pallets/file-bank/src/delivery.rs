//! Moving a file between territories of its owner.

use crate::{record::Record, weights::Work, Config, Error, Event, Pallet};
use cess_primitives::{
    file::{FileState, HeldFile, Name, UserBrief, UserFileSliceInfo},
    traits::{Protocol, Territories},
    AccountId, Hash,
};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Makes `target` pay for all that `user` holds of the file.
    ///
    /// All of the user's briefs become one, because a territory holds a file once (Q30).
    pub(crate) fn deliver(
        operator: AccountId,
        user: AccountId,
        fid: Hash,
        target: Name,
    ) -> Result<Work, DispatchError> {
        Self::ensure_acts_for(&operator, &user)?;
        let mut file = Record::get::<T>(&fid).ok_or(Error::<T>::FileNonExistent)?;
        let held = Self::holdings(&user, &fid);
        let (_, first) = held.first().ok_or(Error::<T>::NotOwner)?;
        ensure!(file.state == FileState::Active, Error::<T>::Calculate);
        ensure!(Self::takes_files(&user, &target), Error::<T>::NotActive);
        let elsewhere = || held.iter().filter(|(territory, _)| *territory != target);
        ensure!(elsewhere().next().is_some(), Error::<T>::IsOwned);

        let here = held.iter().find(|(territory, _)| *territory == target);
        let space = T::Protocol::params().file_space(file.segments.len() as u32);
        if here.is_none() {
            T::Territories::use_remaining(&user, &target, space)?;
        }
        for (territory, holding) in elsewhere() {
            T::Territories::release_used(&user, territory, holding.space)?;
        }
        let holding = HeldFile {
            space: here.map_or(space, |(_, holding)| holding.space),
            ..first.clone()
        };
        let brief = UserBrief {
            user: user.clone(),
            file_name: holding.file_name.clone(),
            territory_name: target.clone(),
        };
        let slice = UserFileSliceInfo {
            territory_name: target.clone(),
            file_hash: fid,
            file_size: holding.space,
        };

        // The new holding first: a file that its owner holds stays in its bucket.
        Self::index_holding(&user, &fid, &target, holding);
        for (territory, _) in elsewhere() {
            Self::unindex_holding(&user, &fid, territory);
        }
        let mut work = Work::of(&file);
        file.owners
            .retain(|(owner, _)| owner != AsRef::<[u8]>::as_ref(&user))
            .ok_or(Error::<T>::BugInvalid)?;
        file.owners.push(&brief);
        file.put::<T>(&fid);
        work.list = Self::replace_slices(&user, &slice);
        Self::deposit_event(Event::TerritoryFileDelivery {
            file_hash: fid,
            new_territory: target,
        });
        Ok(work)
    }
}
