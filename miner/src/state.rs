//! What a miner must remember over a restart, in one embedded database.
//!
//! The chain knows which fragments a miner owes and what it certified. Here is what the chain does
//! not know: which deals to look at, the tags, and which fragments a challenge will ask for.

use cess_primitives::file::DigestInfo;
use cess_primitives::{Hash, Tick};
use codec::{Decode, DecodeAll, Encode};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::path::Path;

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

const FILES: Table = TableDefinition::new("files");
const TAGS: Table = TableDefinition::new("tags");
const TAGGING: Table = TableDefinition::new("tagging");
const META: Table = TableDefinition::new("meta");
const SERVICE: Table = TableDefinition::new("service");
const KEPT: Table = TableDefinition::new("kept");
const PODR2_KEY: &[u8] = b"podr2 key";
const STRAIN: &[u8] = b"strain";
/// Memory for the database's pages, bytes: a miner is to stay below 50 MiB.
const CACHE: usize = 4 << 20;

/// The database failed.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The database itself.
    #[error("the miner's database failed ({0}); check the disk under the data directory")]
    Database(#[from] Box<redb::Error>),
    /// A record cannot be read.
    #[error("a record of the table `{0}` cannot be read; it was written by another version")]
    Record(&'static str),
}

impl StateError {
    fn from_redb(error: impl Into<redb::Error>) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

/// A file or deal of which the miner received, holds or restores fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FileRecord {
    /// When the miner heard of it first.
    pub since: Tick,
}

/// A fragment's tag, as the TEE worker gave it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TagRecord {
    /// The fragment's name.
    pub name: Hash,
    /// What the scheme calls `u`.
    pub u: String,
    /// One authenticator for each chunk, as text.
    pub phi: Vec<String>,
    /// The worker's word for `u`.
    pub u_sig: Vec<u8>,
}

/// How far the tagging of a file's fragments has come; kept until the chain has the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Tagging {
    /// The fragments that were tagged, in order.
    pub digests: Vec<DigestInfo>,
    /// The master key's signature over them.
    pub signature: Vec<u8>,
}

/// A fragment that challenges ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ServiceRecord {
    /// When its tag was reported.
    pub tagged_at: Tick,
    /// How often the file contains it.
    pub count: u32,
}

/// The database.
#[derive(Debug)]
pub struct State {
    db: Database,
}

