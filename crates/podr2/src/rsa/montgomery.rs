//! Multiplication modulo an odd number, without division (Montgomery 1985).
//!
//! OpenSSL multiplies as fast, but lends its Montgomery form only to whole powers of one base. Powers
//! of a base that is known beforehand, and products of many powers, need the multiplication itself.
//! Nothing here branches on the numbers or looks them up by their bits; times depend on lengths alone.

use openssl::{
    bn::{BigNum, BigNumContext, BigNumRef},
    error::ErrorStack,
};
use zeroize::Zeroize;

/// A modulus of `len` words of 64 bits, with what multiplication needs.
pub(crate) struct Modulus {
    words: Vec<u64>,
    /// `-1 / modulus` modulo 2^64.
    inverse: u64,
    /// `4^(64·len)` modulo the modulus: turns numbers into their Montgomery form.
    square: Vec<u64>,
    /// The form of one.
    one: Vec<u64>,
}

/// A number below the modulus in Montgomery form: times `2^(64·len)`.
pub(crate) type Residue = Vec<u64>;

impl Modulus {
    /// The modulus must be odd and above one.
    pub(crate) fn new(modulus: &BigNumRef) -> Result<Self, ErrorStack> {
        let len = (modulus.num_bits() as usize).div_ceil(64);
        let words = to_words(modulus, len)?;
        // Newton's iteration doubles the correct bits each time: 3, 6, 12, 24, 48, 96.
        let mut inverse = words[0];
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(words[0].wrapping_mul(inverse)));
        }
        let shifted = |bits: usize| -> Result<Vec<u64>, ErrorStack> {
            let (mut power, mut rest) = (BigNum::new()?, BigNum::new()?);
            power.set_bit(bits as i32)?;
            rest.checked_rem(&power, modulus, &mut *BigNumContext::new()?)?;
            to_words(&rest, len)
        };
        Ok(Self {
            inverse: inverse.wrapping_neg(),
            square: shifted(128 * len)?,
            one: shifted(64 * len)?,
            words,
        })
    }

    /// Words of a number.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// One.
    pub(crate) fn one(&self) -> Residue {
        self.one.clone()
    }

    /// The form of `2^(64·len)`.
    pub(crate) fn radix(&self) -> Residue {
        self.square.clone()
    }

    /// The form of a number below the modulus.
    pub(crate) fn enter(&self, number: &BigNumRef) -> Result<Residue, ErrorStack> {
        let mut out = vec![0; self.len()];
        let mut words = to_words(number, self.len())?;
        self.multiply(&words, &self.square, &mut out);
        words.zeroize();
        Ok(out)
    }

    /// The number of a form.
    pub(crate) fn leave(&self, residue: &[u64]) -> Result<BigNum, ErrorStack> {
        let (mut one, mut out) = (vec![0; self.len()], vec![0; self.len()]);
        one[0] = 1;
        self.multiply(residue, &one, &mut out);
        let mut bytes: Vec<u8> = out
            .iter()
            .rev()
            .flat_map(|word| word.to_be_bytes())
            .collect();
        let number = BigNum::from_slice(&bytes);
        bytes.zeroize();
        out.zeroize();
        number
    }

    /// `out = a · b`; all three have the modulus's length.
    #[inline]
    pub(crate) fn multiply(&self, a: &[u64], b: &[u64], out: &mut [u64]) {
        // The lengths of real keys get loops of constant length.
        match self.len() {
            16 => self.multiply_fixed::<16>(a, b, out),
            32 => self.multiply_fixed::<32>(a, b, out),
            len => multiply(
                &a[..len],
                &b[..len],
                &self.words,
                self.inverse,
                &mut out[..len],
            ),
        }
    }

    fn multiply_fixed<const LEN: usize>(&self, a: &[u64], b: &[u64], out: &mut [u64]) {
        multiply(
            &a[..LEN],
            &b[..LEN],
            &self.words[..LEN],
            self.inverse,
            &mut out[..LEN],
        );
    }

    /// `a = a · b`.
    pub(crate) fn scale(&self, a: &mut Residue, b: &[u64], spare: &mut Residue) {
        self.multiply(a, b, spare);
        std::mem::swap(a, spare);
    }
}

impl Drop for Modulus {
    /// The modulus may be a secret factor.
    fn drop(&mut self) {
        self.words.zeroize();
        self.square.zeroize();
        self.one.zeroize();
    }
}

/// The words of a number, the lowest first.
pub(crate) fn to_words(number: &BigNumRef, len: usize) -> Result<Vec<u64>, ErrorStack> {
    let mut bytes = number.to_vec_padded(8 * len as i32)?;
    let words = words_of(&bytes, len);
    bytes.zeroize();
    Ok(words)
}

/// The words of a number of big-endian bytes, as many of them as fit into `len` words.
pub(crate) fn words_of(bytes: &[u8], len: usize) -> Vec<u64> {
    let mut words: Vec<u64> = bytes
        .rchunks(8)
        .map(|word| word.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        .collect();
    words.resize(len, 0);
    words
}

/// `t + a·b + c` as a low and a high word; it can't overflow.
#[inline(always)]
fn multiply_add(t: u64, a: u64, b: u64, c: u64) -> (u64, u64) {
    let product = u128::from(a).wrapping_mul(u128::from(b));
    let sum = product
        .wrapping_add(u128::from(t))
        .wrapping_add(u128::from(c));
    (sum as u64, (sum >> 64) as u64)
}

#[inline(always)]
fn multiply(a: &[u64], b: &[u64], modulus: &[u64], inverse: u64, out: &mut [u64]) {
    out.fill(0);
    // The number above the top word of `out`: zero or one.
    let mut top = 0u64;
    for digit in b {
        let (first, mut high) = multiply_add(out[0], a[0], *digit, 0);
        let factor = first.wrapping_mul(inverse);
        let (_, mut carry) = multiply_add(first, factor, modulus[0], 0);
        for at in 1..a.len() {
            let (sum, next) = multiply_add(out[at], a[at], *digit, high);
            high = next;
            let (low, next) = multiply_add(sum, factor, modulus[at], carry);
            carry = next;
            out[at - 1] = low;
        }
        (out[a.len() - 1], top) = multiply_add(high, 1, carry, top);
    }
    subtract_once(out, modulus, top);
}

/// Takes the modulus off a number below twice the modulus, if that leaves no less than zero.
#[inline(always)]
fn subtract_once(number: &mut [u64], modulus: &[u64], top: u64) {
    let mut borrow = 0u64;
    for (word, part) in number.iter().zip(modulus) {
        let (less, first) = word.overflowing_sub(*part);
        let (_, second) = less.overflowing_sub(borrow);
        borrow = u64::from(first | second);
    }
    // All ones when the number was at least the modulus.
    let mask = (top.wrapping_sub(borrow) >> 63).wrapping_sub(1);
    let mut borrow = 0u64;
    for (word, part) in number.iter_mut().zip(modulus) {
        let (less, first) = word.overflowing_sub(part & mask);
        let (less, second) = less.overflowing_sub(borrow);
        *word = less;
        borrow = u64::from(first | second);
    }
}
