//! Big numbers as the decimal text of the published formats, in less than quadratic time.
//!
//! A `mu` of the published network has 20 thousand digits and one of a scaled network up to 80
//! thousand; OpenSSL converts digit group by digit group, which takes longer than the proof itself.

use openssl::{
    bn::{BigNum, BigNumContext, BigNumContextRef, BigNumRef},
    error::ErrorStack,
};

/// Digits that OpenSSL converts directly.
const BASE: usize = 304;
/// Longest number that is accepted: chunks of 1 MiB, and the coefficients.
const MAX_DIGITS: usize = 2_600_000;

/// The number as decimal digits, without leading zeros.
pub(crate) fn to_text(number: &BigNumRef) -> Result<String, ErrorStack> {
    let mut ctx = BigNumContext::new()?;
    // Three decimal digits are less than ten bits.
    let digits = number.num_bits() as usize * 3 / 9 + 1;
    let powers = powers(digits, &mut ctx)?;
    let mut out = String::with_capacity(digits);
    write(number, &powers, false, &mut out, &mut ctx)?;
    Ok(out)
}

/// The number that the digits spell; `None` for anything but its shortest spelling.
pub(crate) fn from_text(text: &str) -> Result<Option<BigNum>, ErrorStack> {
    let digits =
        !text.is_empty() && text.len() <= MAX_DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return Ok(None);
    }
    let mut ctx = BigNumContext::new()?;
    let powers = powers(text.len(), &mut ctx)?;
    read(text, &powers, &mut ctx).map(Some)
}

/// `10^(BASE · 2^k)` for each `k`, up to the last one that is shorter than `digits`.
fn powers(digits: usize, ctx: &mut BigNumContextRef) -> Result<Vec<BigNum>, ErrorStack> {
    let mut powers: Vec<BigNum> = Vec::new();
    let mut width = BASE;
    while width < digits {
        let mut next = BigNum::new()?;
        match powers.last() {
            Some(last) => next.sqr(last, ctx)?,
            None => next.exp(
                &*BigNum::from_u32(10)?,
                &*BigNum::from_u32(BASE as u32)?,
                ctx,
            )?,
        }
        powers.push(next);
        width *= 2;
    }
    Ok(powers)
}

/// Writes a number below `10^(BASE · 2^len(powers))`; filled up with zeros to that width when `fill`.
fn write(
    number: &BigNumRef,
    powers: &[BigNum],
    fill: bool,
    out: &mut String,
    ctx: &mut BigNumContextRef,
) -> Result<(), ErrorStack> {
    let Some((power, smaller)) = powers.split_last() else {
        let digits = number.to_dec_str()?;
        if fill {
            out.extend(std::iter::repeat_n('0', BASE.saturating_sub(digits.len())));
        }
        out.push_str(&digits);
        return Ok(());
    };
    if !fill && number.ucmp(power).is_lt() {
        return write(number, smaller, false, out, ctx);
    }
    let (mut high, mut low) = (BigNum::new()?, BigNum::new()?);
    high.div_rem(&mut low, number, power, ctx)?;
    write(&high, smaller, fill, out, ctx)?;
    write(&low, smaller, true, out, ctx)
}

fn read(digits: &str, powers: &[BigNum], ctx: &mut BigNumContextRef) -> Result<BigNum, ErrorStack> {
    let Some((power, smaller)) = powers.split_last() else {
        return BigNum::from_dec_str(digits);
    };
    let width = BASE << smaller.len();
    if digits.len() <= width {
        return read(digits, smaller, ctx);
    }
    let (high, low) = digits.split_at(digits.len() - width);
    let (high, low) = (read(high, smaller, ctx)?, read(low, smaller, ctx)?);
    let (mut shifted, mut sum) = (BigNum::new()?, BigNum::new()?);
    shifted.checked_mul(&high, power, ctx)?;
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
