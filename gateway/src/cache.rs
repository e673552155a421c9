//! Stored streams on disk: `<dir>/<fid>` holds a file's segments one after the other, some of them
//! perhaps missing. What is stored is what the chain names by hash, so an encrypted file is here as
//! ciphertext, and every segment that is read is checked against its hash.
//!
//! Uploads that are not stored by miners yet are *pinned*; of the others, those that were not used
//! for longest give way when the limit is reached.

use crate::db::{Db, DbError, Safe};
use cess_primitives::Hash;
use codec::{Decode, Encode};
use redb::{ReadableTable, TableDefinition};
use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempPath;

const ENTRIES: TableDefinition<'static, &'static [u8], &'static [u8]> =
    TableDefinition::new("cache");

/// What is here of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
struct Entry {
    /// Which segments are here.
    present: Vec<bool>,
    /// Grows with every use of any file.
    used: u64,
    /// The file was uploaded here under the published cipher, which leaves no mark in its bytes.
    published: bool,
}

impl Entry {
    fn held(&self) -> u64 {
        self.present.iter().filter(|p| **p).count() as u64
    }
}

#[derive(Default)]
struct Index {
    entries: HashMap<Hash, Entry>,
    pinned: HashSet<Hash>,
    clock: u64,
}

/// The stored streams of a gateway; clones share them.
#[derive(Clone)]
pub(crate) struct Cache {
    shared: Arc<Shared>,
}

struct Shared {
    dir: PathBuf,
    db: Db,
    segment_size: u64,
    limit: u64,
    index: Mutex<Index>,
}

