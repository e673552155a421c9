//! The master key: its launch, its roll, and what it has signed.

use crate::{
    Config, Error, Event, MasterKeyHistory, MasterKeyPostation, MasterKeyStatus, Measurements,
    Pallet, SigningKeys, UsedMasterKeys, Workers,
};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{LaunchStatus, MasterKeyInfo, MasterKeyLaunchPayload, WorkerInfo, WorkerKey},
    traits::Protocol,
    Tick,
};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{ensure, traits::UnixTime};
use scale_info::TypeInfo;
use sp_core::sr25519::{Public, Signature};
use sp_runtime::{DispatchError, DispatchResult};

/// The master keys whose signatures are good.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct KeyRing {
    /// The current one; its holder is the worker that made it.
    pub current: MasterKeyInfo,
    /// The one before, and the first tick at which it is no longer good.
    pub previous: Option<([u8; 32], Tick)>,
}

impl<T: Config> Pallet<T> {
    /// The worker that answers for the master key, or for the launch that is under way.
    pub fn holder() -> Option<WorkerKey> {
        match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => None,
            LaunchStatus::Launching(holder) => Some(holder),
            LaunchStatus::Launched(key) => Some(key.holder),
        }
    }

    /// A registered worker that keeps the rules in force.
    pub(crate) fn admissible_worker(key: &WorkerKey) -> Result<WorkerInfo, DispatchError> {
        let worker = Workers::<T>::get(key).ok_or(Error::<T>::WorkerNotFound)?;
        Self::ensure_admissible(&worker, Measurements::<T>::get(key))?;
        Ok(worker)
    }

    /// See [`Pallet::launch_master_key`].
    pub(crate) fn launch(holder: WorkerKey, roll_if_launched: bool) -> DispatchResult {
        Self::admissible_worker(&holder)?;
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
        Self::admissible_worker(&to)?;
        let (from, status) = match MasterKeyStatus::<T>::get() {
            LaunchStatus::NotLaunched => return Err(Error::<T>::MasterKeyUninitialized.into()),
            LaunchStatus::Launching(from) => (from, LaunchStatus::Launching(to)),
            LaunchStatus::Launched(key) => {
                // A holder without the key could hand it to nobody, nor leave.
                ensure!(Self::was_given(&to, &key), Error::<T>::HasNoMasterKey);
                let changed = MasterKeyInfo { holder: to, ..key };
                (key.holder, LaunchStatus::Launched(changed))
            }
        };
        MasterKeyStatus::<T>::put(status);
        Self::deposit_event(Event::MasterKeyHolderChanged { from, to });
        Ok(())
    }

    /// Whether the worker made the key, or was sent it.
    fn was_given(worker: &WorkerKey, key: &MasterKeyInfo) -> bool {
        let made = SigningKeys::<T>::get().is_some_and(|keys| keys.current.holder == *worker);
        // What was posted when the key was launched may still be the one before.
        let since_launch = |(posted_at, _)| posted_at > key.launched_at.0;
        let posted = MasterKeyPostation::<T>::get(worker).flatten();
        made || key.holder == *worker || posted.is_some_and(since_launch)
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
        Self::admissible_worker(&holder)?;
        Self::check_worker(&holder, WorkerPayload::MasterKeyLaunch, &payload, signature)?;
        // The payload has no nonce: an old one, replayed during a roll, must not bring its key back.
        let pubkey = payload.master_pubkey;
        ensure!(
            !UsedMasterKeys::<T>::contains_key(pubkey),
            Error::<T>::MasterKeyMismatch
        );
        let now = T::Protocol::now();
        let key = MasterKeyInfo {
            pubkey,
            holder,
            launched_at: (now, T::UnixTime::now().as_secs()),
        };
        let retires_at = now.saturating_add(T::Protocol::params().one_day);
        SigningKeys::<T>::mutate(|keys| {
            let previous = keys.take().map(|keys| (keys.current.pubkey, retires_at));
            *keys = Some(KeyRing {
                current: key.clone(),
                previous,
            });
        });
        UsedMasterKeys::<T>::insert(pubkey, ());
        MasterKeyHistory::<T>::append(&key);
        MasterKeyStatus::<T>::put(LaunchStatus::Launched(key));
        Self::deposit_event(Event::MasterKeyLaunched);
        Ok(())
    }

    /// Whether the current master key signed the digest, or the previous one in the protocol day
    /// after it was replaced.
    pub(crate) fn signed_by_master(digest: &[u8; 32], signature: &[u8]) -> bool {
        let Ok(signature) = <[u8; 64]>::try_from(signature).map(Signature::from_raw) else {
            return false;
        };
        let Some(KeyRing { current, previous }) = SigningKeys::<T>::get() else {
            return false;
        };
        let previous = previous.filter(|(_, retires_at)| T::Protocol::now() < *retires_at);
        core::iter::once(current.pubkey)
            .chain(previous.map(|(key, _)| key))
            .any(|key| sp_io::crypto::sr25519_verify(&signature, digest, &Public::from_raw(key)))
    }
}
