//! The RSA scheme against its formulas, and what only it can get wrong.

#[path = "plain/rsa.rs"]
mod plain;

use cess_podr2::{
    rsa::Public, Challenge, Chunks, MasterKey, Names, Podr2Error, Proof, Rejection, SecretKey,
    Tagged, Verdict,
};
use cess_primitives::Hash;
use openssl::rsa::Rsa;
use plain::{number, Plain};
use proptest::{collection::vec, prelude::*};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// Short, so that the plain arithmetic is quick enough for many cases.
fn key() -> &'static MasterKey {
    static KEY: OnceLock<MasterKey> = OnceLock::new();
    KEY.get_or_init(|| MasterKey::generate_bits(512).unwrap())
}

fn prove(key: &MasterKey, challenge: &Challenge, fragments: &[(&Tagged, &[u8])]) -> Proof {
    let mut prover = key.public().prover(challenge).unwrap();
    for (tagged, data) in fragments {
        let count = tagged.tag.t.phi.len() as u32;
        let mut reader = Chunks::of(data, count).unwrap();
        prover.add(tagged, &mut reader).unwrap();
    }
    prover.finish().unwrap()
}

fn tag(key: &MasterKey, data: &[u8], chunks: u32) -> Tagged {
    key.tag(&Hash::of(data), data, chunks, b"custom").unwrap()
}

/// Both halves of the key, which must agree.
fn verdict(key: &MasterKey, challenge: &Challenge, proof: &Proof) -> Verdict {
    let fast = key.verify(challenge, proof, Names::Distinct).unwrap();
    let public = key.public().verify(challenge, proof, Names::Distinct);
    assert_eq!(public.unwrap(), fast);
    fast
}

/// 1 to 5 fragments of 1 to 8 chunks of up to 80 bytes, which is longer than the modulus.
fn fragments() -> impl Strategy<Value = (u32, Vec<Vec<u8>>)> {
    (1u32..8, 1usize..80, 1usize..6).prop_flat_map(|(chunks, size, count)| {
        let data = vec(any::<u8>(), chunks as usize * size);
        (Just(chunks), vec(data, count))
    })
}

fn challenge(chunks: u32, coefficients: &[[u8; 20]]) -> Challenge {
    Challenge::new((0..chunks).zip(coefficients.iter().copied()).collect()).unwrap()
}

fn coefficients() -> impl Strategy<Value = Vec<[u8; 20]>> {
    let coefficient = any::<[u8; 20]>().prop_filter("a zero asks for nothing", |v| *v != [0; 20]);
    vec(coefficient, 1..8)
}

