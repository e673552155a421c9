//! One suite that every store must pass.

use super::{Condition, FragmentStore, FsStore, Loaded, MemoryStore, StoreError};
use cess_primitives::Hash;

const MAX: u64 = 1024;

fn fragment(byte: u8) -> (Hash, Vec<u8>) {
    let data = vec![byte; 1000];
    (Hash::of(&data), data)
}

fn what_was_put_is_read_back(store: &dyn FragmentStore) {
    let (hash, data) = fragment(1);
    assert_eq!(store.size(&hash).unwrap(), None);
    store.put(&hash, &data).unwrap();
    assert_eq!(store.size(&hash).unwrap(), Some(1000));
    assert_eq!(store.load(&hash, MAX).unwrap(), Loaded::Intact(data));
    assert_eq!(store.verify(&hash, MAX).unwrap(), Condition::Intact);
}

fn ranges_are_cut_at_the_end(store: &dyn FragmentStore) {
    let (hash, data) = fragment(2);
    store.put(&hash, &data).unwrap();
    assert_eq!(
        store.read(&hash, 990, 100).unwrap(),
        Some(data[990..].to_vec())
    );
    assert_eq!(store.read(&hash, 2000, 100).unwrap(), Some(vec![]));
    assert_eq!(store.read(&fragment(3).0, 0, 100).unwrap(), None);
}

fn a_dropped_writer_leaves_its_bytes_for_the_next(store: &dyn FragmentStore) {
    let (hash, data) = fragment(4);
    store.write(&hash).unwrap().append(&data[..300]).unwrap();
    assert_eq!(
        store.size(&hash).unwrap(),
        None,
        "a partial fragment is not held"
    );
    let mut partial = store.write(&hash).unwrap();
    assert_eq!(partial.len(), 300);
    partial.append(&data[300..]).unwrap();
    partial.commit().unwrap();
    assert_eq!(store.load(&hash, MAX).unwrap(), Loaded::Intact(data));
}

fn a_fragment_has_one_writer(store: &dyn FragmentStore) {
    let (hash, _) = fragment(5);
    let first = store.write(&hash).unwrap();
    assert!(matches!(store.write(&hash), Err(StoreError::Busy(h)) if h == hash));
    drop(first);
    assert!(store.write(&hash).is_ok());
}

fn wrong_bytes_are_refused_and_forgotten(store: &dyn FragmentStore) {
    let (hash, data) = fragment(6);
    assert!(matches!(
        store.put(&hash, b"other"),
        Err(StoreError::WrongHash(_))
    ));
    assert_eq!(store.verify(&hash, MAX).unwrap(), Condition::Missing);
    assert!(store.write(&hash).unwrap().is_empty());
    store.put(&hash, &data).unwrap();
}

fn a_whole_put_replaces_what_was_received(store: &dyn FragmentStore) {
    let (hash, data) = fragment(7);
    store.write(&hash).unwrap().append(b"garbage").unwrap();
    store.put(&hash, &data).unwrap();
    assert_eq!(store.verify(&hash, MAX).unwrap(), Condition::Intact);
}

fn too_large_counts_as_damaged(store: &dyn FragmentStore) {
    let (hash, data) = fragment(8);
    store.put(&hash, &data).unwrap();
    assert_eq!(store.verify(&hash, 999).unwrap(), Condition::Damaged);
}

fn listing_and_removal_see_whole_and_partial_fragments(store: &dyn FragmentStore) {
    let ((whole, data), (partial, _)) = (fragment(9), fragment(10));
    store.put(&whole, &data).unwrap();
    store.write(&partial).unwrap().append(b"x").unwrap();
    let mut listed = store.list().unwrap();
    listed.sort();
    let mut expected = vec![whole, partial];
    expected.sort();
    assert_eq!(listed, expected);
    assert!(store.remove(&whole).unwrap() && store.remove(&partial).unwrap());
    assert!(!store.remove(&whole).unwrap());
    assert_eq!(store.list().unwrap(), []);
}

fn names_that_are_no_hashes_are_refused(store: &dyn FragmentStore) {
    let evil = Hash([b'/'; 64]);
    assert!(matches!(store.size(&evil), Err(StoreError::BadName(_))));
    assert!(matches!(
        store.write(&evil).map(|_| ()),
        Err(StoreError::BadName(_))
    ));
    assert!(matches!(store.remove(&evil), Err(StoreError::BadName(_))));
}

macro_rules! conformance {
    ($($behaviour:ident),* $(,)?) => {
        mod memory { $(#[test] fn $behaviour() { super::$behaviour(&super::MemoryStore::default()) })* }
        mod files { $(#[test] fn $behaviour() {
            let dir = tempfile::tempdir().unwrap();
            super::$behaviour(&super::FsStore::open(dir.path()).unwrap())
        })* }
    };
}

conformance!(
    what_was_put_is_read_back,
    ranges_are_cut_at_the_end,
    a_dropped_writer_leaves_its_bytes_for_the_next,
    a_fragment_has_one_writer,
    wrong_bytes_are_refused_and_forgotten,
    a_whole_put_replaces_what_was_received,
    too_large_counts_as_damaged,
    listing_and_removal_see_whole_and_partial_fragments,
    names_that_are_no_hashes_are_refused,
);
