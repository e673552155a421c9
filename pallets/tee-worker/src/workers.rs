//! The records of workers.

use crate::{
    Config, Endpoints, Error, Event, HandoverTimes, LastWork, MasterKeyDistributeNotify,
    MasterKeyPostation, Measurements, Pallet, ValidationTypeList, VerdictsMissed, WorkerAddedAt,
    Workers, MISSED_LIMIT,
};
use alloc::collections::BTreeSet;
use cess_primitives::{
    tee::{WorkerInfo, WorkerKey, WorkerRole},
    traits::Protocol,
};
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::DispatchResult;

/// Whether workers of this role give verdicts.
pub(crate) fn gives_verdicts(role: WorkerRole) -> bool {
    matches!(role, WorkerRole::Full | WorkerRole::Verifier)
}

/// Whether workers of this role tag and certify.
pub(crate) fn marks(role: WorkerRole) -> bool {
    matches!(role, WorkerRole::Full | WorkerRole::Marker)
}

impl<T: Config> Pallet<T> {
    /// Enters a worker that was admitted, or replaces its entry.
    pub(crate) fn enrol(info: WorkerInfo, binary: Option<H256>) -> DispatchResult {
        let WorkerInfo {
            pubkey,
            attestation_provider,
            confidence_level,
            ..
        } = info;
        if gives_verdicts(info.role) {
            ensure!(Self::ask_for_verdicts(pubkey), Error::<T>::BoundedVecError);
        } else {
            Self::ask_no_verdicts(&[pubkey]);
        }
        // A suspended worker starts anew; one that is about to be suspended does not get away.
        if VerdictsMissed::<T>::get(pubkey) >= MISSED_LIMIT {
            VerdictsMissed::<T>::remove(pubkey);
        }
        let now = T::Protocol::now();
        LastWork::<T>::insert(pubkey, now);
        Endpoints::<T>::insert(pubkey, &info.endpoint);
        Measurements::<T>::set(pubkey, binary);
        let known = Workers::<T>::contains_key(pubkey);
        Workers::<T>::insert(pubkey, info);
        Self::deposit_event(if known {
            Event::WorkerUpdated {
                pubkey,
                attestation_provider,
                confidence_level,
            }
        } else {
            WorkerAddedAt::<T>::insert(pubkey, now);
            Event::WorkerAdded {
                pubkey,
                attestation_provider,
                confidence_level,
            }
        });
        Ok(())
    }

    /// See [`Pallet::force_clear_tee`].
    pub(crate) fn remove(pubkey: &WorkerKey) -> DispatchResult {
        ensure!(
            Workers::<T>::contains_key(pubkey),
            Error::<T>::WorkerNotFound
        );
        ensure!(
            Self::holder().as_ref() != Some(pubkey),
            Error::<T>::CannotExitMasterKeyHolder
        );
        Self::ask_no_verdicts(&[*pubkey]);
        Self::forget(pubkey);
        Ok(())
    }

    /// Removes all that is kept of a worker but its place among the verifiers.
    pub(crate) fn forget(pubkey: &WorkerKey) {
        Workers::<T>::remove(pubkey);
        WorkerAddedAt::<T>::remove(pubkey);
        LastWork::<T>::remove(pubkey);
        Endpoints::<T>::remove(pubkey);
        Measurements::<T>::remove(pubkey);
        VerdictsMissed::<T>::remove(pubkey);
        MasterKeyPostation::<T>::remove(pubkey);
        MasterKeyDistributeNotify::<T>::remove(pubkey);
        HandoverTimes::<T>::remove(pubkey);
        Self::deposit_event(Event::ClearInvalidTee { pubkey: *pubkey });
    }

    /// Puts a worker on the list; false when there is no room.
    pub(crate) fn ask_for_verdicts(worker: WorkerKey) -> bool {
        ValidationTypeList::<T>::mutate(|list| {
            list.contains(&worker) || list.try_push(worker).is_ok()
        })
    }

    pub(crate) fn ask_no_verdicts(workers: &[WorkerKey]) {
        let gone: BTreeSet<_> = workers.iter().collect();
        ValidationTypeList::<T>::mutate(|list| list.retain(|listed| !gone.contains(listed)));
    }
}
