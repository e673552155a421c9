//! Big numbers as the decimal text of the published formats, in less than quadratic time.
//!
//! A `mu` of the published network has 20 thousand digits and one of a scaled network up to 80
//! thousand; OpenSSL converts digit group by digit group, which takes longer than the proof itself.
//! Here a number is halved at powers of ten, by multiplication with their reciprocals.

use openssl::{
    bn::{BigNum, BigNumContext, BigNumContextRef, BigNumRef},
    error::ErrorStack,
};
use std::sync::OnceLock;

/// Digits that OpenSSL converts directly. As many as sixteen machine words hold, so that all powers
/// fill 2^k words, for which OpenSSL multiplies fastest.
const BASE: usize = 304;
/// Halvings of the longest number.
const LEVELS: usize = 14;
/// Longest number that is accepted: sums over chunks of 1 MiB.
const MAX_DIGITS: usize = 2_600_000;

/// `10^(BASE · 2^k)`, with what it takes to divide by it.
struct Power {
    power: BigNum,
    bits: i32,
    /// `floor(4^bits / power)`; made when the first division needs it.
    reciprocal: OnceLock<BigNum>,
}

/// The powers are constants of the format, made once for the process.
static POWERS: [OnceLock<Power>; LEVELS] = [const { OnceLock::new() }; LEVELS];

impl Power {
    /// The power at a level.
    fn at(level: usize, ctx: &mut BigNumContextRef) -> Result<&'static Self, ErrorStack> {
        if let Some(known) = POWERS[level].get() {
            return Ok(known);
        }
        let mut power = BigNum::new()?;
        match level.checked_sub(1) {
            Some(smaller) => power.sqr(&Self::at(smaller, ctx)?.power, ctx)?,
            None => power.exp(
                &*BigNum::from_u32(10)?,
                &*BigNum::from_u32(BASE as u32)?,
                ctx,
            )?,
        }
        let bits = power.num_bits();
        Ok(POWERS[level].get_or_init(|| Self {
            power,
            bits,
            reciprocal: OnceLock::new(),
        }))
    }

    fn reciprocal(&self, ctx: &mut BigNumContextRef) -> Result<&BigNum, ErrorStack> {
        if let Some(known) = self.reciprocal.get() {
            return Ok(known);
        }
        let (mut square, mut reciprocal) = (BigNum::new()?, BigNum::new()?);
        square.set_bit(2 * self.bits)?;
        reciprocal.checked_div(&square, &self.power, ctx)?;
        Ok(self.reciprocal.get_or_init(|| reciprocal))
    }

    /// Quotient and remainder of a number below the power's square (Barrett's division).
    fn split(
        &self,
        number: &BigNumRef,
        ctx: &mut BigNumContextRef,
    ) -> Result<(BigNum, BigNum), ErrorStack> {
        let (mut top, mut product, mut quotient) = (BigNum::new()?, BigNum::new()?, BigNum::new()?);
        top.rshift(number, self.bits - 1)?;
        product.checked_mul(&top, self.reciprocal(ctx)?, ctx)?;
        quotient.rshift(&product, self.bits + 1)?;
        let (mut part, mut rest) = (BigNum::new()?, BigNum::new()?);
        part.checked_mul(&quotient, &self.power, ctx)?;
        rest.checked_sub(number, &part)?;
        // The quotient is at most two too small.
        while rest >= self.power {
            let mut less = BigNum::new()?;
            less.checked_sub(&rest, &self.power)?;
            rest = less;
            quotient.add_word(1)?;
        }
        Ok((quotient, rest))
    }
}

/// The number as decimal digits, without leading zeros.
pub(crate) fn to_text(number: &BigNumRef) -> Result<String, ErrorStack> {
    // Three decimal digits are less than ten bits.
    let digits = number.num_bits() as usize * 3 / 9 + 1;
    if digits > BASE << LEVELS {
        return Ok(number.to_dec_str()?.to_string());
    }
    let mut out = String::with_capacity(digits);
    write(
        number,
        levels(digits),
        false,
        &mut out,
        &mut *BigNumContext::new()?,
    )?;
    Ok(out)
}

/// The number that the digits spell; `None` for anything but its shortest spelling.
pub(crate) fn from_text(text: &str) -> Result<Option<BigNum>, ErrorStack> {
    let digits =
        !text.is_empty() && text.len() <= MAX_DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return Ok(None);
    }
    read(text, levels(text.len()), &mut *BigNumContext::new()?).map(Some)
}

/// How often a number of so many digits is halved.
fn levels(digits: usize) -> usize {
    (0..LEVELS)
        .find(|level| BASE << level >= digits)
        .unwrap_or(LEVELS)
}

/// Writes a number below `10^(BASE · 2^level)`; filled up with zeros to that width when `fill`.
fn write(
    number: &BigNumRef,
    level: usize,
    fill: bool,
    out: &mut String,
    ctx: &mut BigNumContextRef,
) -> Result<(), ErrorStack> {
    let Some(half) = level.checked_sub(1) else {
        let digits = number.to_dec_str()?;
        if fill {
            out.extend(std::iter::repeat_n('0', BASE.saturating_sub(digits.len())));
        }
        out.push_str(&digits);
        return Ok(());
    };
    let power = Power::at(half, ctx)?;
    if !fill && number.ucmp(&power.power).is_lt() {
        return write(number, half, false, out, ctx);
    }
    let (high, low) = power.split(number, ctx)?;
    write(&high, half, fill, out, ctx)?;
    write(&low, half, true, out, ctx)
}

fn read(digits: &str, level: usize, ctx: &mut BigNumContextRef) -> Result<BigNum, ErrorStack> {
    let Some(half) = level.checked_sub(1) else {
        return BigNum::from_dec_str(digits);
    };
    let Some(middle) = digits
        .len()
        .checked_sub(BASE << half)
        .filter(|middle| *middle > 0)
    else {
        return read(digits, half, ctx);
    };
    let (high, low) = digits.split_at(middle);
    let (high, low) = (read(high, half, ctx)?, read(low, half, ctx)?);
    let (mut shifted, mut sum) = (BigNum::new()?, BigNum::new()?);
    shifted.checked_mul(&high, &Power::at(half, ctx)?.power, ctx)?;
    sum.checked_add(&shifted, &low)?;
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn digits_are_those_of_openssl_and_round_trip(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let number = BigNum::from_slice(&bytes).unwrap();
            let text = to_text(&number).unwrap();
            prop_assert_eq!(&text[..], &number.to_dec_str().unwrap()[..]);
            prop_assert!(from_text(&text).unwrap().unwrap() == number);
        }
    }

    #[test]
    fn runs_of_zeros_and_nines_at_every_width_round_trip() {
        for width in [
            1,
            BASE - 1,
            BASE,
            BASE + 1,
            2 * BASE,
            2 * BASE + 1,
            4 * BASE,
            5 * BASE,
            8 * BASE + 7,
        ] {
            for text in ["9".repeat(width), format!("1{}", "0".repeat(width))] {
                let number = from_text(&text).unwrap().unwrap();
                assert!(number == BigNum::from_dec_str(&text).unwrap());
                assert_eq!(to_text(&number).unwrap(), text);
            }
        }
    }

    #[test]
    fn anything_but_the_shortest_spelling_is_refused() {
        for text in ["", "-1", "+1", "01", "00", " 1", "1 ", "0x1", "1e3", "١"] {
            assert!(from_text(text).unwrap().is_none(), "{text:?}");
        }
        assert!(from_text("0").unwrap().is_some());
    }
}
