//! Many powers for the price of few multiplications.
//!
//! [`FixedBase`] keeps what one base needs for many exponents (Brickell, Gordon, McCurley and Wilson
//! 1992): the exponent is cut into digits of `w` bits, and the power of the base for each digit at each
//! place is known, so that a power takes a multiplication a digit and no squaring. [`product_of_powers`]
//! shares the squarings of many bases (Straus 1964).
//!
//! Exponents that were reduced modulo `p - 1` tell of `p`. Their digits are therefore looked up by
//! reading the whole row ([`Digits::Secret`]), so that neither time nor the cache tells which entry was
//! meant. Digits of public exponents are looked up as usual.

use super::montgomery::{Modulus, Residue};
use zeroize::Zeroize;

/// How the entries of tables are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digits {
    /// Without a trace of the digit.
    Secret,
    /// By its index.
    Public,
}

/// Bases whose squarings are shared. More would share more, and take more memory for their tables.
const TOGETHER: usize = 128;
/// Widest digit: rows of 256 numbers.
const WIDEST: usize = 8;

/// The width of digits for which `cost` is least.
fn width(cost: impl Fn(usize) -> usize) -> usize {
    (1..=WIDEST).min_by_key(|w| cost(*w)).unwrap_or(1)
}

/// Digit number `at` of an exponent; zero beyond its end.
fn digit(exponent: &[u64], at: usize, width: usize) -> usize {
    let (word, shift) = (at * width / 64, at * width % 64);
    let low = exponent.get(word).map_or(0, |word| word >> shift);
    let high = match shift + width > 64 {
        true => exponent
            .get(word + 1)
            .map_or(0, |word| word << (64 - shift)),
        false => 0,
    };
    ((low | high) & ((1 << width) - 1)) as usize
}

/// Copies entry `index` of a row into `out`.
fn look_up(row: &[u64], index: usize, digits: Digits, out: &mut [u64]) {
    let len = out.len();
    match digits {
        Digits::Public => out.copy_from_slice(&row[index * len..(index + 1) * len]),
        Digits::Secret => {
            out.fill(0);
            for (at, entry) in row.chunks_exact(len).enumerate() {
                // All ones for the entry that is meant; `black_box` keeps it from becoming a branch.
                let differs = std::hint::black_box((at ^ index) as u64);
                let mask = ((differs.wrapping_sub(1)) >> 63).wrapping_neg();
                for (out, word) in out.iter_mut().zip(entry) {
                    *out |= word & mask;
                }
            }
        }
    }
}

/// Appends `1, base, base², …`, `2^width` entries, to a table.
fn push_row(modulus: &Modulus, base: &[u64], width: usize, table: &mut Vec<u64>) {
    let mut entry = modulus.one();
    let mut spare = modulus.one();
    for at in 0..1usize << width {
        if at > 0 {
            modulus.scale(&mut entry, base, &mut spare);
        }
        table.extend_from_slice(&entry);
    }
    entry.zeroize();
    spare.zeroize();
}

/// A base with its powers at all places of a digit.
pub(crate) struct FixedBase<'a> {
    modulus: &'a Modulus,
    width: usize,
    table: Vec<u64>,
}

impl<'a> FixedBase<'a> {
    /// Ready for about `uses` exponents of at most `bits` bits.
    pub(crate) fn new(modulus: &'a Modulus, base: &[u64], bits: usize, uses: usize) -> Self {
        let width = width(|w| bits.div_ceil(w) * ((1 << w) + uses));
        let places = bits.div_ceil(width);
        let mut table = Vec::with_capacity((places << width) * modulus.len());
        let (mut base, mut spare) = (base.to_vec(), modulus.one());
        for place in 0..places {
            if place > 0 {
                // base^(2^width) is the row's last entry times its second.
                let last = table.len() - modulus.len();
                let top = table[last..].to_vec();
                modulus.scale(&mut base, &top, &mut spare);
            }
            push_row(modulus, &base, width, &mut table);
        }
        base.zeroize();
        Self {
            modulus,
            width,
            table,
        }
    }

