//! The scheme against its definition, written down a second time as plainly as possible.

use cess_podr2::{Challenge, Chunks, MasterKey, Names, Proof, Prover, PublicKey, Tagged, Verdict};
use cess_primitives::Hash;
use openssl::{
    bn::{BigNum, BigNumContext},
    pkey::{PKey, Private},
    rsa::Rsa,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// Short, so that the plain arithmetic below is quick enough for many cases.
fn key() -> &'static MasterKey {
    static KEY: OnceLock<MasterKey> = OnceLock::new();
    KEY.get_or_init(|| MasterKey::generate_bits(512).unwrap())
}

fn raw() -> Rsa<Private> {
    PKey::private_key_from_pkcs8(&key().to_pkcs8().unwrap())
        .unwrap()
        .rsa()
        .unwrap()
}

fn number(text: &str) -> BigNum {
    BigNum::from_dec_str(text).unwrap()
}

fn power(base: &BigNum, exponent: &BigNum) -> BigNum {
    let mut result = BigNum::new().unwrap();
    result
        .mod_exp(
            base,
            exponent,
            raw().n(),
            &mut BigNumContext::new().unwrap(),
        )
        .unwrap();
    result
}

fn times(a: &BigNum, b: &BigNum) -> BigNum {
    let mut result = BigNum::new().unwrap();
    result
        .mod_mul(a, b, raw().n(), &mut BigNumContext::new().unwrap())
        .unwrap();
    result
}

fn place(name: &Hash, index: u32) -> BigNum {
    BigNum::from_slice(&Sha256::digest(format!("{name}{index}"))).unwrap()
}

/// `sigma^e == prod_f [ prod_i H(name_f, i)^{v_i} * u_f^{mu_f} ] mod N`, term by term.
fn holds(challenge: &Challenge, proof: &Proof) -> bool {
    let mut right = BigNum::from_u32(1).unwrap();
    for ((name, u), mu) in proof.names.iter().zip(&proof.us).zip(&proof.mus) {
        for (index, v) in challenge.items() {
            right = times(
                &right,
                &power(&place(name, *index), &BigNum::from_slice(v).unwrap()),
            );
        }
        right = times(&right, &power(&number(u), &number(mu)));
    }
    power(&number(&proof.sigma), &raw().e().to_owned().unwrap()) == right
}

fn prove(challenge: &Challenge, fragments: &[(&Tagged, &[u8])]) -> Proof {
    let public = key().public().unwrap();
    let mut prover = Prover::new(&public, challenge).unwrap();
    for (tagged, data) in fragments {
        let count = tagged.tag.t.phi.len() as u32;
        prover
            .add(tagged, &mut Chunks::of(data, count).unwrap())
            .unwrap();
    }
    prover.finish().unwrap()
}

fn tag(data: &[u8], chunks: u32) -> Tagged {
    key().tag(&Hash::of(data), data, chunks, b"custom").unwrap()
}

/// Both verifiers, which must agree.
fn verdict(challenge: &Challenge, proof: &Proof) -> Verdict {
    let fast = key().verify(challenge, proof, Names::Distinct).unwrap();
    assert_eq!(
        key()
            .public()
            .unwrap()
            .verify(challenge, proof, Names::Distinct)
            .unwrap(),
        fast
    );
    fast
}

/// Fragments of 1 to 8 chunks of up to 80 bytes, which is longer than the modulus.
fn fragments() -> impl Strategy<Value = (u32, Vec<Vec<u8>>)> {
    (1u32..8, 1usize..80, 1usize..4).prop_flat_map(|(chunks, size, count)| {
        (
            Just(chunks),
            vec(vec(any::<u8>(), chunks as usize * size), count),
        )
    })
}

fn challenge(chunks: u32, coefficients: &[[u8; 20]]) -> Challenge {
    Challenge::new((0..chunks).zip(coefficients.iter().copied()).collect()).unwrap()
}

