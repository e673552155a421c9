//! The network's master key as one worker holds it.
//!
//! ```text
//!  RSA-2048 key (PoDR2) ──SHA-256 of its PKCS#8──► root ──► keys and challenges of idle space
//!                                                   │
//!                                                   ├── first launch: root ──► sr25519 key that signs for the chain
//!                                                   └── after a roll: a new random seed ──► sr25519 key
//! ```
//!
//! A roll changes the key that signs, which is what the chain believes, and keeps the RSA key and
//! what hangs on the root: otherwise no fragment that was tagged before could be proven any more.
//! Sealed and on its way to another worker, the master key is the PKCS#8 DER, followed after a roll
//! by the 32 bytes of the seed.

use crate::seal::{SealError, Sealer};
use cess_chain::Signer;
use cess_podr2::{secret_key, MasterKey, Podr2Error, SecretKey};
use cess_primitives::{tee::attestation::Measurement, ProtocolParams};
use hkdf::Hkdf;
use rand::{rngs::OsRng, RngCore};
use sha2::Sha256;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use thiserror::Error;
use tokio::sync::watch;
use tonic::Status;
use zeroize::Zeroizing;

/// The RSA key that tags and verifies, and the sr25519 key that signs for the chain, which is
/// derived from it until it is rolled (spec off-chain 4.2).
pub struct Master {
    rsa: Arc<MasterKey>,
    /// The same for the life of the RSA key.
    root: Zeroizing<[u8; 32]>,
    /// The seed of `signer` since a roll.
    rolled: Option<Seed>,
    signer: Signer,
    podr2_public: Vec<u8>,
    /// The key of the chain's PoDR2 scheme, which never changes, with the size of its chunks.
    podr2: Mutex<Option<(u64, Arc<dyn SecretKey>)>>,
}

const SEED_LEN: usize = 32;
type Seed = Zeroizing<[u8; SEED_LEN]>;
/// DER of a sequence of 256 to 65535 bytes, as every PKCS#8 of an RSA key of 1024 bits or more is.
const DER_HEAD: [u8; 2] = [0x30, 0x82];
const DER_HEAD_LEN: usize = 4;

/// Why there is no usable master key.
#[derive(Debug, Error)]
pub enum MasterError {
    /// The sealed file.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The key itself.
    #[error("the master key is not usable: {0}")]
    Key(#[from] Podr2Error),
    /// Bytes that no worker wrote.
    #[error("the master key is not usable: it is neither PKCS#8 nor PKCS#8 and a seed")]
    Format,
}

impl Master {
    /// A new key of 2048 bits.
    pub fn generate() -> Result<Self, MasterError> {
        Self::new(MasterKey::generate()?)
    }

    /// What [`Master::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MasterError> {
        let (der, seed) = split(bytes).ok_or(MasterError::Format)?;
        Self::with_seed(MasterKey::from_pkcs8(der)?, seed)
    }

