//! Arbitrary and damaged bytes to every decoder that reads what another process wrote: sealed files,
//! the master key on its way to another worker, tags on their way to a miner.

use crate::{
    identity::{Identity, Secret},
    master::{Master, MasterFile},
    seal::Sealer,
    testing::{account, master, PARAMS},
};
use cess_podr2::Tagged;
use cess_primitives::{tee::attestation::Measurement, Hash, Podr2Scheme, ProtocolParams};
use cess_tee_api::{podr2::GenTagMsg, wire};
use proptest::{collection::vec, prelude::*, sample::Index};
use prost::Message;
use std::sync::OnceLock;

/// What happens to bytes on their way.
#[derive(Clone, Debug)]
enum Damage {
    Set(Index, u8),
    Flip(Index, u8),
    Remove(Index),
    Insert(Index, u8),
    Cut(Index),
}

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let one = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (any::<Index>(), 0u8..8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        any::<Index>().prop_map(Damage::Remove),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        any::<Index>().prop_map(Damage::Cut),
    ];
    vec(one, 1..5)
}

fn damaged(original: &[u8], damage: Vec<Damage>) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for change in damage {
        let length = bytes.len().max(1);
        match change {
            _ if bytes.is_empty() => {}
            Damage::Set(at, byte) => bytes[at.index(length)] = byte,
            Damage::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Damage::Remove(at) => drop(bytes.remove(at.index(length))),
            Damage::Insert(at, byte) => bytes.insert(at.index(length), byte),
            Damage::Cut(at) => bytes.truncate(at.index(length)),
        }
    }
    bytes
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..1500)
}

fn sealer() -> Sealer {
    Sealer::new(&[1; 32], &[7; 32], "master key")
}

fn sealed() -> &'static [u8] {
    static SEALED: OnceLock<Vec<u8>> = OnceLock::new();
    SEALED.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.seal");
        sealer().seal(&path, b"a secret of some length").unwrap();
        std::fs::read(path).unwrap()
    })
}

fn worker(uri: &str) -> Identity {
    Identity::new(account(uri)).unwrap()
}

/// The master key as it is handed to the second worker: sender, nonce, what is sealed.
fn handed_over() -> &'static [u8] {
    static SECRET: OnceLock<Vec<u8>> = OnceLock::new();
    SECRET.get_or_init(|| {
        let (holder, applicant) = (worker("//Tee//1"), worker("//Tee//2"));
        let key = master().to_bytes().unwrap();
        let secret = holder.encrypt(&applicant.ecdh_public(), &key).unwrap();
        [&secret.ecdh_public[..], &secret.iv, &secret.sealed].concat()
    })
}

fn secret(bytes: &[u8]) -> Option<Secret> {
    let (ecdh_public, rest) = bytes.split_first_chunk()?;
    let (iv, sealed) = rest.split_first_chunk()?;
    Some(Secret {
        ecdh_public: *ecdh_public,
        iv: *iv,
        sealed: sealed.to_vec(),
    })
}

/// A master key that was rolled, so that its RSA key and its seed are apart.
fn rolled() -> &'static (Master, Vec<u8>) {
    static ROLLED: OnceLock<(Master, Vec<u8>)> = OnceLock::new();
    ROLLED.get_or_init(|| {
        let rolled = master().roll().unwrap();
        let bytes = rolled.to_bytes().unwrap().to_vec();
        (rolled, bytes)
    })
}

const SCHEMES: [Podr2Scheme; 2] = [Podr2Scheme::Rsa, Podr2Scheme::Bls12381];

fn params(podr2_scheme: Podr2Scheme) -> ProtocolParams {
    ProtocolParams {
        podr2_scheme,
        ..PARAMS
    }
}

fn data() -> Vec<u8> {
    vec![5; PARAMS.fragment_size as usize]
}

