//! The verdict over a proof.

use super::{
    crt::Factor,
    decimal,
    montgomery::{to_words, words_of, Modulus, Residue},
    place_bytes,
    powers::{product_of_powers, Digits},
    prover::COEFFICIENT_BITS,
    tag::{residue, u_digest},
    MasterKey, Public,
};
use crate::{cores, Challenge, Names, Podr2Error, Proof, Rejection, Verdict};
use cess_primitives::Hash;
use openssl::{
    bn::{BigNum, BigNumContext},
    error::ErrorStack,
};

/// Fragments from which on sharing the squarings beats OpenSSL's faster squaring.
const WORTH_SHARING: usize = 3;

/// The numbers of a proof that has the right form.
struct Numbers {
    /// `sigma^e mod N`.
    left: BigNum,
    /// `u_f` and `mu_f`.
    powers: Vec<(BigNum, BigNum)>,
}

/// With the public key alone.
pub(super) fn with_public(
    key: &Public,
    challenge: &Challenge,
    proof: &Proof,
    names: Names<'_>,
) -> Result<Verdict, Podr2Error> {
    judge(key, proof, names, |numbers| {
        let modulus = key.modulus();
        let right = if numbers.powers.len() < WORTH_SHARING {
            let (mut right, mut ctx) = (modulus.one(), BigNumContext::new()?);
            let (mut power, mut spare) = (BigNum::new()?, modulus.one());
            for (u, mu) in &numbers.powers {
                power.mod_exp(u, mu, key.n(), &mut ctx)?;
                modulus.scale(&mut right, &modulus.enter(&power)?, &mut spare);
            }
            right
        } else {
            let bits = numbers.powers.iter().map(|(_, mu)| mu.num_bits()).max();
            let bits = bits.unwrap_or(0) as usize;
            let terms = cores::map(&numbers.powers, |_, (u, mu)| {
                Ok::<_, ErrorStack>((modulus.enter(u)?, to_words(mu, bits.div_ceil(64).max(1))?))
            })?;
            product_of_powers(modulus, &terms, bits, Digits::Public)
        };
        let right = times_places(modulus, right, challenge, &proof.names)?;
        Ok(modulus.enter(&numbers.left)? == right)
    })
}

/// With the private key: exponents are short, and both sides are compared modulo each factor.
pub(super) fn with_secret(
    key: &MasterKey,
    challenge: &Challenge,
    proof: &Proof,
    names: Names<'_>,
) -> Result<Verdict, Podr2Error> {
    judge(key.rsa_public(), proof, names, |numbers| {
        let sides = cores::map(&key.crt().factors(), |_, factor| {
            holds_in(factor, &numbers, challenge, &proof.names)
        })?;
        Ok(sides.into_iter().all(|holds| holds))
    })
}

fn holds_in(
    factor: &Factor,
    numbers: &Numbers,
    challenge: &Challenge,
    names: &[Hash],
) -> Result<bool, ErrorStack> {
    let mut ctx = BigNumContext::new()?;
    let order = factor.blinded_order()?;
    let mut terms = Vec::with_capacity(numbers.powers.len());
    for (u, mu) in &numbers.powers {
        terms.push((factor.residue(u, &mut ctx)?, order.reduce(mu, &mut ctx)?));
    }
    let modulus = &factor.modulus;
    let right = product_of_powers(modulus, &terms, order.bits(), Digits::Secret);
    let right = times_places(modulus, right, challenge, names)?;
    Ok(factor.residue(&numbers.left, &mut ctx)? == right)
}

/// `product · Π_i (Π_f H(name_f, i))^{v_i}`.
fn times_places(
    modulus: &Modulus,
    mut product: Residue,
    challenge: &Challenge,
    names: &[Hash],
) -> Result<Residue, ErrorStack> {
    let correction = shift(modulus, names.len());
    let terms = cores::map(challenge.items(), |_, (index, coefficient)| {
        let (mut base, mut spare) = (correction.clone(), modulus.one());
        for name in names {
            // A plain number is the Montgomery form of its `2^(64·len)`-th part.
            let place = words_of(&place_bytes(name, *index), modulus.len());
            modulus.scale(&mut base, &place, &mut spare);
        }
        let exponent = words_of(coefficient, COEFFICIENT_BITS.div_ceil(64));
        Ok::<_, ErrorStack>((base, exponent))
    })?;
    let places = product_of_powers(modulus, &terms, COEFFICIENT_BITS, Digits::Public);
    modulus.scale(&mut product, &places, &mut modulus.one());
    Ok(product)
}

/// The form of `2^(64·len·count)`: what `count` factors lose that were not turned into their form.
fn shift(modulus: &Modulus, count: usize) -> Residue {
    let exponent = vec![count as u64];
    let bits = count.checked_ilog2().map_or(0, |log| log as usize + 1);
    let terms = [(modulus.radix(), exponent)];
    product_of_powers(modulus, &terms, bits, Digits::Public)
}

fn judge(
    key: &Public,
    proof: &Proof,
    names: Names<'_>,
    holds: impl FnOnce(Numbers) -> Result<bool, ErrorStack>,
) -> Result<Verdict, Podr2Error> {
    if proof.names.is_empty() {
        return Ok(Verdict::Empty);
    }
    if let Err(rejection) = check_form(key, proof, names) {
        return Ok(Verdict::Rejected(rejection));
    }
    let Some(numbers) = numbers(key, proof)? else {
        return Ok(Verdict::Rejected(Rejection::BadNumber));
    };
    Ok(match holds(numbers)? {
        true => Verdict::Accepted,
        false => Verdict::Rejected(Rejection::False),
    })
}

/// What can be checked without arithmetic: lengths, names, and the signature over every `u`.
///
/// Signatures are checked one by one. To multiply many of them and check the product would take each
/// to the power of a random coefficient, which is dearer than its own power of 65537.
fn check_form(key: &Public, proof: &Proof, names: Names<'_>) -> Result<(), Rejection> {
    let Proof {
        names: named,
        us,
        u_sigs,
        mus,
        ..
    } = proof;
    if [us.len(), u_sigs.len(), mus.len()] != [named.len(); 3] {
        return Err(Rejection::UnequalLists);
    }
    names.check(named)?;
    cores::map(named, |at, name| {
        match key.verify_raw(&u_digest(&us[at]), &u_sigs[at]) {
            true => Ok(()),
            false => Err(Rejection::FalseBase(*name)),
        }
    })?;
    Ok(())
}

/// `None` when a text is no number, or one out of range.
fn numbers(key: &Public, proof: &Proof) -> Result<Option<Numbers>, ErrorStack> {
    let n = key.n();
    let Some(sigma) = residue(&proof.sigma, n)? else {
        return Ok(None);
    };
    let mut left = BigNum::new()?;
    left.mod_exp(&sigma, key.e(), n, &mut *BigNumContext::new()?)?;
    let powers = cores::map(&proof.us, |at, u| {
        let pair = (residue(u, n)?, decimal::from_text(&proof.mus[at])?);
        Ok::<_, ErrorStack>(match pair {
            (Some(u), Some(mu)) => Some((u, mu)),
            _ => None,
        })
    })?;
    let powers = powers.into_iter().collect::<Option<Vec<_>>>();
    Ok(powers.map(|powers| Numbers { left, powers }))
}
