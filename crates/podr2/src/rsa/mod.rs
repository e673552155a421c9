//! RSA authenticators: the published scheme (spec off-chain 4.4), the network's default.
//!
//! # The mathematics in a page
//!
//! **Notation.** `N = p·q` has 2048 bits, `e = 65537`, `d = 1/e` modulo `lcm(p-1, q-1)`. A fragment
//! is cut into `n` equal chunks; chunk `i` is read as one big-endian integer `m_i`, not reduced: 65,536
//! bits at 8 KiB. `H(name, i) = int(sha256(name || decimal(i)))`, where `name` is the fragment's hash in
//! hex and `i` counts from zero.
//!
//! **Setup.** The first TEE worker makes the key; `(N, e)` is published, `d`, `p` and `q` stay with the
//! workers ([`MasterKey`]).
//!
//! **Tag.** The worker draws a random `u` below N and computes for each chunk
//! `sigma_i = (H(name, i) · u^{m_i})^d mod N`. The miner keeps the sigmas (`phi`), `u`, and the worker's
//! signatures: `attest` over the whole tag, `u_sig` over `u`. The worker keeps nothing.
//!
//! **Challenge.** The chain draws distinct indices `i` with 160-bit coefficients `v_i`, the same for
//! every fragment: 47 of 1024 chunks.
//!
//! **Proof.** For each fragment `f` the miner reads the challenged chunks and sums
//! `mu_f = Σ v_i·m_{f,i}` over the integers; one `sigma = Π_f Π_i sigma_{f,i}^{v_i} mod N` serves them
//! all. Fragments share the `v_i`, so the sigmas of one index are multiplied first and raised once: a
//! proof costs a multiplication per chunk, not a power.
//!
//! **Verdict.** `sigma^e = Π_i (Π_f H(name_f, i))^{v_i} · Π_f u_f^{mu_f} mod N`, after `u_sig` has been
//! checked for every fragment.
//!
//! # Why it holds
//!
//! This is the scheme of Shacham and Waters ("Compact Proofs of Retrievability", ASIACRYPT 2008, section
//! 6) with one sector a chunk, which descends from the homomorphic tags of Ateniese et al. ("Provable
//! Data Possession at Untrusted Stores", CCS 2007). In the random-oracle model, a prover that passes with
//! another `mu'_f` than the true one gives a relation `Π_f u_f^{mu_f - mu'_f} = (sigma / sigma')^e`
//! between random elements: with it one takes `e`-th roots modulo N, which is the RSA problem, as `e` is a
//! prime. So whoever passes knows the true `mu_f`; and whoever passes often enough knows the chunks,
//! which linear algebra gets out of enough sums.
//!
//! That argument needs each `u_f` to be random, not chosen by the prover: with `u_f = 1` nobody needs any
//! data. The published worker checks one `u_sig` in twenty; here it is every one. It also needs that a
//! name stands for one content and the coefficients are not known beforehand: names are hashes, and the
//! chain draws the coefficients.
//!
//! The `u_f` differ from fragment to fragment, which is why fragments may share the `v_i`, and why there
//! is a `mu_f` for each: a proof grows by a chunk's length with each fragment.
//!
//! # Parameters
//!
//! | quantity | `reference` | when it grows |
//! |---|---|---|
//! | bits of N | 2048 | security; tags and the tag's time (cubic) |
//! | chunks `n` | 1024 | tags grow, `mu` shrinks; tagging takes a private-key operation for each |
//! | challenged chunks `c` | 47 | detection: a miner without a part `δ` of its chunks passes with `(1-δ)^c` |
//! | bits of `v_i` | 160 | sound against guessing; `mu` grows by them |
//!
//! A tag has 617 decimal digits for each chunk, and a `mu` has about 2.41 digits for each byte of a chunk
//! (19,800 at 8 KiB).
//!
//! # How it is made fast, and what is in constant time
//!
//! - The worker draws `x` and publishes `u = x^e`, which is as random as `u` itself. Then
//!   `sigma_i = H(name, i)^d · x^{m_i}`, and no long exponent is left: `m_i` is reduced modulo `p - 1`
//!   and `q - 1`. All chunks of a fragment share `x`, so its powers go by the fixed-base method, modulo
//!   `p` and `q` apart (`powers`, `crt`).
//! - `H(name, i)^d` is OpenSSL's private-key operation: blinded, in constant time, and the limit of
//!   everything else: there is one for each chunk, of a base that is never the same.
//! - A proof's powers, and both sides of the verdict, are products of powers whose squarings are shared.
//!   With the private key both sides are compared modulo each factor, with short exponents.
//! - Decimal text is converted in less than quadratic time (`decimal`).
//!
//! What would not pay: to multiply the `u_sig`s and check them at once (a random coefficient costs more
//! than the exponent 65537); to keep a store of `x` with its `u` (they cost 17 multiplications of a
//! tag's several hundred for each chunk); to keep the tables of an `x` (a hundredth of a tag, and
//! secret).
//!
//! Data, challenges and coefficients are no secret; `p`, `q`, `d` and `x` are, and so is what a public
//! number leaves modulo `p - 1`. Hence: powers with `d` are OpenSSL's; powers with reduced exponents take
//! the same multiplications for each exponent and read whole rows of their tables; multiplication has no
//! branch that depends on numbers. Exponents are reduced by OpenSSL's division, whose time depends on the
//! numbers a little: so it divides by a random multiple of `p - 1`, another one for each tag and verdict.
//! What remains are the reductions of `u` modulo `p` and of numbers back from `p` and `q` to N, once or
//! twice for each base or power, by the same division with nothing to hide its divisor. Text conversion,
//! hashing and everything on the public side take the time that they take.

