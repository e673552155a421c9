//! Files that only this worker can read.
//!
//! A real enclave seals with a key that the processor derives from a secret of its own and the
//! enclave's measurement; here the worker's seed takes the place of the processor's secret. So the
//! same seed and the same measurement open what they wrote, and another binary does not. The format
//! is `magic (8) || MRENCLAVE (32) || nonce (12) || AES-256-GCM`; the measurement tells who can open
//! the file, and is authenticated with the purpose, so that one sealed file cannot pass for another.

use aes_gcm::{
    aead::{Aead, Payload},
    Aes256Gcm, Key, KeyInit, Nonce,
};
use hkdf::Hkdf;
use rand::{rngs::OsRng, RngCore};
use sha2::Sha256;
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};
use thiserror::Error;
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"CESSEAL2";
const NONCE_LEN: usize = 12;
const MEASUREMENT_LEN: usize = 32;

/// Why a sealed file could not be written or opened.
#[derive(Debug, Error)]
pub enum SealError {
    /// The disk failed.
    #[error("{path}: {source}; check that the data directory exists and is writable")]
    Io {
        /// The file.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// The file is not one of ours, was changed, or belongs to another identity.
    #[error("{path} cannot be unsealed: it is damaged or was sealed by another seed; start with the right --seed, or remove the file so that the worker asks for the key again")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Another binary sealed it.
    #[error("{path} was sealed by a binary with the measurement {sealed_by}, this one has {running}: start that binary again, or, as enclaves are simulated, this one with --measurement {sealed_by}")]
    OtherEnclave {
        /// The file.
        path: PathBuf,
        /// Measurement of the enclave that can open it, hex.
        sealed_by: String,
        /// Measurement of this one, hex.
        running: String,
    },
    /// The cipher refused to encrypt.
    #[error("{path} cannot be sealed: the content is too long")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
}

/// Seals and unseals for one identity, binary and purpose.
pub struct Sealer {
    cipher: Aes256Gcm,
    mr_enclave: [u8; MEASUREMENT_LEN],
    purpose: &'static str,
}

impl Sealer {
    /// The sealer of the identity with this secret, in the enclave with this measurement.
    pub fn new(
        identity: &[u8; 32],
        mr_enclave: &[u8; MEASUREMENT_LEN],
        purpose: &'static str,
    ) -> Self {
        let salt = [b"cess-tee sealing", &mr_enclave[..]].concat();
        Self {
            cipher: Aes256Gcm::new(&derive(identity, &salt, purpose)),
            mr_enclave: *mr_enclave,
            purpose,
        }
    }

    fn authenticated(&self) -> Vec<u8> {
        [&self.mr_enclave[..], self.purpose.as_bytes()].concat()
    }

    /// Writes `content` so that it is on the disk whole or not at all.
    pub fn seal(&self, path: &Path, content: &[u8]) -> Result<(), SealError> {
        let mut nonce = [0; NONCE_LEN];
        OsRng.fill_bytes(&mut nonce);
        let payload = Payload {
            msg: content,
            aad: &self.authenticated(),
        };
        let sealed = self
            .cipher
            .encrypt(Nonce::from_slice(&nonce), payload)
            .map_err(|_| SealError::TooLong { path: path.into() })?;
        write_durably(
            path,
            &[&MAGIC[..], &self.mr_enclave, &nonce, &sealed].concat(),
        )
        .map_err(|source| SealError::Io {
            path: path.into(),
            source,
        })
    }

