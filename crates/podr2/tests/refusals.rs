//! What is rejected: forged and misused tags, proofs and keys.

use cess_podr2::{
    Challenge, ChunkReader, Chunks, MasterKey, Names, Podr2Error, Proof, Prover, PublicKey,
    Rejection, Tagged, Verdict,
};
use cess_primitives::{audit::QElement, Hash};
use std::{collections::BTreeMap, io, sync::OnceLock};

const CHUNKS: u32 = 8;

fn key() -> &'static MasterKey {
    static KEY: OnceLock<MasterKey> = OnceLock::new();
    KEY.get_or_init(|| MasterKey::generate_bits(1024).unwrap())
}

fn public() -> PublicKey {
    key().public().unwrap()
}

fn fragment(seed: u8) -> (Tagged, Vec<u8>) {
    let data: Vec<u8> = (0..512u32)
        .map(|i| (i * 7 + u32::from(seed)) as u8 ^ seed)
        .collect();
    (
        key().tag(&Hash::of(&data), &data, CHUNKS, b"").unwrap(),
        data,
    )
}

fn challenge() -> Challenge {
    Challenge::new(vec![(0, [1; 20]), (3, [200; 20]), (7, [9; 20])]).unwrap()
}

fn prove(fragments: &[(Tagged, Vec<u8>)]) -> Proof {
    let mut prover = Prover::new(&public(), &challenge()).unwrap();
    for (tagged, data) in fragments {
        prover
            .add(tagged, &mut Chunks::of(data, CHUNKS).unwrap())
            .unwrap();
    }
    prover.finish().unwrap()
}

fn judge(proof: &Proof, names: Names<'_>) -> Verdict {
    let verdict = key().verify(&challenge(), proof, names).unwrap();
    assert_eq!(
        public().verify(&challenge(), proof, names).unwrap(),
        verdict,
        "both verifiers agree"
    );
    verdict
}

fn rejection(change: impl FnOnce(&mut Proof)) -> Rejection {
    let mut proof = prove(&[fragment(1), fragment(2)]);
    assert_eq!(judge(&proof, Names::Distinct), Verdict::Accepted);
    change(&mut proof);
    match judge(&proof, Names::Distinct) {
        Verdict::Rejected(rejection) => rejection,
        other => panic!("{other:?}"),
    }
}

fn plus_one(digits: &mut String) {
    let last = digits.pop().unwrap();
    digits.push(if last == '9' {
        '8'
    } else {
        (last as u8 + 1) as char
    });
}

#[test]
fn any_changed_number_or_name_makes_the_proof_false() {
    assert_eq!(
        rejection(|proof| plus_one(&mut proof.sigma)),
        Rejection::False
    );
    assert_eq!(
        rejection(|proof| plus_one(&mut proof.mus[1])),
        Rejection::False
    );
    assert_eq!(rejection(|proof| proof.mus.swap(0, 1)), Rejection::False);
    assert_eq!(
        rejection(|proof| proof.names[0] = Hash::of(b"another fragment")),
        Rejection::False
    );
}

#[test]
fn a_proof_is_over_a_set_of_names_in_any_order() {
    let mut proof = prove(&[fragment(1), fragment(2)]);
    proof.names.swap(0, 1);
    assert_eq!(judge(&proof, Names::Distinct), Verdict::Accepted);
}

#[test]
fn a_fragment_cannot_be_left_out_or_named_without_proof() {
    let left_out = rejection(|proof| {
        proof.names.pop();
        proof.us.pop();
        proof.u_sigs.pop();
        proof.mus.pop();
    });
    assert_eq!(left_out, Rejection::False);
    let added = rejection(|proof| {
        let (tagged, _) = fragment(3);
        proof.names.push(tagged.tag.t.name);
        proof.us.push(tagged.tag.t.u);
        proof.u_sigs.push(tagged.u_sig);
        proof.mus.push("0".into());
    });
    assert_eq!(added, Rejection::False);
}