    /// The secret, as it is sealed and handed over.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, MasterError> {
        let der = self.rsa.to_pkcs8()?;
        let seed = self.rolled.as_ref().map_or(&[][..], |seed| &seed[..]);
        Ok(Zeroizing::new([&der[..], seed].concat()))
    }

    /// The master key that follows this one: it signs with a new key, and proves and verifies what
    /// this one tagged.
    pub fn roll(&self) -> Result<Self, MasterError> {
        let mut seed = Zeroizing::new([0; SEED_LEN]);
        OsRng.fill_bytes(&mut *seed);
        let rsa = MasterKey::from_pkcs8(&self.rsa.to_pkcs8()?)?;
        Self::with_seed(rsa, Some(seed))
    }

    pub(crate) fn new(rsa: MasterKey) -> Result<Self, MasterError> {
        Self::with_seed(rsa, None)
    }

    fn with_seed(rsa: MasterKey, rolled: Option<Seed>) -> Result<Self, MasterError> {
        let root = rsa.master_seed()?;
        let signer = Signer::from_mini_secret(**rolled.as_ref().unwrap_or(&root));
        let podr2_public = rsa.rsa_public().to_pkcs1()?;
        Ok(Self {
            rsa: Arc::new(rsa),
            root,
            rolled,
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

    /// Secret bytes that every worker with this key makes alike, before and after a roll; `purpose`
    /// and `about` tell them apart.
    pub fn derive<const N: usize>(&self, purpose: &str, about: &[u8]) -> [u8; N] {
        let mut out = [0; N];
        Hkdf::<Sha256>::new(Some(purpose.as_bytes()), &self.root[..])
            .expand(about, &mut out)
            .expect("at most 8160 bytes are asked for; qed");
        out
    }

    /// Whether this key signed the digest.
    pub fn verify(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        cess_chain::verify(&self.public(), digest, signature)
    }
}

/// The DER, and the seed behind it.
fn split(bytes: &[u8]) -> Option<(&[u8], Option<Seed>)> {
    let rest = bytes.strip_prefix(&DER_HEAD)?;
    let length = u16::from_be_bytes([*rest.first()?, *rest.get(1)?]);
    let (der, seed) = bytes.split_at_checked(DER_HEAD_LEN + usize::from(length))?;
    match seed.is_empty() {
        true => Some((der, None)),
        false => Some((der, Some(Zeroizing::new(seed.try_into().ok()?)))),
    }
}

/// Where the sealed master key is kept.
pub struct MasterFile {
    path: PathBuf,
    sealer: Sealer,
}

impl MasterFile {
    /// The file in this directory, sealed for this identity in the enclave that was measured.
    pub fn new(directory: &Path, identity: &Signer, enclave: &Measurement) -> Self {
        let sealer = Sealer::new(identity.mini_secret(), &enclave.mr_enclave, "master key");
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
            .map(|bytes| Master::from_bytes(&bytes))
            .transpose()
    }

    /// Seals the key, in place of an earlier one.
    pub fn store(&self, master: &Master) -> Result<(), MasterError> {
        Ok(self.sealer.seal(&self.path, &master.to_bytes()?)?)
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

    fn enclave(mr_enclave: u8) -> Measurement {
        Measurement {
            mr_enclave: [mr_enclave; 32],
            ..Measurement::default()
        }
    }

    #[test]
    fn a_sealed_key_is_the_same_key_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Signer::from_uri("//Tee//1").unwrap();
        let file = MasterFile::new(dir.path(), &identity, &enclave(7));
        assert!(file.load().unwrap().is_none());
        let master = testing::master();
        file.store(&master).unwrap();
        let restarted = MasterFile::new(dir.path(), &identity, &enclave(7))
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
        let file = MasterFile::new(
            dir.path(),
            &Signer::from_uri("//Tee//1").unwrap(),
            &enclave(7),
        );
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
        MasterFile::new(dir.path(), &a, &enclave(7))
            .store(&testing::master())
            .unwrap();
        assert!(matches!(
            MasterFile::new(dir.path(), &b, &enclave(7)).load(),
            Err(MasterError::Seal(_))
        ));
    }

    #[test]
    fn another_binary_cannot_open_the_sealed_key() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Signer::from_uri("//Tee//1").unwrap();
        MasterFile::new(dir.path(), &identity, &enclave(7))
            .store(&testing::master())
            .unwrap();
        let other = MasterFile::new(dir.path(), &identity, &enclave(8)).load();
        assert!(matches!(
            other,
            Err(MasterError::Seal(SealError::OtherEnclave { .. }))
        ));
    }

    #[test]
    fn a_rolled_key_signs_anew_and_keeps_what_was_tagged_and_derived() {
        let first = testing::master();
        let rolled = first.roll().unwrap();
        assert_ne!(rolled.public(), first.public());
        assert!(!first.verify(&[3; 32], &rolled.sign(&[3; 32])));
        assert_eq!(rolled.podr2_public(), first.podr2_public());
        assert_eq!(
            rolled.derive::<32>("purpose", b"about"),
            first.derive::<32>("purpose", b"about")
        );
        assert_ne!(rolled.roll().unwrap().public(), rolled.public());
    }

    #[test]
    fn a_master_key_is_the_same_after_it_was_handed_over() {
        let first = testing::master();
        let der = first.rsa().to_pkcs8().unwrap();
        assert_eq!(first.to_bytes().unwrap(), der);
        let rolled = first.roll().unwrap();
        for master in [&*first, &rolled] {
            let received = Master::from_bytes(&master.to_bytes().unwrap()).unwrap();
            assert_eq!(received.public(), master.public());
            assert_eq!(received.podr2_public(), master.podr2_public());
        }
    }

    #[test]
    fn bytes_that_are_no_master_key_are_an_error() {
        let good = testing::master().roll().unwrap().to_bytes().unwrap();
        for length in (0..good.len()).filter(|length| good.len() - length != SEED_LEN) {
            assert!(Master::from_bytes(&good[..length]).is_err(), "{length}");
        }
        assert!(Master::from_bytes(&[&good[..], &[0]].concat()).is_err());
        assert!(Master::from_bytes(&[0x30, 0x82, 0xff, 0xff]).is_err());
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
