//! What a TEE worker gives a miner for a fragment.

use crate::{chunks::chunk_size, Podr2Error};
use cess_primitives::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The authenticators of a fragment, as text: decimal numbers with RSA, hex of points with BLS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCore {
    /// The fragment's hash.
    pub name: Hash,
    /// RSA: the fragment's random base. BLS: the name of the key's generators.
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

/// A tag with the worker's word for its `u`, which is presented with every proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged {
    /// The tag.
    pub tag: Tag,
    /// RSA: the signature over the SHA-256 of the text of `u`. BLS: empty, as `u` is the same in every
    /// tag of a key.
    pub u_sig: Vec<u8>,
}

/// The bytes of a chunk, if `data` is the fragment `name` and can be cut.
pub(crate) fn check_fragment(
    name: &Hash,
    data: &[u8],
    chunk_count: u32,
) -> Result<usize, Podr2Error> {
    let size = chunk_size(data.len() as u64, chunk_count)?;
    let actual = Hash::of(data);
    if actual != *name {
        return Err(Podr2Error::WrongData {
            name: *name,
            actual,
        });
    }
    Ok(size)
}

/// Puts a tag together; `sign` makes the signature of `attest`.
pub(crate) fn attest(
    core: TagCore,
    custom_data: &[u8],
    sign: impl FnOnce(&[u8; 32]) -> Result<Vec<u8>, Podr2Error>,
) -> Result<Tag, Podr2Error> {
    let phi_hash = phi_hash(&core.phi);
    let attest = sign(&attested(custom_data, &core, &phi_hash))?;
    Ok(Tag {
        t: core,
        phi_hash: hex::encode(phi_hash),
        attest: hex::encode(attest),
    })
}

/// Checks what is the same in every scheme; `verify` checks the signature of `attest`, and `u_holds`
/// is what the scheme says of `u`.
pub(crate) fn check(
    tagged: &Tagged,
    name: &Hash,
    chunk_count: u32,
    custom_data: &[u8],
    verify: impl FnOnce(&[u8; 32], &[u8]) -> Result<bool, Podr2Error>,
    u_holds: bool,
) -> Result<(), Podr2Error> {
    let core = &tagged.tag.t;
    let phi_hash = phi_hash(&core.phi);
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
        (u_holds, "nobody vouches for u"),
    ];
    let false_tag = |what| Err(Podr2Error::FalseTag { name: *name, what });
    if let Some((_, what)) = rules.iter().find(|(holds, _)| !holds) {
        return false_tag(what);
    }
    // A tag has one spelling: `hex` would read capitals as well.
    let signature = hex::decode(&tagged.tag.attest).unwrap_or_default();
    let spelling = hex::encode(&signature) == tagged.tag.attest;
    match spelling && verify(&attested(custom_data, core, &phi_hash), &signature)? {
        true => Ok(()),
        false => false_tag("the signature over the tag is false"),
    }
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
