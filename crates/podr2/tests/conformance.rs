//! What every scheme must do: one suite, run for each of them.

mod common;

use cess_podr2::{
    public_key, secret_key, Challenge, ChunkReader, Chunks, MasterKey, Names, Podr2Error, Proof,
    Rejection, SecretKey, Tagged, Verdict,
};
use cess_primitives::{audit::MAX_SERVICE_PROOF, Hash, Podr2Scheme};
use common::{challenge, data, fragment, key, master, prove, CHUNK, CHUNKS};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, io, sync::Arc};

/// Makes a test of each function for each scheme.
macro_rules! suite {
    ($($test:ident)*) => {
        mod rsa {
            $(#[test] fn $test() { super::$test(cess_primitives::Podr2Scheme::Rsa); })*
        }
        mod bls {
            $(#[test] fn $test() { super::$test(cess_primitives::Podr2Scheme::Bls12381); })*
        }
    };
}

suite! {
    an_honest_proof_over_any_number_of_fragments_is_accepted
    each_flipped_bit_of_a_challenged_chunk_is_found
    each_flipped_bit_of_a_tag_is_refused
    a_proof_from_a_damaged_authenticator_is_refused_or_rejected
    each_flipped_bit_of_a_proof_is_rejected
    each_flipped_bit_of_a_challenge_is_rejected
    truncated_texts_and_lists_are_rejected
    a_proof_of_nothing_proves_nothing
    aggregation_never_turns_false_into_true
    batches_multiply_to_the_whole_and_a_false_batch_spoils_it
    a_fragment_cannot_be_left_out_or_named_without_proof
    names_count_as_often_as_the_chain_says
    the_order_of_names_does_not_matter
    every_base_is_one_that_a_worker_vouches_for
    tags_and_proofs_of_another_key_do_not_pass
    data_that_is_not_the_fragment_is_not_tagged
    a_lost_fragment_can_be_left_out_while_proving
    only_challenged_chunks_are_read
    a_fragment_of_zeros_is_tagged_and_proven
    public_keys_say_which_scheme_they_are_of
    the_key_follows_from_the_master_key_alone
    anybody_can_recompute_phi_hash
    what_the_chain_keeps_fits_its_field
    a_pool_of_threads_gives_the_same_answers
}

/// The verdict of both halves of the key, which must agree.
fn verdict(key: &dyn SecretKey, challenge: &Challenge, proof: &Proof, names: Names<'_>) -> Verdict {
    let verdict = key.verify(challenge, proof, names).unwrap();
    let public = key.public().verify(challenge, proof, names).unwrap();
    assert_eq!(public, verdict, "both halves of the key agree");
    verdict
}

fn accepted(scheme: Podr2Scheme, proof: &Proof) -> bool {
    let judged = verdict(&*key(scheme), &challenge(), proof, Names::Distinct);
    judged == Verdict::Accepted
}

fn honest(scheme: Podr2Scheme, seeds: &[u8]) -> Proof {
    let fragments: Vec<_> = seeds.iter().map(|seed| fragment(scheme, *seed)).collect();
    prove(&*key(scheme), &challenge(), &fragments)
}

/// Why a proof over fragments 1 and 2 is rejected after a change.
fn rejection(scheme: Podr2Scheme, change: impl FnOnce(&mut Proof)) -> Rejection {
    let mut proof = honest(scheme, &[1, 2]);
    change(&mut proof);
    match verdict(&*key(scheme), &challenge(), &proof, Names::Distinct) {
        Verdict::Rejected(rejection) => rejection,
        other => panic!("{other:?}"),
    }
}

fn flip(text: &mut String, at: usize, bit: u32) {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes[at] ^= 1 << bit;
    *text = String::from_utf8_lossy(&bytes).into_owned();
}

fn phi_hash(tagged: &Tagged) -> String {
    hex::encode(Sha256::digest(tagged.tag.t.phi.concat()))
}

fn an_honest_proof_over_any_number_of_fragments_is_accepted(scheme: Podr2Scheme) {
    for count in 1..6 {
        let seeds: Vec<u8> = (0..count).collect();
        assert!(accepted(scheme, &honest(scheme, &seeds)), "{count}");
    }
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

fn each_flipped_bit_of_a_tag_is_refused(scheme: Podr2Scheme) {
    let (tagged, data) = fragment(scheme, 1);
    let (name, public) = (Hash::of(&data), key(scheme).public());
    let check = |tagged: &Tagged| public.check_tag(tagged, &name, CHUNKS, b"custom");
    check(&tagged).unwrap();
    let refused = |change: &dyn Fn(&mut Tagged)| {
        let mut changed = tagged.clone();
        change(&mut changed);
        changed != tagged && matches!(check(&changed), Err(Podr2Error::FalseTag { .. }))
    };
    let texts: [fn(&mut Tagged) -> &mut String; 5] = [
        |tagged| &mut tagged.tag.t.u,
        |tagged| &mut tagged.tag.t.phi[0],
        |tagged| &mut tagged.tag.t.phi[7],
        |tagged| &mut tagged.tag.phi_hash,
        |tagged| &mut tagged.tag.attest,
    ];
    for (number, text) in texts.iter().enumerate() {
        for at in 0..text(&mut tagged.clone()).len() {
            for bit in 0..8 {
                assert!(
                    refused(&|tagged| flip(text(tagged), at, bit)),
                    "bit {bit} of character {at} of text {number}"
                );
            }
        }
    }
    // Whoever changes an authenticator can hash the new ones, not sign them.
    assert!(refused(&|tagged| {
        tagged.tag.t.phi.swap(0, 1);
        tagged.tag.phi_hash = phi_hash(tagged);
    }));
    assert!(refused(&|tagged| tagged.tag.t.name.0[63] ^= 1));
    assert!(refused(&|tagged| tagged.tag.t.phi.swap(0, 1)));
    assert!(refused(&|tagged| drop(tagged.tag.t.phi.pop())));
    assert!(refused(&|tagged| tagged.u_sig.push(0)));
    assert!(public.check_tag(&tagged, &name, CHUNKS, b"other").is_err());
    assert!(public
        .check_tag(&tagged, &name, CHUNKS - 1, b"custom")
        .is_err());
    assert!(public
        .check_tag(&tagged, &Hash::of(b"other"), CHUNKS, b"custom")
        .is_err());
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

fn a_proof_of_nothing_proves_nothing(scheme: Podr2Scheme) {
    let mut proof = honest(scheme, &[]);
    assert_eq!(proof.sigma, "");
    let judge = |proof: &Proof| verdict(&*key(scheme), &challenge(), proof, Names::Distinct);
    assert_eq!(judge(&proof), Verdict::Empty);
    proof.sigma = honest(scheme, &[1]).sigma;
    assert_eq!(judge(&proof), Verdict::Empty);
    let expected = BTreeMap::from([(Hash::of(b"f"), 1)]);
    let judged = verdict(
        &*key(scheme),
        &challenge(),
        &proof,
        Names::Counted(&expected),
    );
    assert_eq!(judged, Verdict::Empty);
}

fn aggregation_never_turns_false_into_true(scheme: Podr2Scheme) {
    let mut fragments: Vec<_> = (1..4).map(|seed| fragment(scheme, seed)).collect();
    for at in 0..fragments.len() {
        fragments[at].1[5] ^= 4;
        let proof = prove(&*key(scheme), &challenge(), &fragments);
        assert!(!accepted(scheme, &proof), "fragment {at} is damaged");
        fragments[at].1[5] ^= 4;
    }
    // Two errors that cancel each other in the sum of the chunks.
    fragments[0].1[9] = fragments[0].1[9].wrapping_add(1);
    fragments[1].1[9] = fragments[1].1[9].wrapping_sub(1);
    let proof = prove(&*key(scheme), &challenge(), &fragments);
    assert!(!accepted(scheme, &proof), "errors do not cancel");
}

fn batches_multiply_to_the_whole_and_a_false_batch_spoils_it(scheme: Podr2Scheme) {
    let public = key(scheme).public();
    let fragments: Vec<_> = (1..4).map(|seed| fragment(scheme, seed)).collect();
    let sigma = |some: &[_]| prove(&*key(scheme), &challenge(), some).sigma;
    let whole = prove(&*key(scheme), &challenge(), &fragments);
    let (first, second) = (sigma(&fragments[..2]), sigma(&fragments[2..]));
    assert_eq!(public.product(&first, &second).unwrap(), whole.sigma);
    assert_eq!(public.product(&second, &first).unwrap(), whole.sigma);
    assert_eq!(public.product("", &first).unwrap(), first);
    assert_eq!(public.product("", "").unwrap(), "");

    let mut damaged = fragments[2].clone();
    damaged.0.tag.t.phi = fragments[0].0.tag.t.phi.clone();
    let false_batch = prove(&*key(scheme), &challenge(), &[damaged]);
    let spoilt = Proof {
        sigma: public.product(&first, &false_batch.sigma).unwrap(),
        ..whole
    };
    assert!(!accepted(scheme, &spoilt));
    for text in ["x", "0", "-1", "00", &first[1..]] {
        // A shorter number may still be one.
        if scheme == Podr2Scheme::Rsa && text.len() > 2 {
            continue;
        }
        let product = public.product(text, &first);
        assert!(matches!(product, Err(Podr2Error::Sigma)), "{text}");
    }
}

fn a_fragment_cannot_be_left_out_or_named_without_proof(scheme: Podr2Scheme) {
    let fragments = [fragment(scheme, 1), fragment(scheme, 2)];
    let whole = prove(&*key(scheme), &challenge(), &fragments);
    let part = prove(&*key(scheme), &challenge(), &fragments[..1]);
    let named_without_proof = Proof {
        sigma: part.sigma.clone(),
        ..whole.clone()
    };
    assert!(!accepted(scheme, &named_without_proof));
    let left_out = Proof {
        sigma: whole.sigma,
        ..part
    };
    assert!(!accepted(scheme, &left_out));
}

fn names_count_as_often_as_the_chain_says(scheme: Podr2Scheme) {
    let (one, two) = (fragment(scheme, 1), fragment(scheme, 2));
    let (first, second) = (one.0.tag.t.name, two.0.tag.t.name);
    let proof = prove(&*key(scheme), &challenge(), &[one.clone(), two, one]);
    let judge = |names: Names<'_>| verdict(&*key(scheme), &challenge(), &proof, names);
    assert_eq!(
        judge(Names::Distinct),
        Verdict::Rejected(Rejection::DuplicateName(first))
    );
    let third = Hash::of(b"third");
    let cases = [
        (BTreeMap::from([(first, 2), (second, 1)]), None),
        (BTreeMap::from([(first, 1), (second, 1)]), Some(first)),
        (
            BTreeMap::from([(first, 2), (second, 1), (third, 1)]),
            Some(third),
        ),
        (BTreeMap::from([(first, 2)]), Some(second)),
    ];
    for (expected, wrong) in cases {
        let verdict = wrong.map_or(Verdict::Accepted, |name| {
            Verdict::Rejected(Rejection::UnexpectedCount(name))
        });
        assert_eq!(judge(Names::Counted(&expected)), verdict);
    }
}

fn the_order_of_names_does_not_matter(scheme: Podr2Scheme) {
    let mut proof = honest(scheme, &[1, 2]);
    proof.names.swap(0, 1);
    assert!(accepted(scheme, &proof));
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

fn tags_and_proofs_of_another_key_do_not_pass(scheme: Podr2Scheme) {
    let other = Arc::new(MasterKey::generate_bits(1024).unwrap());
    let other = secret_key(&other, scheme, CHUNK as u64).unwrap();
    let data = data(1);
    let name = Hash::of(&data);
    let tagged = other.tag(&name, &data, CHUNKS, b"custom").unwrap();
    let check = key(scheme)
        .public()
        .check_tag(&tagged, &name, CHUNKS, b"custom");
    assert!(matches!(check, Err(Podr2Error::FalseTag { .. })));
    let proof = prove(&*other, &challenge(), &[(tagged, data)]);
    assert!(matches!(
        other.verify(&challenge(), &proof, Names::Distinct),
        Ok(Verdict::Accepted)
    ));
    assert!(!accepted(scheme, &proof));
}

fn data_that_is_not_the_fragment_is_not_tagged(scheme: Podr2Scheme) {
    let mut changed = data(1);
    changed[511] ^= 1;
    let wrong = key(scheme).tag(&Hash::of(&data(1)), &changed, CHUNKS, b"");
    assert!(matches!(wrong, Err(Podr2Error::WrongData { .. })));
    for (data, chunks) in [
        (&data(1)[..], 3),
        (b"12345678", 0),
        (b"", 1),
        (&[0; (1 << 20) + 1], 1),
    ] {
        let error = key(scheme).tag(&Hash::of(data), data, chunks, b"");
        assert!(matches!(error, Err(Podr2Error::Chunking { .. })));
    }
}

fn a_lost_fragment_can_be_left_out_while_proving(scheme: Podr2Scheme) {
    struct Lost;
    impl ChunkReader for Lost {
        fn chunk(&mut self, _: u32) -> io::Result<Vec<u8>> {
            Err(io::ErrorKind::NotFound.into())
        }
    }
    let ((tagged, data), (lost, _)) = (fragment(scheme, 1), fragment(scheme, 2));
    let mut prover = key(scheme).public().prover(&challenge()).unwrap();
    let missing = prover.add(&lost, &mut Lost);
    assert!(matches!(missing, Err(Podr2Error::Read { .. })));
    prover
        .add(&tagged, &mut Chunks::of(&data, CHUNKS).unwrap())
        .unwrap();
    let mut damaged = lost.clone();
    damaged.tag.t.phi[3] = "x".into();
    let reader = || Chunks::of(&data, CHUNKS).unwrap();
    let refused = prover.add(&damaged, &mut reader());
    assert!(matches!(refused, Err(Podr2Error::DamagedTag(_))));
    damaged.tag.t.phi.truncate(5);
    damaged.tag.t.phi[3] = lost.tag.t.phi[3].clone();
    let refused = prover.add(&damaged, &mut reader());
    assert!(matches!(
        refused,
        Err(Podr2Error::NoSuchChunk { index: 7, .. })
    ));
    assert!(accepted(scheme, &prover.finish().unwrap()));
}

fn only_challenged_chunks_are_read(scheme: Podr2Scheme) {
    struct Watched<'a>(Chunks<io::Cursor<&'a [u8]>>, Vec<u32>);
    impl ChunkReader for Watched<'_> {
        fn chunk(&mut self, index: u32) -> io::Result<Vec<u8>> {
            self.1.push(index);
            self.0.chunk(index)
        }
    }
    let (tagged, data) = fragment(scheme, 1);
    let mut reader = Watched(Chunks::of(&data, CHUNKS).unwrap(), Vec::new());
    let mut prover = key(scheme).public().prover(&challenge()).unwrap();
    prover.add(&tagged, &mut reader).unwrap();
    assert_eq!(reader.1, [0, 3, 7]);
    assert!(accepted(scheme, &prover.finish().unwrap()));
}

fn a_fragment_of_zeros_is_tagged_and_proven(scheme: Podr2Scheme) {
    let data = vec![0; CHUNK * CHUNKS as usize];
    let tagged = key(scheme)
        .tag(&Hash::of(&data), &data, CHUNKS, b"")
        .unwrap();
    let proof = prove(&*key(scheme), &challenge(), &[(tagged, data)]);
    assert!(proof.mus[0].bytes().all(|digit| digit == b'0'));
    assert!(accepted(scheme, &proof));
}

fn public_keys_say_which_scheme_they_are_of(scheme: Podr2Scheme) {
    let bytes = key(scheme).public().to_bytes().unwrap();
    let public = public_key(&bytes).unwrap();
    assert_eq!(public.scheme(), scheme);
    assert_eq!(public.to_bytes().unwrap(), bytes);
    let proof = honest(scheme, &[1]);
    let judged = public.verify(&challenge(), &proof, Names::Distinct);
    assert_eq!(judged.unwrap(), Verdict::Accepted);
    let signature = key(scheme).sign_digest(&[5; 32]).unwrap();
    assert!(public.verify_digest(&[5; 32], &signature));
    assert!(!public.verify_digest(&[6; 32], &signature));
    assert!(!public.verify_digest(&[5; 32], &signature[1..]));
    assert!(!public.verify_digest(&[5; 32], &[]));
    assert!(
        public_key(&[&bytes[..], &[0]].concat()).is_err(),
        "a byte too many"
    );
}

fn the_key_follows_from_the_master_key_alone(scheme: Podr2Scheme) {
    let sealed = master().to_pkcs8().unwrap();
    let again = Arc::new(MasterKey::from_pkcs8(&sealed).unwrap());
    let again = secret_key(&again, scheme, CHUNK as u64).unwrap();
    let (first, second) = (key(scheme).public(), again.public());
    assert_eq!(first.to_bytes().unwrap(), second.to_bytes().unwrap());
    let judged = again.verify(&challenge(), &honest(scheme, &[1]), Names::Distinct);
    assert_eq!(judged.unwrap(), Verdict::Accepted);
}

fn anybody_can_recompute_phi_hash(scheme: Podr2Scheme) {
    let (tagged, _) = fragment(scheme, 1);
    assert_eq!(tagged.tag.phi_hash, phi_hash(&tagged));
    let json = serde_json::to_value(&tagged).unwrap();
    let t = &json["tag"]["t"];
    assert_eq!(t["name"], tagged.tag.t.name.to_text());
    assert_eq!(t["u"], tagged.tag.t.u);
    assert_eq!(t["phi"].as_array().unwrap().len(), CHUNKS as usize);
    assert!(json["tag"]["attest"].is_string() && json["u_sig"].is_array());
    assert_eq!(serde_json::from_value::<Tagged>(json).unwrap(), tagged);
}

fn what_the_chain_keeps_fits_its_field(scheme: Podr2Scheme) {
    let master = Arc::new(MasterKey::generate().unwrap());
    let key = secret_key(&master, scheme, CHUNK as u64).unwrap();
    let data = data(1);
    let tagged = key.tag(&Hash::of(&data), &data, CHUNKS, b"").unwrap();
    let proof = prove(&*key, &challenge(), &[(tagged, data)]);
    assert!(proof.sigma.len() <= MAX_SERVICE_PROOF as usize);
    assert!(proof.sigma.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let judged = verdict(&*key, &challenge(), &proof, Names::Distinct);
    assert_eq!(judged, Verdict::Accepted);
}

fn a_pool_of_threads_gives_the_same_answers(scheme: Podr2Scheme) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(3)
        .build()
        .unwrap();
    let seeds = [1, 2, 3, 4];
    let fragments: Vec<_> = pool.install(|| seeds.map(|seed| fragment(scheme, seed)).into());
    for (tagged, data) in &fragments {
        let check = key(scheme)
            .public()
            .check_tag(tagged, &Hash::of(data), CHUNKS, b"custom");
        check.unwrap();
    }
    let mut proof = prove(&*key(scheme), &challenge(), &fragments);
    assert!(pool.install(|| accepted(scheme, &proof)));
    assert!(accepted(scheme, &proof));
    proof.sigma = honest(scheme, &[1]).sigma;
    assert!(!pool.install(|| accepted(scheme, &proof)));
}
