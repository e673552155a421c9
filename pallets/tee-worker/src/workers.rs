//! Workers: who is registered, and what follows when one does not deliver.

use crate::{
    AttestationReport, Config, Endpoints, Error, Event, LastWork, MasterKeyDistributeNotify,
    MasterKeyPostation, MinimumCesealVersion, Pallet, ValidationTypeList, VerdictsMissed,
    WorkerAddedAt, Workers, UNATTESTED,
};
use alloc::{string::String, vec::Vec};
use cess_primitives::{
    tee::{AttestationProvider, WorkerInfo, WorkerKey, WorkerRegistrationInfo, WorkerRole},
    traits::{Bonded, Protocol},
    AccountId,
};
use frame_support::{ensure, traits::UnixTime};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::Zero, DispatchResult};

/// Verdicts that a worker may miss in a row before it is asked for no more.
pub const MISSED_LIMIT: u32 = 3;

/// Whether workers of this role give verdicts.
pub(crate) fn gives_verdicts(role: WorkerRole) -> bool {
    matches!(role, WorkerRole::Full | WorkerRole::Verifier)
}

/// Whether workers of this role tag and certify.
pub(crate) fn marks(role: WorkerRole) -> bool {
    matches!(role, WorkerRole::Full | WorkerRole::Marker)
}

impl<T: Config> Pallet<T> {
    /// See [`Pallet::register_worker`].
    pub(crate) fn register(
        signer: &AccountId,
        info: WorkerRegistrationInfo,
        attestation: Option<AttestationReport>,
    ) -> DispatchResult {
        let (attestation_provider, confidence_level) = Self::vet(&attestation)?;
        // No report binds the key to whoever sends it in, so the key itself has to sign.
        ensure!(
            attestation_provider.is_some() || AsRef::<WorkerKey>::as_ref(signer) == &info.pubkey,
            Error::<T>::InvalidWorkerPubKey
        );
        let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
        ensure!(info.genesis_block_hash == genesis, Error::<T>::WrongGenesis);
        let (major, minor, patch) = MinimumCesealVersion::<T>::get();
        let version = (
            info.version >> 16,
            info.version >> 8 & 0xff,
            info.version & 0xff,
        );
        ensure!(version >= (major, minor, patch), Error::<T>::CesealRejected);
        ensure!(
            info.stash_account.is_some() == gives_verdicts(info.role),
            Error::<T>::WrongWorkerRole
        );
        if let Some(stash) = &info.stash_account {
            ensure!(T::Bonded::is_bonded(stash), Error::<T>::NotBond);
        }
        Self::enrol(WorkerInfo {
            pubkey: info.pubkey,
            ecdh_pubkey: info.ecdh_pubkey,
            version: info.version,
            last_updated: T::UnixTime::now().as_secs(),
            stash_account: info.stash_account,
            attestation_provider,
            confidence_level,
            features: info.features,
            role: info.role,
            endpoint: info.endpoint,
        })
    }

    /// See [`Pallet::force_register_worker`]. The worker renews its entry to give an endpoint.
    pub(crate) fn force_register(
        pubkey: WorkerKey,
        ecdh_pubkey: [u8; 32],
        stash_account: Option<AccountId>,
    ) -> DispatchResult {
        Self::enrol(WorkerInfo {
            pubkey,
            ecdh_pubkey,
            version: 0,
            last_updated: T::UnixTime::now().as_secs(),
            stash_account,
            attestation_provider: Some(AttestationProvider::Root),
            confidence_level: UNATTESTED,
            features: Vec::new(),
            role: WorkerRole::Full,
            endpoint: String::new(),
        })
    }

    /// Enters a worker, or replaces its entry.
    fn enrol(info: WorkerInfo) -> DispatchResult {
        let WorkerInfo {
            pubkey,
            attestation_provider,
            confidence_level,
            ..
        } = info;
        if gives_verdicts(info.role) {
            ensure!(Self::ask_for_verdicts(pubkey), Error::<T>::BoundedVecError);
        } else {
            Self::ask_no_verdicts(&pubkey);
        }
        let now = T::Protocol::now();
        VerdictsMissed::<T>::remove(pubkey);
        LastWork::<T>::insert(pubkey, now);
        Endpoints::<T>::insert(pubkey, &info.endpoint);
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
        Self::ask_no_verdicts(pubkey);
        Workers::<T>::remove(pubkey);
        WorkerAddedAt::<T>::remove(pubkey);
        LastWork::<T>::remove(pubkey);
        Endpoints::<T>::remove(pubkey);
        VerdictsMissed::<T>::remove(pubkey);
        MasterKeyPostation::<T>::remove(pubkey);
        MasterKeyDistributeNotify::<T>::remove(pubkey);
        Self::deposit_event(Event::ClearInvalidTee { pubkey: *pubkey });
        Ok(())
    }

    /// A worker did something useful: its misses are forgiven.
    pub(crate) fn note_work(worker: &WorkerKey) {
        let Some(info) = Workers::<T>::get(worker) else {
            return;
        };
        LastWork::<T>::insert(worker, T::Protocol::now());
        if !VerdictsMissed::<T>::contains_key(worker) {
            return;
        }
        let listed = ValidationTypeList::<T>::get().contains(worker);
        // A worker that finds no room on the list stays suspended.
        if listed || !gives_verdicts(info.role) {
            VerdictsMissed::<T>::remove(worker);
        } else if Self::ask_for_verdicts(*worker) {
            VerdictsMissed::<T>::remove(worker);
            Self::deposit_event(Event::WorkerReinstated { pubkey: *worker });
        }
    }

    /// A worker gave no verdict in time: after [`MISSED_LIMIT`] in a row it is suspended, unless
    /// nobody else could give any.
    pub(crate) fn note_failure(worker: &WorkerKey) {
        if !Workers::<T>::contains_key(worker) {
            return;
        }
        let in_a_row = VerdictsMissed::<T>::mutate(worker, |missed| {
            *missed = missed.saturating_add(1);
            *missed
        });
        Self::deposit_event(Event::VerdictMissed {
            pubkey: *worker,
            in_a_row,
        });
        let list = ValidationTypeList::<T>::get();
        if in_a_row >= MISSED_LIMIT && list.len() > 1 && list.contains(worker) {
            Self::ask_no_verdicts(worker);
            Self::deposit_event(Event::WorkerSuspended { pubkey: *worker });
        }
    }

    /// Puts a worker on the list; false when there is no room.
    fn ask_for_verdicts(worker: WorkerKey) -> bool {
        ValidationTypeList::<T>::mutate(|list| {
            list.contains(&worker) || list.try_push(worker).is_ok()
        })
    }

    fn ask_no_verdicts(worker: &WorkerKey) {
        ValidationTypeList::<T>::mutate(|list| list.retain(|listed| listed != worker));
    }
}
