//! The network's RSA key and its public half.

use crate::{crt::Crt, Podr2Error};
use core::fmt;
use openssl::{
    bn::{BigNum, BigNumContextRef, BigNumRef},
    error::ErrorStack,
    hash::MessageDigest,
    pkey::{PKey, Private, Public},
    rsa::{Padding, Rsa},
    sign::{Signer, Verifier},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bits of the published network's key.
const BITS: u32 = 2048;
/// The shortest key that can carry the published signatures.
const MIN_BITS: u32 = 512;
/// A longer key would not fit the chain's field for sigma: 2048 decimal digits.
const MAX_BITS: u32 = 6800;

/// The key pair that TEE workers share: tags fragments and judges proofs fast.
pub struct MasterKey {
    rsa: Rsa<Private>,
    crt: Crt,
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
        check_size(rsa.n())?;
        let crt = Crt::of(&rsa)?.ok_or(Podr2Error::Key("it came without its prime factors"))?;
        Ok(Self { rsa, crt })
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

    /// The public half.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn public(&self) -> Result<PublicKey, Podr2Error> {
        let (n, e) = (self.rsa.n().to_owned()?, self.rsa.e().to_owned()?);
        Ok(PublicKey {
            rsa: Rsa::from_public_components(n, e)?,
        })
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

    /// The published `u_sig` and key-provider signature: PKCS#1 v1.5 over `digest` as it is, without
    /// the prefix that names the hash function (spec off-chain 4.3, 4.4).
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, Podr2Error> {
        let mut signature = vec![0; self.rsa.size() as usize];
        let len = self
            .rsa
            .private_encrypt(digest, &mut signature, Padding::PKCS1)?;
        signature.truncate(len);
        Ok(signature)
    }

    /// PKCS#1 v1.5 with SHA-256 over `message`.
    pub(crate) fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let key = PKey::from_rsa(self.rsa.clone())?;
        let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
        signer.update(message)?;
        signer.sign_to_vec()
    }

    /// `number^d mod N`, blinded and in constant time.
    pub(crate) fn secret_power(&self, number: &BigNumRef) -> Result<BigNum, ErrorStack> {
        let size = self.rsa.size();
        let mut power = Zeroizing::new(vec![0; size as usize]);
        self.rsa.private_encrypt(
            &number.to_vec_padded(size as i32)?,
            &mut power,
            Padding::NONE,
        )?;
        BigNum::from_slice(&power)
    }

    /// `base^exponent mod N` with the exponent reduced.
    pub(crate) fn pow(
        &self,
        base: &BigNumRef,
        exponent: &BigNumRef,
        ctx: &mut BigNumContextRef,
    ) -> Result<BigNum, ErrorStack> {
        self.crt.pow(base, exponent, ctx)
    }

    pub(crate) fn n(&self) -> &BigNumRef {
        self.rsa.n()
    }

    pub(crate) fn e(&self) -> &BigNumRef {
        self.rsa.e()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({} bits)", self.rsa.n().num_bits())
    }
}

/// The public half: proves, and judges slowly.
#[derive(Clone)]
pub struct PublicKey {
    rsa: Rsa<Public>,
}

impl PublicKey {
    /// Reads a PKCS#1 DER public key, as TEE workers publish it.
    ///
    /// # Errors
    /// [`Podr2Error::Key`].
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, Podr2Error> {
        let rsa = Rsa::public_key_from_der_pkcs1(der)
            .map_err(|_| Podr2Error::Key("it is no RSA public key in PKCS#1 DER"))?;
        check_size(rsa.n())?;
        Ok(Self { rsa })
    }

    /// The key as PKCS#1 DER: 270 bytes for 2048 bits.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn to_pkcs1(&self) -> Result<Vec<u8>, Podr2Error> {
        Ok(self.rsa.public_key_to_der_pkcs1()?)
    }

    /// Whether [`MasterKey::sign_digest`] made this signature.
    pub fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
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
    pub(crate) fn verify_message(
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

    pub(crate) fn n(&self) -> &BigNumRef {
        self.rsa.n()
    }

    pub(crate) fn e(&self) -> &BigNumRef {
        self.rsa.e()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} bits)", self.rsa.n().num_bits())
    }
}

fn check_size(n: &BigNumRef) -> Result<(), Podr2Error> {
    match u32::try_from(n.num_bits()) {
        Ok(bits) if (MIN_BITS..=MAX_BITS).contains(&bits) && n.is_odd() => Ok(()),
        _ => Err(Podr2Error::Key(
            "its modulus must be odd and have 512 to 6800 bits",
        )),
    }
}
