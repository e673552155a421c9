//! What must hold for every file, layout and cipher.

use cess_primitives::{hash, Hash, FRAGMENT_COUNT};
use cess_segment::{
    encode_segment, rebuild_fragment, rebuild_segment, split, Cipher, Fragments, KdfParams, Layout,
    Opener, SegmentError, SegmentParts, Summary,
};
use proptest::{collection::vec, prelude::*, sample::subsequence};

const PASSWORD: &[u8] = b"pass phrase";

#[derive(Clone, Copy, Debug)]
enum Kind {
    Plain,
    Published,
    Sealed,
}

impl Kind {
    fn cipher(self) -> Cipher {
        // The least memory that Argon2 takes: its strength is not what is tested here.
        let cheap = KdfParams {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        };
        match self {
            Self::Plain => Cipher::none(),
            Self::Published => Cipher::published(PASSWORD).unwrap(),
            Self::Sealed => Cipher::sealed_with(PASSWORD, cheap).unwrap(),
        }
    }

    fn password(self) -> Option<&'static [u8]> {
        (!matches!(self, Self::Plain)).then_some(PASSWORD)
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Plain), Just(Kind::Published), Just(Kind::Sealed)]
}

/// Segments of 96 bytes to 4 KiB, in steps that the published cipher can work with.
fn layouts() -> impl Strategy<Value = Layout> {
    (6u64..256).prop_map(|blocks| Layout::new(blocks * 16).unwrap())
}

fn cut(file: &[u8], layout: Layout, kind: Kind) -> (Vec<SegmentParts>, Summary) {
    let mut stored = Vec::new();
    let summary = split(
        file,
        Some(file.len() as u64),
        layout,
        &kind.cipher(),
        |index, parts| {
            assert_eq!(index as usize, stored.len(), "segments come in order");
            stored.push(parts);
            Ok(())
        },
    );
    (stored, summary.unwrap())
}

fn opener(stored: &[SegmentParts], summary: &Summary, layout: Layout, kind: Kind) -> Opener {
    let first = stored[0].segment();
    Opener::new(
        layout,
        stored.len() as u32,
        summary.size,
        kind.password(),
        &first,
    )
    .unwrap()
}

