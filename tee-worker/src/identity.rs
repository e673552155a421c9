//! Who a worker is: its account, which is also its identity key, and its key for secret messages.

use crate::seal;
use aes_gcm::{
    aead::{Aead, Payload},
    Aes256Gcm, KeyInit, Nonce,
};
use cess_chain::Signer;
use cess_primitives::tee::WorkerKey;
use openssl::{
    derive::Deriver,
    error::ErrorStack,
    pkey::{Id, PKey, Private},
};
use rand::{rngs::OsRng, RngCore};
use thiserror::Error;
use zeroize::Zeroizing;

const SHARING: &[u8] = b"cess-tee master key sharing";

/// A worker's keys, all derived from its seed.
#[derive(Clone)]
pub struct Identity {
    signer: Signer,
    ecdh: PKey<Private>,
    ecdh_public: [u8; 32],
}

/// Why a secret message could not be made or read.
#[derive(Debug, Error)]
pub enum SecretError {
    /// A key of the other side is not a point of the curve.
    #[error(
        "the other worker's key for secret messages is not valid: it must register again ({0})"
    )]
    Key(#[from] ErrorStack),
    /// The message was changed or is for somebody else.
    #[error("the secret message cannot be read: it is damaged or meant for another worker")]
    Damaged,
}

/// A message that one worker alone can read.
pub struct Secret {
    /// The sender's public key.
    pub ecdh_public: [u8; 32],
    /// AES-256-GCM.
    pub sealed: Vec<u8>,
    /// Its nonce.
    pub iv: [u8; 12],
}

impl Identity {
    /// The identity of a seed.
    pub fn new(signer: Signer) -> Result<Self, ErrorStack> {
        let secret = seal::derive(signer.mini_secret(), b"cess-tee ecdh", "x25519");
        let ecdh = PKey::private_key_from_raw_bytes(&secret, Id::X25519)?;
        let mut ecdh_public = [0; 32];
        // X25519 keys have 32 bytes, so a shorter copy cannot happen.
        ecdh_public.copy_from_slice(&ecdh.raw_public_key()?);
        Ok(Self {
            signer,
            ecdh,
            ecdh_public,
        })
    }

    /// The account, which signs as the identity key too.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The identity key: the worker's name on the chain.
    pub fn key(&self) -> WorkerKey {
        self.signer.public_key()
    }

    /// The key for secret messages to this worker (X25519).
    pub fn ecdh_public(&self) -> [u8; 32] {
        self.ecdh_public
    }

    /// A message that only the owner of `to` can read.
    pub fn encrypt(&self, to: &[u8; 32], message: &[u8]) -> Result<Secret, SecretError> {
        let mut iv = [0; 12];
        OsRng.fill_bytes(&mut iv);
        let payload = Payload {
            msg: message,
            aad: &between(&self.ecdh_public, to),
        };
        let sealed = self
            .cipher(to)?
            .encrypt(Nonce::from_slice(&iv), payload)
            .map_err(|_| SecretError::Damaged)?;
        Ok(Secret {
            ecdh_public: self.ecdh_public,
            sealed,
            iv,
        })
    }

    /// Reads a message to this worker.
    pub fn decrypt(&self, secret: &Secret) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        let payload = Payload {
            msg: &secret.sealed,
            aad: &between(&secret.ecdh_public, &self.ecdh_public),
        };
        let message = self
            .cipher(&secret.ecdh_public)?
            .decrypt(Nonce::from_slice(&secret.iv), payload)
            .map_err(|_| SecretError::Damaged)?;
        Ok(Zeroizing::new(message))
    }

    fn cipher(&self, other: &[u8; 32]) -> Result<Aes256Gcm, SecretError> {
        let other = PKey::public_key_from_raw_bytes(other, Id::X25519)?;
        let mut deriver = Deriver::new(&self.ecdh)?;
        deriver.set_peer(&other)?;
        let shared = Zeroizing::new(deriver.derive_to_vec()?);
        let shared: [u8; 32] = shared
            .as_slice()
            .try_into()
            .map_err(|_| SecretError::Damaged)?;
        Ok(Aes256Gcm::new(&seal::derive(
            &shared,
            SHARING,
            "aes-256-gcm",
        )))
    }
}

/// Authenticated with a message: keys have several spellings with which the shared secret is the same.
fn between(from: &[u8; 32], to: &[u8; 32]) -> Vec<u8> {
    [SHARING, from, to].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(uri: &str) -> Identity {
        Identity::new(Signer::from_uri(uri).unwrap()).unwrap()
    }

    #[test]
    fn only_the_addressee_reads_a_secret() {
        let (a, b, c) = (worker("//Tee//1"), worker("//Tee//2"), worker("//Tee//3"));
        let secret = a.encrypt(&b.ecdh_public(), b"key").unwrap();
        assert_eq!(b.decrypt(&secret).unwrap().as_slice(), b"key");
        assert!(matches!(c.decrypt(&secret), Err(SecretError::Damaged)));
        let changed = Secret {
            sealed: vec![0; 5],
            ..secret
        };
        assert!(matches!(b.decrypt(&changed), Err(SecretError::Damaged)));
    }

    #[test]
    fn a_point_of_small_order_is_refused() {
        let a = worker("//Tee//1");
        assert!(a.encrypt(&[0; 32], b"key").is_err());
    }

    #[test]
    fn keys_are_the_same_after_a_restart() {
        assert_eq!(
            worker("//Tee//1").ecdh_public(),
            worker("//Tee//1").ecdh_public()
        );
        assert_ne!(
            worker("//Tee//1").ecdh_public(),
            worker("//Tee//2").ecdh_public()
        );
    }
}
