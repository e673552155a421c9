//! Arbitrary bytes from anybody: an error or a verdict, never a panic, and no memory to speak of.

mod common;

use cess_podr2::{
    public_key, Challenge, Chunks, MasterKey, Names, Proof, Tag, TagCore, Tagged, Verdict,
};
use cess_primitives::{audit::QElement, Hash, Podr2Scheme};
use common::{challenge, data, fragment, key, prove, CHUNKS};
use proptest::{collection::vec, prelude::*};

const SCHEMES: [Podr2Scheme; 2] = [Podr2Scheme::Rsa, Podr2Scheme::Bls12381];

/// Texts that are nearly numbers or points, and others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{0,700}",
        "[0-9a-f]{0,400}",
        "[0-9a-f]{96}",
        "[89a-f][0-9a-f]{95}",
        "[0-9a-f]{192}",
        any::<String>(),
    ]
}

fn hash() -> impl Strategy<Value = Hash> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(|digest| Hash::from_digest(&digest)),
        vec(any::<u8>(), 64).prop_map(|bytes| Hash(bytes.try_into().unwrap())),
        Just(Hash::of(&data(1))),
    ]
}

fn proof() -> impl Strategy<Value = Proof> {
    let texts = || vec(text(), 0..4);
    let signatures = vec(vec(any::<u8>(), 0..300), 0..4);
    (vec(hash(), 1..4), texts(), signatures, texts(), text()).prop_map(
        |(names, us, u_sigs, mus, sigma)| Proof {
            names,
            us,
            u_sigs,
            mus,
            sigma,
        },
    )
}

fn tagged() -> impl Strategy<Value = Tagged> {
    let core = (hash(), text(), vec(text(), 0..10));
    (core, text(), text(), vec(any::<u8>(), 0..300)).prop_map(
        |((name, u, phi), phi_hash, attest, u_sig)| Tagged {
            tag: Tag {
                t: TagCore { name, u, phi },
                phi_hash,
                attest,
            },
            u_sig,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_are_no_key(bytes in vec(any::<u8>(), 0..2000)) {
        prop_assert!(public_key(&bytes).is_err());
        prop_assert!(public_key(&[b"BLS12381", &bytes[..]].concat()).is_err());
        prop_assert!(MasterKey::from_pkcs8(&bytes).is_err());
    }

    #[test]
    fn a_damaged_key_is_refused_or_another_key(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        for scheme in SCHEMES {
            let mut bytes = key(scheme).public().to_bytes().unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(other) = public_key(&bytes) {
                prop_assert_eq!(other.to_bytes().unwrap(), bytes);
            }
        }
    }

    #[test]
    fn arbitrary_proofs_are_rejected(proof in proof()) {
        for scheme in SCHEMES {
            let key = key(scheme);
            for judged in [
                key.verify(&challenge(), &proof, Names::Distinct).unwrap(),
                key.public().verify(&challenge(), &proof, Names::Distinct).unwrap(),
            ] {
                prop_assert!(matches!(judged, Verdict::Rejected(_)), "{:?}", judged);
            }
        }
    }

    #[test]
    fn arbitrary_texts_in_an_honest_proof_are_rejected(mu in text(), sigma in text()) {
        for scheme in SCHEMES {
            let honest = prove(&*key(scheme), &challenge(), &[fragment(scheme, 1)]);
            for changed in [
                Proof { mus: vec![mu.clone()], ..honest.clone() },
                Proof { sigma: sigma.clone(), ..honest.clone() },
            ] {
                let judged = key(scheme).verify(&challenge(), &changed, Names::Distinct).unwrap();
                prop_assert!(matches!(judged, Verdict::Rejected(_)));
            }
        }
    }

    #[test]
    fn arbitrary_tags_are_refused(tagged in tagged(), signature in vec(any::<u8>(), 0..300)) {
        for scheme in SCHEMES {
            let public = key(scheme).public();
            let checked = public.check_tag(&tagged, &Hash::of(&data(1)), CHUNKS, b"");
            prop_assert!(checked.is_err());
            prop_assert!(!public.verify_digest(&[1; 32], &signature));
            let mut prover = public.prover(&challenge()).unwrap();
            let data = data(1);
            if prover.add(&tagged, &mut Chunks::of(&data, CHUNKS).unwrap()).is_ok() {
                let proof = prover.finish().unwrap();
                let judged = key(scheme).verify(&challenge(), &proof, Names::Distinct).unwrap();
                prop_assert!(matches!(judged, Verdict::Rejected(_)));
            }
        }
    }

    #[test]
    fn arbitrary_sigmas_multiply_or_are_refused(a in text(), b in text()) {
        for scheme in SCHEMES {
            // What counts is that it returns.
            if let Ok(product) = key(scheme).public().product(&a, &b) {
                prop_assert!(product.len() <= 2048);
            }
        }
    }

    #[test]
    fn arbitrary_challenges_are_refused_or_distinct(
        indices in vec(any::<u32>(), 0..20), coefficients in vec(any::<[u8; 20]>(), 0..20),
    ) {
        let q = QElement {
            random_index_list: indices.clone().try_into().unwrap(),
            random_list: coefficients.clone().try_into().unwrap(),
        };
        if let Ok(challenge) = Challenge::try_from(&q) {
            prop_assert_eq!(challenge.items().len(), indices.len());
            prop_assert_eq!(coefficients.len(), indices.len());
        }
    }
}

#[test]
fn challenges_that_ask_for_nothing_or_twice_are_refused() {
    let coefficient = [1; 20];
    let bad = [
        vec![],
        vec![(1, coefficient), (1, coefficient)],
        vec![(1, [0; 20])],
    ];
    assert!(bad.into_iter().all(|items| Challenge::new(items).is_err()));
    assert!(Challenge::new((0..1025).map(|i| (i, coefficient)).collect()).is_err());
    let mut q = QElement {
        random_index_list: vec![1, 2].try_into().unwrap(),
        random_list: vec![coefficient; 2].try_into().unwrap(),
    };
    assert_eq!(
        Challenge::try_from(&q).unwrap().items(),
        [(1, coefficient), (2, coefficient)]
    );
    q.random_list.pop();
    assert!(Challenge::try_from(&q).is_err());
}

#[test]
fn the_largest_texts_that_a_message_can_hold_are_refused_at_once() {
    for scheme in SCHEMES {
        let honest = prove(&*key(scheme), &challenge(), &[fragment(scheme, 1)]);
        for text in ["9".repeat(50 << 20), "f".repeat(50 << 20)] {
            for changed in [
                Proof {
                    sigma: text.clone(),
                    ..honest.clone()
                },
                Proof {
                    mus: vec![text.clone()],
                    ..honest.clone()
                },
                Proof {
                    us: vec![text.clone()],
                    ..honest.clone()
                },
            ] {
                let judged = key(scheme).verify(&challenge(), &changed, Names::Distinct);
                assert!(matches!(judged.unwrap(), Verdict::Rejected(_)));
            }
        }
    }
}
