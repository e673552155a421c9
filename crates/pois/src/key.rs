//! Keys of accumulators: an RSA modulus of unknown factors, and a square to start from.
//!
//! The published worker makes a fresh modulus at every request and forgets its factors. Here the key
//! follows from a secret of the workers and the miner's account: it is the same at every request, at
//! every worker, after every restart, and a worker that makes it again knows the factors and verifies
//! fast.

use crate::{
    group::{value, MODULUS_LEN},
    prime::first_prime,
    PoISKey, PoisError,
};
use cess_primitives::AccountId;
use openssl::{
    bn::{BigNum, BigNumContext, BigNumRef},
    error::ErrorStack,
};
use sha2::{Digest, Sha512};

const DOMAIN: &[u8] = b"cess-pois/key/1";

/// A miner's key with the factors of its modulus, which only TEE workers know.
///
/// Whoever knows them can put any file under the accumulator, so it has no `Debug`, and its numbers are
/// cleared from memory when it goes.
pub struct SecretKey {
    p: BigNum,
    q: BigNum,
    public: PoISKey,
}

impl SecretKey {
    /// The key of this miner under the workers' `secret`: always the same one. It takes some 50 ms.
    ///
    /// # Errors
    /// [`PoisError::Arithmetic`].
    pub fn derive(secret: &[u8; 32], miner: &AccountId) -> Result<Self, PoisError> {
        let miner: &[u8; 32] = miner.as_ref();
        let seed = Sha512::new_with_prefix(DOMAIN)
            .chain_update(secret)
            .chain_update(miner);
        let mut ctx = BigNumContext::new_secure()?;
        let p = prime(&seed, b"p", &mut ctx)?;
        let q = prime(&seed, b"q", &mut ctx)?;
        let mut n = BigNum::new()?;
        n.checked_mul(&p, &q, &mut ctx)?;
        let mut g = BigNum::new()?;
        let root = number(&seed, b"g", MODULUS_LEN + 16)?;
        g.mod_sqr(&root, &n, &mut ctx)?;
        let public = PoISKey {
            g: value(&g)?,
            n: value(&n)?,
        };
        Ok(Self { p, q, public })
    }

    /// What the miner and the chain get.
    pub fn public(&self) -> PoISKey {
        self.public.clone()
    }

    pub(crate) fn factors(&self) -> Result<Factors, ErrorStack> {
        Factors::new(&self.p, &self.q)
    }
}

impl Drop for SecretKey {
    fn drop(&mut self) {
        self.p.clear();
        self.q.clear();
    }
}

/// A number of so many bytes that follows from the seed.
fn number(seed: &Sha512, purpose: &[u8], len: usize) -> Result<BigNum, ErrorStack> {
    let mut bytes = Vec::with_capacity(len.next_multiple_of(64));
    for block in 0u32.. {
        if bytes.len() >= len {
            break;
        }
        let hash = seed
            .clone()
            .chain_update(purpose)
            .chain_update(block.to_be_bytes());
        bytes.extend_from_slice(&hash.finalize());
    }
    BigNum::from_slice(&bytes[..len])
}

/// The first prime of 1024 bits from a number that follows from the seed on.
fn prime(seed: &Sha512, purpose: &[u8], ctx: &mut BigNumContext) -> Result<BigNum, ErrorStack> {
    let mut start = number(seed, purpose, MODULUS_LEN / 2)?;
    // The product of two such numbers has 2048 bits.
    start.set_bit(1023)?;
    start.set_bit(1022)?;
    let offset = first_prime(&start, ctx)?;
    start.add_word(offset)?;
    Ok(start)
}

/// The factors, and what is needed to compute with them by the Chinese remainder theorem.
pub(crate) struct Factors {
    p: BigNum,
    q: BigNum,
    less: [BigNum; 2],
    /// `q^-1 mod p`.
    inverse: BigNum,
}