/// Every number that the key computes is the plain one.
fn compare(key: &MasterKey, chunks: u32, mut data: Vec<Vec<u8>>, coefficients: &[[u8; 20]]) {
    let plain = Plain::of(key);
    data.sort();
    data.dedup();
    let size = data[0].len() / chunks as usize;
    let tags: Vec<Tagged> = data.iter().map(|data| tag(key, data, chunks)).collect();
    for (tagged, data) in tags.iter().zip(&data) {
        let core = &tagged.tag.t;
        assert_eq!(core.phi.len(), chunks as usize);
        for (index, (sigma, chunk)) in core.phi.iter().zip(data.chunks(size)).enumerate() {
            let expected = plain.authenticator(&core.name, index as u32, &number(&core.u), chunk);
            assert!(number(sigma) == expected, "chunk {index}");
        }
        let checked = key
            .public()
            .check_tag(tagged, &core.name, chunks, b"custom");
        checked.unwrap();
    }
    let challenge = challenge(chunks, coefficients);
    let pairs: Vec<(&Tagged, &[u8])> = tags.iter().zip(data.iter().map(Vec::as_slice)).collect();
    let proof = prove(key, &challenge, &pairs);
    for (mu, data) in proof.mus.iter().zip(&data) {
        assert!(number(mu) == Plain::mu(&challenge, data, size));
    }
    let cores: Vec<_> = tags.iter().map(|tagged| &tagged.tag.t).collect();
    assert!(number(&proof.sigma) == plain.sigma(&challenge, &cores));
    assert!(plain.holds(&challenge, &proof));
    assert_eq!(verdict(key, &challenge, &proof), Verdict::Accepted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn tags_proofs_and_verdicts_are_the_published_formulas(
        (chunks, data) in fragments(), coefficients in coefficients(),
    ) {
        compare(key(), chunks, data, &coefficients);
    }

    #[test]
    fn any_other_mu_or_sigma_gets_the_plain_verdict(
        (chunks, data) in fragments(), coefficients in coefficients(), mu in "[1-9][0-9]{0,200}", sigma in any::<[u8; 60]>(),
    ) {
        let tagged = tag(key(), &data[0], chunks);
        let challenge = challenge(chunks, &coefficients);
        let honest = prove(key(), &challenge, &[(&tagged, &data[0])]);
        let sigma = openssl::bn::BigNum::from_slice(&sigma).unwrap().to_dec_str().unwrap().to_string();
        for changed in [
            Proof { mus: vec![mu], ..honest.clone() },
            Proof { sigma, ..honest.clone() },
        ] {
            let expected = Plain::of(key()).holds(&challenge, &changed);
            prop_assert_eq!(verdict(key(), &challenge, &changed) == Verdict::Accepted, expected);
        }
    }

    #[test]
    fn keys_of_odd_lengths_compute_the_same(bits in 515u32..700, seed in any::<[u8; 64]>()) {
        let key = MasterKey::generate_bits(bits).unwrap();
        compare(&key, 2, vec![seed.to_vec()], &[[7; 20], [9; 20]]);
    }
}

#[test]
fn a_key_of_the_published_length_computes_the_published_formulas() {
    let key = MasterKey::generate().unwrap();
    let data = (0..4u32).map(|seed| {
        (0..2048u32)
            .map(|i| (i * i + seed) as u8 ^ (i >> 3) as u8)
            .collect()
    });
    compare(&key, 4, data.collect(), &[[0xff; 20], [1; 20], [0x80; 20]]);
}

#[test]
fn keys_survive_their_encodings_and_the_seed_is_the_hash_of_the_private_one() {
    let key = MasterKey::generate().unwrap();
    let der = key.to_pkcs8().unwrap();
    let again = MasterKey::from_pkcs8(&der).unwrap();
    assert_eq!(*again.to_pkcs8().unwrap(), *der);
    assert_eq!(again.master_seed().unwrap()[..], Sha256::digest(&*der)[..]);
    let public = key.rsa_public().to_pkcs1().unwrap();
    assert_eq!(public.len(), 270, "as published for 2048 bits");
    assert_eq!(
        Public::from_pkcs1(&public).unwrap().to_pkcs1().unwrap(),
        public
    );
}

#[test]
fn every_u_must_be_signed() {
    let (one, two) = (tag(key(), &[1; 64], 2), tag(key(), &[2; 64], 2));
    let challenge = challenge(2, &[[1; 20], [2; 20]]);
    let proof = prove(key(), &challenge, &[(&one, &[1; 64]), (&two, &[2; 64])]);
    let second = Verdict::Rejected(Rejection::FalseBase(two.tag.t.name));
    for change in [
        (|proof| proof.u_sigs[1].clear()) as fn(&mut Proof),
        |proof| proof.us[1] = "1".into(),
        |proof| proof.us.swap(0, 1),
    ] {
        let mut changed = proof.clone();
        change(&mut changed);
        let judged = verdict(key(), &challenge, &changed);
        assert!(
            matches!(judged, Verdict::Rejected(Rejection::FalseBase(_))),
            "{judged:?}"
        );
    }
    let mut unsigned = proof;
    unsigned.u_sigs[1][0] ^= 1;
    assert_eq!(verdict(key(), &challenge, &unsigned), second);
}

#[test]
fn malformed_numbers_are_rejected_without_arithmetic() {
    let tagged = tag(key(), &[1; 64], 2);
    let challenge = challenge(2, &[[1; 20], [2; 20]]);
    let proof = prove(key(), &challenge, &[(&tagged, &[1; 64])]);
    let rejected = |change: &dyn Fn(&mut Proof)| {
        let mut changed = proof.clone();
        change(&mut changed);
        verdict(key(), &challenge, &changed) == Verdict::Rejected(Rejection::BadNumber)
    };
    for text in ["", "-1", "00", "abc", "1 ", "0x1", "1e3"] {
        assert!(rejected(&|proof| proof.mus[0] = text.into()), "{text:?}");
        assert!(rejected(&|proof| proof.sigma = text.into()), "{text:?}");
    }
    assert!(rejected(&|proof| proof.sigma = "0".into()));
    assert!(rejected(&|proof| proof.sigma = "9".repeat(400)));
    assert!(rejected(&|proof| proof.mus[0] = "9".repeat(3_000_000)));
}

#[test]
fn bytes_that_are_no_key_are_refused() {
    let der = key().to_pkcs8().unwrap();
    let mut damaged = der.to_vec();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for bytes in [&b""[..], b"not a key", &der[..der.len() - 1], &damaged] {
        assert!(matches!(
            MasterKey::from_pkcs8(bytes),
            Err(Podr2Error::Key(_))
        ));
    }
    let even =
        Rsa::from_public_components(number(&format!("{}4", "9".repeat(200))), number("65537"));
    let even = even.unwrap().public_key_to_der_pkcs1().unwrap();
    for bytes in [&b"not a key"[..], &even] {
        assert!(matches!(Public::from_pkcs1(bytes), Err(Podr2Error::Key(_))));
    }
    assert!(matches!(
        MasterKey::generate_bits(511),
        Err(Podr2Error::Key(_))
    ));
}
