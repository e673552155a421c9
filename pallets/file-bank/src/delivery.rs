//! Moving a file between territories of its owner.

use crate::{costs::Work, record::Record, Config, Error, Event, Pallet};
use alloc::vec;
use cess_primitives::{
    file::{FileState, HeldFile, Name, UserBrief, UserFileSliceInfo},
    traits::{Protocol, Territories},
    AccountId, BVec, Hash,
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
        let first = held.first().ok_or(Error::<T>::NotOwner)?;
        ensure!(file.state == FileState::Active, Error::<T>::Calculate);
        ensure!(Self::takes_files(&user, &target), Error::<T>::NotActive);
        let is_there = |held: &&HeldFile| held.territory_name == target;
        let elsewhere = || held.iter().filter(|held| !is_there(held));
        ensure!(elsewhere().next().is_some(), Error::<T>::IsOwned);

        let holding = match held.iter().find(is_there) {
            Some(here) => here.clone(),
            None => {
                let space = T::Protocol::params().file_space(file.segments.len() as u32);
                T::Territories::use_remaining(&user, &target, space)?;
                HeldFile {
                    territory_name: target.clone(),
                    space,
                    ..first.clone()
                }
            }
        };
        for old in elsewhere() {
            T::Territories::release_used(&user, &old.territory_name, old.space)?;
        }
        let holds = BVec::truncate_from(vec![holding.clone()]);
        Self::index_holdings(&user, &fid, &held, holds);
        if held.len() > 1 {
            Self::discount(&user, held.len() - 1);
        }
        let brief = UserBrief {
            user: user.clone(),
            file_name: holding.file_name,
            territory_name: target.clone(),
        };
        let slice = UserFileSliceInfo {
            territory_name: target.clone(),
            file_hash: fid,
            file_size: holding.space,
        };
        let mut work = Work {
            territories: held.len() as u32,
            ..Work::of(&file)
        };
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