mod crt;
mod decimal;
mod key;
mod montgomery;
mod powers;
mod prover;
mod tag;
mod verify;

pub use key::{MasterKey, Public};

use crate::{Challenge, Names, Podr2Error, Proof, Prover, PublicKey, SecretKey, Tagged, Verdict};
use cess_primitives::{Hash, Podr2Scheme};
use openssl::{
    bn::{BigNum, BigNumContext},
    error::ErrorStack,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// `H(name, i)` as bytes.
fn place_bytes(name: &Hash, index: u32) -> [u8; 32] {
    Sha256::new_with_prefix(name.0)
        .chain_update(index.to_string())
        .finalize()
        .into()
}

/// `H(name, i)`: the chunk's place as a 256-bit number.
fn place(name: &Hash, index: u32) -> Result<BigNum, ErrorStack> {
    BigNum::from_slice(&place_bytes(name, index))
}

impl SecretKey for MasterKey {
    fn scheme(&self) -> Podr2Scheme {
        Podr2Scheme::Rsa
    }

    fn public(&self) -> Arc<dyn PublicKey> {
        Arc::new(self.rsa_public().clone())
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
        Ok(self.sign_raw(digest)?)
    }
}

impl PublicKey for Public {
    fn scheme(&self) -> Podr2Scheme {
        Podr2Scheme::Rsa
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Podr2Error> {
        self.to_pkcs1()
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
        Ok(Box::new(prover::RsaProver::new(self, challenge)?))
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
        let number = |text: &str| match text {
            "" => BigNum::from_u32(1).map(Some),
            text => tag::residue(text, self.n()),
        };
        let (Some(first), Some(second)) = (number(a)?, number(b)?) else {
            return Err(Podr2Error::Sigma);
        };
        if a.is_empty() && b.is_empty() {
            return Ok(String::new());
        }
        let mut product = BigNum::new()?;
        product.mod_mul(&first, &second, self.n(), &mut *BigNumContext::new()?)?;
        Ok(decimal::to_text(&product)?)
    }

    fn names_within(&self, bytes: u64, chunk_size: u64) -> usize {
        // Each has a sum that is about as long as a chunk, in decimal, with a `u` and its signature.
        let each = chunk_size.saturating_mul(5) / 2 + 2048;
        usize::try_from(bytes / each).unwrap_or(usize::MAX)
    }

    fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        self.verify_raw(digest, signature)
    }
}
