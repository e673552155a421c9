//! Accounts that sign.

use cess_primitives::{AccountId, SS58_PREFIX};
use sp_core::{
    crypto::{Ss58AddressFormat, Ss58Codec},
    sr25519, Pair,
};
use std::{fmt, sync::Arc};
use thiserror::Error;

/// An sr25519 account with its secret; clones share it.
#[derive(Clone)]
pub struct Signer(Arc<Inner>);

struct Inner {
    pair: sr25519::Pair,
    mini_secret: [u8; 32],
    account: AccountId,
}

/// Why a secret URI names no account.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignerError {
    /// It cannot be parsed.
    #[error("the secret is not valid ({0}): give `//Name`, `<mnemonic>//path` or `0x<64 hex>`")]
    Invalid(String),
    /// It contains a soft junction.
    #[error("the secret's path has a soft junction (`/`), from which no seed can be derived: use `//` only")]
    Soft,
}

impl Signer {
    /// The account of a secret URI, for example `//Miner//1`. Only hard junctions are accepted,
    /// because keys of other kinds are derived from the account's mini-secret.
    pub fn from_uri(uri: &str) -> Result<Self, SignerError> {
        let (pair, seed) = sr25519::Pair::from_string_with_seed(uri, None)
            .map_err(|e| SignerError::Invalid(format!("{e:?}")))?;
        let mini_secret = seed.ok_or(SignerError::Soft)?;
        let account = AccountId::new(pair.public().0);
        Ok(Self(Arc::new(Inner {
            pair,
            mini_secret,
            account,
        })))
    }

    /// The account of a mini-secret.
    pub fn from_mini_secret(mini_secret: [u8; 32]) -> Self {
        let pair = sr25519::Pair::from_seed(&mini_secret);
        let account = AccountId::new(pair.public().0);
        Self(Arc::new(Inner {
            pair,
            mini_secret,
            account,
        }))
    }

    /// The account.
    pub fn account_id(&self) -> AccountId {
        self.0.account.clone()
    }

    /// The sr25519 public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.0.pair.public().0
    }

    /// The address with the prefix of CESS (`cX…`).
    pub fn ss58(&self) -> String {
        self.0
            .account
            .to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
    }

    /// The 32 bytes that the pair was made from; other secrets of the account derive from it.
    pub fn mini_secret(&self) -> &[u8; 32] {
        &self.0.mini_secret
    }

    /// An sr25519 signature in the `substrate` context.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.pair.sign(message).0
    }
}

/// Whether this key signed the message; false for malformed keys and signatures.
pub fn verify(public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let Ok(signature) = <[u8; 64]>::try_from(signature) else {
        return false;
    };
    sr25519::Pair::verify(
        &sr25519::Signature::from_raw(signature),
        message,
        &sr25519::Public::from_raw(*public_key),
    )
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.ss58())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alice_is_the_well_known_account() {
        let alice = Signer::from_uri("//Alice").unwrap();
        assert_eq!(
            alice
                .account_id()
                .to_ss58check_with_version(Ss58AddressFormat::custom(42)),
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
        );
        assert!(alice.ss58().starts_with("cX"));
    }

    #[test]
    fn the_mini_secret_restores_the_account() {
        let miner = Signer::from_uri("//Miner//1").unwrap();
        assert_eq!(
            Signer::from_mini_secret(*miner.mini_secret()).account_id(),
            miner.account_id()
        );
    }

    #[test]
    fn signatures_verify_for_their_key_and_message_only() {
        let (a, b) = (
            Signer::from_uri("//A").unwrap(),
            Signer::from_uri("//B").unwrap(),
        );
        let signature = a.sign(b"words");
        assert!(verify(&a.public_key(), b"words", &signature));
        assert!(!verify(&a.public_key(), b"other", &signature));
        assert!(!verify(&b.public_key(), b"words", &signature));
        assert!(!verify(&a.public_key(), b"words", &signature[..63]));
    }

    #[test]
    fn soft_paths_and_nonsense_are_refused() {
        assert_eq!(
            Signer::from_uri("//Alice/soft").unwrap_err(),
            SignerError::Soft
        );
        assert!(matches!(
            Signer::from_uri("zebra"),
            Err(SignerError::Invalid(_))
        ));
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = format!("{:?}", Signer::from_uri("//Alice").unwrap());
        assert!(text.starts_with("Signer(cX"));
    }
}
