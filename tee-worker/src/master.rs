//! The network's master key as one worker holds it.

use crate::seal::{SealError, Sealer};
use cess_chain::Signer;
use cess_podr2::{secret_key, MasterKey, Podr2Error, SecretKey};
use cess_primitives::ProtocolParams;
use hkdf::Hkdf;
use sha2::Sha256;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use thiserror::Error;
use tokio::sync::watch;
use tonic::Status;

/// The RSA key that tags and verifies, and the sr25519 key that signs for the chain, which is
/// derived from it (spec off-chain 4.2).
pub struct Master {
    rsa: Arc<MasterKey>,
    signer: Signer,
    podr2_public: Vec<u8>,
    /// The key of the chain's PoDR2 scheme, which never changes, with the size of its chunks.
    podr2: Mutex<Option<(u64, Arc<dyn SecretKey>)>>,
}

/// Why there is no usable master key.
#[derive(Debug, Error)]
pub enum MasterError {
    /// The sealed file.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The key itself.
    #[error("the master key is not usable: {0}")]
    Key(#[from] Podr2Error),
}

impl Master {
    /// A new key of 2048 bits.
    pub fn generate() -> Result<Self, MasterError> {
        Self::new(MasterKey::generate()?)
    }

    /// The key of this PKCS#8 DER.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, MasterError> {
        Self::new(MasterKey::from_pkcs8(der)?)
    }

    pub(crate) fn new(rsa: MasterKey) -> Result<Self, MasterError> {
        let signer = Signer::from_mini_secret(*rsa.master_seed()?);
        let podr2_public = rsa.rsa_public().to_pkcs1()?;
        Ok(Self {
            rsa: Arc::new(rsa),
            signer,
            podr2_public,
            podr2: Mutex::default(),
        })
    }

    /// The RSA key.
    pub fn rsa(&self) -> &MasterKey {
        &self.rsa
    }

    /// The key of the chain's PoDR2 scheme: the RSA key itself, or one that is derived from it, which
    /// takes up to a tenth of a second the first time.
    ///
    /// # Errors
    /// When the scheme has no key for the chain's chunks.
    pub fn podr2(&self, params: &ProtocolParams) -> Result<Arc<dyn SecretKey>, Podr2Error> {
        let chunk_size = params.fragment_size / u64::from(params.chunk_count.max(1));
        let mut known = self.podr2.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((size, key)) = known.as_ref() {
            if (*size, key.scheme()) == (chunk_size, params.podr2_scheme) {
                return Ok(Arc::clone(key));
            }
        }
        let key = secret_key(&self.rsa, params.podr2_scheme, chunk_size)?;
        *known = Some((chunk_size, Arc::clone(&key)));
        Ok(key)
    }

    /// PKCS#1 DER of the RSA public key.
    pub fn podr2_public(&self) -> &[u8] {
        &self.podr2_public
    }

    /// The sr25519 public key that the chain knows.
    pub fn public(&self) -> [u8; 32] {
        self.signer.public_key()
    }

    /// Signs a digest for the chain.
    pub fn sign(&self, digest: &[u8; 32]) -> [u8; 64] {
        self.signer.sign(digest)
    }

    /// Signs eight bytes of a timestamp, which no digest can be mistaken for.
    pub fn sign_timestamp(&self, millis: i64) -> [u8; 64] {
        self.signer.sign(&millis.to_be_bytes())
    }

    /// Secret bytes that every worker with this key makes alike; `purpose` and `about` tell them apart.
    pub fn derive<const N: usize>(&self, purpose: &str, about: &[u8]) -> [u8; N] {
        let mut out = [0; N];
        Hkdf::<Sha256>::new(Some(purpose.as_bytes()), self.signer.mini_secret())
            .expand(about, &mut out)
            .expect("at most 8160 bytes are asked for; qed");
        out
    }

    /// Whether this key signed the digest.
    pub fn verify(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        cess_chain::verify(&self.public(), digest, signature)
    }
}

