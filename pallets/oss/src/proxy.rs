//! Authorisations that the user signs and somebody else submits.

use crate::{forget::ExpiryQueue, Config, Error, Event, ExpiringProxies, LastProxyExpiry, Pallet};
use alloc::{format, vec::Vec};
use cess_primitives::{due::TickSet, oss::ProxyAuthPayload, traits::Protocol, AccountId, Tick};
use codec::Encode;
use frame_support::ensure;
use sp_core::sr25519;
use sp_io::{crypto, hashing};
use sp_runtime::DispatchResult;

/// The bytes that a wallet signs for a payload: wallets wrap raw bytes so, for nobody to be tricked
/// into signing a transaction.
pub fn proxy_message(payload: &ProxyAuthPayload) -> Vec<u8> {
    [b"<Bytes>".as_slice(), &payload.encode(), b"</Bytes>"].concat()
}

/// The digest that an Ethereum wallet signs for a payload (EIP-191, `personal_sign`).
pub fn ethereum_digest(payload: &ProxyAuthPayload) -> [u8; 32] {
    let message = proxy_message(payload);
    let prefix = format!("\x19Ethereum Signed Message:\n{}", message.len());
    hashing::keccak_256(&[prefix.as_bytes(), &message].concat())
}

impl<T: Config> Pallet<T> {
    pub(crate) fn verify_sr25519(
        key: &[u8; 32],
        signature: &[u8],
        payload: &ProxyAuthPayload,
    ) -> Result<(), Error<T>> {
        let signature =
            sr25519::Signature::try_from(signature).map_err(|_| Error::<T>::MalformedSignature)?;
        let key = sr25519::Public::from_raw(*key);
        let valid = crypto::sr25519_verify(&signature, &proxy_message(payload), &key);
        valid.then_some(()).ok_or(Error::<T>::VerifySigFailed)
    }

    pub(crate) fn verify_ethereum(
        account: &[u8; 32],
        signature: &[u8; 65],
        payload: &ProxyAuthPayload,
    ) -> Result<(), Error<T>> {
        let digest = ethereum_digest(payload);
        let key = crypto::secp256k1_ecdsa_recover_compressed(signature, &digest)
            .map_err(|_| Error::<T>::MalformedSignature)?;
        ensure!(
            hashing::blake2_256(&key) == *account,
            Error::<T>::VerifySigFailed
        );
        Ok(())
    }

    /// Takes a payload whose signature was verified.
    pub(crate) fn authorise_by_proxy(
        owner: AccountId,
        payload: ProxyAuthPayload,
    ) -> DispatchResult {
        let ProxyAuthPayload { oss, exp } = payload;
        let now = T::Protocol::now();
        ensure!(exp >= now, Error::<T>::Expired);
        let furthest = now.saturating_add(T::Protocol::params().authorization_life);
        ensure!(exp <= furthest, Error::<T>::ExpiryTooFar);
        let used = LastProxyExpiry::<T>::get(&owner, &oss);
        ensure!(!Self::is_authorised(&oss, &owner), Error::<T>::Existed);
        ensure!(used.is_none_or(|last| exp > last), Error::<T>::AlreadyUsed);

        Self::add_operator(&owner, oss.clone())?;
        Self::take_none_until(exp, &owner, &oss);
        Self::deposit_event(Event::Authorize {
            acc: owner,
            operator: oss,
        });
        Ok(())
    }

    /// After a cancellation no signature is taken any more that could be handed in by now.
    pub(crate) fn void_proxies(owner: &AccountId, operator: &AccountId) {
        let life = T::Protocol::params().authorization_life;
        Self::take_none_until(T::Protocol::now().saturating_add(life), owner, operator);
    }

    /// From now on signatures must end after `exp`.
    fn take_none_until(exp: Tick, owner: &AccountId, operator: &AccountId) {
        let key = (owner.clone(), operator.clone());
        if let Some(last) = LastProxyExpiry::<T>::get(owner, operator) {
            if last >= exp {
                return;
            }
            ExpiringProxies::<T>::remove(last, &key);
        }
        LastProxyExpiry::<T>::insert(owner, operator, exp);
        ExpiringProxies::<T>::insert(exp, &key, ());
        ExpiryQueue::<T>::add(exp);
    }
}
