//! A master key, its keys of both schemes, and fragments with their proofs.

use cess_podr2::{secret_key, Challenge, Chunks, MasterKey, Proof, SecretKey, Tagged};
use cess_primitives::{Hash, Podr2Scheme};
use std::sync::{Arc, OnceLock};

/// Chunks of a fragment.
pub(crate) const CHUNKS: u32 = 8;
/// Bytes of a chunk: two whole sectors and a part of one.
pub(crate) const CHUNK: usize = 64;

/// A short key, so that the plain arithmetic is quick enough for many cases.
pub(crate) fn master() -> &'static Arc<MasterKey> {
    static KEY: OnceLock<Arc<MasterKey>> = OnceLock::new();
    KEY.get_or_init(|| Arc::new(MasterKey::generate_bits(1024).unwrap()))
}

pub(crate) fn key(scheme: Podr2Scheme) -> Arc<dyn SecretKey> {
    static BLS: OnceLock<Arc<dyn SecretKey>> = OnceLock::new();
    match scheme {
        Podr2Scheme::Rsa => secret_key(master(), scheme, CHUNK as u64).unwrap(),
        Podr2Scheme::Bls12381 => {
            let key = BLS.get_or_init(|| secret_key(master(), scheme, CHUNK as u64).unwrap());
            Arc::clone(key)
        }
    }
}

/// Data that differs from seed to seed.
pub(crate) fn data(seed: u8) -> Vec<u8> {
    (0..CHUNK as u32 * CHUNKS)
        .map(|i| (i * 7 + i / 251 + u32::from(seed)) as u8 ^ seed)
        .collect()
}

/// A fragment with its tag.
pub(crate) fn fragment(scheme: Podr2Scheme, seed: u8) -> (Tagged, Vec<u8>) {
    let data = data(seed);
    let tagged = key(scheme).tag(&Hash::of(&data), &data, CHUNKS, b"custom");
    (tagged.unwrap(), data)
}

/// Three chunks.
pub(crate) fn challenge() -> Challenge {
    Challenge::new(vec![(0, [1; 20]), (3, [200; 20]), (7, [9; 20])]).unwrap()
}

/// A proof over fragments as they are.
pub(crate) fn prove(
    key: &dyn SecretKey,
    challenge: &Challenge,
    fragments: &[(Tagged, Vec<u8>)],
) -> Proof {
    let mut prover = key.public().prover(challenge).unwrap();
    for (tagged, data) in fragments {
        let count = tagged.tag.t.phi.len() as u32;
        let mut reader = Chunks::of(data, count).unwrap();
        prover.add(tagged, &mut reader).unwrap();
    }
    prover.finish().unwrap()
}
