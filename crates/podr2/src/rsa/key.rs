//! The network's RSA key and its public half.

use super::{crt::Crt, montgomery::Modulus};
use crate::Podr2Error;
use core::fmt;
use openssl::{
    bn::{BigNum, BigNumRef},
    error::ErrorStack,
    hash::MessageDigest,
    pkey::{PKey, Private},
    rsa::{Padding, Rsa},
    sign::{Signer, Verifier},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Bits of the published network's key.
const BITS: u32 = 2048;
/// The shortest key that can carry the published signatures.
const MIN_BITS: u32 = 512;
/// A longer key would not fit the chain's field for sigma: 2048 decimal digits.
const MAX_BITS: u32 = 6800;

/// The network's master key, which TEE workers share.
///
/// With the RSA scheme it tags and judges itself; keys of other schemes are derived from it
/// ([`secret_key`](crate::secret_key)).
pub struct MasterKey {
    rsa: Rsa<Private>,
    crt: Crt,
    public: Public,
}

impl MasterKey {
    /// A new key of 2048 bits.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn generate() -> Result<Self, Podr2Error> {
        Self::generate_bits(BITS)
    }

    /// A new key of so many bits. Short keys are for tests of the arithmetic only.
    ///
    /// # Errors
    /// [`Podr2Error::Key`] below 512 and above 6800 bits.
    pub fn generate_bits(bits: u32) -> Result<Self, Podr2Error> {
        if !(MIN_BITS..=MAX_BITS).contains(&bits) {
            return Err(Podr2Error::Key("it must have 512 to 6800 bits"));
        }
        Self::from_rsa(Rsa::generate(bits)?)
    }

    /// Reads a PKCS#8 DER private key.
    ///
    /// # Errors
    /// [`Podr2Error::Key`] when it is not a consistent RSA key with two factors.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Podr2Error> {
        let rsa = PKey::private_key_from_pkcs8(der)
            .and_then(|key| key.rsa())
            .map_err(|_| Podr2Error::Key("it is no RSA key in PKCS#8 DER"))?;
        if !rsa.check_key().unwrap_or(false) {
            return Err(Podr2Error::Key("its numbers don't belong together"));
        }
        Self::from_rsa(rsa)
    }

    fn from_rsa(rsa: Rsa<Private>) -> Result<Self, Podr2Error> {
        let public = Public::of(rsa.n(), rsa.e())?;
        let crt = Crt::of(&rsa)?.ok_or(Podr2Error::Key("it came without its prime factors"))?;
        if crt.factors().iter().any(|factor| factor.bits() < 256) {
            // A place must be a number that the factors' words can hold.
            return Err(Podr2Error::Key("a prime factor has less than 256 bits"));
        }
        Ok(Self { rsa, crt, public })
    }

    /// The key as PKCS#8 DER; wiped when dropped.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Podr2Error> {
        Ok(Zeroizing::new(
            PKey::from_rsa(self.rsa.clone())?.private_key_to_pkcs8()?,
        ))
    }

    /// The public half of the RSA key.
    pub fn rsa_public(&self) -> &Public {
        &self.public
    }

    /// The seed of the network's sr25519 master key: `sha256(PKCS#8 DER)` (spec off-chain 4.2).
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn master_seed(&self) -> Result<Zeroizing<[u8; 32]>, Podr2Error> {
        Ok(Zeroizing::new(
            Sha256::digest(self.to_pkcs8()?.as_slice()).into(),
        ))
    }

    /// PKCS#1 v1.5 over `digest` as it is, without the prefix that names the hash function: the
    /// published `u_sig` and key-provider signature (spec off-chain 4.3, 4.4).
    pub(super) fn sign_raw(&self, digest: &[u8; 32]) -> Result<Vec<u8>, ErrorStack> {
        let mut signature = vec![0; self.rsa.size() as usize];
        let len = self
            .rsa
            .private_encrypt(digest, &mut signature, Padding::PKCS1)?;
        signature.truncate(len);
        Ok(signature)
    }

    /// PKCS#1 v1.5 with SHA-256 over `message`.
    pub(super) fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let key = PKey::from_rsa(self.rsa.clone())?;
        let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
        signer.update(message)?;
        signer.sign_to_vec()
    }

    /// `number^d mod N`, blinded and in constant time.
    pub(super) fn secret_power(&self, number: &BigNumRef) -> Result<BigNum, ErrorStack> {
        let size = self.rsa.size();
        let mut power = Zeroizing::new(vec![0; size as usize]);
        self.rsa.private_encrypt(
            &number.to_vec_padded(size as i32)?,
            &mut power,
            Padding::NONE,
        )?;
        BigNum::from_slice(&power)
    }

    /// The factors of N.
    pub(super) fn crt(&self) -> &Crt {
        &self.crt
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({} bits)", self.rsa.n().num_bits())
    }
}

