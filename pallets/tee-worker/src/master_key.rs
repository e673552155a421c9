//! The master key: its launch, its roll, its way to other workers, and what it has signed.

use crate::{
    Config, Error, Event, MasterKeyDistributeNotify, MasterKeyHistory, MasterKeyPostation,
    MasterKeyStatus, Pallet, Workers,
};
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::{
        LaunchStatus, MasterKeyApplyPayload, MasterKeyDistributePayload, MasterKeyInfo,
        MasterKeyLaunchPayload, WorkerKey,
    },
    traits::Protocol,
};
use codec::Encode;
use frame_support::{ensure, traits::UnixTime};
use sp_core::sr25519::{Public, Signature};
use sp_runtime::DispatchResult;

/// Milliseconds for which a signed request about the master key is good.
pub const SIGNING_LIFE_MS: u64 = 30 * 60 * 1000;
/// Longest encrypted master key, bytes; an RSA-2048 key in PKCS#8 has about 1200.
pub const MAX_ENCRYPTED_KEY: usize = 4096;

impl<T: Config> Pallet<T> {
    /// The worker that answers for the master key, or for the launch that is under way.
    pub fn holder() -> Option<WorkerKey> {
        match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => None,
            LaunchStatus::Launching(holder) => Some(holder),
            LaunchStatus::Launched(key) => Some(key.holder),
        }
    }

    /// See [`Pallet::launch_master_key`].
    pub(crate) fn launch(holder: WorkerKey, roll_if_launched: bool) -> DispatchResult {
        ensure!(
            Workers::<T>::contains_key(holder),
            Error::<T>::WorkerNotFound
        );
        let rolling = match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => false,
            LaunchStatus::Launching(_) => return Err(Error::<T>::MasterKeyLaunching.into()),
            LaunchStatus::Launched(_) => true,
        };
        ensure!(
            roll_if_launched || !rolling,
            Error::<T>::MasterKeyAlreadyLaunched
        );
        MasterKeyStatus::<T>::put(LaunchStatus::Launching(holder));
        Self::deposit_event(Event::MasterKeyLaunching { holder, rolling });
        Ok(())
    }

    /// See [`Pallet::change_master_key_holder`].
    pub(crate) fn change_holder(to: WorkerKey) -> DispatchResult {
        ensure!(Workers::<T>::contains_key(to), Error::<T>::WorkerNotFound);
        let (from, status) = match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => return Err(Error::<T>::MasterKeyUninitialized.into()),
            LaunchStatus::Launching(from) => (from, LaunchStatus::Launching(to)),
            LaunchStatus::Launched(key) => (
                key.holder,
                LaunchStatus::Launched(MasterKeyInfo { holder: to, ..key }),
            ),
        };
        MasterKeyStatus::<T>::put(status);
        Self::deposit_event(Event::MasterKeyHolderChanged { from, to });
        Ok(())
    }

    /// See [`Pallet::settle_master_key_launch`].
    pub(crate) fn settle_launch(
        payload: MasterKeyLaunchPayload,
        signature: &[u8],
    ) -> DispatchResult {
        let holder = match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => return Err(Error::<T>::MasterKeyLaunchRequire.into()),
            LaunchStatus::Launching(holder) => holder,
            LaunchStatus::Launched(_) => {
                return Err(Error::<T>::MasterKeyAlreadyLaunched.into());
            }
        };
        ensure!(
            payload.launcher == holder,
            Error::<T>::InvalidMasterKeyFirstHolder
        );
        ensure!(
            Workers::<T>::contains_key(holder),
            Error::<T>::MasterKeyFirstHolderNotFound
        );
        Self::check_worker(&holder, WorkerPayload::MasterKeyLaunch, &payload, signature)?;
        let mut history = MasterKeyHistory::<T>::get();
        // The payload has no nonce: an old one, replayed during a roll, must not bring its key back.
        ensure!(
            history
                .iter()
                .all(|key| key.pubkey != payload.master_pubkey),
            Error::<T>::MasterKeyMismatch
        );
        let key = MasterKeyInfo {
            pubkey: payload.master_pubkey,
            holder,
            launched_at: (T::Protocol::now(), T::UnixTime::now().as_secs()),
        };
        history.push(key.clone());
        MasterKeyHistory::<T>::put(history);
        MasterKeyStatus::<T>::put(LaunchStatus::Launched(key));
        Self::deposit_event(Event::MasterKeyLaunched);
        Ok(())
    }

    /// See [`Pallet::apply_master_key`].
    pub(crate) fn apply(payload: MasterKeyApplyPayload, signature: &[u8]) -> DispatchResult {
        let applier = payload.pubkey;
        ensure!(
            Workers::<T>::contains_key(applier),
            Error::<T>::WorkerNotFound
        );
        Self::check_worker(&applier, WorkerPayload::MasterKeyApply, &payload, signature)?;
        Self::check_signing_time(payload.signing_time)?;
        let LaunchStatus::Launched(key) = MasterKeyStatus::<T>::get() else {
            return Err(Error::<T>::MasterKeyUninitialized.into());
        };
        let distributor = key.holder;
        ensure!(distributor != applier, Error::<T>::NotFoundDistributor);
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
        ensure!(
            MasterKeyDistributeNotify::<T>::get(receiver) == Some(distributor),
            Error::<T>::NotFoundDistributor
        );
        let size = payload.encrypted_master_key.len();
        ensure!(
            (1..=MAX_ENCRYPTED_KEY).contains(&size),
            Error::<T>::KeyLengthIsInvalid
        );
        let kind = WorkerPayload::MasterKeyDistribute;
        Self::check_worker(&distributor, kind, &payload, signature)?;
        Self::check_signing_time(payload.signing_time)?;
        MasterKeyDistributeNotify::<T>::remove(receiver);
        MasterKeyPostation::<T>::insert(receiver, Some((T::Protocol::now(), payload)));
        Self::deposit_event(Event::MasterKeySubmitted { receiver });
        Ok(())
    }

    /// Whether the current master key signed the digest, or the previous one in the protocol day
    /// after it was replaced.
    pub(crate) fn signed_by_master(digest: &[u8; 32], signature: &[u8]) -> bool {
        let Ok(signature) = <[u8; 64]>::try_from(signature).map(Signature::from_raw) else {
            return false;
        };
        let history = MasterKeyHistory::<T>::get();
        let Some((current, old)) = history.split_last() else {
            return false;
        };
        let retired_at = current
            .launched_at
            .0
            .saturating_add(T::Protocol::params().one_day);
        let previous = old.last().filter(|_| T::Protocol::now() < retired_at);
        core::iter::once(current).chain(previous).any(|key| {
            sp_io::crypto::sr25519_verify(&signature, digest, &Public::from_raw(key.pubkey))
        })
    }

    /// Checks a worker's signature over a payload.
    fn check_worker(
        worker: &WorkerKey,
        kind: WorkerPayload,
        payload: &impl Encode,
        signature: &[u8],
    ) -> DispatchResult {
        let signature = <[u8; 64]>::try_from(signature)
            .map_err(|_| Error::<T>::InvalidSignatureLength)
            .map(Signature::from_raw)?;
        let message = worker_message(kind, payload);
        ensure!(
            sp_io::crypto::sr25519_verify(&signature, &message, &Public::from_raw(*worker)),
            Error::<T>::InvalidSignature
        );
        Ok(())
    }

    fn check_signing_time(signed_ms: u64) -> DispatchResult {
        let now_ms = T::UnixTime::now().as_secs().saturating_mul(1000);
        ensure!(
            now_ms.abs_diff(signed_ms) <= SIGNING_LIFE_MS,
            Error::<T>::InvalidMasterKeyApplySigningTime
        );
        Ok(())
    }
}
