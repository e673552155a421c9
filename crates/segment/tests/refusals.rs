//! What is refused, and with which words.

use cess_primitives::{Hash, MAX_SEGMENTS};
use cess_segment::{
    is_sealed, rebuild_fragment, rebuild_segment, split, Cipher, Fragments, KdfParams, Layout,
    Opener, SegmentError,
};
use std::io::{self, repeat, Read};

const CHEAP: KdfParams = KdfParams {
    memory_kib: 8,
    passes: 1,
    lanes: 1,
};

fn layout() -> Layout {
    Layout::new(128).unwrap()
}

fn stored(file: &[u8], cipher: &Cipher) -> Vec<Vec<u8>> {
    let mut segments = Vec::new();
    split(file, None, layout(), cipher, |_, parts| {
        segments.push(parts.segment());
        Ok(())
    })
    .unwrap();
    segments
}

fn sealed(file: &[u8]) -> Vec<Vec<u8>> {
    stored(file, &Cipher::sealed_with(b"right", CHEAP).unwrap())
}

#[test]
fn an_empty_file_is_refused_in_the_published_words() {
    for announced in [None, Some(0)] {
        let error = split(io::empty(), announced, layout(), &Cipher::none(), |_, _| {
            Ok(())
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "file is empty");
    }
}

#[test]
fn a_file_of_more_than_a_thousand_segments_is_refused_before_any_work() {
    let most = u64::from(MAX_SEGMENTS) * 128;
    let untouched = |_, _| panic!("nothing is processed");
    let never_read = io::empty().chain(Unreadable);
    let error = split(
        never_read,
        Some(most + 1),
        layout(),
        &Cipher::none(),
        untouched,
    )
    .unwrap_err();
    assert!(
        matches!(error, SegmentError::TooManySegments { largest } if largest == most),
        "{error}"
    );
}

#[test]
fn a_file_of_unknown_length_is_refused_at_the_first_byte_too_many() {
    let most = u64::from(MAX_SEGMENTS) * 128;
    let summary = split(
        repeat(5).take(most),
        None,
        layout(),
        &Cipher::none(),
        |_, _| Ok(()),
    )
    .unwrap();
    assert_eq!(summary.segments.len() as u32, MAX_SEGMENTS);
    let error = split(repeat(5), None, layout(), &Cipher::none(), |_, _| Ok(())).unwrap_err();
    assert!(
        matches!(error, SegmentError::TooManySegments { .. }),
        "{error}"
    );
}

#[test]
fn a_file_that_is_not_as_long_as_announced_is_refused() {
    for announced in [9, 11] {
        let error = split(
            &[1; 10][..],
            Some(announced),
            layout(),
            &Cipher::none(),
            |_, _| Ok(()),
        )
        .unwrap_err();
        assert!(matches!(error, SegmentError::WrongLength { .. }), "{error}");
    }
}

#[test]
fn errors_of_reader_and_sink_come_through() {
    let read = split(Unreadable, None, layout(), &Cipher::none(), |_, _| Ok(())).unwrap_err();
    assert!(
        matches!(read, SegmentError::Io(error) if error.kind() == io::ErrorKind::ConnectionReset)
    );
    let full = |_, _| Err(io::ErrorKind::StorageFull.into());
    let write = split(&[1; 10][..], None, layout(), &Cipher::none(), full).unwrap_err();
    assert!(matches!(write, SegmentError::Io(error) if error.kind() == io::ErrorKind::StorageFull));
}

#[test]
fn keys_outside_the_published_length_are_refused() {
    assert!(matches!(
        Cipher::published(b""),
        Err(SegmentError::KeyLength(0))
    ));
    assert!(matches!(
        Cipher::published(&[1; 33]),
        Err(SegmentError::KeyLength(33))
    ));
    assert!(Cipher::published(&[1; 32]).is_ok());
    assert!(matches!(
        Cipher::sealed(b""),
        Err(SegmentError::EmptyPassword)
    ));
}

#[test]
fn layouts_that_cannot_work_are_refused() {
    for size in [0, 2, 130, 1 << 31] {
        assert!(
            matches!(Layout::new(size), Err(SegmentError::Layout { .. })),
            "{size}"
        );
    }
    let odd = Layout::new(100).unwrap();
    let published = Cipher::published(b"key").unwrap();
    assert!(matches!(
        published.segments_of(1, odd),
        Err(SegmentError::Layout { .. })
    ));
    let small = Layout::new(76).unwrap();
    let sealed = Cipher::sealed_with(b"key", CHEAP).unwrap();
    assert!(matches!(
        sealed.segments_of(1, small),
        Err(SegmentError::Layout { .. })
    ));
}

#[test]
fn equal_segments_within_a_file_are_kept_apart() {
    let segments = stored(&[0; 512], &Cipher::none());
    assert_eq!(segments, vec![vec![0; 128]; 4]);
}

#[test]
fn the_same_file_sealed_twice_looks_different_and_opens_alike() {
    let (one, two) = (sealed(b"same bytes"), sealed(b"same bytes"));
    assert!(is_sealed(&one[0]) && !is_sealed(b"same bytes"));
    assert_ne!(one, two);
    for segments in [one, two] {
        let opener = Opener::new(layout(), 1, 10, Some(b"right"), &segments[0]).unwrap();
        assert_eq!(opener.open(0, segments[0].clone()).unwrap(), b"same bytes");
    }
}

#[test]
fn a_wrong_password_is_named_as_such() {
    let segments = sealed(b"secret bytes");
    let wrong = Opener::new(layout(), 1, 12, Some(b"wrong"), &segments[0]).unwrap_err();
    assert_eq!(wrong.to_string(), "wrong password");
    let none = Opener::new(layout(), 1, 12, None, &segments[0]).unwrap_err();
    assert!(matches!(none, SegmentError::PasswordNeeded));

    let segments = stored(b"secret bytes", &Cipher::published(b"right").unwrap());
    let opener = Opener::new(layout(), 1, 12, Some(b"wrong"), &segments[0]).unwrap();
    let error = opener.open(0, segments[0].clone()).unwrap_err();
    assert!(error.to_string().starts_with("wrong password"), "{error}");
}

#[test]
fn sealed_segments_cannot_be_swapped_cut_off_or_taken_from_another_file() {
    let file = [7; 128 * 4];
    let segments = sealed(&file);
    let count = segments.len() as u32;
    let size = file.len() as u64;
    let opener = Opener::new(layout(), count, size, Some(b"right"), &segments[0]).unwrap();
    assert!(matches!(
        opener.open(1, segments[2].clone()),
        Err(SegmentError::Damaged(1))
    ));
    let foreign = sealed(&file);
    assert!(matches!(
        opener.open(1, foreign[1].clone()),
        Err(SegmentError::Damaged(1))
    ));

    // The first two segments, both full, presented as a whole file: the second is not marked as last.
    let shorter = Opener::new(layout(), 2, 52 + 108, Some(b"right"), &segments[0]).unwrap();
    assert!(shorter.open(0, segments[0].clone()).is_ok());
    assert!(matches!(
        shorter.open(1, segments[1].clone()),
        Err(SegmentError::Damaged(1))
    ));
}

#[test]
fn a_sealed_file_does_not_open_under_another_size() {
    let segments = sealed(&[7; 20]);
    let opener = Opener::new(layout(), 1, 19, Some(b"right"), &segments[0]).unwrap();
    assert!(matches!(
        opener.open(0, segments[0].clone()),
        Err(SegmentError::SealedSize(0))
    ));
}

#[test]
fn a_header_that_asks_for_absurd_work_is_refused() {
    let mut first = sealed(b"bytes").remove(0);
    first[12..16].copy_from_slice(&u32::MAX.to_be_bytes());
    let error = Opener::new(layout(), 1, 5, Some(b"right"), &first).unwrap_err();
    assert!(matches!(error, SegmentError::Header(_)), "{error}");
    let cut_off = Opener::new(layout(), 1, 5, Some(b"right"), &first[..20]).unwrap_err();
    assert!(matches!(cut_off, SegmentError::Header(_)), "{cut_off}");
    first[8] = 2;
    let newer = Opener::new(layout(), 1, 5, Some(b"right"), &first).unwrap_err();
    assert!(newer.to_string().contains("unknown version"), "{newer}");
}

#[test]
fn ranges_and_segments_outside_the_file_are_refused() {
    let opener = Opener::new(layout(), 2, 200, None, &[0; 128]).unwrap();
    let reversed = std::ops::Range { start: 5, end: 4 };
    for range in [0..201, 201..201, reversed] {
        assert!(matches!(
            opener.pieces(range).map(|_| ()),
            Err(SegmentError::Range { size: 200, .. })
        ));
    }
    assert!(matches!(
        opener.open(2, vec![0; 128]),
        Err(SegmentError::NoSuch { index: 2, .. })
    ));
    assert!(matches!(
        opener.open(0, vec![0; 127]),
        Err(SegmentError::BadLength { actual: 127, .. })
    ));
    for (segments, size) in [(2, 128), (2, 257), (0, 1), (1, 0)] {
        let error = Opener::new(layout(), segments, size, None, &[0; 128]).unwrap_err();
        assert!(
            matches!(error, SegmentError::SizeMismatch { .. }),
            "{error}"
        );
    }
}

#[test]
fn three_fragments_are_too_few() {
    let name = Hash::of(b"");
    let mut three: Fragments = core::array::from_fn(|i| (i < 3).then(|| vec![0; 32]));
    assert!(matches!(
        rebuild_segment(&mut three, layout(), &name),
        Err(SegmentError::TooFewFragments(3))
    ));
    let mut four: Fragments = core::array::from_fn(|i| (i < 4).then(|| vec![0; 32]));
    let own = rebuild_fragment(&mut four.clone(), 2, layout(), &name);
    assert!(
        matches!(own, Err(SegmentError::TooFewFragments(3))),
        "the fragment itself does not count"
    );
    let none = rebuild_fragment(&mut four.clone(), 12, layout(), &name);
    assert!(matches!(none, Err(SegmentError::NoSuch { index: 12, .. })));
    four[1] = Some(vec![0; 31]);
    assert!(matches!(
        rebuild_segment(&mut four, layout(), &name),
        Err(SegmentError::BadLength { actual: 31, .. })
    ));
}

struct Unreadable;

impl Read for Unreadable {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::ConnectionReset.into())
    }
}