/// Where the sealed master key is kept.
pub struct MasterFile {
    path: PathBuf,
    sealer: Sealer,
}

impl MasterFile {
    /// The file in this directory, sealed for this identity.
    pub fn new(directory: &Path, identity: &Signer) -> Self {
        let sealer = Sealer::new(identity.mini_secret(), "master key");
        Self {
            path: directory.join("master_key.seal"),
            sealer,
        }
    }

    /// The path, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key; `None` when none was sealed yet.
    pub fn load(&self) -> Result<Option<Master>, MasterError> {
        self.sealer
            .unseal(&self.path)?
            .map(|der| Master::from_pkcs8(&der))
            .transpose()
    }

    /// Seals the key, in place of an earlier one.
    pub fn store(&self, master: &Master) -> Result<(), MasterError> {
        let der = master.rsa.to_pkcs8()?;
        Ok(self.sealer.seal(&self.path, &der)?)
    }
}

/// Gives the services the master key once there is one.
#[derive(Clone)]
pub struct Keyring(watch::Receiver<Option<Arc<Master>>>);

impl Keyring {
    /// A keyring and the end that fills it.
    pub fn new() -> (watch::Sender<Option<Arc<Master>>>, Self) {
        let (sender, receiver) = watch::channel(None);
        (sender, Self(receiver))
    }

    /// The master key, or `UNAVAILABLE`.
    pub fn master(&self) -> Result<Arc<Master>, Status> {
        self.0.borrow().clone().ok_or_else(|| {
            Status::unavailable(
                "the worker has no master key yet: its /health says what it waits for",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use cess_primitives::Podr2Scheme;

    #[test]
    fn a_sealed_key_is_the_same_key_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Signer::from_uri("//Tee//1").unwrap();
        let file = MasterFile::new(dir.path(), &identity);
        assert!(file.load().unwrap().is_none());
        let master = testing::master();
        file.store(&master).unwrap();
        let restarted = MasterFile::new(dir.path(), &identity)
            .load()
            .unwrap()
            .unwrap();
        assert_eq!(restarted.public(), master.public());
        assert_eq!(restarted.podr2_public(), master.podr2_public());
        assert!(master.verify(&[3; 32], &restarted.sign(&[3; 32])));
    }

    #[test]
    fn the_sealed_key_brings_the_key_of_either_scheme_along() {
        let dir = tempfile::tempdir().unwrap();
        let file = MasterFile::new(dir.path(), &Signer::from_uri("//Tee//1").unwrap());
        let master = testing::master();
        file.store(&master).unwrap();
        let restarted = file.load().unwrap().unwrap();
        for podr2_scheme in [Podr2Scheme::Rsa, Podr2Scheme::Bls12381] {
            let params = ProtocolParams {
                podr2_scheme,
                ..testing::PARAMS
            };
            let [before, after] = [&*master, &restarted].map(|key| key.podr2(&params).unwrap());
            assert_eq!(before.scheme(), podr2_scheme);
            let [before, after] = [before, after].map(|key| key.public().to_bytes().unwrap());
            assert_eq!(before, after);
        }
    }

    #[test]
    fn another_worker_cannot_open_the_sealed_key() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (
            Signer::from_uri("//Tee//1").unwrap(),
            Signer::from_uri("//Tee//2").unwrap(),
        );
        MasterFile::new(dir.path(), &a)
            .store(&testing::master())
            .unwrap();
        assert!(matches!(
            MasterFile::new(dir.path(), &b).load(),
            Err(MasterError::Seal(_))
        ));
    }

    #[test]
    fn services_wait_for_the_key() {
        let (sender, keyring) = Keyring::new();
        assert_eq!(
            keyring.master().err().unwrap().code(),
            tonic::Code::Unavailable
        );
        sender.send_replace(Some(testing::master()));
        assert!(keyring.master().is_ok());
    }
}
