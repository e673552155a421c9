//! Hashing to primes, with the published start value.
//!
//! `h = int(sha512(e))`, `f = 2·(h + 2)·⌊log2(h + 1)²⌋`; the prime is the first one from `2·f` on, about
//! 532 bits long. The logarithm is computed with 64-bit floats as published, and so is the rounding:
//! `log2(w) + (b - 1)`, where `b` is the length of `h + 1` in bits, and `w` in 1..2 its leading bits; and
//! `log2(w) = ln(w/2)·log2(e) + 1`. Everyone who computes it must get the same floor, or the primes
//! differ; a rounding error of the last bit changes it for one hash in 10^10.
//!
//! The published test is ten rounds of Miller and Rabin with bases at random. Here the bases are the ten
//! smallest primes, so that the answer is the same everywhere and always. Candidates are hashes, so
//! nobody can choose one that is composite and passes; for a candidate at random, the chance is far below
//! 2^-100 (Damgård, Landrock, Pomerance 1993).

use openssl::{
    bn::{BigNum, BigNumContext, BigNumRef},
    error::ErrorStack,
};
use sha2::{Digest, Sha512};
use std::sync::LazyLock;

/// Bases of the primality test.
const BASES: [u32; 10] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29];
/// Odd candidates that are sieved at a time. A prime is one of 184, on average.
const WINDOW: usize = 1024;
/// Sieving further costs more than the tests that it spares.
const SIEVE_LIMIT: usize = 1 << 14;

/// The odd primes below the limit, in groups with their products below 2^32.
static SMALL_PRIMES: LazyLock<Vec<(u32, Vec<u32>)>> = LazyLock::new(|| {
    let mut composite = vec![false; SIEVE_LIMIT];
    let mut groups: Vec<(u32, Vec<u32>)> = Vec::new();
    for p in (3..SIEVE_LIMIT).step_by(2) {
        if composite[p] {
            continue;
        }
        for multiple in (p * p..SIEVE_LIMIT).step_by(p) {
            composite[multiple] = true;
        }
        match groups.last_mut() {
            Some((product, primes)) if product.checked_mul(p as u32).is_some() => {
                *product *= p as u32;
                primes.push(p as u32);
            }
            _ => groups.push((p as u32, vec![p as u32])),
        }
    }
    groups
});

/// The prime for the bytes of an element.
pub(crate) fn hash_to_prime(element: &[u8], ctx: &mut BigNumContext) -> Result<Prime, ErrorStack> {
    let start = start(element)?;
    let offset = first_prime(&start, ctx)?;
    Prime::at(start, offset)
}

/// A prime and how far it is from where the search began.
pub(crate) struct Prime {
    pub(crate) value: BigNum,
    pub(crate) offset: u32,
}

impl Prime {
    /// The prime for an element when the offset is known already.
    pub(crate) fn known(element: &[u8], offset: u32) -> Result<Self, ErrorStack> {
        Self::at(start(element)?, offset)
    }

    fn at(mut start: BigNum, offset: u32) -> Result<Self, ErrorStack> {
        start.add_word(offset)?;
        Ok(Self {
            value: start,
            offset,
        })
    }
}

/// `2·f` for an element.
fn start(element: &[u8]) -> Result<BigNum, ErrorStack> {
    let mut h = BigNum::from_slice(&Sha512::digest(element))?;
    let mut above = h.to_owned()?;
    above.add_word(1)?;
    h.add_word(2)?;
    h.mul_word(4)?;
    h.mul_word(squared_log(&above))?;
    Ok(h)
}

/// `⌊log2(n)²⌋` with the published rounding, for `n` of at most 513 bits.
fn squared_log(n: &BigNumRef) -> u32 {
    let bits = n.num_bits();
    let log = leading_log(&n.to_vec()) + f64::from(bits - 1);
    (log * log) as u32
}

/// `log2(w)`, where `w` in 1..2 is made of the leading bits of a number.
fn leading_log(bytes: &[u8]) -> f64 {
    // 64 bits from the leading one on; the last one also stands for all that follow, so that the
    // conversion rounds as it would with all of them.
    let zeros = bytes.first().map_or(0, |byte| byte.leading_zeros());
    let mut window = [0u8; 16];
    let taken = bytes.len().min(16);
    window[..taken].copy_from_slice(&bytes[..taken]);
    let window = u128::from_be_bytes(window) << zeros;
    let lost = window as u64 != 0 || bytes.iter().skip(16).any(|byte| *byte != 0);
    let leading = (window >> 64) as u64 | u64::from(lost);
    let half = leading as f64 / 2f64.powi(64);
    if half == 0.5 {
        0.0
    } else {
        half.ln() * std::f64::consts::LOG2_E + 1.0
    }
}

/// The distance from `start` to the first prime from there on; `start` must be beyond the sieve.
pub(crate) fn first_prime(start: &BigNumRef, ctx: &mut BigNumContext) -> Result<u32, ErrorStack> {
    // Candidates are odd: the first one is 0 or 1 away.
    let mut offset = u32::from(!start.is_bit_set(0));
    loop {
        let mut base = start.to_owned()?;
        base.add_word(offset)?;
        let composite = sieve(&base);
        for (i, _) in (0u32..)
            .zip(&composite)
            .filter(|(_, composite)| !**composite)
        {
            let mut candidate = base.to_owned()?;
            candidate.add_word(2 * i)?;
            if is_prime(&candidate, ctx)? {
                return Ok(offset + 2 * i);
            }
        }
        offset += 2 * WINDOW as u32;
    }
}

/// Which of the odd numbers from `base` on have a small factor.
fn sieve(base: &BigNumRef) -> Vec<bool> {
    let mut composite = vec![false; WINDOW];
    let bytes = base.to_vec();
    let (head, words) = bytes.as_rchunks::<4>();
    let head = head.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    for (product, primes) in SMALL_PRIMES.iter() {
        let product = u64::from(*product);
        let rest = words.iter().fold(head % product, |rest, word| {
            (rest << 32 | u64::from(u32::from_be_bytes(*word))) % product
        });
        for p in primes {
            let rest = (rest % u64::from(*p)) as usize;
            let p = *p as usize;
            // base + 2·i is divisible by p for 2·i = p - rest, or that plus p, whichever is even.
            let up = (p - rest) % p;
            let first = if up % 2 == 0 { up / 2 } else { (up + p) / 2 };
            for i in (first..WINDOW).step_by(p) {
                composite[i] = true;
            }
        }
    }
    composite
}

/// Miller and Rabin's test of an odd number beyond the bases, with all of them.
fn is_prime(n: &BigNumRef, ctx: &mut BigNumContext) -> Result<bool, ErrorStack> {
    let mut less = n.to_owned()?;
    less.sub_word(1)?;
    let mut twos = 1;
    while !less.is_bit_set(twos) {
        twos += 1;
    }
    let mut odd = BigNum::new()?;
    odd.rshift(&less, twos)?;
    let (mut power, mut square) = (BigNum::new()?, BigNum::new()?);
    let one = BigNum::from_u32(1)?;
    'bases: for base in BASES {
        power.mod_exp(&*BigNum::from_u32(base)?, &odd, n, ctx)?;
        if power == one || power == less {
            continue;
        }
        for _ in 1..twos {
            square.mod_sqr(&power, n, ctx)?;
            std::mem::swap(&mut power, &mut square);
            if power == less {
                continue 'bases;
            }
        }
        return Ok(false);
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
