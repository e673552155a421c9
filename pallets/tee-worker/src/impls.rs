//! What other pallets ask, and the invariants.

use crate::{
    workers::{gives_verdicts, marks},
    CesealBinAddedAt, CesealBinAllowList, Config, Endpoints, LastWork, MasterKeyDistributeNotify,
    MasterKeyHistory, MasterKeyPostation, MasterKeyStatus, Pallet, ValidationTypeList,
    VerdictsMissed, WorkerAddedAt, Workers, MISSED_LIMIT,
};
use alloc::{collections::BTreeSet, vec::Vec};
use cess_primitives::{
    tee::{LaunchStatus, WorkerKey, WorkerRole},
    traits::TeeWorkers,
    AccountId,
};
use frame_support::ensure;
use sp_runtime::DispatchError;

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

impl<T: Config> Pallet<T> {
    /// Checks that the records of workers, the list of verifiers, the master key and the list of
    /// binaries agree.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let list = ValidationTypeList::<T>::get();
        let listed: BTreeSet<_> = list.iter().copied().collect();
        ensure!(listed.len() == list.len(), "a verifier is listed twice");
        let mut workers = BTreeSet::new();
        for (key, info) in Workers::<T>::iter() {
            ensure!(key == info.pubkey, "a worker is filed under another key");
            ensure!(
                Endpoints::<T>::get(key).as_ref() == Some(&info.endpoint),
                "a worker's endpoints differ"
            );
            ensure!(
                LastWork::<T>::contains_key(key),
                "a worker without last work"
            );
            ensure!(
                WorkerAddedAt::<T>::contains_key(key),
                "a worker without a start"
            );
            let suspended = VerdictsMissed::<T>::get(key) >= MISSED_LIMIT;
            ensure!(
                if gives_verdicts(info.role) {
                    listed.contains(&key) || suspended
                } else {
                    !listed.contains(&key)
                },
                "the list of verifiers does not fit the worker's role"
            );
            workers.insert(key);
        }
        ensure!(
            workers.len() as u64 == u64::from(Workers::<T>::count()),
            "the count of workers is wrong"
        );
        let mut named = WorkerAddedAt::<T>::iter_keys()
            .chain(LastWork::<T>::iter_keys())
            .chain(Endpoints::<T>::iter_keys())
            .chain(VerdictsMissed::<T>::iter_keys())
            .chain(MasterKeyPostation::<T>::iter_keys())
            .chain(MasterKeyDistributeNotify::<T>::iter_keys())
            .chain(listed);
        ensure!(
            named.all(|key| workers.contains(&key)),
            "something is kept of a worker that is not registered"
        );
        let history = MasterKeyHistory::<T>::get();
        match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => {
                ensure!(history.is_empty(), "a master key before the first launch");
            }
            LaunchStatus::Launching(_) => {}
            LaunchStatus::Launched(key) => {
                ensure!(
                    history.last().map(|last| last.pubkey) == Some(key.pubkey),
                    "the current master key is not the last of the history"
                );
                ensure!(
                    workers.contains(&key.holder),
                    "the holder is not registered"
                );
            }
        }
        let binaries: BTreeSet<_> = CesealBinAllowList::<T>::get().into_iter().collect();
        ensure!(
            binaries == CesealBinAddedAt::<T>::iter_keys().collect(),
            "the list of binaries and their dates differ"
        );
        Ok(())
    }
}
