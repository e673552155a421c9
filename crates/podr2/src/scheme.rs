//! What a scheme of homomorphic authenticators can do, whichever it is.
//!
//! A network uses one scheme for its whole life (`ProtocolParams::podr2_scheme`). Tags, challenges,
//! proofs and verdicts have one shape for all of them; what the texts in them spell is the scheme's
//! own business, and so is every operation on them.

use crate::{
    bls, rsa, Challenge, ChunkReader, MasterKey, Names, Podr2Error, Proof, Tagged, Verdict,
};
use cess_primitives::{Hash, Podr2Scheme};
use std::sync::Arc;

/// The half that TEE workers hold: tags fragments, and judges proofs fast.
pub trait SecretKey: Send + Sync {
    /// The scheme.
    fn scheme(&self) -> Podr2Scheme;

    /// The other half.
    fn public(&self) -> Arc<dyn PublicKey>;

    /// Tags a fragment of `chunk_count` equal chunks; `custom_data` is bound by the tag's `attest`.
    ///
    /// Called in a thread of a rayon pool, it spreads the chunks over the pool; elsewhere it works on
    /// the caller's thread alone, so that whoever calls it decides how many cores it may take.
    ///
    /// # Errors
    /// [`Podr2Error::WrongData`] when `data` is not the fragment `name`, [`Podr2Error::Chunking`] when
    /// it can't be cut so, [`Podr2Error::ChunkSize`] when the key is for other chunks.
    fn tag(
        &self,
        name: &Hash,
        data: &[u8],
        chunk_count: u32,
        custom_data: &[u8],
    ) -> Result<Tagged, Podr2Error>;

    /// Judges a proof. The verdict is that of [`PublicKey::verify`], sooner.
    ///
    /// # Errors
    /// When arithmetic fails; a false proof is a [`Verdict`].
    fn verify(
        &self,
        challenge: &Challenge,
        proof: &Proof,
        names: Names<'_>,
    ) -> Result<Verdict, Podr2Error>;

    /// Signs a digest, which shows whoever asks for the public half that this is its owner.
    ///
    /// # Errors
    /// When arithmetic fails.
    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, Podr2Error>;
}

/// The half that everybody may hold: checks tags, makes proofs, and judges them.
pub trait PublicKey: Send + Sync {
    /// The scheme.
    fn scheme(&self) -> Podr2Scheme;

    /// The key as TEE workers publish it; [`public_key`] reads it.
    ///
    /// # Errors
    /// When encoding fails.
    fn to_bytes(&self) -> Result<Vec<u8>, Podr2Error>;

    /// Checks that a tag was made with the network's key for this fragment, chunk count and custom
    /// data, and that it is complete. It needs no data: a miner checks so what it receives.
    ///
    /// # Errors
    /// [`Podr2Error::FalseTag`] says what doesn't hold.
    fn check_tag(
        &self,
        tagged: &Tagged,
        name: &Hash,
        chunk_count: u32,
        custom_data: &[u8],
    ) -> Result<(), Podr2Error>;

    /// A proof of nothing so far.
    ///
    /// # Errors
    /// When arithmetic fails.
    fn prover(&self, challenge: &Challenge) -> Result<Box<dyn Prover>, Podr2Error>;

    /// Judges a proof with nothing that is secret.
    ///
    /// # Errors
    /// When arithmetic fails; a false proof is a [`Verdict`].
    fn verify(
        &self,
        challenge: &Challenge,
        proof: &Proof,
        names: Names<'_>,
    ) -> Result<Verdict, Podr2Error>;

    /// The sigma of two proofs to the same challenge taken together, which is what the chain keeps of a
    /// proof in batches. The empty sigma of a proof of nothing is the neutral element.
    ///
    /// # Errors
    /// [`Podr2Error::Sigma`] when a text is not the sigma of a proof.
    fn product(&self, a: &str, b: &str) -> Result<String, Podr2Error>;

    /// So many names a proof may have that it takes no more than `bytes`, and its verdict no more than
    /// seconds, where a chunk has `chunk_size` bytes.
    fn names_within(&self, bytes: u64, chunk_size: u64) -> usize;

    /// Whether [`SecretKey::sign_digest`] made this signature.
    fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool;
}

/// The miner's side of an audit: a proof in the making, fragment by fragment. It takes the memory of
/// the proof and of a few chunks, however many fragments there are.
pub trait Prover: Send {
    /// Adds a fragment; reads the challenged chunks only. On error the proof is as it was, so that a
    /// lost fragment can be left out. The tag must be one that [`PublicKey::check_tag`] accepted.
    ///
    /// # Errors
    /// [`Podr2Error::Read`], [`Podr2Error::NoSuchChunk`], [`Podr2Error::DamagedTag`],
    /// [`Podr2Error::ChunkSize`].
    fn add(&mut self, tagged: &Tagged, reader: &mut dyn ChunkReader) -> Result<(), Podr2Error>;

    /// The proof; without any fragment its sigma is empty.
    ///
    /// # Errors
    /// When arithmetic fails.
    fn finish(self: Box<Self>) -> Result<Proof, Podr2Error>;
}

/// The key of a scheme that belongs to a master key, for chunks of `chunk_size` bytes.
///
/// The RSA scheme uses the master key itself. A BLS key is derived from it, so that handing over and
/// sealing the master key is all that workers need to do.
///
/// # Errors
/// [`Podr2Error::Key`] when the scheme has no keys for such chunks.
pub fn secret_key(
    master: &Arc<MasterKey>,
    scheme: Podr2Scheme,
    chunk_size: u64,
) -> Result<Arc<dyn SecretKey>, Podr2Error> {
    Ok(match scheme {
        Podr2Scheme::Rsa => Arc::clone(master) as Arc<dyn SecretKey>,
        Podr2Scheme::Bls12381 => Arc::new(bls::Secret::derive(master, chunk_size)?),
    })
}

/// Reads a public key of either scheme; the bytes say which one it is.
///
/// # Errors
/// [`Podr2Error::Key`].
pub fn public_key(bytes: &[u8]) -> Result<Arc<dyn PublicKey>, Podr2Error> {
    Ok(if bytes.starts_with(bls::MAGIC) {
        Arc::new(bls::Public::from_bytes(bytes)?)
    } else {
        Arc::new(rsa::Public::from_pkcs1(bytes)?)
    })
}
