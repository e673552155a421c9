use super::*;
use proptest::prelude::*;

/// Computed with Python from the formulas, with `math.log2` and `sympy.isprime`:
/// `h = int(sha512(e)); f = 2*(h+2)*int(math.log2(h+1)**2); j = f; while not isprime(f+j): j += 1`
/// gives `f + j`, in hex, and `j - f`.
const VECTORS: [(&[u8], &str, u32); 4] = [
    (
        b"",
        "cf44dae7d8f06b6f95a41d0197e0604633bf9b87cacee429a03b95937566f37a456a8190d1708b428a417ec1bd8e45632854a\
         83e6c05165eb05844a9a44eae6577193",
        147,
    ),
    (
        b"a",
        "1ee26e76b7db206624e564c30920de2e2a2bdd1b954f2678d779d209bdc1b5c9a5e2e9d8abdb1e12699ca346055eaf607c428\
         f97b6dbb008ddf829693f8c8330af029",
        129,
    ),
    (
        &[0; 64],
        "7b6863a98664a52ad36581311414fe3c46ec68bf070b3bd0a922577976822d2ce0fd06ccae5542b26dc8242a8af8f85be054f\
         2dda5eec3c81e17fb6c0e68fadaf6fcd",
        1,
    ),
    (
        &[0xff; 256],
        "d208c15e5d830e5a2babac4f97c7778037bce4b889936c9688424e04c246ec04172c28513c505c2c2fa84538ee91804d11abf\
         d356e4f9644f6fa0c66b9c9f78d6fe89",
        113,
    ),
];

#[test]
fn primes_are_those_of_an_independent_computation() {
    let mut ctx = BigNumContext::new().unwrap();
    for (element, hex, offset) in VECTORS {
        let prime = hash_to_prime(element, &mut ctx).unwrap();
        assert_eq!(prime.value, BigNum::from_hex_str(hex).unwrap());
        assert_eq!(prime.offset, offset);
        assert_eq!(Prime::known(element, offset).unwrap().value, prime.value);
    }
}

#[test]
fn the_logarithm_rounds_as_the_published_one() {
    let log = |number: &BigNum| leading_log(&number.to_vec());
    let power = |bits: i32| {
        let mut number = BigNum::new().unwrap();
        number.set_bit(bits).unwrap();
        number
    };
    for bits in [0, 1, 52, 53, 54, 511, 512] {
        assert_eq!(log(&power(bits)), 0.0, "2^{bits}");
    }
    // 2^512 - 1 rounds up to 2^512 as a float: its leading part is 2, and the sum 512 again.
    let mut ones = power(512);
    ones.sub_word(1).unwrap();
    assert_eq!(log(&ones), 1.0);
    assert_eq!(squared_log(&ones), 512 * 512);
    // Halfway between two floats, the bits far below decide.
    let mut half = power(511);
    half.set_bit(511 - 53).unwrap();
    assert_eq!(log(&half), 0.0, "a tie goes to the even one");
    half.set_bit(0).unwrap();
    assert!(log(&half) > 0.0);
    let three = BigNum::from_u32(3).unwrap();
    assert!((log(&three) - 0.584_962_500_721_156_2).abs() < 1e-15);
}

#[test]
fn composites_that_pass_for_one_base_are_found_by_another() {
    let mut ctx = BigNumContext::new().unwrap();
    // The smallest strong pseudoprimes to base 2, to all bases up to 3, up to 7 and up to 19.
    for composite in ["2047", "1373653", "3215031751", "341550071728321"] {
        let number = BigNum::from_dec_str(composite).unwrap();
        assert!(!is_prime(&number, &mut ctx).unwrap(), "{composite}");
    }
    for prime in [
        "31",
        "65537",
        "2305843009213693951",
        "170141183460469231731687303715884105727",
    ] {
        let number = BigNum::from_dec_str(prime).unwrap();
        assert!(is_prime(&number, &mut ctx).unwrap(), "{prime}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_first_prime_is_found_and_none_is_passed_over(element: [u8; 16]) {
        let mut ctx = BigNumContext::new().unwrap();
        let first = start(&element).unwrap();
        let prime = hash_to_prime(&element, &mut ctx).unwrap();
        // The library's own test, with other bases and without our sieve.
        prop_assert!(prime.value.is_prime(10, &mut ctx).unwrap());
        for offset in 0..prime.offset {
            let mut candidate = first.to_owned().unwrap();
            candidate.add_word(offset).unwrap();
            prop_assert!(!candidate.is_prime(1, &mut ctx).unwrap(), "{offset}");
        }
    }
}