    /// The content of a sealed file; `None` when there is no file.
    pub fn unseal(&self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, SealError> {
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|source| SealError::Io {
                path: path.into(),
                source,
            })?,
        };
        let damaged = || SealError::Damaged { path: path.into() };
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let (sealed_by, rest) = rest.split_at_checked(MEASUREMENT_LEN).ok_or_else(damaged)?;
        if sealed_by != self.mr_enclave {
            return Err(SealError::OtherEnclave {
                path: path.into(),
                sealed_by: hex::encode(sealed_by),
                running: hex::encode(self.mr_enclave),
            });
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
        let payload = Payload {
            msg: sealed,
            aad: &self.authenticated(),
        };
        let content = self
            .cipher
            .decrypt(Nonce::from_slice(nonce), payload)
            .map_err(|_| damaged())?;
        Ok(Some(Zeroizing::new(content)))
    }
}

/// A key for one purpose out of a secret.
pub(crate) fn derive(secret: &[u8; 32], salt: &[u8], purpose: &str) -> Key<Aes256Gcm> {
    let mut key = Key::<Aes256Gcm>::default();
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(purpose.as_bytes(), &mut key)
        .expect("HKDF-SHA256 gives up to 8160 bytes; qed");
    key
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The name itself is durable only when the directory is.
    fs::File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &tempfile::TempDir) -> PathBuf {
        dir.path().join("deep").join("key.seal")
    }

    #[test]
    fn the_same_identity_reads_what_it_sealed() {
        let dir = tempfile::tempdir().unwrap();
        let sealer = Sealer::new(&[1; 32], &[7; 32], "master key");
        assert!(sealer.unseal(&file(&dir)).unwrap().is_none());
        sealer.seal(&file(&dir), b"secret").unwrap();
        assert_eq!(
            sealer.unseal(&file(&dir)).unwrap().unwrap().as_slice(),
            b"secret"
        );
        assert!(!fs::read(file(&dir))
            .unwrap()
            .windows(6)
            .any(|w| w == b"secret"));
        sealer.seal(&file(&dir), b"newer").unwrap();
        assert_eq!(
            sealer.unseal(&file(&dir)).unwrap().unwrap().as_slice(),
            b"newer"
        );
    }

    #[test]
    fn another_identity_or_purpose_cannot_read_it() {
        let dir = tempfile::tempdir().unwrap();
        Sealer::new(&[1; 32], &[7; 32], "master key")
            .seal(&file(&dir), b"secret")
            .unwrap();
        for other in [
            Sealer::new(&[2; 32], &[7; 32], "master key"),
            Sealer::new(&[1; 32], &[7; 32], "something else"),
        ] {
            let error = other.unseal(&file(&dir)).unwrap_err();
            assert!(error.to_string().contains("another seed"), "{error}");
        }
    }

    #[test]
    fn another_binary_cannot_read_it_and_says_which_one_can() {
        let dir = tempfile::tempdir().unwrap();
        Sealer::new(&[1; 32], &[7; 32], "master key")
            .seal(&file(&dir), b"secret")
            .unwrap();
        let other = Sealer::new(&[1; 32], &[8; 32], "master key");
        let error = other.unseal(&file(&dir)).unwrap_err();
        assert!(matches!(error, SealError::OtherEnclave { .. }));
        let remedy = format!("--measurement {}", "07".repeat(32));
        assert!(error.to_string().contains(&remedy), "{error}");

        // The name of the enclave in the file is not what keeps it closed.
        let mut claimed = fs::read(file(&dir)).unwrap();
        claimed[MAGIC.len()..MAGIC.len() + MEASUREMENT_LEN].copy_from_slice(&[8; 32]);
        fs::write(file(&dir), claimed).unwrap();
        assert!(matches!(
            other.unseal(&file(&dir)),
            Err(SealError::Damaged { .. })
        ));
    }

    #[test]
    fn damage_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let sealer = Sealer::new(&[1; 32], &[7; 32], "master key");
        sealer.seal(&file(&dir), b"secret").unwrap();
        let good = fs::read(file(&dir)).unwrap();
        let mut flipped = good.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for bad in [
            &flipped[..],
            &good[..10],
            b"",
            b"CESSEAL2",
            &good[..good.len() - 1],
        ] {
            fs::write(file(&dir), bad).unwrap();
            assert!(matches!(
                sealer.unseal(&file(&dir)),
                Err(SealError::Damaged { .. })
            ));
        }
    }
}
