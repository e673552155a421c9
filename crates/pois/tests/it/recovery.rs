//! What happens when work is stopped, files rot, and disks lose them.

use crate::common::{go, small, tiny, Miner, SECRET};
use cess_pois::{
    commit, new_miner, Check, DirStore, Group, MemoryStore, PoisError, Progress, Prover, Record,
    Repaired, SecretKey, SpaceProofInfo, Store,
};
use std::{
    collections::BTreeMap,
    io,
    ops::ControlFlow,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};

fn contents(store: &impl Store) -> BTreeMap<Record, Vec<u8>> {
    let records = store.list().unwrap().into_iter();
    records
        .map(|record| (record, store.read(record).unwrap().unwrap()))
        .collect()
}

fn layers(store: &impl Store) -> BTreeMap<Record, Vec<u8>> {
    let mut records = contents(store);
    records.retain(|record, _| matches!(record, Record::Layer { .. }));
    records
}

fn layer(cluster: u64, layer: u32) -> Record {
    Record::Layer { cluster, layer }
}

/// A disk that fails from its n-th change on.
struct Failing {
    disk: Arc<MemoryStore>,
    left: AtomicUsize,
}

impl Failing {
    fn change(&self) -> io::Result<()> {
        let take = |left: usize| left.checked_sub(1);
        match self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
        {
            Ok(_) => Ok(()),
            Err(_) => Err(io::ErrorKind::StorageFull.into()),
        }
    }
}

impl Store for Failing {
    fn read(&self, record: Record) -> io::Result<Option<Vec<u8>>> {
        self.disk.read(record)
    }

    fn read_at(&self, record: Record, offset: u64, buffer: &mut [u8]) -> io::Result<bool> {
        self.disk.read_at(record, offset, buffer)
    }

    fn write(&self, record: Record, parts: &[&[u8]]) -> io::Result<()> {
        self.change()?;
        self.disk.write(record, parts)
    }

    fn remove(&self, record: Record) -> io::Result<()> {
        self.change()?;
        self.disk.remove(record)
    }

    fn list(&self) -> io::Result<Vec<Record>> {
        self.disk.list()
    }
}

