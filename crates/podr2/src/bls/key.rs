//! The key of the scheme, which is derived from the network's master key.

use super::{
    curve::{self, AffineG1, AffineG2, Scalar, G1, G1_BYTES, G2_BYTES},
    domain, sectors, MAGIC,
};
use crate::{chunks::MAX_CHUNK, MasterKey, Podr2Error};
use core::fmt;
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Bytes that are reduced to a scalar: 128 bits more than it has, so that all are equally likely.
const WIDE_BYTES: usize = 48;

/// The secret half for chunks of one size.
pub struct Secret {
    alpha: Scalar,
    /// The logarithms of the generators, as words.
    logarithms: Zeroizing<Vec<[u64; 4]>>,
    public: Public,
}

impl Secret {
    /// The key that belongs to a master key, for chunks of `chunk_size` bytes.
    ///
    /// # Errors
    /// [`Podr2Error::Key`] when chunks can't be so long, [`Podr2Error::OpenSsl`].
    pub fn derive(master: &MasterKey, chunk_size: u64) -> Result<Self, Podr2Error> {
        let size = check_chunk_size(chunk_size)?;
        let secret = master.to_pkcs8()?;
        let hkdf = Hkdf::<Sha256>::new(Some(domain::DERIVE), &secret);
        let scalar = |what: &[u8], number: u64| {
            let mut wide = Zeroizing::new([0; WIDE_BYTES]);
            let info = [what, &chunk_size.to_be_bytes(), &number.to_be_bytes()].concat();
            hkdf.expand(&info, wide.as_mut_slice())
                .map_err(|_| Podr2Error::Key("it can't be derived"))?;
            let scalar = Scalar::reduce(wide.as_slice());
            match scalar.is_zero() {
                true => Err(Podr2Error::Key("it is zero")),
                false => Ok(scalar),
            }
        };
        let alpha = scalar(b"alpha", 0)?;
        let mut logarithms = Zeroizing::new(Vec::with_capacity(sectors::count(size)));
        let mut generators = Vec::with_capacity(sectors::count(size));
        for number in 0..sectors::count(size) as u64 {
            let logarithm = scalar(b"generator", number)?;
            logarithms.push(logarithm.to_words());
            generators.push(G1::of_secret(&logarithm));
        }
        let public = Public::new(
            size,
            curve::g2_of_secret(&alpha),
            curve::to_affine(&generators),
        );
        Ok(Self {
            alpha,
            logarithms,
            public,
        })
    }

    /// The public half.
    pub fn public_key(&self) -> &Public {
        &self.public
    }

    pub(super) fn alpha(&self) -> &Scalar {
        &self.alpha
    }

    pub(super) fn logarithms(&self) -> &[[u64; 4]] {
        &self.logarithms
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bls::Secret(chunks of {} bytes)", self.public.chunk_size)
    }
}

/// The public half: `v`, and a generator for each sector of a chunk.
#[derive(Clone)]
pub struct Public {
    chunk_size: usize,
    v: AffineG2,
    generators: Arc<[AffineG1]>,
    /// What tags call the generators: hex of SHA-256 over the key's bytes.
    name: String,
}

impl Public {
    fn new(chunk_size: usize, v: AffineG2, generators: Vec<AffineG1>) -> Self {
        let mut key = Self {
            chunk_size,
            v,
            generators: generators.into(),
            name: String::new(),
        };
        key.name = hex::encode(Sha256::digest(key.encode()));
        key
    }

    /// The key's bytes: `BLS12381`, the bytes of a chunk as four bytes, `v` and the generators in their
    /// compressed forms.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend((self.chunk_size as u32).to_be_bytes());
        bytes.extend(curve::compress_g2(&self.v));
        for generator in self.generators.iter() {
            bytes.extend(G1::from_affine(generator).to_bytes());
        }
        bytes
    }

    /// Reads a key's bytes.
    ///
    /// # Errors
    /// [`Podr2Error::Key`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Podr2Error> {
        let short = Podr2Error::Key("it has the wrong length for a BLS12-381 key");
        let rest = bytes
            .strip_prefix(MAGIC)
            .ok_or(Podr2Error::Key("it is no BLS12-381 key"))?;
        let Some((size, rest)) = rest.split_first_chunk::<4>() else {
            return Err(short);
        };
        let size = check_chunk_size(u64::from(u32::from_be_bytes(*size)))?;
        let Some((v, points)) = rest.split_first_chunk::<G2_BYTES>() else {
            return Err(short);
        };
        if points.len() != sectors::count(size) * G1_BYTES {
            return Err(short);
        }
        let v = curve::uncompress_g2(v).ok_or(Podr2Error::Key("its v is not in the group"))?;
        let generators = points
            .chunks_exact(G1_BYTES)
            .map(|point| point.try_into().ok().and_then(curve::uncompress_g1))
            .collect::<Option<Vec<_>>>()
            .ok_or(Podr2Error::Key("a generator is not in the group"))?;
        Ok(Self::new(size, v, generators))
    }

    /// Bytes of the chunks that the key is for.
    pub fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    /// What tags and proofs call the generators.
    pub fn generators_name(&self) -> &str {
        &self.name
    }

    pub(super) fn v(&self) -> &AffineG2 {
        &self.v
    }

    pub(super) fn generators(&self) -> &[AffineG1] {
        &self.generators
    }
}

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bls::Public(chunks of {} bytes)", self.chunk_size)
    }
}

fn check_chunk_size(size: u64) -> Result<usize, Podr2Error> {
    match usize::try_from(size) {
        Ok(bytes) if (1..=MAX_CHUNK).contains(&size) => Ok(bytes),
        _ => Err(Podr2Error::Key("chunks must have 1 byte to 1 MiB")),
    }
}