impl Factors {
    fn new(p: &BigNumRef, q: &BigNumRef) -> Result<Self, ErrorStack> {
        let less = |prime: &BigNumRef| {
            let mut less = prime.to_owned()?;
            less.sub_word(1)?;
            Ok::<_, ErrorStack>(less)
        };
        let mut inverse = BigNum::new()?;
        inverse.mod_inverse(q, p, &mut *BigNumContext::new_secure()?)?;
        Ok(Self {
            p: p.to_owned()?,
            q: q.to_owned()?,
            less: [less(p)?, less(q)?],
            inverse,
        })
    }

    /// `base^(Π exponents) mod p·q` for odd exponents, which count modulo `p - 1` and `q - 1` only.
    pub(crate) fn power<'a>(
        &self,
        base: &BigNumRef,
        exponents: impl IntoIterator<Item = &'a BigNumRef>,
        ctx: &mut BigNumContext,
    ) -> Result<BigNum, ErrorStack> {
        let mut reduced = [BigNum::from_u32(1)?, BigNum::from_u32(1)?];
        let mut product = BigNum::new()?;
        for exponent in exponents {
            for (reduced, less) in reduced.iter_mut().zip(&self.less) {
                product.mod_mul(reduced, exponent, less, ctx)?;
                std::mem::swap(reduced, &mut product);
            }
        }
        let [mut at_p, mut at_q] = [BigNum::new()?, BigNum::new()?];
        let [exponent_p, exponent_q] = &mut reduced;
        // A reduced exponent tells of the factor.
        exponent_p.set_const_time();
        exponent_q.set_const_time();
        let mut small = BigNum::new()?;
        small.nnmod(base, &self.p, ctx)?;
        at_p.mod_exp(&small, exponent_p, &self.p, ctx)?;
        small.nnmod(base, &self.q, ctx)?;
        at_q.mod_exp(&small, exponent_q, &self.q, ctx)?;
        // at_q + q·((at_p - at_q)·q^-1 mod p)
        let (mut difference, mut steps) = (BigNum::new()?, BigNum::new()?);
        difference.mod_sub(&at_p, &at_q, &self.p, ctx)?;
        steps.mod_mul(&difference, &self.inverse, &self.p, ctx)?;
        product.checked_mul(&steps, &self.q, ctx)?;
        let mut power = BigNum::new()?;
        power.checked_add(&product, &at_q)?;
        Ok(power)
    }
}

#[cfg(test)]
impl Factors {
    pub(crate) fn p(&self) -> &BigNumRef {
        &self.p
    }
}

impl Drop for Factors {
    fn drop(&mut self) {
        self.p.clear();
        self.q.clear();
        self.less.iter_mut().for_each(|less| less.clear());
        self.inverse.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_follows_from_secret_and_miner_and_is_an_rsa_modulus_with_a_square() {
        let miner = AccountId::from([2; 32]);
        let key = SecretKey::derive(&[1; 32], &miner).unwrap();
        let again = SecretKey::derive(&[1; 32], &miner).unwrap();
        assert_eq!(key.public(), again.public());
        let other_miner = SecretKey::derive(&[1; 32], &[3; 32].into()).unwrap();
        let other_secret = SecretKey::derive(&[2; 32], &miner).unwrap();
        for other in [other_miner, other_secret] {
            assert_ne!(other.public().n, key.public().n);
            assert_ne!(other.public().g, key.public().g);
        }
        let mut ctx = BigNumContext::new().unwrap();
        for prime in [&key.p, &key.q] {
            assert_eq!(prime.num_bits(), 1024);
            assert!(prime.is_prime(64, &mut ctx).unwrap());
            // A square has a root modulo each factor: Euler's criterion.
            let mut half = BigNum::new().unwrap();
            half.rshift1(prime).unwrap();
            let g = BigNum::from_slice(&key.public().g).unwrap();
            let mut residue = BigNum::new().unwrap();
            residue.mod_exp(&g, &half, prime, &mut ctx).unwrap();
            assert_eq!(residue, BigNum::from_u32(1).unwrap());
        }
        let n = BigNum::from_slice(&key.public().n).unwrap();
        assert_eq!(n.num_bits(), 2048);
        assert_eq!(n, &key.p * &key.q);
    }
}