impl State {
    /// Opens or creates the database file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let db = Database::builder()
            .set_cache_size(CACHE)
            .create(path)
            .map_err(StateError::from_redb)?;
        Self::prepare(db)
    }

    /// A database in memory, for tests.
    pub fn in_memory() -> Result<Self, StateError> {
        let backend = redb::backends::InMemoryBackend::new();
        let db = Database::builder()
            .create_with_backend(backend)
            .map_err(StateError::from_redb)?;
        Self::prepare(db)
    }

    fn prepare(db: Database) -> Result<Self, StateError> {
        let txn = db.begin_write().map_err(StateError::from_redb)?;
        for table in [FILES, TAGS, TAGGING, SERVICE, META, KEPT] {
            txn.open_table(table).map_err(StateError::from_redb)?;
        }
        txn.commit().map_err(StateError::from_redb)?;
        Ok(Self { db })
    }

    /// Remembers a file; keeps what is known of it already.
    pub fn note_file(&self, fid: &Hash, since: Tick) -> Result<(), StateError> {
        if self.file(fid)?.is_none() {
            self.put(FILES, &fid.0, &FileRecord { since })?;
        }
        Ok(())
    }

    /// A file, if it is remembered.
    pub fn file(&self, fid: &Hash) -> Result<Option<FileRecord>, StateError> {
        self.get(FILES, "files", &fid.0)
    }

    /// All remembered files.
    pub fn files(&self) -> Result<Vec<(Hash, FileRecord)>, StateError> {
        self.entries(FILES, "files")
    }

    /// Forgets a file and how far its tagging has come.
    pub fn forget_file(&self, fid: &Hash) -> Result<(), StateError> {
        self.delete(TAGGING, &fid.0)?;
        self.delete(FILES, &fid.0)
    }

    /// A fragment's tag.
    pub fn tag(&self, fragment: &Hash) -> Result<Option<TagRecord>, StateError> {
        self.get(TAGS, "tags", &fragment.0)
    }

    /// How far the tagging of a file has come.
    pub fn tagging(&self, fid: &Hash) -> Result<Tagging, StateError> {
        Ok(self.get(TAGGING, "tagging", &fid.0)?.unwrap_or_default())
    }

    /// Keeps a new tag and the progress that it makes, at once.
    pub fn add_tag(
        &self,
        fid: &Hash,
        fragment: &Hash,
        tag: &TagRecord,
        progress: &Tagging,
    ) -> Result<(), StateError> {
        let txn = self.db.begin_write().map_err(StateError::from_redb)?;
        for (table, key, value) in [
            (TAGS, &fragment.0, tag.encode()),
            (TAGGING, &fid.0, progress.encode()),
        ] {
            let mut table = txn.open_table(table).map_err(StateError::from_redb)?;
            table
                .insert(&key[..], &value[..])
                .map_err(StateError::from_redb)?;
        }
        txn.commit().map_err(StateError::from_redb)
    }

    /// Forgets the progress of a file's tagging: it was reported, or starts anew.
    pub fn end_tagging(&self, fid: &Hash) -> Result<(), StateError> {
        self.delete(TAGGING, &fid.0)
    }

    /// The fragments that challenges ask for, with the files that they belong to.
    pub fn service(&self) -> Result<Vec<((Hash, Hash), ServiceRecord)>, StateError> {
        self.entries(SERVICE, "service")
    }

    /// Sets the service fragments of a file to exactly these.
    pub fn set_service(
        &self,
        fid: &Hash,
        fragments: &[(Hash, ServiceRecord)],
    ) -> Result<(), StateError> {
        let old = self.service_of(fid)?;
        if old == fragments {
            return Ok(());
        }
        let txn = self.db.begin_write().map_err(StateError::from_redb)?;
        {
            let mut table = txn.open_table(SERVICE).map_err(StateError::from_redb)?;
            for (fragment, _) in old {
                let key = (fid, fragment).encode();
                table.remove(&key[..]).map_err(StateError::from_redb)?;
            }
            for (fragment, record) in fragments {
                let key = (fid, fragment).encode();
                table
                    .insert(&key[..], &record.encode()[..])
                    .map_err(StateError::from_redb)?;
            }
        }
        txn.commit().map_err(StateError::from_redb)
    }

    /// The service fragments of one file.
    pub fn service_of(&self, fid: &Hash) -> Result<Vec<(Hash, ServiceRecord)>, StateError> {
        let txn = self.db.begin_read().map_err(StateError::from_redb)?;
        let table = txn.open_table(SERVICE).map_err(StateError::from_redb)?;
        let mut found = Vec::new();
        for entry in table.range(&fid.0[..]..).map_err(StateError::from_redb)? {
            let (key, value) = entry.map_err(StateError::from_redb)?;
            let (owner, fragment): (Hash, Hash) = decode(key.value(), "service")?;
            if owner != *fid {
                break;
            }
            found.push((fragment, decode(value.value(), "service")?));
        }
        Ok(found)
    }

    /// The network's PoDR2 key, if it was learnt before.
    pub fn podr2_key(&self) -> Result<Option<Vec<u8>>, StateError> {
        self.get(META, "meta", PODR2_KEY)
    }

    /// Remembers the network's PoDR2 key.
    pub fn set_podr2_key(&self, key: &[u8]) -> Result<(), StateError> {
        self.put(META, PODR2_KEY, &key.to_vec())
    }

    /// The name of the miner's [strain](crate::byzantine), if one was chosen while it ran.
    pub fn strain(&self) -> Result<Option<String>, StateError> {
        self.get(META, "meta", STRAIN)
    }

    /// Remembers the miner's strain.
    pub fn set_strain(&self, name: &str) -> Result<(), StateError> {
        self.put(META, STRAIN, &name)
    }

    /// What a strain keeps under this key.
    pub fn kept(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        self.get(KEPT, "kept", key)
    }

    /// Keeps something for the miner's strain.
    pub fn keep(&self, key: &[u8], value: &[u8]) -> Result<(), StateError> {
        self.put(KEPT, key, &value)
    }

    /// Forgets what the strain kept.
    pub fn forget_kept(&self) -> Result<(), StateError> {
        let txn = self.db.begin_write().map_err(StateError::from_redb)?;
        txn.delete_table(KEPT).map_err(StateError::from_redb)?;
        txn.open_table(KEPT).map_err(StateError::from_redb)?;
        txn.commit().map_err(StateError::from_redb)
    }

    /// Drops the tags of fragments that are not wanted any more.
    pub fn retain_tags(&self, wanted: impl Fn(&Hash) -> bool) -> Result<(), StateError> {
        let txn = self.db.begin_write().map_err(StateError::from_redb)?;
        {
            let mut table = txn.open_table(TAGS).map_err(StateError::from_redb)?;
            let keep = |key: &[u8]| key.try_into().is_ok_and(|k| wanted(&Hash(k)));
            table
                .retain(|key, _| keep(key))
                .map_err(StateError::from_redb)?;
        }
        txn.commit().map_err(StateError::from_redb)
    }

    fn get<V: Decode>(
        &self,
        table: Table,
        name: &'static str,
        key: &[u8],
    ) -> Result<Option<V>, StateError> {
        let txn = self.db.begin_read().map_err(StateError::from_redb)?;
        let table = txn.open_table(table).map_err(StateError::from_redb)?;
        let value = table.get(key).map_err(StateError::from_redb)?;
        value.map(|v| decode(v.value(), name)).transpose()
    }

    fn put(&self, table: Table, key: &[u8], value: &impl Encode) -> Result<(), StateError> {
        let txn = self.db.begin_write().map_err(StateError::from_redb)?;
        {
            let mut table = txn.open_table(table).map_err(StateError::from_redb)?;
            table
                .insert(key, &value.encode()[..])
                .map_err(StateError::from_redb)?;
        }
        txn.commit().map_err(StateError::from_redb)
    }

    fn delete(&self, table: Table, key: &[u8]) -> Result<(), StateError> {
        let txn = self.db.begin_write().map_err(StateError::from_redb)?;
        {
            let mut table = txn.open_table(table).map_err(StateError::from_redb)?;
            table.remove(key).map_err(StateError::from_redb)?;
        }
        txn.commit().map_err(StateError::from_redb)
    }

    fn entries<K: Decode, V: Decode>(
        &self,
        table: Table,
        name: &'static str,
    ) -> Result<Vec<(K, V)>, StateError> {
        let txn = self.db.begin_read().map_err(StateError::from_redb)?;
        let table = txn.open_table(table).map_err(StateError::from_redb)?;
        let mut entries = Vec::new();
        for entry in table.iter().map_err(StateError::from_redb)? {
            let (key, value) = entry.map_err(StateError::from_redb)?;
            entries.push((decode(key.value(), name)?, decode(value.value(), name)?));
        }
        Ok(entries)
    }
}

