//! Powers modulo N for whoever knows its factors.

use openssl::{
    bn::{BigNum, BigNumContextRef, BigNumRef},
    error::ErrorStack,
    pkey::Private,
    rsa::Rsa,
};

/// The factors of N, with what the Chinese remainder theorem needs.
pub(crate) struct Crt {
    p: BigNum,
    q: BigNum,
    p_minus_1: BigNum,
    q_minus_1: BigNum,
    q_inverse: BigNum,
}

impl Crt {
    /// `None` when the key came without its factors.
    pub(crate) fn of(key: &Rsa<Private>) -> Result<Option<Self>, ErrorStack> {
        let (Some(p), Some(q), Some(inverse)) = (key.p(), key.q(), key.iqmp()) else {
            return Ok(None);
        };
        let less_one = |factor: &BigNumRef| -> Result<BigNum, ErrorStack> {
            let mut less = factor.to_owned()?;
            less.sub_word(1)?;
            Ok(less)
        };
        Ok(Some(Self {
            p: p.to_owned()?,
            q: q.to_owned()?,
            p_minus_1: less_one(p)?,
            q_minus_1: less_one(q)?,
            q_inverse: inverse.to_owned()?,
        }))
    }

    /// `base^exponent mod N`, for an exponent of any length and a base that is prime to N.
    ///
    /// Only the reduction of the exponent takes time that depends on numbers; the exponents here are
    /// data and coefficients, which are no secret, and the powers themselves are in constant time.
    pub(crate) fn pow(
        &self,
        base: &BigNumRef,
        exponent: &BigNumRef,
        ctx: &mut BigNumContextRef,
    ) -> Result<BigNum, ErrorStack> {
        let in_p = pow_mod(base, exponent, &self.p, &self.p_minus_1, ctx)?;
        let in_q = pow_mod(base, exponent, &self.q, &self.q_minus_1, ctx)?;
        let (mut difference, mut lift) = (BigNum::new()?, BigNum::new()?);
        difference.mod_sub(&in_p, &in_q, &self.p, ctx)?;
        lift.mod_mul(&difference, &self.q_inverse, &self.p, ctx)?;
        let (mut product, mut result) = (BigNum::new()?, BigNum::new()?);
        product.checked_mul(&lift, &self.q, ctx)?;
        result.checked_add(&product, &in_q)?;
        Ok(result)
    }
}

fn pow_mod(
    base: &BigNumRef,
    exponent: &BigNumRef,
    prime: &BigNumRef,
    order: &BigNumRef,
    ctx: &mut BigNumContextRef,
) -> Result<BigNum, ErrorStack> {
    let (mut short_base, mut short, mut power) = (BigNum::new()?, BigNum::new()?, BigNum::new()?);
    short_base.checked_rem(base, prime, ctx)?;
    short.checked_rem(exponent, order, ctx)?;
    // The flag is what makes OpenSSL take its constant-time ladder.
    short.set_const_time();
    power.mod_exp(&short_base, &short, prime, ctx)?;
    Ok(power)
}

impl Drop for Crt {
    fn drop(&mut self) {
        for secret in [
            &mut self.p,
            &mut self.q,
            &mut self.p_minus_1,
            &mut self.q_minus_1,
            &mut self.q_inverse,
        ] {
            secret.clear();
        }
    }
}
