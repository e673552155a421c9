//! Payloads that workers sign and anybody may send in.

use crate::{Config, Error, Pallet};
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::WorkerKey,
};
use codec::Encode;
use frame_support::{ensure, traits::UnixTime};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::{
    sr25519::{Public, Signature},
    H256,
};
use sp_runtime::{traits::Zero, DispatchResult};

/// Milliseconds for which a payload with a signing time is good.
pub const SIGNING_LIFE_MS: u64 = 30 * 60 * 1000;

impl<T: Config> Pallet<T> {
    /// Checks a worker's signature over a payload.
    pub(crate) fn check_worker(
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

    pub(crate) fn check_signing_time(signed_ms: u64) -> DispatchResult {
        let now_ms = T::UnixTime::now().as_secs().saturating_mul(1000);
        ensure!(
            now_ms.abs_diff(signed_ms) <= SIGNING_LIFE_MS,
            Error::<T>::InvalidMasterKeyApplySigningTime
        );
        Ok(())
    }

    pub(crate) fn genesis_hash() -> H256 {
        frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
    }
}
