//! Arithmetic modulo the factors of N, for whoever knows them.

use super::{
    montgomery::{to_words, Modulus, Residue},
    powers::FixedBase,
};
use openssl::{
    bn::{BigNum, BigNumContext, BigNumContextRef, BigNumRef, MsbOption},
    error::ErrorStack,
    pkey::Private,
    rsa::Rsa,
};

/// One prime factor of N.
pub(crate) struct Factor {
    prime: BigNum,
    /// The order of the group of its residues.
    order: BigNum,
    /// For multiplication modulo the prime.
    pub(crate) modulus: Modulus,
}

impl Factor {
    fn of(prime: &BigNumRef) -> Result<Self, ErrorStack> {
        let mut order = prime.to_owned()?;
        order.sub_word(1)?;
        Ok(Self {
            prime: prime.to_owned()?,
            order,
            modulus: Modulus::new(prime)?,
        })
    }

    /// Bits of the prime.
    pub(crate) fn bits(&self) -> usize {
        self.prime.num_bits() as usize
    }

    /// The order for a number of exponents, times a random number: see [`Order`].
    pub(crate) fn blinded_order(&self) -> Result<Order, ErrorStack> {
        let (mut blind, mut multiple) = (BigNum::new_secure()?, BigNum::new_secure()?);
        blind.rand(BLIND_BITS, MsbOption::ONE, false)?;
        multiple.checked_mul(&self.order, &blind, &mut *BigNumContext::new_secure()?)?;
        Ok(Order(multiple))
    }

    /// A number modulo the prime.
    pub(crate) fn residue(
        &self,
        number: &BigNumRef,
        ctx: &mut BigNumContextRef,
    ) -> Result<Residue, ErrorStack> {
        let mut rest = BigNum::new()?;
        rest.checked_rem(number, &self.prime, ctx)?;
        self.modulus.enter(&rest)
    }
}

/// Bits of the random numbers that hide the order.
const BLIND_BITS: i32 = 64;

/// A random multiple of the order of a factor's group.
///
/// Exponents are data and sums over it, which are no secret; what is left of them modulo the order is.
/// OpenSSL's division corrects its digits in a time that depends on the numbers a little, so what it
/// divides by is another number each time. The powers are the same.
pub(crate) struct Order(BigNum);

impl Order {
    /// Bits of an exponent.
    pub(crate) fn bits(&self) -> usize {
        self.0.num_bits() as usize
    }

    /// What an exponent comes to for a base that is prime to N.
    pub(crate) fn reduce(
        &self,
        exponent: &BigNumRef,
        ctx: &mut BigNumContextRef,
    ) -> Result<Vec<u64>, ErrorStack> {
        let mut rest = BigNum::new_secure()?;
        rest.checked_rem(exponent, &self.0, ctx)?;
        to_words(&rest, self.bits().div_ceil(64))
    }
}

impl Drop for Order {
    fn drop(&mut self) {
        self.0.clear();
    }
}

impl Drop for Factor {
    fn drop(&mut self) {
        self.prime.clear();
        self.order.clear();
    }
}

/// The factors of N, with what the Chinese remainder theorem needs.
pub(crate) struct Crt {
    p: Factor,
    q: Factor,
    q_inverse: BigNum,
}

impl Crt {
    /// `None` when the key came without its factors.
    pub(crate) fn of(key: &Rsa<Private>) -> Result<Option<Self>, ErrorStack> {
        let (Some(p), Some(q), Some(inverse)) = (key.p(), key.q(), key.iqmp()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            p: Factor::of(p)?,
            q: Factor::of(q)?,
            q_inverse: inverse.to_owned()?,
        }))
    }

    /// Both factors.
    pub(crate) fn factors(&self) -> [&Factor; 2] {
        [&self.p, &self.q]
    }

    /// A base for about `uses` long exponents.
    pub(crate) fn fixed_base(&self, base: &BigNumRef, uses: usize) -> Result<Base<'_>, ErrorStack> {
        let mut ctx = BigNumContext::new()?;
        let (in_p, in_q) = (
            self.p.residue(base, &mut ctx)?,
            self.q.residue(base, &mut ctx)?,
        );
        let (p, q) = (self.p.blinded_order()?, self.q.blinded_order()?);
        Ok(Base {
            in_p: FixedBase::new(&self.p.modulus, &in_p, p.bits(), uses),
            in_q: FixedBase::new(&self.q.modulus, &in_q, q.bits(), uses),
            orders: (p, q),
            crt: self,
        })
    }

    /// The number below N that is these two modulo the factors.
    fn join(
        &self,
        in_p: &BigNumRef,
        in_q: &BigNumRef,
        ctx: &mut BigNumContextRef,
    ) -> Result<BigNum, ErrorStack> {
        let (mut difference, mut lift) = (BigNum::new()?, BigNum::new()?);
        difference.mod_sub(in_p, in_q, &self.p.prime, ctx)?;
        lift.mod_mul(&difference, &self.q_inverse, &self.p.prime, ctx)?;
        let (mut product, mut result) = (BigNum::new()?, BigNum::new()?);
        product.checked_mul(&lift, &self.q.prime, ctx)?;
        result.checked_add(&product, in_q)?;
        Ok(result)
    }
}

impl Drop for Crt {
    fn drop(&mut self) {
        self.q_inverse.clear();
    }
}

/// A base whose powers modulo both factors are prepared.
pub(crate) struct Base<'a> {
    crt: &'a Crt,
    orders: (Order, Order),
    in_p: FixedBase<'a>,
    in_q: FixedBase<'a>,
}

impl Base<'_> {
    /// The base to an exponent of any length, modulo N.
    pub(crate) fn power(
        &self,
        exponent: &BigNumRef,
        ctx: &mut BigNumContextRef,
    ) -> Result<BigNum, ErrorStack> {
        let Crt { p, q, .. } = self.crt;
        let in_p = self.in_p.power(&self.orders.0.reduce(exponent, ctx)?);
        let in_q = self.in_q.power(&self.orders.1.reduce(exponent, ctx)?);
        let (in_p, in_q) = (p.modulus.leave(&in_p)?, q.modulus.leave(&in_q)?);
        self.crt.join(&in_p, &in_q, ctx)
    }
}