#[test]
fn generation_goes_on_where_it_was_stopped() {
    let whole = Miner::new(tiny(), 1);
    let (expected, _) = whole.claim();
    for stop in 0..=8 {
        let miner = Miner::new(tiny(), 1);
        let mut seen = Vec::new();
        let stopped = miner.prover.generate(&mut |progress: Progress| {
            seen.push(progress.done);
            if progress.done == stop {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!(seen, (0..=stop).collect::<Vec<_>>());
        // All layers are there when the watcher sees the last step.
        assert_eq!(matches!(stopped, Err(PoisError::Cancelled)), stop < 8);
        assert_eq!(miner.store.list().unwrap().len(), stop);
        assert_eq!(miner.prover.generate(&mut go).unwrap(), expected);
        assert_eq!(contents(&miner.store), contents(&whole.store));
    }
}

/// One life: two sets, a deletion, clean-up. Every step may be repeated after a failure.
fn live<S: Store>(store: S, chain: &mut SpaceProofInfo, key: &SecretKey) -> Result<(), PoisError> {
    let (params, group) = (tiny(), Group::secret(key).unwrap());
    let prover = Prover::open(params, chain.clone(), store)?;
    prover.clean()?;
    while chain.rear < 8 {
        let commitment = prover.generate(&mut go)?;
        let challenge = commit::challenge(&params, chain, &commitment, &SECRET)?;
        let (proof, append) = prover.prove_commit(&commitment, &challenge)?;
        *chain = commit::verify(
            &params,
            &group,
            chain,
            &commitment,
            &challenge,
            &proof,
            &append,
        )?;
        prover.adopt(chain.clone())?;
        prover.clean()?;
    }
    if chain.front == 0 {
        let deletion = prover.prove_deletion(3)?;
        *chain = cess_pois::deletion::verify(&group, chain, &deletion)?;
        prover.adopt(chain.clone())?;
    }
    prover.clean()
}

#[test]
fn a_crash_in_the_middle_of_any_step_costs_nothing_but_that_step() {
    let key = SecretKey::derive(&SECRET, &[1; 32].into()).unwrap();
    let start = new_miner([1; 32].into(), key.public());
    let (mut expected, reference) = (start.clone(), Arc::new(MemoryStore::default()));
    live(Arc::clone(&reference), &mut expected, &key).unwrap();
    let mut changes = 0;
    loop {
        let (mut chain, disk) = (start.clone(), Arc::new(MemoryStore::default()));
        let failing = Failing {
            disk: Arc::clone(&disk),
            left: AtomicUsize::new(changes),
        };
        let failed = live(failing, &mut chain, &key);
        // After the restart nothing fails any more.
        live(Arc::clone(&disk), &mut chain, &key).unwrap();
        assert_eq!(chain, expected, "after {changes} changes");
        assert_eq!(layers(&disk), layers(&reference), "after {changes} changes");
        match failed {
            Ok(()) => break,
            Err(error) => assert!(matches!(error, PoisError::Store { .. }), "{error}"),
        }
        changes += 1;
    }
    // 16 layers were written, 8 temporary ones and 3 files removed; the rest are pages of the book.
    assert!(changes >= 16 + 8 + 3, "{changes}");
}

#[test]
fn temporary_layers_stay_until_the_set_is_certified() {
    let mut miner = Miner::new(tiny(), 1);
    let (commitment, challenge) = miner.claim();
    miner.prover.clean().unwrap();
    assert_eq!(layers(&miner.store).len(), 8, "it may still be challenged");
    let (proof, append) = miner.prover.prove_commit(&commitment, &challenge).unwrap();
    miner.info = miner.verify_commit(&commitment, &proof, &append).unwrap();
    miner.prover.adopt(miner.info.clone()).unwrap();
    miner.claim();
    miner.prover.clean().unwrap();
    let kept: Vec<Record> = layers(&miner.store).into_keys().collect();
    let first = [layer(1, 2), layer(1, 3), layer(2, 2), layer(2, 3)];
    let second = (3..5).flat_map(|cluster| (0..4).map(move |number| layer(cluster, number)));
    assert_eq!(kept, first.into_iter().chain(second).collect::<Vec<_>>());
    miner.give_up(3).unwrap();
    miner.prover.clean().unwrap();
    assert!(layers(&miner.store).keys().take(1).eq(&[layer(2, 3)]));
}

fn recover(miner: &Miner, check: Check) -> (Prover<Arc<MemoryStore>>, Repaired) {
    let store = Arc::clone(&miner.store);
    Prover::recover(miner.params, miner.info.clone(), store, check, &mut go).unwrap()
}

#[test]
fn lost_and_rotten_files_are_named_and_made_again() {
    let mut miner = Miner::with_sets(small(), 1, 3);
    miner.give_up(2).unwrap();
    miner.prover.clean().unwrap();
    let honest = contents(&miner.store);
    let changes: [(Record, Check, fn(&mut Vec<u8>)); 4] = [
        (layer(3, 5), Check::Presence, |bytes| bytes.truncate(1000)),
        (layer(1, 6), Check::Bytes, |bytes| bytes[7 * 64] ^= 1),
        (layer(5, 4), Check::Bytes, |bytes| bytes[512 * 64 + 1] ^= 1),
        (layer(6, 7), Check::Bytes, |bytes| bytes.fill(0)),
    ];
    for (record, check, change) in changes {
        miner.store.damage(record, change);
        let (prover, repaired) = recover(&miner, check);
        assert_eq!(repaired, Repaired { files: 1, sets: 1 }, "{record:?}");
        prover.clean().unwrap();
        assert_eq!(contents(&miner.store), honest, "{record:?}");
    }
    let names = [layer(2, 4), layer(4, 7), layer(4, 6)];
    for name in names {
        miner.store.remove(name).unwrap();
    }
    let store = Arc::clone(&miner.store);
    assert!(matches!(
        Prover::open(miner.params, miner.info.clone(), store),
        Err(PoisError::Missing(record)) if record == layer(2, 4)
    ));
    let (prover, repaired) = recover(&miner, Check::Presence);
    assert_eq!(repaired, Repaired { files: 3, sets: 2 });
    let proofs = prover.prove_space(&miner.info, &[1; 8]).unwrap();
    miner.verify(&[1; 8], &proofs).unwrap();
    let (_, repaired) = recover(&miner, Check::Bytes);
    assert_eq!(repaired, Repaired::default());
}

#[test]
fn a_damaged_file_makes_a_proof_fail_by_name_and_not_with_a_wrong_answer() {
    let miner = Miner::with_sets(tiny(), 1, 1);
    let (commitment, challenge) = miner.claim();
    let damage = |record, at: usize| {
        miner.store.damage(record, |bytes| bytes[at] ^= 1);
        move |found: &PoisError| matches!(found, PoisError::Missing(name) if *name == record)
    };
    let named = damage(layer(2, 3), 77 * 64);
    assert!(named(&miner.prove(&[77; 8]).unwrap_err()));
    let node = challenge.rows[0].files[0] as usize % 256;
    let named = damage(layer(3, 2), node * 64);
    assert!(named(
        &miner
            .prover
            .prove_commit(&commitment, &challenge)
            .unwrap_err()
    ));
    miner.prover.discard(layer(3, 2)).unwrap();
    assert_eq!(miner.prover.generate(&mut go).unwrap(), commitment);
    miner.prover.prove_commit(&commitment, &challenge).unwrap();
}

#[test]
fn everything_follows_from_the_files_when_all_that_was_remembered_is_lost_or_wrong() {
    let mut miner = Miner::with_sets(tiny(), 1, 2);
    miner.give_up(1).unwrap();
    let page = Record::Bottom(0);
    let changes: [fn(&mut Vec<u8>); 3] = [
        |bytes| bytes.clear(),
        |bytes| bytes[0] ^= 1,
        |bytes| bytes[99] ^= 1,
    ];
    for change in changes {
        miner.store.damage(page, change);
        let store = Arc::clone(&miner.store);
        let prover = Prover::open(miner.params, miner.info.clone(), store).unwrap();
        miner
            .verify(&[1; 8], &prover.prove_space(&miner.info, &[1; 8]).unwrap())
            .unwrap();
    }
    // Another miner's page is not believed.
    let other = Miner::with_sets(tiny(), 2, 2);
    let theirs = other.store.read(page).unwrap().unwrap();
    miner.store.write(page, &[&theirs]).unwrap();
    Prover::open(miner.params, miner.info.clone(), Arc::clone(&miner.store)).unwrap();
}

#[test]
fn the_directory_keeps_what_memory_keeps() {
    let dir = tempfile::tempdir().unwrap();
    let store = DirStore::open(dir.path().join("idle")).unwrap();
    let key = SecretKey::derive(&SECRET, &[1; 32].into()).unwrap();
    let mut chain = new_miner([1; 32].into(), key.public());
    // What an earlier crash left behind, and what is not ours.
    std::fs::create_dir_all(dir.path().join("idle/cluster-1")).unwrap();
    std::fs::write(dir.path().join("idle/cluster-1/layer-0.part"), b"torn").unwrap();
    std::fs::write(dir.path().join("idle/cluster-01"), b"?").unwrap();
    live(store.clone(), &mut chain, &key).unwrap();
    let memory = Arc::new(MemoryStore::default());
    let mut expected = new_miner([1; 32].into(), key.public());
    live(Arc::clone(&memory), &mut expected, &key).unwrap();
    assert_eq!(chain, expected);
    assert_eq!(contents(&store), contents(&memory));
    assert!(
        !dir.path().join("idle/cluster-1").exists(),
        "its files were given up"
    );
}

#[test]
fn a_store_says_what_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let stores: [Box<dyn Store>; 2] = [
        Box::new(MemoryStore::default()),
        Box::new(DirStore::open(dir.path()).unwrap()),
    ];
    for store in stores {
        assert_eq!(store.read(Record::Bottom(1)).unwrap(), None);
        assert!(!store.read_at(layer(1, 0), 0, &mut [0; 4]).unwrap());
        store.remove(layer(1, 0)).unwrap();
        store.write(layer(1, 0), &[b"ab", b"", b"cd"]).unwrap();
        let mut buffer = [0; 3];
        assert!(store.read_at(layer(1, 0), 1, &mut buffer).unwrap());
        assert_eq!(&buffer, b"bcd");
        assert!(!store.read_at(layer(1, 0), 2, &mut buffer).unwrap());
        assert!(!store.read_at(layer(1, 0), 1 << 40, &mut buffer).unwrap());
        store.write(layer(1, 0), &[b"x"]).unwrap();
        store.write(Record::Bottom(1), &[b"y"]).unwrap();
        assert_eq!(store.read(layer(1, 0)).unwrap().unwrap(), b"x");
        let mut records = store.list().unwrap();
        records.sort();
        assert_eq!(records, [layer(1, 0), Record::Bottom(1)]);
        store.remove(layer(1, 0)).unwrap();
        assert_eq!(store.list().unwrap(), [Record::Bottom(1)]);
    }
}
