//! Storage keys: `twox128(pallet) || twox128(item) || hasher(key)…`.

use codec::{Decode, Encode};
use sp_crypto_hashing::{blake2_128, twox_128, twox_64};

/// The key of a plain value, and the prefix of a map.
pub(crate) fn item(pallet: &str, name: &str) -> Vec<u8> {
    [twox_128(pallet.as_bytes()), twox_128(name.as_bytes())].concat()
}

/// The key of one entry of a `Blake2_128Concat` map.
pub(crate) fn blake2(pallet: &str, name: &str, key: &impl Encode) -> Vec<u8> {
    let mut out = item(pallet, name);
    blake2_concat(&mut out, key);
    out
}

/// The key of one entry of a `Blake2_128Concat` double map.
pub(crate) fn blake2_pair(
    pallet: &str,
    name: &str,
    first: &impl Encode,
    second: &impl Encode,
) -> Vec<u8> {
    let mut out = blake2(pallet, name, first);
    blake2_concat(&mut out, second);
    out
}

/// The key of one entry of a `Twox64Concat` map.
pub(crate) fn twox64(pallet: &str, name: &str, key: &impl Encode) -> Vec<u8> {
    let mut out = item(pallet, name);
    let key = key.encode();
    out.extend(twox_64(&key));
    out.extend(key);
    out
}

/// Length of what a concatenating hasher puts before the key itself.
#[derive(Clone, Copy)]
pub(crate) enum Hasher {
    Blake2 = 16,
    Twox64 = 8,
}

/// The map key at the end of a storage key, after a prefix of `prefix_len` bytes.
pub(crate) fn map_key<K: Decode>(
    key: &[u8],
    prefix_len: usize,
    hasher: Hasher,
) -> Result<K, codec::Error> {
    let tail = key
        .get(prefix_len + hasher as usize..)
        .ok_or("the key is too short")?;
    K::decode(&mut &*tail)
}

fn blake2_concat(out: &mut Vec<u8>, key: &impl Encode) {
    let key = key.encode();
    out.extend(blake2_128(&key));
    out.extend(key);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_key_matches_a_well_known_one() {
        assert_eq!(
            hex::encode(item("System", "Account")),
            "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9"
        );
        assert_eq!(
            hex::encode(item("System", "Events")),
            "26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
        );
    }

    #[test]
    fn a_map_key_matches_alices_well_known_account_key() {
        let alice = hex::decode("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")
            .unwrap();
        let alice: [u8; 32] = alice.try_into().unwrap();
        let key = blake2("System", "Account", &alice);
        assert_eq!(
            hex::encode(&key[32..]),
            "de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
        );
        assert_eq!(
            map_key::<[u8; 32]>(&key, 32, Hasher::Blake2).unwrap(),
            alice
        );
    }

    #[test]
    fn keys_end_with_the_encoded_map_key() {
        let key = twox64("TeeWorker", "Workers", &[7u8; 32]);
        assert_eq!(key.len(), 32 + 8 + 32);
        assert_eq!(
            map_key::<[u8; 32]>(&key, 32, Hasher::Twox64).unwrap(),
            [7; 32]
        );
        let pair = blake2_pair("StorageHandler", "Territory", &[1u8; 32], &vec![b'a', b'b']);
        assert_eq!(pair.len(), 32 + 48 + 16 + 3);
        assert_eq!(
            pair[..80],
            blake2("StorageHandler", "Territory", &[1u8; 32])[..]
        );
    }

    #[test]
    fn a_short_key_is_an_error() {
        assert!(map_key::<[u8; 32]>(&[0; 40], 32, Hasher::Blake2).is_err());
    }
}
