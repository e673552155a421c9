//! The BLS scheme against its formulas, and what only it can get wrong.

#[path = "plain/bls.rs"]
mod plain;

use cess_podr2::{
    bls::{Public, Secret},
    Challenge, Chunks, MasterKey, Names, Podr2Error, Proof, Rejection, SecretKey, Tagged, Verdict,
};
use cess_primitives::Hash;
use plain::Plain;
use proptest::{collection::vec, prelude::*};
use std::{collections::BTreeMap, sync::OnceLock};

fn master() -> &'static MasterKey {
    static KEY: OnceLock<MasterKey> = OnceLock::new();
    KEY.get_or_init(|| MasterKey::generate_bits(512).unwrap())
}

fn key(chunk_size: usize) -> Secret {
    Secret::derive(master(), chunk_size as u64).unwrap()
}

fn prove(key: &Secret, challenge: &Challenge, fragments: &[(&Tagged, &[u8])]) -> Proof {
    let mut prover = key.public().prover(challenge).unwrap();
    for (tagged, data) in fragments {
        let count = tagged.tag.t.phi.len() as u32;
        let mut reader = Chunks::of(data, count).unwrap();
        prover.add(tagged, &mut reader).unwrap();
    }
    prover.finish().unwrap()
}

fn verdict(key: &Secret, challenge: &Challenge, proof: &Proof) -> Verdict {
    let fast = key.verify(challenge, proof, Names::Distinct).unwrap();
    let public = key.public().verify(challenge, proof, Names::Distinct);
    assert_eq!(public.unwrap(), fast);
    fast
}

/// 1 to 3 fragments of 1 to 5 chunks of 1 to 4 sectors.
fn fragments() -> impl Strategy<Value = (u32, usize, Vec<Vec<u8>>)> {
    (1u32..6, 1usize..100, 1usize..4).prop_flat_map(|(chunks, size, count)| {
        let data = vec(any::<u8>(), chunks as usize * size);
        (Just(chunks), Just(size), vec(data, count))
    })
}

fn coefficients() -> impl Strategy<Value = Vec<[u8; 20]>> {
    let coefficient = any::<[u8; 20]>().prop_filter("a zero asks for nothing", |v| *v != [0; 20]);
    vec(coefficient, 1..6)
}

