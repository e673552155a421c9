//! Keys and tags: what a worker gives, and what a miner refuses.

use crate::{
    accepted,
    common::{challenge, data, fragment, key, master, prove, CHUNK, CHUNKS},
    flip, honest, phi_hash,
};
use cess_podr2::{public_key, secret_key, MasterKey, Names, Podr2Error, Tagged, Verdict};
use cess_primitives::{Hash, Podr2Scheme};
use std::sync::Arc;

crate::suite! {
    each_flipped_bit_of_a_tag_is_refused
    data_that_is_not_the_fragment_is_not_tagged
    anybody_can_recompute_phi_hash
    tags_and_proofs_of_another_key_do_not_pass
    public_keys_say_which_scheme_they_are_of
    the_key_follows_from_the_master_key_alone
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
