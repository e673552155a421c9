//! Stashes and the workers that they answer for.

use crate::{Config, Error, Event, Pallet, Sponsorships};
use cess_primitives::{
    tee::{WorkerInfo, WorkerKey},
    traits::Bonded,
    AccountId,
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};

/// Most workers that a stash may have agreed to and that did not register yet.
pub const MAX_SPONSORED: u32 = 16;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::sponsor_worker`].
    pub(crate) fn sponsor(stash: AccountId, worker: WorkerKey, agreed: bool) -> DispatchResult {
        ensure!(!agreed || T::Bonded::is_bonded(&stash), Error::<T>::NotBond);
        Sponsorships::<T>::try_mutate_exists(&stash, |workers| {
            let mut list = workers.take().unwrap_or_default();
            list.retain(|listed| *listed != worker);
            if agreed {
                list.try_push(worker)
                    .map_err(|_| Error::<T>::BoundedVecError)?;
            }
            *workers = Some(list).filter(|list| !list.is_empty());
            Ok::<_, DispatchError>(())
        })?;
        Self::deposit_event(Event::WorkerSponsored {
            stash,
            worker,
            agreed,
        });
        Ok(())
    }

    /// A stash pays for its worker's failures, so it must want it: it signs the registration, it
    /// answers for the worker already, or it agreed before.
    pub(crate) fn ensure_agreed(
        signer: &AccountId,
        worker: &WorkerInfo,
        known: Option<&WorkerInfo>,
    ) -> DispatchResult {
        let Some(stash) = &worker.stash_account else {
            return Ok(());
        };
        let answers = known.is_some_and(|known| known.stash_account.as_ref() == Some(stash));
        if signer == stash || answers {
            return Ok(());
        }
        Sponsorships::<T>::try_mutate_exists(stash, |workers| {
            let mut list = workers.take().unwrap_or_default();
            let at = list.iter().position(|listed| *listed == worker.pubkey);
            list.remove(at.ok_or(Error::<T>::StashDidNotAgree)?);
            *workers = Some(list).filter(|list| !list.is_empty());
            Ok(())
        })
    }
}
