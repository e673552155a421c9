//! Workers that leave.

use crate::{Config, Error, Event, Pallet, WorkerAddedAt, Workers};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{WorkerExitPayload, WorkerKey},
    AccountId,
};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::exit_worker`].
    pub(crate) fn exit(payload: WorkerExitPayload, signature: &[u8]) -> DispatchResult {
        let worker = payload.pubkey;
        let added_at = WorkerAddedAt::<T>::get(worker).ok_or(Error::<T>::WorkerNotFound)?;
        let genesis = Self::genesis_hash();
        ensure!(
            payload.genesis_block_hash == genesis,
            Error::<T>::WrongGenesis
        );
        // A worker that left and came back is not thrown out with what it signed then.
        ensure!(payload.added_at == added_at, Error::<T>::StalePayload);
        Self::check_worker(&worker, WorkerPayload::WorkerExit, &payload, signature)?;
        Self::check_signing_time(payload.signing_time)?;
        Self::leave(&worker)
    }

    /// See [`Pallet::withdraw_worker`].
    pub(crate) fn withdraw(who: &AccountId, worker: &WorkerKey) -> DispatchResult {
        let info = Workers::<T>::get(worker).ok_or(Error::<T>::WorkerNotFound)?;
        let by_itself = AsRef::<WorkerKey>::as_ref(who) == worker;
        ensure!(
            by_itself || info.stash_account.as_ref() == Some(who),
            Error::<T>::NotYourWorker
        );
        Self::leave(worker)
    }

    fn leave(worker: &WorkerKey) -> DispatchResult {
        Self::remove(worker)?;
        Self::deposit_event(Event::WorkerExited { pubkey: *worker });
        Ok(())
    }
}
