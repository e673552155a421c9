//! Powers modulo the key's `n`.

use crate::{
    key::Factors,
    prime::{hash_to_prime, Prime},
    PoISKey, PoisError, SecretKey, Value,
};
use openssl::{
    bn::{BigNum, BigNumContext, BigNumRef},
    error::ErrorStack,
};

/// Bytes of a modulus.
pub(crate) const MODULUS_LEN: usize = 256;

/// The group that accumulators live in, and the way to compute in it: the public one, or the fast one
/// for who knows the factors of the modulus. Both give the same verdicts.
pub struct Group {
    n: BigNum,
    g: BigNum,
    factors: Option<Factors>,
}

impl Group {
    /// The group of a miner's key.
    ///
    /// # Errors
    /// [`PoisError::Key`] for a key that no worker made.
    pub fn public(key: &PoISKey) -> Result<Self, PoisError> {
        let n = BigNum::from_slice(&key.n)?;
        if n.num_bytes() as usize != MODULUS_LEN || n.is_even() {
            return Err(PoisError::Key("the modulus is odd and has 2048 bits"));
        }
        let g = BigNum::from_slice(&key.g)?;
        let mut gcd = BigNum::new()?;
        gcd.gcd(&g, &n, &mut *BigNumContext::new()?)?;
        if g.num_bits() < 2 || g >= n || gcd.num_bits() != 1 {
            return Err(PoisError::Key(
                "the generator is a unit modulo n, and not one",
            ));
        }
        Ok(Self {
            g,
            n,
            factors: None,
        })
    }

    /// The same group for who knows the factors.
    ///
    /// # Errors
    /// [`PoisError::Arithmetic`].
    pub fn secret(key: &SecretKey) -> Result<Self, PoisError> {
        Ok(Self {
            factors: Some(key.factors()?),
            ..Self::public(&key.public())?
        })
    }

    /// The generator, the accumulator of nothing.
    pub(crate) fn generator(&self) -> Result<BigNum, ErrorStack> {
        self.g.to_owned()
    }

    /// A number below `n` from its bytes; `None` for zero, and for numbers from `n` on.
    ///
    /// A multiple of a factor is not looked for: no power of it is a unit, as every accumulator is, and
    /// both ways to compute give the same power, for exponents are odd and never vanish modulo `p - 1`.
    pub(crate) fn residue(&self, value: &Value) -> Result<Option<BigNum>, ErrorStack> {
        let value = BigNum::from_slice(value)?;
        Ok((value.num_bits() > 0 && value < self.n).then_some(value))
    }

    /// `base^(Π exponents)`.
    pub(crate) fn power<'a>(
        &self,
        base: &BigNumRef,
        exponents: impl IntoIterator<Item = &'a BigNumRef>,
    ) -> Result<BigNum, ErrorStack> {
        let mut ctx = BigNumContext::new()?;
        if let Some(factors) = &self.factors {
            return factors.power(base, exponents, &mut ctx);
        }
        let exponents = exponents.into_iter().map(BigNumRef::to_owned);
        let exponent = product(exponents.collect::<Result<_, _>>()?, &mut ctx)?;
        let mut power = BigNum::new()?;
        power.mod_exp(base, &exponent, &self.n, &mut ctx)?;
        Ok(power)
    }

    /// For each exponent the power of `base` with the product of all others: the witnesses of a whole
    /// accumulator with n·log(n) work.
    pub(crate) fn powers_without_each(
        &self,
        base: &BigNumRef,
        exponents: &[&BigNumRef],
    ) -> Result<Vec<BigNum>, ErrorStack> {
        if exponents.len() < 2 {
            return exponents.iter().map(|_| base.to_owned()).collect();
        }
        let (left, right) = exponents.split_at(exponents.len() / 2);
        let with_right = self.power(base, right.iter().copied())?;
        let mut powers = self.powers_without_each(&with_right, left)?;
        let with_left = self.power(base, left.iter().copied())?;
        powers.extend(self.powers_without_each(&with_left, right)?);
        Ok(powers)
    }
}

