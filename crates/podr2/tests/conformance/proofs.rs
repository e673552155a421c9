//! Honest proofs, and proofs of fewer fragments or other data than they name.

use crate::{
    accepted,
    common::{challenge, data, fragment, key, prove, CHUNK, CHUNKS},
    honest, verdict,
};
use cess_podr2::{
    secret_key, ChunkReader, Chunks, MasterKey, Names, Podr2Error, Proof, Rejection, Verdict,
};
use cess_primitives::{audit::MAX_SERVICE_PROOF, Hash, Podr2Scheme};
use std::{collections::BTreeMap, io, sync::Arc};

crate::suite! {
    an_honest_proof_over_any_number_of_fragments_is_accepted
    a_fragment_of_zeros_is_tagged_and_proven
    only_challenged_chunks_are_read
    a_lost_fragment_can_be_left_out_while_proving
    what_the_chain_keeps_fits_its_field
    a_pool_of_threads_gives_the_same_answers
    a_proof_of_nothing_proves_nothing
    aggregation_never_turns_false_into_true
    batches_multiply_to_the_whole_and_a_false_batch_spoils_it
    a_fragment_cannot_be_left_out_or_named_without_proof
    names_count_as_often_as_the_chain_says
    the_order_of_names_does_not_matter
}

fn an_honest_proof_over_any_number_of_fragments_is_accepted(scheme: Podr2Scheme) {
    for count in 1..6 {
        let seeds: Vec<u8> = (0..count).collect();
        assert!(accepted(scheme, &honest(scheme, &seeds)), "{count}");
    }
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
