//! Certified idle space. The miners' pallet keeps it; here stands what a certificate must prove.

use crate::{Config, Error, Event, Pallet, Signature};
use cess_primitives::{
    miner::SpaceProofInfo,
    payload::{master_digest, space_proof_digest},
    tee::WorkerKey,
    traits::{Miners, TeeWorkers, WorkCredit},
    AccountId,
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn certify_idle(
        sender: AccountId,
        info: SpaceProofInfo,
        certificate: &Signature,
        state: &Signature,
        worker: WorkerKey,
    ) -> DispatchResult {
        ensure!(T::Miners::is_positive(&sender), Error::<T>::MinerStateError);
        let state = Self::check_certificate(&sender, &info, certificate, state, &worker)?;
        let space = T::Miners::add_idle(&sender, info, state)?;
        if let Some(stash) = T::TeeWorkers::stash(&worker) {
            T::Credit::certified(&stash, space);
        }
        T::TeeWorkers::worked(&worker);
        Self::deposit_event(Event::IdleSpaceCert { acc: sender, space });
        Ok(())
    }

    /// Any miner that is still in may do this: it only gives up what it owes.
    pub(crate) fn replace_idle(
        sender: AccountId,
        info: SpaceProofInfo,
        certificate: &Signature,
        state: &Signature,
        worker: WorkerKey,
    ) -> DispatchResult {
        ensure!(!Self::has_left(&sender), Error::<T>::MinerStateError);
        let state = Self::check_certificate(&sender, &info, certificate, state, &worker)?;
        let space = T::Miners::replace_idle(&sender, info, state)?;
        if let Some(stash) = T::TeeWorkers::stash(&worker) {
            T::Credit::replaced(&stash, space);
        }
        T::TeeWorkers::worked(&worker);
        Self::deposit_event(Event::ReplaceIdleSpace { acc: sender, space });
        Ok(())
    }

    /// The certificate is the sender's own (Q8), from a worker that may give it, and both
    /// signatures are the master key's (spec chain 15). Returns the second one.
    fn check_certificate(
        sender: &AccountId,
        info: &SpaceProofInfo,
        certificate: &Signature,
        state: &Signature,
        worker: &WorkerKey,
    ) -> Result<[u8; 64], DispatchError> {
        ensure!(info.miner == *sender, Error::<T>::MinerError);
        ensure!(T::TeeWorkers::can_cert(worker), Error::<T>::TeeNoPermission);
        Self::ensure_master_signed(&space_proof_digest(info, worker), certificate)?;
        Self::ensure_master_signed(&master_digest(info), state)?;
        let state = state
            .to_vec()
            .try_into()
            .map_err(|_| Error::<T>::MalformedSignature)?;
        Ok(state)
    }
}
