//! What other pallets ask.

use crate::{
    workers::{gives_verdicts, marks},
    Config, Pallet, ValidationTypeList, Workers,
};
use alloc::vec::Vec;
use cess_primitives::{
    tee::{WorkerKey, WorkerRole},
    traits::TeeWorkers,
    AccountId,
};

impl<T: Config> TeeWorkers for Pallet<T> {
    fn can_tag(worker: &WorkerKey) -> bool {
        role_of::<T>(worker).is_some_and(marks)
    }

    fn can_verify(worker: &WorkerKey) -> bool {
        role_of::<T>(worker).is_some_and(gives_verdicts)
    }

    fn can_cert(worker: &WorkerKey) -> bool {
        role_of::<T>(worker).is_some_and(marks)
    }

    fn verifiers() -> Vec<WorkerKey> {
        ValidationTypeList::<T>::get().into_inner()
    }

    fn verify_master(digest: &[u8; 32], signature: &[u8]) -> bool {
        Self::signed_by_master(digest, signature)
    }

    fn stash(worker: &WorkerKey) -> Option<AccountId> {
        Workers::<T>::get(worker)?.stash_account
    }

    fn worked(worker: &WorkerKey) {
        Self::note_work(worker);
    }

    fn failed(worker: &WorkerKey) {
        Self::note_failure(worker);
    }
}

fn role_of<T: Config>(worker: &WorkerKey) -> Option<WorkerRole> {
    Workers::<T>::get(worker).map(|info| info.role)
}
