//! BLS authenticators: public verification by pairing, on BLS12-381.
//!
//! # The mathematics in a page
//!
//! **Notation.** `G1` and `G2` are the groups of BLS12-381 with generators `g1` and `g2`, both of the
//! prime order `r` (255 bits), `e` is the pairing, and groups are written as products. A chunk of `b`
//! bytes is cut into `s = ⌈b/31⌉` **sectors**; sector `j` of chunk `i` is a number `m_{ij}` below
//! `2^248 < r`. `H` hashes `name || decimal(i)` to `G1` as RFC 9380 says (`name` in hex, `i` from zero).
//!
//! **Setup.** The secret key is `α` and, for each sector, `a_j`, all drawn by HKDF-SHA-256 from the
//! network's master key and the size of a chunk ([`Secret::derive`]). The public key is `v = g2^α` and
//! the generators `u_j = g1^{a_j}` ([`Public`]). One set of generators serves all fragments.
//!
//! **Tag.** `sigma_i = (H(name, i) · Π_j u_j^{m_{ij}})^α`. Who knows the `a_j` needs no power for each
//! sector: `Π_j u_j^{m_{ij}} = g1^{Σ_j a_j·m_{ij}}`, a sum of products modulo `r`. `attest` is a BLS
//! signature with `α` under another domain of `H`; the tag's `u` is the hash of the public key, so that
//! it says which generators it is about, and needs no signature of its own.
//!
//! **Challenge.** The chain draws distinct indices `i` with 160-bit coefficients `v_i`. Both sides take a
//! 128-bit weight for each fragment from them, `w_f = sha256(challenge || name_f)`.
//!
//! **Proof.** `mu_j = Σ_f w_f · Σ_i v_i·m_{fij} mod r`, for all fragments together, and
//! `sigma = Π_f Π_i sigma_{fi}^{w_f·v_i}`. Its size does not depend on how many fragments there are.
//!
//! **Verdict.** `e(sigma, g2) = e(Π_f Π_i H(name_f, i)^{w_f·v_i} · Π_j u_j^{mu_j}, v)`. Whoever knows
//! `α` and the `a_j` checks the same without a pairing:
//! `sigma = (Π H^{w_f·v_i} · g1^{Σ_j a_j·mu_j})^α`.
//!
//! # Why it holds
//!
//! This is the publicly verifiable scheme of Shacham and Waters ("Compact Proofs of Retrievability",
//! ASIACRYPT 2008, section 3.3; theorem 4.2): in the random-oracle model, whoever passes with another
//! `mu` than the true one solves the computational Diffie-Hellman problem. Three things differ from the
//! paper:
//!
//! - *The generators are the network's, not the file's.* The reduction chooses the `u_j` once and sets
//!   `H(name, i)` for each tag; it needs that no place is tagged for two contents. The name is the
//!   fragment's SHA-256 (also a random oracle, which shows the reduction the content before the name
//!   can be asked for), and a key is for one size of chunks, so the name determines every `m_{ij}`.
//! - *The fragments share one `mu`.* With the same `v_i` alone a miner could keep the sum of its fragments
//!   instead of them. The weights prevent it: they are drawn after the data, so the coefficient of every
//!   chunk is `w_f·v_i` modulo `r`, and a false `Σ_i v_i·m_{fij}` of any fragment is cancelled by the others
//!   with probability `2^-128`. An extractor draws weights for a fixed `v` until they are linearly
//!   independent, which gives every fragment's own sums, and goes on with those as the paper does.
//! - *The key is derived.* HKDF is taken for a random function of a secret of the enclave.
//!
//! A sigma that is no point of `G1` of order `r`, or is the neutral one, is refused before any equation.
//!
//! # Parameters
//!
//! | quantity | `reference` | `fast` | when it grows |
//! |---|---|---|---|
//! | bytes of a chunk `b` | 8192 | 32,768 | fewer chunks: tags shrink, tagging is faster; proof and key grow |
//! | sectors `s` | 265 | 1058 | follow from `b`; 31 bytes each |
//! | public key | 12,828 bytes | 50,892 bytes | `48·s + 108` |
//! | tag, compressed points | 48 KiB | 1.5 KiB | 48 bytes a chunk, 96 as text |
//! | proof | 8.3 KiB + names | 33 KiB + names | `32·s + 48`, twice that as text |
//!
//! # What is in constant time
//!
//! `α`, the `a_j`, and sums of products with them are secret; data, challenges, tags and proofs are not.
//! Powers of secret exponents are `blst`'s constant-time ones (that for keys and that for signatures);
//! sums of products add all words whatever they are and are reduced once. Products of powers with
//! public exponents go by Pippenger's method, whose time depends on them. Hashing to the curve is of
//! public messages.

