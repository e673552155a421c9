//! What a TEE worker gives a miner for a fragment.

use crate::{chunks::chunk_size, decimal, place, MasterKey, Podr2Error, PublicKey};
use cess_primitives::Hash;
use openssl::{
    bn::{BigNum, BigNumContext},
    error::ErrorStack,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The authenticators of a fragment. Numbers are decimal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCore {
    /// The fragment's hash.
    pub name: Hash,
    /// The fragment's random base.
    pub u: String,
    /// `sigma_i` for each chunk, in order.
    pub phi: Vec<String>,
}

/// A tag as published: the authenticators and the worker's word for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The authenticators.
    pub t: TagCore,
    /// Hex of SHA-256 over the texts of `phi`, one after the other.
    pub phi_hash: String,
    /// Hex of the signature over `sha256(custom data || name || u || phi hash)`.
    pub attest: String,
}

/// A tag with the signature over its `u`, which is presented with every proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged {
    /// The tag.
    pub tag: Tag,
    /// [`MasterKey::sign_digest`] over the SHA-256 of the text of `u`.
    pub u_sig: Vec<u8>,
}

impl MasterKey {
    /// Tags a fragment of `chunk_count` equal chunks; `custom_data` is bound by `attest`.
    ///
    /// # Errors
    /// [`Podr2Error::WrongData`] when `data` is not the fragment `name`, [`Podr2Error::Chunking`].
    pub fn tag(
        &self,
        name: &Hash,
        data: &[u8],
        chunk_count: u32,
        custom_data: &[u8],
    ) -> Result<Tagged, Podr2Error> {
        let size = chunk_size(data.len() as u64, chunk_count)?;
        let actual = Hash::of(data);
        if actual != *name {
            return Err(Podr2Error::WrongData {
                name: *name,
                actual,
            });
        }
        let mut ctx = BigNumContext::new()?;
        // With u = x^e, u^d is x: as random a base, and its secret power is known beforehand.
        let (mut x, mut u) = (BigNum::new()?, BigNum::new()?);
        while x.num_bits() < 2 {
            self.n().rand_range(&mut x)?;
        }
        u.mod_exp(&x, self.e(), self.n(), &mut ctx)?;
        let mut phi = Vec::with_capacity(chunk_count as usize);
        for (index, chunk) in data.chunks_exact(size).enumerate() {
            let mut sigma = BigNum::new()?;
            let power = self.pow(&x, &*BigNum::from_slice(chunk)?, &mut ctx)?;
            sigma.mod_mul(
                &*self.secret_power(&*place(name, index as u32)?)?,
                &power,
                self.n(),
                &mut ctx,
            )?;
            phi.push(decimal::to_text(&sigma)?);
        }
        x.clear();
        let core = TagCore {
            name: *name,
            u: decimal::to_text(&u)?,
            phi,
        };
        let phi_hash = phi_hash(&core.phi);
        let attest = self.sign_message(&attested(custom_data, &core, &phi_hash))?;
        let u_sig = self.sign_digest(&u_digest(&core.u))?;
        let tag = Tag {
            t: core,
            phi_hash: hex::encode(phi_hash),
            attest: hex::encode(attest),
        };
        Ok(Tagged { tag, u_sig })
    }
}

impl PublicKey {
    /// Checks that a tag was made with the network's key for this fragment, chunk count and custom
    /// data, and that it is complete. It needs no data: a miner checks so what it receives.
    ///
    /// # Errors
    /// [`Podr2Error::FalseTag`] says what doesn't hold.
    pub fn check_tag(
        &self,
        tagged: &Tagged,
        name: &Hash,
        chunk_count: u32,
        custom_data: &[u8],
    ) -> Result<(), Podr2Error> {
        let core = &tagged.tag.t;
        let phi_hash = phi_hash(&core.phi);
        let attest = hex::decode(&tagged.tag.attest).unwrap_or_default();
        let attested = self.verify_message(&attested(custom_data, core, &phi_hash), &attest)?;
        let rules = [
            (core.name == *name, "it is for another fragment"),
            (
                core.phi.len() == chunk_count as usize,
                "it has another number of chunks",
            ),
            (
                tagged.tag.phi_hash == hex::encode(phi_hash),
                "phi_hash is not the hash of phi",
            ),
            (attested, "the signature over the tag is false"),
            (
                self.verify_digest(&u_digest(&core.u), &tagged.u_sig),
                "the signature over u is false",
            ),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, what)) => Err(Podr2Error::FalseTag { name: *name, what }),
            None => Ok(()),
        }
    }
}

/// What `u_sig` signs.
pub(crate) fn u_digest(u: &str) -> [u8; 32] {
    Sha256::digest(u).into()
}

fn phi_hash(phi: &[String]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    phi.iter().for_each(|sigma| hasher.update(sigma));
    hasher.finalize().into()
}

fn attested(custom_data: &[u8], core: &TagCore, phi_hash: &[u8; 32]) -> [u8; 32] {
    Sha256::new_with_prefix(custom_data)
        .chain_update(core.name.0)
        .chain_update(&core.u)
        .chain_update(phi_hash)
        .finalize()
        .into()
}

/// A number of a tag: below N and not zero.
pub(crate) fn residue(
    text: &str,
    n: &openssl::bn::BigNumRef,
) -> Result<Option<BigNum>, ErrorStack> {
    // A text longer than N's is no residue; it is not worth converting.
    if text.len() > n.num_bytes() as usize * 3 {
        return Ok(None);
    }
    Ok(decimal::from_text(text)?.filter(|number| number.num_bits() > 0 && number.ucmp(n).is_lt()))
}