impl Cache {
    /// Opens the folder. Files of `uploads` (with so many segments) are pinned, and complete as long
    /// as their length says so; of the other files those stay that the index knows.
    pub(crate) async fn open(
        dir: PathBuf,
        db: Db,
        segment_size: u64,
        limit: u64,
        uploads: Vec<(Hash, u32)>,
    ) -> Result<Self, crate::GatewayError> {
        std::fs::create_dir_all(&dir)?;
        let mut entries = db
            .write(Safe::Now, |t| {
                let mut entries = HashMap::new();
                for entry in t.open_table(ENTRIES)?.iter()? {
                    let (key, value) = entry?;
                    let fid = key
                        .value()
                        .try_into()
                        .map(Hash)
                        .map_err(|_| DbError::Shape("fid"))?;
                    let entry = Entry::decode(&mut value.value());
                    entries.insert(fid, entry.map_err(|_| DbError::Shape("cache entry"))?);
                }
                Ok(entries)
            })
            .await?;
        let mut on_disk = HashMap::new();
        for file in std::fs::read_dir(&dir)? {
            let file = file?;
            match file
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<Hash>().ok())
            {
                Some(fid) => drop(on_disk.insert(fid, file.metadata()?.len())),
                None => std::fs::remove_file(file.path())?,
            }
        }
        entries.retain(|fid, _| on_disk.contains_key(fid));
        for (fid, segments) in &uploads {
            if on_disk.get(fid) == Some(&(u64::from(*segments) * segment_size)) {
                let known = entries.entry(*fid).or_default();
                known.present = vec![true; *segments as usize];
            }
        }
        for fid in on_disk.keys().filter(|fid| !entries.contains_key(fid)) {
            std::fs::remove_file(dir.join(fid.to_text()))?;
        }
        let index = Index {
            clock: entries.values().map(|e| e.used).max().unwrap_or(0),
            entries,
            pinned: uploads.into_iter().map(|(fid, _)| fid).collect(),
        };
        let shared = Shared {
            dir,
            db,
            segment_size,
            limit,
            index: Mutex::new(index),
        };
        let cache = Self {
            shared: Arc::new(shared),
        };
        cache.blocking(|shared| shared.trim()).await?;
        Ok(cache)
    }

    /// Keeps this file, whatever the limit, until it is unpinned.
    pub(crate) fn pin(&self, fid: Hash) {
        self.shared.index().pinned.insert(fid);
    }

    /// The file is like any other from now on.
    pub(crate) async fn unpin(&self, fid: Hash) {
        self.shared.index().pinned.remove(&fid);
        self.best_effort(|shared| shared.trim()).await;
    }

    /// Takes a complete upload over, for good when this returns.
    pub(crate) async fn adopt(
        &self,
        fid: Hash,
        file: TempPath,
        segments: u32,
        published: bool,
    ) -> Result<(), crate::GatewayError> {
        self.blocking(move |shared| {
            file.persist(shared.path(&fid)).map_err(|e| e.error)?;
            File::open(&shared.dir)?.sync_all()?;
            let present = vec![true; segments as usize];
            shared.set(fid, Safe::Now, |entry| {
                entry.present = present;
                entry.published = published;
            })?;
            shared.trim()
        })
        .await
    }

    /// Whether every segment of the file is here.
    pub(crate) fn is_whole(&self, fid: &Hash) -> bool {
        let index = self.shared.index();
        index
            .entries
            .get(fid)
            .is_some_and(|e| e.held() > 0 && e.present.iter().all(|p| *p))
    }

    /// Whether the file was uploaded here under the published cipher.
    pub(crate) fn is_published(&self, fid: &Hash) -> bool {
        self.shared
            .index()
            .entries
            .get(fid)
            .is_some_and(|e| e.published)
    }

    /// The segment at `index`, if it is here and its hash is right; a damaged one is forgotten.
    pub(crate) async fn read(&self, fid: Hash, index: usize, expected: Hash) -> Option<Vec<u8>> {
        let read = move |shared: &Shared| {
            if !shared.use_segment(&fid, index) {
                return Ok(None);
            }
            let good = shared
                .read(&fid, index)
                .ok()
                .filter(|bytes| Hash::of(bytes) == expected);
            if good.is_none() {
                tracing::warn!(%fid, index, "a segment in the cache is damaged or gone");
                shared.set(fid, Safe::Later, |entry| entry.present[index] = false)?;
            }
            Ok(good)
        };
        self.blocking(read).await.unwrap_or_else(|error| {
            tracing::warn!(%fid, %error, "the cache cannot be read");
            None
        })
    }

    /// The bytes at a segment's place, unchecked.
    pub(crate) fn read_unchecked(&self, fid: &Hash, index: usize) -> io::Result<Vec<u8>> {
        self.shared.read(fid, index)
    }

    /// Keeps a segment of a file of `segments` segments. A cache that fails only costs time.
    pub(crate) async fn write(
        &self,
        fid: Hash,
        segments: usize,
        index: usize,
        bytes: Arc<Vec<u8>>,
    ) {
        if self.shared.segment_size > self.shared.limit {
            return;
        }
        self.best_effort(move |shared| {
            let path = shared.path(&fid);
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            file.write_all_at(&bytes, index as u64 * shared.segment_size)?;
            shared.set(fid, Safe::Later, |entry| {
                entry.present.resize(segments, false);
                entry.present[index] = true;
            })?;
            shared.trim()
        })
        .await;
    }

    /// Forgets a file.
    pub(crate) async fn remove(&self, fid: Hash) {
        self.best_effort(move |shared| {
            shared.index().pinned.remove(&fid);
            shared.drop_file(&fid)
        })
        .await;
    }

    /// Bytes that are here.
    pub(crate) fn bytes(&self) -> u64 {
        self.shared.bytes(&self.shared.index())
    }

    /// Makes what is only noted in memory safe.
    pub(crate) async fn flush(&self) -> Result<(), DbError> {
        self.shared.db.write(Safe::Now, |_| Ok(())).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, crate::GatewayError> + Send + 'static,
    ) -> Result<T, crate::GatewayError> {
        let shared = Arc::clone(&self.shared);
        let task = tokio::task::spawn_blocking(move || work(&shared));
        task.await.unwrap_or(Err(crate::GatewayError::CutOff))
    }

    async fn best_effort(
        &self,
        work: impl FnOnce(&Shared) -> Result<(), crate::GatewayError> + Send + 'static,
    ) {
        if let Err(error) = self.blocking(work).await {
            tracing::warn!(%error, "the cache cannot be changed");
        }
    }
}