/// The public half: proves, and judges slowly.
#[derive(Clone)]
pub struct Public {
    rsa: Rsa<openssl::pkey::Public>,
    modulus: Arc<Modulus>,
}

impl Public {
    fn of(n: &BigNumRef, e: &BigNumRef) -> Result<Self, Podr2Error> {
        check_size(n, e)?;
        Ok(Self {
            rsa: Rsa::from_public_components(n.to_owned()?, e.to_owned()?)?,
            modulus: Arc::new(Modulus::new(n)?),
        })
    }

    /// Reads a PKCS#1 DER public key, as TEE workers publish it.
    ///
    /// # Errors
    /// [`Podr2Error::Key`].
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, Podr2Error> {
        let rsa = Rsa::public_key_from_der_pkcs1(der)
            .map_err(|_| Podr2Error::Key("it is no RSA public key in PKCS#1 DER"))?;
        let key = Self::of(rsa.n(), rsa.e())?;
        // OpenSSL reads over what follows the key.
        match key.to_pkcs1()? == der {
            true => Ok(key),
            false => Err(Podr2Error::Key("something follows it, or it is not in DER")),
        }
    }

    /// The key as PKCS#1 DER: 270 bytes for 2048 bits.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn to_pkcs1(&self) -> Result<Vec<u8>, Podr2Error> {
        Ok(self.rsa.public_key_to_der_pkcs1()?)
    }

    /// Whether [`MasterKey::sign_raw`] made this signature.
    pub(super) fn verify_raw(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        let mut content = vec![0; self.rsa.size() as usize];
        match self
            .rsa
            .public_decrypt(signature, &mut content, Padding::PKCS1)
        {
            Ok(len) => content[..len] == digest[..],
            Err(_) => false,
        }
    }

    /// Whether [`MasterKey::sign_message`] made this signature.
    pub(super) fn verify_message(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<bool, ErrorStack> {
        let key = PKey::from_rsa(self.rsa.clone())?;
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key)?;
        verifier.update(message)?;
        // A signature of the wrong length is an error to OpenSSL, and just false to us.
        Ok(verifier.verify(signature).unwrap_or(false))
    }

    pub(super) fn n(&self) -> &BigNumRef {
        self.rsa.n()
    }

    pub(super) fn e(&self) -> &BigNumRef {
        self.rsa.e()
    }

    /// For multiplication modulo N.
    pub(super) fn modulus(&self) -> &Modulus {
        &self.modulus
    }
}

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rsa::Public({} bits)", self.rsa.n().num_bits())
    }
}

fn check_size(n: &BigNumRef, e: &BigNumRef) -> Result<(), Podr2Error> {
    if !u32::try_from(n.num_bits()).is_ok_and(|bits| (MIN_BITS..=MAX_BITS).contains(&bits))
        || !n.is_odd()
    {
        return Err(Podr2Error::Key(
            "its modulus must be odd and have 512 to 6800 bits",
        ));
    }
    match e.is_odd() && (2..=64).contains(&e.num_bits()) {
        true => Ok(()),
        false => Err(Podr2Error::Key(
            "its exponent must be odd and have 2 to 64 bits",
        )),
    }
}