#[test]
fn every_base_must_be_signed_by_a_worker() {
    let second = fragment(2).0.tag.t.name;
    let forged = rejection(|proof| plus_one(&mut proof.us[1]));
    assert_eq!(forged, Rejection::FalseBase(second));
    let unsigned = rejection(|proof| proof.u_sigs[1].clear());
    assert_eq!(unsigned, Rejection::FalseBase(second));
    // A prover that picks u = 1 needs no data at all, if only nobody checks where u comes from.
    let trivial = rejection(|proof| proof.us[1] = "1".into());
    assert_eq!(trivial, Rejection::FalseBase(second));
}

#[test]
fn malformed_numbers_are_rejected_without_arithmetic() {
    for text in ["", "-1", "00", "abc", "1 "] {
        assert_eq!(
            rejection(|proof| proof.mus[0] = text.into()),
            Rejection::BadNumber,
            "{text:?}"
        );
        assert_eq!(
            rejection(|proof| proof.sigma = text.into()),
            Rejection::BadNumber,
            "{text:?}"
        );
    }
    assert_eq!(
        rejection(|proof| proof.sigma = "0".into()),
        Rejection::BadNumber
    );
    assert_eq!(
        rejection(|proof| proof.sigma = "9".repeat(400)),
        Rejection::BadNumber
    );
    assert_eq!(
        rejection(|proof| proof.mus[0] = "9".repeat(3_000_000)),
        Rejection::BadNumber
    );
    assert_eq!(
        rejection(|proof| drop(proof.mus.pop())),
        Rejection::UnequalLists
    );
}

#[test]
fn a_proof_of_nothing_proves_nothing() {
    let mut proof = prove(&[]);
    assert_eq!(judge(&proof, Names::Distinct), Verdict::Empty);
    proof.sigma = "12345".into();
    assert_eq!(judge(&proof, Names::Distinct), Verdict::Empty);
}

#[test]
fn an_answer_to_one_challenge_is_no_answer_to_another() {
    let proof = prove(&[fragment(1)]);
    for other in [
        vec![(0, [2; 20])],
        vec![(0, [1; 20]), (3, [200; 20]), (6, [9; 20])],
    ] {
        let other = Challenge::new(other).unwrap();
        let verdict = key().verify(&other, &proof, Names::Distinct).unwrap();
        assert_eq!(verdict, Verdict::Rejected(Rejection::False));
    }
}

#[test]
fn repeated_names_count_only_when_they_are_expected() {
    let (one, two) = (fragment(1), fragment(2));
    let (first, second) = (one.0.tag.t.name, two.0.tag.t.name);
    let proof = prove(&[one.clone(), two, one]);
    assert_eq!(
        judge(&proof, Names::Distinct),
        Verdict::Rejected(Rejection::DuplicateName(first))
    );
    let expected = BTreeMap::from([(first, 2), (second, 1)]);
    assert_eq!(judge(&proof, Names::Counted(&expected)), Verdict::Accepted);
    let missing = BTreeMap::from([(first, 2), (second, 1), (Hash::of(b"third"), 1)]);
    let unexpected = Verdict::Rejected(Rejection::UnexpectedCount(Hash::of(b"third")));
    assert_eq!(judge(&proof, Names::Counted(&missing)), unexpected);
    let fewer = BTreeMap::from([(first, 1), (second, 1)]);
    assert_eq!(
        judge(&proof, Names::Counted(&fewer)),
        Verdict::Rejected(Rejection::UnexpectedCount(first))
    );
}

#[test]
fn a_tag_of_another_key_does_not_pass() {
    let (_, data) = fragment(1);
    let other = MasterKey::generate_bits(1024).unwrap();
    let tagged = other.tag(&Hash::of(&data), &data, CHUNKS, b"").unwrap();
    let check = public().check_tag(&tagged, &Hash::of(&data), CHUNKS, b"");
    assert!(matches!(check, Err(Podr2Error::FalseTag { .. })));
}