/// A number below `n` as bytes.
pub(crate) fn value(number: &BigNumRef) -> Result<Value, ErrorStack> {
    let bytes = number.to_vec_padded(MODULUS_LEN as i32)?;
    let mut value = [0; MODULUS_LEN];
    value.copy_from_slice(&bytes);
    Ok(value)
}

/// The prime of an accumulator under the next one: its bytes without leading zeros, as published.
pub(crate) fn prime_of_value(value: &BigNumRef) -> Result<Prime, ErrorStack> {
    hash_to_prime(&value.to_vec(), &mut BigNumContext::new()?)
}

/// The product, by a tree, so that factors of a step are about equally long.
fn product(mut factors: Vec<BigNum>, ctx: &mut BigNumContext) -> Result<BigNum, ErrorStack> {
    while factors.len() > 1 {
        let mut products = Vec::with_capacity(factors.len().div_ceil(2));
        let mut pairs = factors.into_iter();
        while let Some(left) = pairs.next() {
            products.push(match pairs.next() {
                Some(right) => {
                    let mut product = BigNum::new()?;
                    product.checked_mul(&left, &right, ctx)?;
                    product
                }
                None => left,
            });
        }
        factors = products;
    }
    match factors.pop() {
        Some(product) => Ok(product),
        None => BigNum::from_u32(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};
    use std::sync::LazyLock;

    static KEY: LazyLock<SecretKey> =
        LazyLock::new(|| SecretKey::derive(&[1; 32], &[2; 32].into()).unwrap());

    fn number(bytes: &[u8]) -> BigNum {
        BigNum::from_slice(bytes).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn both_ways_to_compute_give_the_same_power_even_of_what_is_no_unit(
            bytes in vec(any::<u8>(), 256), kind in 0..4, exponents in vec(vec(any::<u8>(), 1..80), 0..6),
        ) {
            let (public, secret) = (Group::public(&KEY.public()).unwrap(), Group::secret(&KEY).unwrap());
            let factors = secret.factors.as_ref().unwrap();
            let mut ctx = BigNumContext::new().unwrap();
            let mut base = BigNum::new().unwrap();
            base.nnmod(&number(&bytes), &public.n, &mut ctx).unwrap();
            match kind {
                0 => {
                    let mut multiple = BigNum::new().unwrap();
                    multiple.mod_mul(&base, factors.p(), &public.n, &mut ctx).unwrap();
                    base = multiple;
                }
                1 => base = BigNum::new().unwrap(),
                _ => {}
            }
            let odd = |bytes: &Vec<u8>| {
                let mut exponent = number(bytes);
                exponent.set_bit(0).unwrap();
                exponent
            };
            let exponents: Vec<BigNum> = exponents.iter().map(odd).collect();
            let power = |group: &Group| group.power(&base, exponents.iter().map(|e| &**e)).unwrap();
            prop_assert_eq!(power(&public), power(&secret));
        }

        #[test]
        fn every_witness_is_the_power_with_all_other_exponents(count in 0usize..9, seed: [u8; 8]) {
            let group = Group::secret(&KEY).unwrap();
            let mut ctx = BigNumContext::new().unwrap();
            let prime = |i: usize| hash_to_prime(&[&seed[..], &[i as u8]].concat(), &mut ctx).unwrap().value;
            let primes: Vec<BigNum> = (0..count).map(prime).collect();
            let g = group.generator().unwrap();
            let list: Vec<&BigNumRef> = primes.iter().map(|prime| &**prime).collect();
            let powers = group.powers_without_each(&g, &list).unwrap();
            prop_assert_eq!(powers.len(), count);
            for (i, power) in powers.iter().enumerate() {
                let others = list.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, prime)| *prime);
                prop_assert_eq!(power, &group.power(&g, others).unwrap());
            }
        }
    }
}