impl Shared {
    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, fid: &Hash) -> PathBuf {
        self.dir.join(fid.to_text())
    }

    fn bytes(&self, index: &Index) -> u64 {
        index
            .entries
            .values()
            .map(|e| e.held() * self.segment_size)
            .sum()
    }

    fn read(&self, fid: &Hash, index: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.segment_size as usize];
        let file = File::open(self.path(fid))?;
        file.read_exact_at(&mut bytes, index as u64 * self.segment_size)?;
        Ok(bytes)
    }

    /// Whether the segment is here; its file counts as used now.
    fn use_segment(&self, fid: &Hash, index: usize) -> bool {
        let mut guard = self.index();
        guard.clock += 1;
        let clock = guard.clock;
        let Some(entry) = guard.entries.get_mut(fid) else {
            return false;
        };
        entry.used = clock;
        entry.present.get(index).copied().unwrap_or(false)
    }

    fn set(
        &self,
        fid: Hash,
        safe: Safe,
        change: impl FnOnce(&mut Entry),
    ) -> Result<(), crate::GatewayError> {
        let bytes = {
            let mut guard = self.index();
            guard.clock += 1;
            let clock = guard.clock;
            let entry = guard.entries.entry(fid).or_default();
            entry.used = clock;
            change(entry);
            entry.encode()
        };
        self.db.write_now(safe, |t| {
            t.open_table(ENTRIES)?.insert(&fid.0[..], &bytes[..])?;
            Ok(())
        })?;
        Ok(())
    }

    fn drop_file(&self, fid: &Hash) -> Result<(), crate::GatewayError> {
        self.index().entries.remove(fid);
        match std::fs::remove_file(self.path(fid)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        // An entry without a file is dropped at the next start anyway.
        self.db.write_now(Safe::Later, |t| {
            t.open_table(ENTRIES)?.remove(&fid.0[..])?;
            Ok(())
        })?;
        Ok(())
    }

    /// Drops what was not used for longest until the limit is kept.
    fn trim(&self) -> Result<(), crate::GatewayError> {
        loop {
            let victim = {
                let index = self.index();
                if self.bytes(&index) <= self.limit {
                    return Ok(());
                }
                let free = index
                    .entries
                    .iter()
                    .filter(|(fid, _)| !index.pinned.contains(fid));
                free.min_by_key(|(_, entry)| entry.used)
                    .map(|(fid, _)| *fid)
            };
            match victim {
                Some(fid) => self.drop_file(&fid)?,
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const S: u64 = 16;

    async fn open(dir: &Path, limit: u64, uploads: Vec<(Hash, u32)>) -> Cache {
        let db = Db::open(&dir.join("db.redb")).unwrap();
        Cache::open(dir.join("stored"), db, S, limit, uploads)
            .await
            .unwrap()
    }

    fn segment(byte: u8) -> (Arc<Vec<u8>>, Hash) {
        let bytes = vec![byte; S as usize];
        let hash = Hash::of(&bytes);
        (Arc::new(bytes), hash)
    }

    #[tokio::test]
    async fn segments_survive_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let (fid, (bytes, hash)) = (Hash::of(b"f"), segment(1));
        let cache = open(dir.path(), 100, vec![]).await;
        cache.write(fid, 3, 2, Arc::clone(&bytes)).await;
        cache.flush().await.unwrap();
        drop(cache);
        let cache = open(dir.path(), 100, vec![]).await;
        assert_eq!(cache.read(fid, 2, hash).await, Some(bytes.to_vec()));
        assert_eq!(cache.read(fid, 0, hash).await, None);
        assert_eq!(cache.bytes(), S);
    }

    #[tokio::test]
    async fn what_was_not_used_for_longest_gives_way() {
        let dir = tempfile::tempdir().unwrap();
        let cache = open(dir.path(), 2 * S, vec![]).await;
        let (a, b, c) = (Hash::of(b"a"), Hash::of(b"b"), Hash::of(b"c"));
        let (bytes, hash) = segment(1);
        cache.write(a, 1, 0, Arc::clone(&bytes)).await;
        cache.write(b, 1, 0, Arc::clone(&bytes)).await;
        assert!(cache.read(a, 0, hash).await.is_some());
        cache.write(c, 1, 0, Arc::clone(&bytes)).await;
        assert!(cache.read(a, 0, hash).await.is_some());
        assert!(cache.read(b, 0, hash).await.is_none());
        assert!(cache.read(c, 0, hash).await.is_some());
    }

    #[tokio::test]
    async fn pinned_files_stay_whatever_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let cache = open(dir.path(), S, vec![]).await;
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        let (bytes, hash) = segment(1);
        cache.pin(a);
        cache.write(a, 1, 0, Arc::clone(&bytes)).await;
        cache.write(b, 1, 0, Arc::clone(&bytes)).await;
        assert!(cache.read(a, 0, hash).await.is_some());
        assert!(cache.read(b, 0, hash).await.is_none());
        cache.write(b, 1, 0, Arc::clone(&bytes)).await;
        cache.unpin(a).await;
        assert!(cache.bytes() <= S);
    }

    #[tokio::test]
    async fn damage_is_noticed_and_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let cache = open(dir.path(), 100, vec![]).await;
        let (fid, (bytes, hash)) = (Hash::of(b"f"), segment(1));
        cache.write(fid, 1, 0, bytes).await;
        std::fs::write(dir.path().join("stored").join(fid.to_text()), [9; 16]).unwrap();
        assert_eq!(cache.read(fid, 0, hash).await, None);
        assert_eq!(cache.bytes(), 0);
    }

    #[tokio::test]
    async fn an_upload_whose_index_entry_was_lost_is_found_by_its_length() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("stored")).unwrap();
        let (whole, cut, unknown) = (Hash::of(b"a"), Hash::of(b"b"), Hash::of(b"c"));
        for (fid, len) in [(whole, 32), (cut, 31), (unknown, 32)] {
            std::fs::write(dir.path().join("stored").join(fid.to_text()), vec![1; len]).unwrap();
        }
        let cache = open(dir.path(), 0, vec![(whole, 2), (cut, 2)]).await;
        assert!(cache.is_whole(&whole));
        assert!(!cache.is_whole(&cut));
        assert_eq!(
            std::fs::read_dir(dir.path().join("stored"))
                .unwrap()
                .count(),
            1
        );
    }
}
