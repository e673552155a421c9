//! Admission: the rules that a worker must keep, and registration by them.

use crate::{
    workers::gives_verdicts, AttestationVerifier, Attested, CesealBinAddedAt, CesealVerifyRequired,
    Config, Error, Event, MinimumCesealVersion, NoneAttestationEnabled, Pallet,
    SimulatedAttestationEnabled, Workers, UNATTESTED,
};
use alloc::{string::String, vec::Vec};
use cess_primitives::{
    tee::{
        attestation::AttestationReport, AttestationProvider, WorkerInfo, WorkerKey,
        WorkerRegistrationInfo, WorkerRole,
    },
    traits::Bonded,
    AccountId,
};
use codec::Encode;
use frame_support::{ensure, traits::UnixTime};
use sp_core::H256;
use sp_runtime::DispatchResult;

/// Longest endpoint, bytes.
pub const MAX_ENDPOINT: usize = 256;
/// Longest machine id, bytes.
pub const MAX_MACHINE_ID: usize = 64;
/// Most features.
pub const MAX_FEATURES: usize = 32;
/// Longest report, bytes; a quote with its certificates and collateral has about 20,000.
pub const MAX_REPORT: usize = 65_536;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::register_worker`].
    pub(crate) fn register(
        signer: &AccountId,
        info: WorkerRegistrationInfo,
        report: Option<AttestationReport>,
    ) -> DispatchResult {
        ensure!(
            info.endpoint.len() <= MAX_ENDPOINT
                && info.machine_id.len() <= MAX_MACHINE_ID
                && info.features.len() <= MAX_FEATURES,
            Error::<T>::FieldTooLong
        );
        let genesis = Self::genesis_hash();
        ensure!(info.genesis_block_hash == genesis, Error::<T>::WrongGenesis);
        let known = Workers::<T>::get(info.pubkey);
        let by_itself = AsRef::<WorkerKey>::as_ref(signer) == &info.pubkey;
        let attested = match &report {
            Some(report) => Some(Self::attest(&info, report)?),
            // No report binds the key to whoever sends it in, so the key itself has to sign.
            None => {
                ensure!(by_itself, Error::<T>::InvalidWorkerPubKey);
                None
            }
        };
        // A report can be sent in again by anybody: it must not undo what the worker said since.
        let may_renew =
            |known: &WorkerInfo| by_itself || known.stash_account.as_ref() == Some(signer);
        ensure!(
            known.as_ref().is_none_or(may_renew),
            Error::<T>::InvalidWorkerPubKey
        );

        let vouched_for = attested.is_none() && known.as_ref().is_some_and(|k| is_same(k, &info));
        let (attestation_provider, confidence_level) = match &attested {
            Some(attested) => (Some(attested.provider), attested.confidence_level),
            None => (vouched_for.then_some(AttestationProvider::Root), UNATTESTED),
        };
        let worker = WorkerInfo {
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
        };
        let binary = attested.map(|attested| attested.binary);
        Self::ensure_admissible(&worker, binary)?;
        Self::ensure_agreed(signer, &worker, known.as_ref())?;
        Self::enrol(worker, binary)
    }

    /// See [`Pallet::force_register_worker`].
    pub(crate) fn force_register(
        pubkey: WorkerKey,
        ecdh_pubkey: [u8; 32],
        stash_account: Option<AccountId>,
    ) -> DispatchResult {
        let known = Workers::<T>::get(pubkey);
        let (version, features, endpoint) = known.map_or((0, Vec::new(), String::new()), |known| {
            (known.version, known.features, known.endpoint)
        });
        let worker = WorkerInfo {
            pubkey,
            ecdh_pubkey,
            version,
            last_updated: T::UnixTime::now().as_secs(),
            stash_account,
            attestation_provider: Some(AttestationProvider::Root),
            confidence_level: UNATTESTED,
            features,
            role: WorkerRole::Full,
            endpoint,
        };
        Self::ensure_admissible(&worker, None)?;
        Self::enrol(worker, None)
    }

    /// Whether the worker keeps the rules in force, running this binary.
    pub(crate) fn ensure_admissible(worker: &WorkerInfo, binary: Option<H256>) -> DispatchResult {
        // Governance's word stands for an attestation and for what the binary is.
        if worker.attestation_provider != Some(AttestationProvider::Root) {
            ensure!(
                worker.attestation_provider.is_some() || NoneAttestationEnabled::<T>::get(),
                Error::<T>::NoneAttestationDisabled
            );
            ensure!(
                !CesealVerifyRequired::<T>::get()
                    || binary.is_some_and(CesealBinAddedAt::<T>::contains_key),
                Error::<T>::CesealRejected
            );
            ensure!(
                version_of(worker) >= MinimumCesealVersion::<T>::get(),
                Error::<T>::CesealRejected
            );
            ensure!(
                worker.stash_account.is_some() == gives_verdicts(worker.role),
                Error::<T>::WrongWorkerRole
            );
        }
        if let Some(stash) = &worker.stash_account {
            ensure!(T::Bonded::is_bonded(stash), Error::<T>::NotBond);
        }
        Ok(())
    }

    fn attest(
        info: &WorkerRegistrationInfo,
        report: &AttestationReport,
    ) -> Result<Attested, Error<T>> {
        ensure!(
            report.encoded_size() <= MAX_REPORT,
            Error::<T>::FieldTooLong
        );
        let attested = T::Attestation::verify(report, T::UnixTime::now().as_secs())?;
        ensure!(
            attested.user_data == info.digest(),
            Error::<T>::InvalidCesealInfoHash
        );
        Ok(attested)
    }

    pub(crate) fn tell_attestation_rules() {
        Self::deposit_event(Event::AttestationRulesChanged {
            none: NoneAttestationEnabled::<T>::get(),
            simulated: SimulatedAttestationEnabled::<T>::get(),
            listed_only: CesealVerifyRequired::<T>::get(),
        });
    }
}

/// Whether governance vouched for the worker, which is still what it was then.
fn is_same(known: &WorkerInfo, info: &WorkerRegistrationInfo) -> bool {
    known.attestation_provider == Some(AttestationProvider::Root)
        && known.ecdh_pubkey == info.ecdh_pubkey
        && known.stash_account == info.stash_account
        && known.role == info.role
}

/// Major, minor and patch number.
fn version_of(worker: &WorkerInfo) -> (u32, u32, u32) {
    let version = worker.version;
    (version >> 16, version >> 8 & 0xff, version & 0xff)
}
