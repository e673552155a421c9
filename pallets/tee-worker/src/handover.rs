//! The master key's way to other workers.

use crate::{
    Config, Error, Event, HandoverTimes, MasterKeyDistributeNotify, MasterKeyPostation,
    MasterKeyStatus, Pallet,
};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{LaunchStatus, MasterKeyApplyPayload, MasterKeyDistributePayload, WorkerKey},
    traits::Protocol,
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};

/// Longest encrypted master key, bytes; an RSA-2048 key in PKCS#8 has about 1200.
pub const MAX_ENCRYPTED_KEY: usize = 4096;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::apply_master_key`].
    pub(crate) fn apply(payload: MasterKeyApplyPayload, signature: &[u8]) -> DispatchResult {
        let applier = payload.pubkey;
        let worker = Self::admissible_worker(&applier)?;
        Self::check_worker(&applier, WorkerPayload::MasterKeyApply, &payload, signature)?;
        Self::check_signing_time(payload.signing_time)?;
        // The chain keeps no other key for the holder to encrypt with.
        ensure!(
            payload.ecdh_pubkey == worker.ecdh_pubkey,
            Error::<T>::EcdhKeyMismatch
        );
        let distributor = Self::launched_holder()?;
        ensure!(distributor != applier, Error::<T>::NotFoundDistributor);
        HandoverTimes::<T>::try_mutate(applier, |(applied, _)| {
            Self::advance(applied, payload.signing_time)
        })?;
        MasterKeyPostation::<T>::remove(applier);
        MasterKeyDistributeNotify::<T>::insert(applier, distributor);
        Self::deposit_event(Event::MasterKeyAppling {
            applier,
            distributor,
        });
        Ok(())
    }

    /// See [`Pallet::distribute_master_key`].
    pub(crate) fn distribute(
        payload: MasterKeyDistributePayload,
        signature: &[u8],
    ) -> DispatchResult {
        let (distributor, receiver) = (payload.distributor, payload.target);
        let size = payload.encrypted_master_key.len();
        ensure!(
            (1..=MAX_ENCRYPTED_KEY).contains(&size),
            Error::<T>::KeyLengthIsInvalid
        );
        // A worker that was the holder when it was asked may have the key before this one.
        ensure!(
            Self::launched_holder()? == distributor
                && MasterKeyDistributeNotify::<T>::contains_key(receiver),
            Error::<T>::NotFoundDistributor
        );
        let kind = WorkerPayload::MasterKeyDistribute;
        Self::check_worker(&distributor, kind, &payload, signature)?;
        Self::check_signing_time(payload.signing_time)?;
        HandoverTimes::<T>::try_mutate(receiver, |(_, posted)| {
            Self::advance(posted, payload.signing_time)
        })?;
        MasterKeyDistributeNotify::<T>::remove(receiver);
        MasterKeyPostation::<T>::insert(receiver, Some((T::Protocol::now(), payload)));
        Self::deposit_event(Event::MasterKeySubmitted { receiver });
        Ok(())
    }

    fn launched_holder() -> Result<WorkerKey, Error<T>> {
        match MasterKeyStatus::<T>::get() {
            LaunchStatus::Launched(key) => Ok(key.holder),
            _ => Err(Error::MasterKeyUninitialized),
        }
    }

    /// What was signed before something that was accepted is a replay.
    fn advance(last: &mut u64, signing_time: u64) -> Result<(), DispatchError> {
        ensure!(signing_time > *last, Error::<T>::StalePayload);
        *last = signing_time;
        Ok(())
    }
}
