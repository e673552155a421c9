//! The published format, byte for byte: vectors of spec off-chain 1.6 at the sizes of the real network.

use cess_primitives::{Hash, ProtocolParams};
use cess_segment::{erasure::PARITY, split, Cipher, Layout, Summary};
use reed_solomon_erasure::galois_8::ReedSolomon;
use std::io::{repeat, Read};

const MIB: u64 = 1 << 20;
const ZERO_FRAGMENT: &str = "2daeb1f36095b44b318410b3f4e8b5d989dcc7bb023d1426c492dab0a3053e74";

fn reference() -> Layout {
    Layout::of(&ProtocolParams::reference()).unwrap()
}

fn process(file: impl Read, cipher: &Cipher) -> Summary {
    split(file, None, reference(), cipher, |_, _| Ok(())).unwrap()
}

fn hash(text: &str) -> Hash {
    text.parse().unwrap()
}

#[test]
fn a_short_file_has_the_published_segment_fragments_and_fid() {
    let summary = process(&b"hello cess"[..], &Cipher::none());
    let fragments = [
        "f3e78111c4cbb9168ca3e57006a835f6f65cd64b6954af24958422a284f1da80",
        ZERO_FRAGMENT,
        ZERO_FRAGMENT,
        ZERO_FRAGMENT,
        "2c9639ac9fba9e01c5a26730b44bb55394a1460911c7bbf86d46a480c0e82fd9",
        "a4dc96407e05576a4ae687bfe3d991f3b92b392ed5821543ab3cd3b70d47cca8",
        "094f44b4149c821a97adbadb12d8ec8b041530772b47b1fac75938c2775933d8",
        "fc5555c148f7f6f008463c321958bfbe9afae5d4526fed3ce7f5de83a32019e0",
        "f8bec2b341ced0eba740946e58b37f8b441b6b09647a4e475de2e4dd5b0a8196",
        "e2160d838f0fc737f57415663d4307e379d5f5728e883a682a0610130e696591",
        "3d984b0b59f0264c9cd3dbc812bf5f9513725e0660b9e0709f53bc0821c307b6",
        "25b91194d10f9c093c8aca1773a1e05e138d47646730568aba8cf8df9bc680f5",
    ];
    let [segment] = &summary.segments[..] else {
        panic!("one segment")
    };
    assert_eq!(
        segment.hash,
        hash("91e83b8a8dcfa82993a99614ecdd542f828e68cdf460e9daad70db0e738a4ec1")
    );
    assert_eq!(segment.fragment_list.to_vec(), fragments.map(hash));
    assert_eq!(
        summary.fid,
        hash("be1e4130895feddd642d5ca739f80de7b7e101ca271581a7c68071d5327d0c59")
    );
    assert_eq!((summary.size, summary.stored_size), (10, 32 * MIB));
}

#[test]
fn the_published_cipher_gives_the_published_segment_and_fid() {
    let summary = process(&b"hello cess"[..], &Cipher::published(b"secret").unwrap());
    let segment = "5e11e2f8f117f29f469117c3e71d90e7f26304febf85357c18b881c40ff8eb7d";
    assert_eq!(summary.segments[0].hash, hash(segment));
    assert_eq!(
        summary.fid,
        hash("58aa348597151b8dc28d29c96804050259fd68c7d88aa40d5f13fcaa06fad506")
    );
}

#[test]
fn a_segment_of_zeros_has_the_published_names() {
    let summary = process(repeat(0).take(32 * MIB), &Cipher::none());
    let segment = "83ee47245398adee79bd9c0a8bc57b821e92aba10f5f9ade8a5d1fae4d8c4302";
    assert_eq!(summary.segments[0].hash, hash(segment));
    assert!(summary.segments[0]
        .fragment_list
        .iter()
        .all(|fragment| *fragment == hash(ZERO_FRAGMENT)));
    assert_eq!(
        summary.fid,
        hash("323eabd8c5bc51adb392a9819a5ac1904e31db23ec711f0ee725436e9fbf64a8")
    );
}

#[test]
fn files_of_two_and_three_segments_have_the_published_fids() {
    let two = || repeat(1).take(32 * MIB).chain(repeat(2).take(32 * MIB));
    let summary = process(two(), &Cipher::none());
    let ends = |place: usize, start: &str, end: &str| {
        let name = summary.segments[place].hash.to_text();
        assert!(name.starts_with(start) && name.ends_with(end), "{name}");
    };
    ends(0, "e35460e2", "32e84ee");
    ends(1, "1e8676a7", "50126e");
    assert_eq!(
        summary.fid,
        hash("8a408de993e9f99ce7c8f93aa8017a47aea45b324293c8d30d2af12652670e83")
    );

    let summary = process(two().chain(&[3u8][..]), &Cipher::none());
    let name = summary.segments[2].hash.to_text();
    assert!(
        name.starts_with("8d0a91b9") && name.ends_with("53f532"),
        "{name}"
    );
    assert_eq!(
        summary.fid,
        hash("2416eb5d4fae0ad109b2ef44f20532e33e6cd0d0d2b62f1664859c4cf2f8f50c")
    );
}

#[test]
fn parity_rows_are_those_of_the_vandermonde_code() {
    let code = ReedSolomon::new(4, 8).unwrap();
    for column in 0..4 {
        let mut shards = vec![vec![0u8; 1]; 12];
        shards[column][0] = 1;
        code.encode(&mut shards).unwrap();
        let expected: Vec<u8> = shards[4..].iter().map(|shard| shard[0]).collect();
        assert_eq!(PARITY.map(|row| row[column]).to_vec(), expected);
    }
}