fn challenge(chunks: u32, coefficients: &[[u8; 20]]) -> Challenge {
    Challenge::new((0..chunks).zip(coefficients.iter().copied()).collect()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn tags_proofs_and_verdicts_are_the_formulas(
        (chunks, size, mut data) in fragments(), coefficients in coefficients(),
    ) {
        data.sort();
        data.dedup();
        let key = key(size);
        let plain = Plain::of(&key.public().to_bytes().unwrap());
        prop_assert_eq!(plain.chunk_size, size);
        let tags: Vec<Tagged> = data
            .iter()
            .map(|data| key.tag(&Hash::of(data), data, chunks, b"").unwrap())
            .collect();
        for (tagged, data) in tags.iter().zip(&data) {
            let core = &tagged.tag.t;
            for (index, (sigma, chunk)) in core.phi.iter().zip(data.chunks(size)).enumerate() {
                prop_assert!(plain.is_authenticator(sigma, &core.name, index as u32, chunk));
            }
        }
        let challenge = challenge(chunks, &coefficients);
        let pairs: Vec<(&Tagged, &[u8])> = tags.iter().zip(data.iter().map(Vec::as_slice)).collect();
        let proof = prove(&key, &challenge, &pairs);
        let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(&proof.mus, &[plain.mu(&challenge, &data)]);
        let cores: Vec<_> = tags.iter().map(|tagged| &tagged.tag.t).collect();
        prop_assert_eq!(&proof.sigma, &plain.sigma(&challenge, &cores));
        prop_assert!(plain.holds(&challenge, &proof.names, &proof.mus[0], &proof.sigma));
        prop_assert_eq!(verdict(&key, &challenge, &proof), Verdict::Accepted);
    }
}

#[test]
fn the_layout_of_the_reference_preset_is_the_formula() {
    let key = key(8192);
    let plain = Plain::of(&key.public().to_bytes().unwrap());
    let data: Vec<u8> = (0..4 * 8192u32)
        .map(|i| (i * i >> 7) as u8 ^ i as u8)
        .collect();
    let name = Hash::of(&data);
    let tagged = key.tag(&name, &data, 4, b"").unwrap();
    for (index, sigma) in tagged.tag.t.phi.iter().enumerate() {
        let chunk = &data[index * 8192..][..8192];
        assert!(plain.is_authenticator(sigma, &name, index as u32, chunk));
    }
    let challenge = challenge(4, &[[0xff; 20]; 4]);
    let proof = prove(&key, &challenge, &[(&tagged, &data)]);
    assert_eq!(proof.mus, [plain.mu(&challenge, &[&data])]);
    assert_eq!(verdict(&key, &challenge, &proof), Verdict::Accepted);
}

#[test]
fn the_largest_data_and_coefficients_do_not_overflow() {
    let key = key(31 * 4);
    let data = [0xff; 31 * 4 * 2];
    let tagged = key.tag(&Hash::of(&data), &data, 2, b"").unwrap();
    let challenge = challenge(2, &[[0xff; 20]; 2]);
    let proof = prove(&key, &challenge, &[(&tagged, &data)]);
    let plain = Plain::of(&key.public().to_bytes().unwrap());
    assert_eq!(proof.mus, [plain.mu(&challenge, &[&data])]);
    assert_eq!(verdict(&key, &challenge, &proof), Verdict::Accepted);
}

#[test]
fn a_proof_over_many_fragments_is_as_long_as_one_over_one() {
    let key = key(64);
    let challenge = challenge(2, &[[3; 20], [5; 20]]);
    let fragments: Vec<(Tagged, Vec<u8>)> = (0..70u8)
        .map(|seed| {
            let data = vec![seed; 128];
            (key.tag(&Hash::of(&data), &data, 2, b"").unwrap(), data)
        })
        .collect();
    let pairs: Vec<(&Tagged, &[u8])> = fragments.iter().map(|(t, d)| (t, &d[..])).collect();
    let (one, all) = (
        prove(&key, &challenge, &pairs[..1]),
        prove(&key, &challenge, &pairs),
    );
    assert_eq!(all.names.len(), 70);
    assert_eq!((all.us.len(), all.u_sigs.len(), all.mus.len()), (1, 0, 1));
    assert_eq!(one.mus[0].len(), all.mus[0].len());
    assert_eq!(verdict(&key, &challenge, &all), Verdict::Accepted);
}

/// What shared coefficients without weights would let through: the sum of two fragments, kept instead
/// of them.
#[test]
fn the_sum_of_two_fragments_does_not_stand_for_both() {
    let key = key(62);
    let challenge = challenge(1, &[[7; 20]]);
    let (a, b) = (vec![1u8; 62], vec![2u8; 62]);
    let tag = |data: &[u8]| key.tag(&Hash::of(data), data, 1, b"").unwrap();
    let (of_a, of_b) = (tag(&a), tag(&b));
    let sum = vec![3u8; 62];
    let public = key.public();
    // The miner keeps the sum and the product of the authenticators.
    let product = public
        .product(&of_a.tag.t.phi[0], &of_b.tag.t.phi[0])
        .unwrap();
    let mut of_sum = of_a.clone();
    of_sum.tag.t.phi[0] = product;
    let kept = prove(&key, &challenge, &[(&of_sum, &sum)]);
    let forged = Proof {
        names: vec![of_a.tag.t.name, of_b.tag.t.name],
        ..kept
    };
    assert_eq!(
        verdict(&key, &challenge, &forged),
        Verdict::Rejected(Rejection::False)
    );
}

#[test]
fn a_key_is_for_one_size_of_chunks() {
    let (key, other) = (key(64), key(65));
    assert_ne!(
        key.public().to_bytes().unwrap(),
        other.public().to_bytes().unwrap()
    );
    assert_ne!(
        key.public_key().generators_name(),
        other.public_key().generators_name()
    );
    let data = [7; 130];
    let wrong = key.tag(&Hash::of(&data), &data, 2, b"");
    assert!(matches!(
        wrong,
        Err(Podr2Error::ChunkSize {
            size: 65,
            expected: 64
        })
    ));
    let tagged = other.tag(&Hash::of(&data), &data, 2, b"").unwrap();
    let mut prover = key.public().prover(&challenge(1, &[[1; 20]])).unwrap();
    let added = prover.add(&tagged, &mut Chunks::of(&data, 2).unwrap());
    assert!(matches!(
        added,
        Err(Podr2Error::ChunkSize {
            size: 65,
            expected: 64
        })
    ));
    for size in [0, (1 << 20) + 1, u64::MAX] {
        assert!(matches!(
            Secret::derive(master(), size),
            Err(Podr2Error::Key(_))
        ));
    }
}

#[test]
fn points_outside_the_group_are_refused() {
    let key = key(31);
    let data = [5; 31];
    let tagged = key.tag(&Hash::of(&data), &data, 1, b"").unwrap();
    let challenge = challenge(1, &[[1; 20]]);
    let proof = prove(&key, &challenge, &[(&tagged, &data)]);
    // The neutral point, a point of the curve that has another order, and one that is not on it.
    let neutral = format!("c0{}", "0".repeat(94));
    let outside = format!("80{}4", "0".repeat(93));
    let capitals = proof.sigma.to_uppercase();
    for sigma in [neutral, outside, "ff".repeat(48), capitals] {
        let changed = Proof {
            sigma: sigma.clone(),
            ..proof.clone()
        };
        let rejected = Verdict::Rejected(Rejection::BadNumber);
        assert_eq!(verdict(&key, &challenge, &changed), rejected, "{sigma}");
        assert!(key.public().product(&sigma, "").is_err(), "{sigma}");
    }
    // A sum that is not below the order.
    let changed = Proof {
        mus: vec!["f".repeat(64)],
        ..proof
    };
    assert_eq!(
        verdict(&key, &challenge, &changed),
        Verdict::Rejected(Rejection::BadNumber)
    );
}

#[test]
fn a_public_key_with_a_point_outside_the_group_is_refused() {
    let bytes = key(40).public().to_bytes().unwrap();
    for at in [12, 12 + 96, 12 + 96 + 48] {
        let mut changed = bytes.clone();
        changed[at] ^= 0x80;
        assert!(
            matches!(Public::from_bytes(&changed), Err(Podr2Error::Key(_))),
            "{at}"
        );
    }
    let mut longer = bytes;
    longer[11] = 63;
    assert!(matches!(
        Public::from_bytes(&longer),
        Err(Podr2Error::Key(_))
    ));
}

#[test]
fn what_is_signed_for_one_use_is_worth_nothing_for_another() {
    let key = key(31);
    let data = [5; 31];
    let name = Hash::of(&data);
    let tagged = key.tag(&name, &data, 1, b"").unwrap();
    let attest = hex::decode(&tagged.tag.attest).unwrap();
    assert!(!key.public().verify_digest(&[0; 32], &attest));
    let mut forged = tagged;
    forged.tag.attest = hex::encode(key.sign_digest(&[0; 32]).unwrap());
    assert!(key.public().check_tag(&forged, &name, 1, b"").is_err());
}

#[test]
fn a_fragment_that_counts_twice_is_proven_twice() {
    let key = key(64);
    let data = vec![9; 128];
    let tagged = key.tag(&Hash::of(&data), &data, 2, b"").unwrap();
    let challenge = challenge(2, &[[3; 20], [5; 20]]);
    let twice = prove(&key, &challenge, &[(&tagged, &data), (&tagged, &data)]);
    let expected = BTreeMap::from([(Hash::of(&data), 2)]);
    let judged = key.verify(&challenge, &twice, Names::Counted(&expected));
    assert_eq!(judged.unwrap(), Verdict::Accepted);
    let once = prove(&key, &challenge, &[(&tagged, &data)]);
    let named_twice = Proof {
        names: twice.names,
        ..once
    };
    let judged = key.verify(&challenge, &named_twice, Names::Counted(&expected));
    assert_eq!(judged.unwrap(), Verdict::Rejected(Rejection::False));
}
