//! The invariants.

use crate::{
    admission::{MAX_ENDPOINT, MAX_FEATURES},
    workers::gives_verdicts,
    CesealBinAddedAt, CesealBinAllowList, Config, Endpoints, HandoverTimes, LastWork,
    MasterKeyDistributeNotify, MasterKeyHistory, MasterKeyPostation, MasterKeyStatus, Measurements,
    Pallet, SigningKeys, Sponsorships, UsedMasterKeys, ValidationTypeList, VerdictsMissed,
    WorkerAddedAt, Workers, MISSED_LIMIT,
};
use alloc::collections::BTreeSet;
use cess_primitives::tee::{AttestationProvider, LaunchStatus, WorkerInfo, WorkerKey};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchError;

type Check = Result<(), DispatchError>;

impl<T: Config> Pallet<T> {
    /// Checks that the records of workers, the list of verifiers, the master key and the list of
    /// binaries agree.
    pub fn do_try_state() -> Check {
        let workers: BTreeSet<_> = Workers::<T>::iter_keys().collect();
        ensure!(
            workers.len() as u64 == u64::from(Workers::<T>::count()),
            "the count of workers is wrong"
        );
        Self::check_workers()?;
        Self::check_strangers(&workers)?;
        Self::check_master_key(&workers)?;
        Self::check_binaries()
    }

    fn check_workers() -> Check {
        let list = ValidationTypeList::<T>::get();
        let listed: BTreeSet<_> = list.iter().copied().collect();
        ensure!(listed.len() == list.len(), "a verifier is listed twice");
        for (key, info) in Workers::<T>::iter() {
            Self::check_worker_record(&key, &info)?;
            let suspended = VerdictsMissed::<T>::get(key) >= MISSED_LIMIT;
            ensure!(
                if gives_verdicts(info.role) {
                    listed.contains(&key) || suspended
                } else {
                    !listed.contains(&key)
                },
                "the list of verifiers does not fit the worker's role"
            );
        }
        Ok(())
    }

    fn check_worker_record(key: &WorkerKey, info: &WorkerInfo) -> Check {
        ensure!(*key == info.pubkey, "a worker is filed under another key");
        ensure!(
            Endpoints::<T>::get(key).as_ref() == Some(&info.endpoint),
            "a worker's endpoints differ"
        );
        ensure!(
            info.endpoint.len() <= MAX_ENDPOINT && info.features.len() <= MAX_FEATURES,
            "a worker says too much of itself"
        );
        ensure!(
            LastWork::<T>::contains_key(key),
            "a worker without last work"
        );
        ensure!(
            WorkerAddedAt::<T>::contains_key(key),
            "a worker without a start"
        );
        let attested = matches!(
            info.attestation_provider,
            Some(AttestationProvider::Ias | AttestationProvider::Dcap)
        );
        ensure!(
            Measurements::<T>::contains_key(key) == attested
                && (1..=5).contains(&info.confidence_level) == attested,
            "a worker's binary and confidence do not fit its attestation"
        );
        let vouched_for = info.attestation_provider == Some(AttestationProvider::Root);
        ensure!(
            vouched_for || info.stash_account.is_some() == gives_verdicts(info.role),
            "a worker's stash does not fit its role"
        );
        Ok(())
    }

    fn check_strangers(workers: &BTreeSet<WorkerKey>) -> Check {
        let mut named = WorkerAddedAt::<T>::iter_keys()
            .chain(LastWork::<T>::iter_keys())
            .chain(Endpoints::<T>::iter_keys())
            .chain(Measurements::<T>::iter_keys())
            .chain(VerdictsMissed::<T>::iter_keys())
            .chain(MasterKeyPostation::<T>::iter_keys())
            .chain(MasterKeyDistributeNotify::<T>::iter_keys())
            .chain(HandoverTimes::<T>::iter_keys())
            .chain(ValidationTypeList::<T>::get());
        ensure!(
            named.all(|key| workers.contains(&key)),
            "something is kept of a worker that is not registered"
        );
        ensure!(
            MasterKeyPostation::<T>::iter_keys()
                .chain(MasterKeyDistributeNotify::<T>::iter_keys())
                .all(|key| HandoverTimes::<T>::contains_key(key)),
            "a request for the master key that nobody signed"
        );
        for agreed in Sponsorships::<T>::iter_values() {
            let workers: BTreeSet<_> = agreed.iter().collect();
            ensure!(
                !agreed.is_empty() && workers.len() == agreed.len(),
                "a stash agreed to nobody, or twice to the same worker"
            );
        }
        Ok(())
    }

    fn check_master_key(workers: &BTreeSet<WorkerKey>) -> Check {
        let history = MasterKeyHistory::<T>::get();
        let used: BTreeSet<_> = history.iter().map(|key| key.pubkey).collect();
        ensure!(
            used.len() == history.len() && used == UsedMasterKeys::<T>::iter_keys().collect(),
            "used master keys and their history differ"
        );
        let keys = SigningKeys::<T>::get();
        ensure!(
            history.last() == keys.as_ref().map(|keys| &keys.current),
            "the current master key is not the last of the history"
        );
        let before = history.iter().rev().nth(1).map(|key| key.pubkey);
        let previous = keys.and_then(|keys| keys.previous).map(|(key, _)| key);
        ensure!(
            before == previous,
            "the previous master key is not the last but one of the history"
        );
        match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => {
                ensure!(history.is_empty(), "a master key before the first launch");
            }
            LaunchStatus::Launching(_) => {}
            LaunchStatus::Launched(key) => {
                ensure!(
                    history.last().map(|last| last.pubkey) == Some(key.pubkey),
                    "the launched master key is not the current one"
                );
                ensure!(
                    workers.contains(&key.holder),
                    "the holder is not registered"
                );
            }
        }
        Ok(())
    }

    fn check_binaries() -> Check {
        let list = CesealBinAllowList::<T>::get();
        let binaries: BTreeSet<_> = list.iter().copied().collect();
        ensure!(
            binaries.len() == list.len() && list.len() <= T::MaxWhitelist::get() as usize,
            "the list of binaries is too long or repeats itself"
        );
        ensure!(
            binaries == CesealBinAddedAt::<T>::iter_keys().collect(),
            "the list of binaries and their dates differ"
        );
        Ok(())
    }
}