#[test]
fn every_change_to_a_tag_is_noticed() {
    let (tagged, data) = fragment(1);
    let name = Hash::of(&data);
    let check = |change: fn(&mut Tagged)| {
        let mut changed = tagged.clone();
        change(&mut changed);
        public().check_tag(&changed, &name, CHUNKS, b"")
    };
    assert!(check(|_| ()).is_ok());
    let changes: [fn(&mut Tagged); 8] = [
        |tagged| tagged.tag.t.name = Hash::of(b"other"),
        |tagged| plus_one(&mut tagged.tag.t.u),
        |tagged| tagged.tag.t.phi.swap(0, 1),
        |tagged| drop(tagged.tag.t.phi.pop()),
        |tagged| tagged.tag.phi_hash = "00".into(),
        |tagged| tagged.tag.attest = "zz".into(),
        |tagged| tagged.tag.attest.replace_range(..2, "00"),
        |tagged| tagged.u_sig[0] ^= 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert!(
            matches!(check(change), Err(Podr2Error::FalseTag { .. })),
            "change {number}"
        );
    }
    assert!(public()
        .check_tag(&tagged, &name, CHUNKS, b"other custom data")
        .is_err());
}

#[test]
fn data_that_is_not_the_fragment_is_not_tagged() {
    let wrong = key()
        .tag(&Hash::of(b"fragment"), b"fragmenT", 2, b"")
        .unwrap_err();
    assert!(matches!(wrong, Podr2Error::WrongData { .. }));
    for (data, chunks) in [
        (&b"12345678"[..], 3),
        (b"12345678", 0),
        (b"", 1),
        (&[0; (1 << 20) + 1], 1),
    ] {
        let error = key().tag(&Hash::of(data), data, chunks, b"").unwrap_err();
        assert!(matches!(error, Podr2Error::Chunking { .. }), "{error}");
    }
}

#[test]
fn a_lost_fragment_can_be_left_out_while_proving() {
    struct Lost;
    impl ChunkReader for Lost {
        fn chunk(&mut self, _: u32) -> io::Result<Vec<u8>> {
            Err(io::ErrorKind::NotFound.into())
        }
    }
    let ((tagged, data), (lost, _)) = (fragment(1), fragment(2));
    let mut prover = Prover::new(&public(), &challenge()).unwrap();
    assert!(matches!(
        prover.add(&lost, &mut Lost),
        Err(Podr2Error::Read { .. })
    ));
    prover
        .add(&tagged, &mut Chunks::of(&data, CHUNKS).unwrap())
        .unwrap();

    let mut damaged = lost.clone();
    damaged.tag.t.phi[3] = "x".into();
    let reader = || Chunks::of(&data, CHUNKS).unwrap();
    assert!(matches!(
        prover.add(&damaged, &mut reader()),
        Err(Podr2Error::DamagedTag(_))
    ));
    damaged.tag.t.phi.truncate(5);
    damaged.tag.t.phi[3] = lost.tag.t.phi[3].clone();
    assert!(matches!(
        prover.add(&damaged, &mut reader()),
        Err(Podr2Error::NoSuchChunk { index: 7, .. })
    ));
    assert_eq!(
        judge(&prover.finish().unwrap(), Names::Distinct),
        Verdict::Accepted
    );
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
    assert!(matches!(
        PublicKey::from_pkcs1(b"not a key"),
        Err(Podr2Error::Key(_))
    ));
    assert!(matches!(
        MasterKey::generate_bits(511),
        Err(Podr2Error::Key(_))
    ));
}

#[test]
fn a_tag_has_the_published_json_shape() {
    let (tagged, _) = fragment(1);
    let json = serde_json::to_value(&tagged).unwrap();
    let t = &json["tag"]["t"];
    assert_eq!(t["name"], tagged.tag.t.name.to_text());
    assert_eq!(t["u"], tagged.tag.t.u);
    assert_eq!(t["phi"].as_array().unwrap().len(), CHUNKS as usize);
    assert_eq!(json["tag"]["phi_hash"].as_str().unwrap().len(), 64);
    assert!(json["tag"]["attest"].is_string() && json["u_sig"].is_array());
    assert_eq!(serde_json::from_value::<Tagged>(json).unwrap(), tagged);
}