    /// The base to a secret exponent.
    pub(crate) fn power(&self, exponent: &[u64]) -> Residue {
        let len = self.modulus.len();
        let (mut power, mut factor, mut spare) =
            (self.modulus.one(), self.modulus.one(), self.modulus.one());
        for (place, row) in self.table.chunks_exact(len << self.width).enumerate() {
            let digit = digit(exponent, place, self.width);
            look_up(row, digit, Digits::Secret, &mut factor);
            self.modulus.scale(&mut power, &factor, &mut spare);
        }
        factor.zeroize();
        spare.zeroize();
        power
    }
}

impl Drop for FixedBase<'_> {
    fn drop(&mut self) {
        self.table.zeroize();
    }
}

/// The product of `base^exponent` over the terms. Exponents have at most `bits` bits.
pub(crate) fn product_of_powers(
    modulus: &Modulus,
    terms: &[(Residue, Vec<u64>)],
    bits: usize,
    digits: Digits,
) -> Residue {
    let (mut product, mut spare) = (modulus.one(), modulus.one());
    for some in terms.chunks(TOGETHER) {
        let part = product_of_some(modulus, some, bits, digits);
        modulus.scale(&mut product, &part, &mut spare);
    }
    product
}

fn product_of_some(
    modulus: &Modulus,
    terms: &[(Residue, Vec<u64>)],
    bits: usize,
    digits: Digits,
) -> Residue {
    // Reading a row of 2^w numbers costs about as much as 2^w / 32 multiplications.
    let reading = |w: usize| match digits {
        Digits::Secret => 32 + (1 << w),
        Digits::Public => 32,
    };
    let width = width(|w| 32 * (1 << w) + bits.div_ceil(w) * reading(w));
    let row = modulus.len() << width;
    let mut table = Vec::with_capacity(row * terms.len());
    for (base, _) in terms {
        push_row(modulus, base, width, &mut table);
    }
    let (mut product, mut factor, mut spare) = (modulus.one(), modulus.one(), modulus.one());
    for place in (0..bits.div_ceil(width)).rev() {
        for _ in 0..width {
            modulus.multiply(&product, &product, &mut spare);
            std::mem::swap(&mut product, &mut spare);
        }
        for ((_, exponent), row) in terms.iter().zip(table.chunks_exact(row)) {
            look_up(row, digit(exponent, place, width), digits, &mut factor);
            modulus.scale(&mut product, &factor, &mut spare);
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::super::montgomery::to_words;
    use super::*;
    use openssl::bn::{BigNum, BigNumContext};
    use proptest::{collection::vec, prelude::*};

    fn number(bytes: &[u8]) -> BigNum {
        BigNum::from_slice(bytes).unwrap()
    }

    fn odd(mut bytes: Vec<u8>) -> BigNum {
        *bytes.first_mut().unwrap() |= 1;
        *bytes.last_mut().unwrap() |= 3;
        number(&bytes)
    }

    /// A number below the modulus.
    fn below(bytes: &[u8], modulus: &BigNum) -> BigNum {
        let mut rest = BigNum::new().unwrap();
        rest.checked_rem(&number(bytes), modulus, &mut BigNumContext::new().unwrap())
            .unwrap();
        rest
    }

    fn plain_power(base: &BigNum, exponent: &BigNum, modulus: &BigNum) -> BigNum {
        let mut power = BigNum::new().unwrap();
        power
            .mod_exp(base, exponent, modulus, &mut BigNumContext::new().unwrap())
            .unwrap();
        power
    }

    fn plain_product(a: &BigNum, b: &BigNum, modulus: &BigNum) -> BigNum {
        let mut product = BigNum::new().unwrap();
        product
            .mod_mul(a, b, modulus, &mut BigNumContext::new().unwrap())
            .unwrap();
        product
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn products_are_those_of_openssl(
            modulus in vec(any::<u8>(), 1..300), a in vec(any::<u8>(), 0..300), b in vec(any::<u8>(), 0..300),
        ) {
            let n = odd(modulus);
            let (a, b) = (below(&a, &n), below(&b, &n));
            let modulus = Modulus::new(&n).unwrap();
            let (first, second) = (modulus.enter(&a).unwrap(), modulus.enter(&b).unwrap());
            let mut product = modulus.one();
            modulus.multiply(&first, &second, &mut product);
            prop_assert!(modulus.leave(&product).unwrap() == plain_product(&a, &b, &n));
            prop_assert!(modulus.leave(&first).unwrap() == a);
        }

        #[test]
        fn powers_of_a_fixed_base_are_those_of_openssl(
            modulus in vec(any::<u8>(), 1..140), base in vec(any::<u8>(), 0..140),
            exponents in vec(vec(any::<u8>(), 0..40), 1..4), uses in 1usize..2000,
        ) {
            let n = odd(modulus);
            let base = below(&base, &n);
            let modulus = Modulus::new(&n).unwrap();
            let fixed = FixedBase::new(&modulus, &modulus.enter(&base).unwrap(), 320, uses);
            for exponent in exponents {
                let exponent = number(&exponent);
                let power = fixed.power(&to_words(&exponent, 5).unwrap());
                prop_assert!(modulus.leave(&power).unwrap() == plain_power(&base, &exponent, &n));
            }
        }

        #[test]
        fn products_of_powers_are_those_of_openssl_with_either_kind_of_digits(
            modulus in vec(any::<u8>(), 1..140),
            terms in vec((vec(any::<u8>(), 0..140), vec(any::<u8>(), 0..40)), 0..5),
        ) {
            let n = odd(modulus);
            let modulus = Modulus::new(&n).unwrap();
            let mut expected = below(&[1], &n);
            let mut entered = Vec::new();
            for (base, exponent) in terms {
                let (base, exponent) = (below(&base, &n), number(&exponent));
                expected = plain_product(&expected, &plain_power(&base, &exponent, &n), &n);
                entered.push((modulus.enter(&base).unwrap(), to_words(&exponent, 5).unwrap()));
            }
            for digits in [Digits::Secret, Digits::Public] {
                let product = product_of_powers(&modulus, &entered, 320, digits);
                prop_assert!(modulus.leave(&product).unwrap() == expected);
            }
        }
    }

    #[test]
    fn the_extremes_of_a_modulus_multiply_rightly() {
        for len in [1usize, 4, 16, 17, 32] {
            let n = number(&vec![0xff; 8 * len]);
            let modulus = Modulus::new(&n).unwrap();
            let mut largest = n.to_owned().unwrap();
            largest.sub_word(1).unwrap();
            for (a, b) in [(&largest, &largest), (&largest, &BigNum::new().unwrap())] {
                let (first, second) = (modulus.enter(a).unwrap(), modulus.enter(b).unwrap());
                let mut product = modulus.one();
                modulus.multiply(&first, &second, &mut product);
                assert!(modulus.leave(&product).unwrap() == plain_product(a, b, &n));
            }
        }
    }

    #[test]
    fn more_bases_than_share_squarings_are_multiplied_all() {
        let n = odd(vec![0xab; 16]);
        let modulus = Modulus::new(&n).unwrap();
        let base = below(&[7], &n);
        let terms = vec![(modulus.enter(&base).unwrap(), vec![3]); TOGETHER + 5];
        let product = product_of_powers(&modulus, &terms, 2, Digits::Public);
        let exponent = BigNum::from_u32(3 * (TOGETHER as u32 + 5)).unwrap();
        assert!(modulus.leave(&product).unwrap() == plain_power(&base, &exponent, &n));
    }
}