fn fragments(parts: &SegmentParts, keep: &[usize]) -> Fragments {
    core::array::from_fn(|j| keep.contains(&j).then(|| parts.fragments[j].1.clone()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_range_of_an_opened_file_is_the_slice_of_the_original(
        layout in layouts(), kind in kinds(), file in vec(any::<u8>(), 1..20_000), a: u16, b: u16,
    ) {
        let (stored, summary) = cut(&file, layout, kind);
        prop_assert_eq!(summary.size, file.len() as u64);
        prop_assert_eq!(summary.stored_size, (stored.len() * layout.segment_size()) as u64);
        prop_assert_eq!(stored.len() as u32, kind.cipher().segments_of(summary.size, layout).unwrap());
        let opener = opener(&stored, &summary, layout, kind);
        let (a, b) = (usize::from(a) % (file.len() + 1), usize::from(b) % (file.len() + 1));
        for range in [0..file.len(), a.min(b)..a.max(b), 0..0, file.len()..file.len()] {
            let mut out = Vec::new();
            let fetch = |i: u32| Ok(stored[i as usize].segment());
            opener.read_range(range.start as u64..range.end as u64, fetch, &mut out).unwrap();
            prop_assert_eq!(&out, &file[range]);
        }
    }

    #[test]
    fn names_are_the_hashes_of_the_bytes_and_fid_is_their_root(
        layout in layouts(), kind in kinds(), file in vec(any::<u8>(), 1..8000),
    ) {
        let (stored, summary) = cut(&file, layout, kind);
        for (parts, declared) in stored.iter().zip(&summary.segments) {
            prop_assert_eq!(&parts.list(), declared);
            prop_assert_eq!(Hash::of(&parts.segment()), parts.hash);
            for (name, bytes) in &parts.fragments {
                prop_assert_eq!(Hash::of(bytes), *name);
                prop_assert_eq!(bytes.len(), layout.fragment_size());
            }
            prop_assert_eq!(&encode_segment(&parts.segment(), layout).unwrap(), parts, "can be made again");
        }
        prop_assert_eq!(hash::fid(stored.iter().map(|parts| parts.hash)), Some(summary.fid));
    }

    #[test]
    fn any_four_fragments_rebuild_the_segment_and_every_other_fragment(
        blocks in 1u64..3000, content in any::<u64>(), keep in subsequence((0..FRAGMENT_COUNT).collect::<Vec<_>>(), 4),
    ) {
        let layout = Layout::new(blocks * 4).unwrap();
        let segment: Vec<u8> = (0..blocks * 4).map(|i| (i.wrapping_mul(content) >> 13) as u8).collect();
        let parts = encode_segment(&segment, layout).unwrap();
        let rebuilt = rebuild_segment(&mut fragments(&parts, &keep), layout, &parts.hash).unwrap();
        prop_assert_eq!(rebuilt, segment);
        for (index, (name, bytes)) in parts.fragments.iter().enumerate().filter(|(i, _)| !keep.contains(i)) {
            let made = rebuild_fragment(&mut fragments(&parts, &keep), index, layout, name).unwrap();
            prop_assert_eq!(&made, bytes);
        }
    }

    #[test]
    fn a_corrupt_fragment_is_never_taken_for_a_segment(
        blocks in 1u64..200, flip in any::<prop::sample::Index>(), bit in 0..8u8,
        keep in subsequence((0..FRAGMENT_COUNT).collect::<Vec<_>>(), 4), culprit in 0usize..4,
    ) {
        let layout = Layout::new(blocks * 4).unwrap();
        let segment: Vec<u8> = (0..blocks * 4).map(|i| i as u8).collect();
        let parts = encode_segment(&segment, layout).unwrap();
        let mut corrupt = fragments(&parts, &keep);
        let bytes = corrupt[keep[culprit]].as_mut().unwrap();
        let at = flip.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        let refused = matches!(
            rebuild_segment(&mut corrupt, layout, &parts.hash),
            Err(SegmentError::HashMismatch { expected, .. }) if expected == parts.hash
        );
        prop_assert!(refused);
    }

    #[test]
    fn any_flipped_bit_of_a_sealed_file_is_noticed(
        layout in layouts(), file in vec(any::<u8>(), 1..2000), flip in any::<prop::sample::Index>(), bit in 0..8u8,
    ) {
        let (stored, summary) = cut(&file, layout, Kind::Sealed);
        let mut bytes: Vec<u8> = stored.iter().flat_map(SegmentParts::segment).collect();
        let at = flip.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        let mut segments = bytes.chunks(layout.segment_size());
        let opened = Opener::new(layout, stored.len() as u32, summary.size, Some(PASSWORD), &bytes)
            .and_then(|opener| segments.clone().enumerate().try_for_each(|(i, s)| opener.open(i as u32, s.to_vec()).map(|_| ())));
        prop_assert!(opened.is_err());
        prop_assert!(segments.next().is_some());
    }

    #[test]
    fn bytes_may_arrive_in_pieces_of_any_size(file in vec(any::<u8>(), 1..3000), piece in 1usize..500) {
        let layout = Layout::new(256).unwrap();
        let mut writer = cess_segment::SegmentWriter::new(layout, &Cipher::none(), None).unwrap();
        let mut stored = Vec::new();
        for mut input in file.chunks(piece) {
            while !input.is_empty() {
                if let Some(parts) = writer.push(&mut input).unwrap() {
                    stored.push(parts.clone());
                    writer.recycle(parts);
                }
            }
        }
        let (last, summary) = writer.finish().unwrap();
        stored.push(last);
        prop_assert_eq!((stored, summary), cut(&file, layout, Kind::Plain));
    }
}