mod curve;
mod key;
mod prover;
mod sectors;
mod tag;
mod verify;

pub use key::{Public, Secret};

use crate::{Challenge, Names, Podr2Error, Proof, Prover, PublicKey, SecretKey, Tagged, Verdict};
use cess_primitives::{Hash, Podr2Scheme};
use curve::{Scalar, G1};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a public key begins with.
pub(crate) const MAGIC: &[u8] = b"BLS12381";

/// Most names of a proof that is made in one go: a verdict hashes 47 places to the curve for each.
const MOST_NAMES: usize = 1000;

/// What keeps one use of the key from being taken for another.
mod domain {
    pub(super) const DERIVE: &[u8] = b"CESSNET-PODR2-V01-BLS12381-KEY";
    pub(super) const PLACE: &[u8] = b"CESSNET-PODR2-V01-PLACE-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
    pub(super) const ATTEST: &[u8] =
        b"CESSNET-PODR2-V01-ATTEST-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
    pub(super) const DIGEST: &[u8] =
        b"CESSNET-PODR2-V01-DIGEST-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
    pub(super) const WEIGHT: &[u8] = b"CESSNET-PODR2-V01-WEIGHT";
}

/// `H(name, i)`.
fn place(name: &Hash, index: u32) -> G1 {
    G1::hash(
        &[name.0.as_slice(), index.to_string().as_bytes()].concat(),
        domain::PLACE,
    )
}

/// `v_i` as a number.
fn coefficient(v: &[u8; 20]) -> Scalar {
    let mut bytes = *v;
    bytes.reverse();
    Scalar::reduce(&bytes)
}

/// `w_f`.
fn weight(challenge: &Challenge, name: &Hash) -> Scalar {
    let mut hasher = Sha256::new_with_prefix(domain::WEIGHT);
    for (index, coefficient) in challenge.items() {
        hasher.update(index.to_be_bytes());
        hasher.update(coefficient);
    }
    Scalar::reduce(&hasher.chain_update(name.0).finalize()[..16])
}

impl SecretKey for Secret {
    fn scheme(&self) -> Podr2Scheme {
        Podr2Scheme::Bls12381
    }

    fn public(&self) -> Arc<dyn PublicKey> {
        Arc::new(self.public_key().clone())
    }

    fn tag(
        &self,
        name: &Hash,
        data: &[u8],
        chunk_count: u32,
        custom_data: &[u8],
    ) -> Result<Tagged, Podr2Error> {
        tag::make(self, name, data, chunk_count, custom_data)
    }

    fn verify(
        &self,
        challenge: &Challenge,
        proof: &Proof,
        names: Names<'_>,
    ) -> Result<Verdict, Podr2Error> {
        verify::with_secret(self, challenge, proof, names)
    }

    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, Podr2Error> {
        Ok(tag::sign(self, digest, domain::DIGEST))
    }
}

impl PublicKey for Public {
    fn scheme(&self) -> Podr2Scheme {
        Podr2Scheme::Bls12381
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Podr2Error> {
        Ok(self.encode())
    }

    fn check_tag(
        &self,
        tagged: &Tagged,
        name: &Hash,
        chunk_count: u32,
        custom_data: &[u8],
    ) -> Result<(), Podr2Error> {
        tag::check(self, tagged, name, chunk_count, custom_data)
    }

    fn prover(&self, challenge: &Challenge) -> Result<Box<dyn Prover>, Podr2Error> {
        Ok(Box::new(prover::BlsProver::new(self, challenge)))
    }

    fn verify(
        &self,
        challenge: &Challenge,
        proof: &Proof,
        names: Names<'_>,
    ) -> Result<Verdict, Podr2Error> {
        verify::with_public(self, challenge, proof, names)
    }

    fn product(&self, a: &str, b: &str) -> Result<String, Podr2Error> {
        let point = |text: &str| match text {
            "" => Ok(G1::default()),
            text => tag::point_bytes(text)
                .and_then(|bytes| curve::uncompress_g1(&bytes))
                .map(|point| G1::from_affine(&point))
                .ok_or(Podr2Error::Sigma),
        };
        let product = point(a)?.plus(&point(b)?);
        match a.is_empty() && b.is_empty() {
            true => Ok(String::new()),
            false => Ok(hex::encode(product.to_bytes())),
        }
    }

    fn names_within(&self, bytes: u64, chunk_size: u64) -> usize {
        // The sums are those of all; a fragment adds its name, and its places to be hashed.
        let sums = chunk_size.saturating_mul(64 + 8) / 31;
        usize::try_from(bytes.saturating_sub(sums) / 64)
            .map_or(MOST_NAMES, |most| most.min(MOST_NAMES))
    }

    fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        tag::is_signed(self, digest, domain::DIGEST, signature)
    }
}