/// A good tag of each scheme, and the message that brings it.
fn tags() -> &'static [(Tagged, Vec<u8>); 2] {
    static TAGS: OnceLock<[(Tagged, Vec<u8>); 2]> = OnceLock::new();
    TAGS.get_or_init(|| {
        SCHEMES.map(|scheme| {
            let key = master().podr2(&params(scheme)).unwrap();
            let tagged = key.tag(&Hash::of(&data()), &data(), PARAMS.chunk_count, b"");
            let tagged = tagged.unwrap();
            let message = wire::podr2::tag_message(tagged.clone(), [9; 64]).encode_to_vec();
            (tagged, message)
        })
    })
}

/// What a miner does with an answer: the tag, if it is a good one.
fn received(scheme: Podr2Scheme, bytes: &[u8]) -> Option<Tagged> {
    let tagged = wire::podr2::tagged(GenTagMsg::decode(bytes).ok()?).ok()?;
    let key = master().podr2(&params(scheme)).unwrap().public();
    let checked = key.check_tag(&tagged, &Hash::of(&data()), PARAMS.chunk_count, b"");
    checked.ok().map(|()| tagged)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_sealed_file_opens_only_as_it_was_written(noise in noise(), damage in damage()) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.seal");
        let magic = [&sealed()[..40], &noise].concat();
        for bytes in [noise, magic, damaged(sealed(), damage)] {
            std::fs::write(&path, &bytes).unwrap();
            let opened = sealer().unseal(&path);
            prop_assert_eq!(opened.is_ok(), bytes == sealed());
            let file = MasterFile::new(dir.path(), &account("//Tee//1"), &Measurement::default());
            std::fs::write(file.path(), &bytes).unwrap();
            prop_assert!(file.load().is_err());
        }
    }

    #[test]
    fn a_key_that_was_handed_over_is_read_only_as_it_was_sent(noise in noise(), damage in damage()) {
        let applicant = worker("//Tee//2");
        for bytes in [noise, damaged(handed_over(), damage)] {
            let Some(secret) = secret(&bytes) else { continue };
            prop_assert_eq!(applicant.decrypt(&secret).is_ok(), bytes == handed_over());
        }
    }

    #[test]
    fn bytes_that_are_no_master_key_are_refused_or_another_key(noise in noise(), damage in damage()) {
        let (original, bytes) = rolled();
        prop_assert!(Master::from_bytes(&noise).is_err());
        prop_assert!(Master::from_bytes(&[&bytes[..4], &noise].concat()).is_err());
        // Who receives a key compares it with the one that the chain knows.
        let read = Master::from_bytes(&damaged(bytes, damage));
        if let Ok(read) = read.as_ref().ok().filter(|read| read.public() == original.public()).ok_or(()) {
            prop_assert_eq!(&*read.to_bytes().unwrap(), bytes);
        }
    }

    #[test]
    fn a_tag_is_good_only_as_it_was_made(noise in noise(), damage in damage()) {
        for (scheme, (good, message)) in SCHEMES.into_iter().zip(tags()) {
            prop_assert_eq!(received(scheme, &noise), None);
            if let Some(tagged) = received(scheme, &damaged(message, damage.clone())) {
                // Hexadecimal digits may be spelled in two ways; what is proven with may not.
                prop_assert_eq!((&tagged.tag.t, &tagged.u_sig), (&good.tag.t, &good.u_sig));
            }
        }
    }
}

#[test]
fn the_samples_are_good_as_they_are() {
    let secret = secret(handed_over()).unwrap();
    let key = worker("//Tee//2").decrypt(&secret).unwrap();
    assert_eq!(*key, *master().to_bytes().unwrap());
    for (scheme, (good, message)) in SCHEMES.into_iter().zip(tags()) {
        assert_eq!(received(scheme, message).as_ref(), Some(good));
    }
    // Another spelling of the sender's key is not the sender's.
    let mut twin = handed_over().to_vec();
    twin[31] ^= 0x80;
    let twin = self::secret(&twin).unwrap();
    assert!(worker("//Tee//2").decrypt(&twin).is_err());
}
