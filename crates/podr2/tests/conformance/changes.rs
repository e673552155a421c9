//! A single bit that is not what it was.

use crate::{
    accepted,
    common::{challenge, fragment, key, prove, CHUNK, CHUNKS},
    flip, honest, rejection, verdict,
};
use cess_podr2::{public_key, Challenge, Chunks, Names, Podr2Error, Proof, Rejection, Verdict};
use cess_primitives::Podr2Scheme;

crate::suite! {
    each_flipped_bit_of_a_challenged_chunk_is_found
    a_proof_from_a_damaged_authenticator_is_refused_or_rejected
    each_flipped_bit_of_a_proof_is_rejected
    each_flipped_bit_of_a_challenge_is_rejected
    truncated_texts_and_lists_are_rejected
    every_base_is_one_that_a_worker_vouches_for
}

fn each_flipped_bit_of_a_challenged_chunk_is_found(scheme: Podr2Scheme) {
    let (tagged, data) = fragment(scheme, 1);
    let other = fragment(scheme, 2);
    for index in [0, 3, 7] {
        for bit in 0..CHUNK * 8 {
            let mut damaged = data.clone();
            damaged[index * CHUNK + bit / 8] ^= 1 << (bit % 8);
            let fragments = [other.clone(), (tagged.clone(), damaged)];
            let proof = prove(&*key(scheme), &challenge(), &fragments);
            let judged = key(scheme).verify(&challenge(), &proof, Names::Distinct);
            assert_eq!(
                judged.unwrap(),
                Verdict::Rejected(Rejection::False),
                "bit {bit} of chunk {index}"
            );
        }
    }
}

fn a_proof_from_a_damaged_authenticator_is_refused_or_rejected(scheme: Podr2Scheme) {
    let (tagged, data) = fragment(scheme, 1);
    for at in 0..tagged.tag.t.phi[3].len() {
        let mut damaged = tagged.clone();
        flip(&mut damaged.tag.t.phi[3], at, 0);
        let mut prover = key(scheme).public().prover(&challenge()).unwrap();
        match prover.add(&damaged, &mut Chunks::of(&data, CHUNKS).unwrap()) {
            Ok(()) => assert!(!accepted(scheme, &prover.finish().unwrap()), "digit {at}"),
            Err(error) => assert!(matches!(error, Podr2Error::DamagedTag(_)), "{error}"),
        }
    }
}

fn each_flipped_bit_of_a_proof_is_rejected(scheme: Podr2Scheme) {
    let proof = honest(scheme, &[1, 2]);
    assert!(accepted(scheme, &proof));
    let rejected = |change: &dyn Fn(&mut Proof)| {
        let mut changed = proof.clone();
        change(&mut changed);
        let judged = key(scheme).verify(&challenge(), &changed, Names::Distinct);
        changed != proof && matches!(judged.unwrap(), Verdict::Rejected(_))
    };
    for bit in 0..8 {
        for at in 0..proof.sigma.len() {
            assert!(
                rejected(&|proof| flip(&mut proof.sigma, at, bit)),
                "sigma {at}"
            );
        }
        for (number, mu) in proof.mus.iter().enumerate() {
            for at in 0..mu.len() {
                assert!(
                    rejected(&|proof| flip(&mut proof.mus[number], at, bit)),
                    "mu {at}"
                );
            }
        }
        for (number, u) in proof.us.iter().enumerate() {
            for at in 0..u.len() {
                assert!(
                    rejected(&|proof| flip(&mut proof.us[number], at, bit)),
                    "u {at}"
                );
            }
        }
        for (number, u_sig) in proof.u_sigs.iter().enumerate() {
            for at in 0..u_sig.len() {
                assert!(
                    rejected(&|proof| proof.u_sigs[number][at] ^= 1 << bit),
                    "u_sig {at}"
                );
            }
        }
        for at in 0..64 {
            assert!(
                rejected(&|proof| proof.names[1].0[at] ^= 1 << bit),
                "name {at}"
            );
        }
    }
}

fn each_flipped_bit_of_a_challenge_is_rejected(scheme: Podr2Scheme) {
    let proof = honest(scheme, &[1, 2]);
    let items = challenge().items().to_vec();
    let judge = |items: Vec<(u32, [u8; 20])>| {
        let other = Challenge::new(items).unwrap();
        verdict(&*key(scheme), &other, &proof, Names::Distinct)
    };
    for item in 0..items.len() {
        for bit in 0..160 {
            let mut other = items.clone();
            other[item].1[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(judge(other), Verdict::Rejected(Rejection::False));
        }
        for bit in 4..32 {
            let mut other = items.clone();
            other[item].0 ^= 1 << bit;
            assert_eq!(judge(other), Verdict::Rejected(Rejection::False));
        }
    }
    assert_eq!(
        judge(items[1..].to_vec()),
        Verdict::Rejected(Rejection::False)
    );
}

fn truncated_texts_and_lists_are_rejected(scheme: Podr2Scheme) {
    let changes: [fn(&mut Proof); 9] = [
        |proof| proof.names.truncate(1),
        |proof| drop(proof.us.pop()),
        |proof| drop(proof.mus.pop()),
        |proof| proof.u_sigs.push(vec![]),
        |proof| proof.sigma.truncate(proof.sigma.len() - 1),
        |proof| proof.mus[0] = proof.mus[0][1..].into(),
        |proof| proof.mus[0].clear(),
        |proof| proof.sigma.clear(),
        |proof| proof.us[0].clear(),
    ];
    for change in changes {
        let _why = rejection(scheme, change);
    }
    let public = key(scheme).public().to_bytes().unwrap();
    for len in 0..public.len() {
        assert!(matches!(
            public_key(&public[..len]),
            Err(Podr2Error::Key(_))
        ));
    }
}

fn every_base_is_one_that_a_worker_vouches_for(scheme: Podr2Scheme) {
    let last = |proof: &mut Proof| proof.us.len() - 1;
    let forged = rejection(scheme, |proof| {
        let last = last(proof);
        // A prover that picks its own base needs no data at all, if nobody checks where it comes from.
        proof.us[last] = "1".into();
    });
    assert!(matches!(forged, Rejection::FalseBase(_)), "{forged:?}");
    let another = rejection(scheme, |proof| {
        let last = last(proof);
        flip(&mut proof.us[last], 0, 0);
    });
    assert!(matches!(another, Rejection::FalseBase(_)), "{another:?}");
}