fn decode<T: Decode>(mut bytes: &[u8], table: &'static str) -> Result<T, StateError> {
    T::decode_all(&mut bytes).map_err(|_| StateError::Record(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str) -> TagRecord {
        TagRecord {
            name: Hash::of(name.as_bytes()),
            u: "7".into(),
            phi: vec!["1".into(), "2".into()],
            u_sig: vec![9],
        }
    }

    #[test]
    fn files_are_remembered_over_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("miner.redb");
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        {
            let state = State::open(&path).unwrap();
            state.note_file(&a, 5).unwrap();
            state.note_file(&a, 9).unwrap();
            state.note_file(&b, 6).unwrap();
            state.forget_file(&b).unwrap();
        }
        let state = State::open(&path).unwrap();
        assert_eq!(state.files().unwrap(), [(a, FileRecord { since: 5 })]);
    }

    #[test]
    fn a_tag_and_the_progress_are_kept_together_and_progress_ends_alone() {
        let state = State::in_memory().unwrap();
        let (fid, fragment) = (Hash::of(b"file"), Hash::of(b"fragment"));
        let digests = vec![DigestInfo {
            fragment,
            tee_puk: [1; 32],
        }];
        let progress = Tagging {
            digests,
            signature: vec![2; 64],
        };
        state
            .add_tag(&fid, &fragment, &tag("x"), &progress)
            .unwrap();
        assert_eq!(state.tagging(&fid).unwrap(), progress);
        state.end_tagging(&fid).unwrap();
        assert_eq!(state.tagging(&fid).unwrap(), Tagging::default());
        assert_eq!(state.tag(&fragment).unwrap(), Some(tag("x")));
        state.retain_tags(|_| false).unwrap();
        assert_eq!(state.tag(&fragment).unwrap(), None);
    }

    #[test]
    fn the_service_set_of_a_file_is_replaced_as_a_whole() {
        let state = State::in_memory().unwrap();
        let (f, g, x, y) = (
            Hash::of(b"f"),
            Hash::of(b"g"),
            Hash::of(b"x"),
            Hash::of(b"y"),
        );
        let record = ServiceRecord {
            tagged_at: 4,
            count: 1,
        };
        state.set_service(&f, &[(x, record), (y, record)]).unwrap();
        state.set_service(&g, &[(x, record)]).unwrap();
        state.set_service(&f, &[(y, record)]).unwrap();
        let mut left: Vec<_> = state
            .service()
            .unwrap()
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        left.sort();
        let mut expected = vec![(f, y), (g, x)];
        expected.sort();
        assert_eq!(left, expected);
    }
}