fn coefficients() -> impl Strategy<Value = Vec<[u8; 20]>> {
    vec(
        any::<[u8; 20]>().prop_filter("a zero asks for nothing", |v| *v != [0; 20]),
        1..8,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_authenticator_is_the_published_formula((chunks, data) in fragments()) {
        let data = &data[0];
        let tagged = tag(data, chunks);
        let core = &tagged.tag.t;
        prop_assert_eq!(core.phi.len(), chunks as usize);
        let d = raw().d().to_owned().unwrap();
        for (index, chunk) in data.chunks(data.len() / chunks as usize).enumerate() {
            let base = times(&place(&core.name, index as u32), &power(&number(&core.u), &BigNum::from_slice(chunk).unwrap()));
            prop_assert!(power(&base, &d) == number(&core.phi[index]));
        }
        prop_assert_eq!(&tagged.tag.phi_hash, &hex::encode(Sha256::digest(core.phi.concat())));
        key().public().unwrap().check_tag(&tagged, &core.name, chunks, b"custom").unwrap();
    }

    #[test]
    fn an_honest_proof_over_any_number_of_fragments_is_accepted(
        (chunks, mut data) in fragments(), coefficients in coefficients(),
    ) {
        data.sort();
        data.dedup();
        let tags: Vec<Tagged> = data.iter().map(|data| tag(data, chunks)).collect();
        let challenge = challenge(chunks, &coefficients);
        let pairs: Vec<(&Tagged, &[u8])> = tags.iter().zip(data.iter().map(Vec::as_slice)).collect();
        let proof = prove(&challenge, &pairs);
        prop_assert!(holds(&challenge, &proof));
        prop_assert_eq!(verdict(&challenge, &proof), Verdict::Accepted);
        for (mu, data) in proof.mus.iter().zip(&data) {
            let mut sum = BigNum::new().unwrap();
            for ((_, v), chunk) in challenge.items().iter().zip(data.chunks(data.len() / chunks as usize)) {
                let (v, m) = (BigNum::from_slice(v).unwrap(), BigNum::from_slice(chunk).unwrap());
                sum = &sum + &(&v * &m);
            }
            prop_assert!(sum == number(mu), "mu is the sum over the integers");
        }
    }

    #[test]
    fn a_changed_challenged_chunk_is_found(
        (chunks, data) in fragments(), coefficients in coefficients(), at in any::<Index>(), bit in 0..8u8,
    ) {
        let tags: Vec<Tagged> = data.iter().map(|data| tag(data, chunks)).collect();
        let challenge = challenge(chunks, &coefficients);
        let size = data[0].len() / chunks as usize;
        let asked = challenge.items().len() * size;
        let mut altered = data[0].clone();
        altered[at.index(asked)] ^= 1u8 << bit;
        let proof = prove(&challenge, &[(&tags[0], &altered)]);
        prop_assert!(!holds(&challenge, &proof));
        prop_assert!(matches!(verdict(&challenge, &proof), Verdict::Rejected(_)));
    }

    #[test]
    fn chunks_that_are_not_challenged_are_not_read((chunks, data) in fragments(), v in any::<[u8; 20]>()) {
        prop_assume!(chunks > 1 && v != [0; 20]);
        let tagged = tag(&data[0], chunks);
        let challenge = Challenge::new(vec![(chunks - 1, v)]).unwrap();
        let mut only_the_last = data[0].clone();
        let size = data[0].len() / chunks as usize;
        only_the_last[..size * (chunks as usize - 1)].fill(0);
        prop_assert_eq!(verdict(&challenge, &prove(&challenge, &[(&tagged, &only_the_last)])), Verdict::Accepted);
    }
}

#[test]
fn a_fragment_of_zeros_is_tagged_and_proven() {
    let data = [0; 256];
    let challenge = challenge(4, &[[1; 20]; 4]);
    let proof = prove(&challenge, &[(&tag(&data, 4), &data)]);
    assert_eq!(proof.mus, ["0"]);
    assert_eq!(verdict(&challenge, &proof), Verdict::Accepted);
}

#[test]
fn keys_survive_their_encodings_and_the_seed_is_the_hash_of_the_private_one() {
    let key = MasterKey::generate().unwrap();
    let der = key.to_pkcs8().unwrap();
    let again = MasterKey::from_pkcs8(&der).unwrap();
    assert_eq!(*again.to_pkcs8().unwrap(), *der);
    assert_eq!(again.master_seed().unwrap()[..], Sha256::digest(&*der)[..]);

    let public = key.public().unwrap().to_pkcs1().unwrap();
    assert_eq!(public.len(), 270, "as published for 2048 bits");
    let public = PublicKey::from_pkcs1(&public).unwrap();
    let signature = again.sign_digest(&[5; 32]).unwrap();
    assert!(public.verify_digest(&[5; 32], &signature));
    assert!(!public.verify_digest(&[6; 32], &signature));
    assert!(!public.verify_digest(&[5; 32], &signature[1..]));
    assert!(!public.verify_digest(&[5; 32], &[]));
}

#[test]
fn sigma_of_the_published_key_size_fits_the_chain() {
    let key = MasterKey::generate().unwrap();
    let public = key.public().unwrap();
    let data = [9; 1024];
    let tagged = key.tag(&Hash::of(&data), &data, 4, b"").unwrap();
    let challenge = challenge(3, &[[0xff; 20]; 3]);
    let mut prover = Prover::new(&public, &challenge).unwrap();
    prover
        .add(&tagged, &mut Chunks::of(&data, 4).unwrap())
        .unwrap();
    let proof = prover.finish().unwrap();
    assert!(proof.sigma.len() <= cess_primitives::audit::MAX_SERVICE_PROOF as usize);
    assert!(proof.sigma.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(
        key.verify(&challenge, &proof, Names::Distinct).unwrap(),
        Verdict::Accepted
    );
    assert_eq!(
        public.verify(&challenge, &proof, Names::Distinct).unwrap(),
        Verdict::Accepted
    );
}
