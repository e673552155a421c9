//! Fragments as files.

use super::{FragmentStore, Partial, StoreError};
use cess_primitives::Hash;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Partial files live here, beside the directories of whole ones, on the same file system.
const PARTIAL_DIR: &str = "partial";

/// `<root>/<first 2 hex>/<64 hex>`, partial files under `<root>/partial/`.
#[derive(Clone, Debug)]
pub struct FsStore {
    root: PathBuf,
    writing: Arc<Mutex<HashSet<Hash>>>,
}

impl FsStore {
    /// Opens or creates the store under `root`.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        fs::create_dir_all(root.join(PARTIAL_DIR))?;
        Ok(Self {
            root,
            writing: Arc::default(),
        })
    }

    /// Where a fragment is, or would be.
    pub fn path(&self, fragment: &Hash) -> Result<PathBuf, StoreError> {
        let name = name(fragment)?;
        Ok(self.root.join(&name[..2]).join(name))
    }

    fn partial_path(&self, fragment: &Hash) -> Result<PathBuf, StoreError> {
        Ok(self.root.join(PARTIAL_DIR).join(name(fragment)?))
    }
}

/// The name as a path component: only hashes get that far, so no name leads out of the store.
fn name(fragment: &Hash) -> Result<String, StoreError> {
    fragment
        .validate()
        .map_err(|_| StoreError::BadName(*fragment))?;
    Ok(fragment.to_text())
}

fn missing_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

impl FragmentStore for FsStore {
    fn size(&self, fragment: &Hash) -> Result<Option<u64>, StoreError> {
        Ok(missing_is_none(fs::metadata(self.path(fragment)?))?.map(|m| m.len()))
    }

    fn write(&self, fragment: &Hash) -> Result<Box<dyn Partial>, StoreError> {
        let (partial, target) = (self.partial_path(fragment)?, self.path(fragment)?);
        let claim = Claim::take(&self.writing, fragment)?;
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(&partial)?;
        let len = file.metadata()?.len();
        Ok(Box::new(FsPartial {
            file,
            len,
            partial,
            target,
            claim,
        }))
    }

    fn read(
        &self,
        fragment: &Hash,
        offset: u64,
        max: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut file) = missing_is_none(File::open(self.path(fragment)?))? else {
            return Ok(None);
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut data = Vec::new();
        file.take(max as u64).read_to_end(&mut data)?;
        Ok(Some(data))
    }

    fn remove(&self, fragment: &Hash) -> Result<bool, StoreError> {
        let whole = missing_is_none(fs::remove_file(self.path(fragment)?))?.is_some();
        let partial = missing_is_none(fs::remove_file(self.partial_path(fragment)?))?.is_some();
        Ok(whole || partial)
    }

    fn list(&self) -> Result<Vec<Hash>, StoreError> {
        let mut found = HashSet::new();
        for dir in fs::read_dir(&self.root)? {
            let dir = dir?;
            if !dir.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(dir.path())? {
                // Files with other names are not ours: leave them alone.
                if let Some(hash) = entry?.file_name().to_str().and_then(|n| n.parse().ok()) {
                    found.insert(hash);
                }
            }
        }
        Ok(found.into_iter().collect())
    }
}

/// The right to write a fragment; at most one exists.
struct Claim {
    writing: Arc<Mutex<HashSet<Hash>>>,
    fragment: Hash,
}

impl Claim {
    fn take(writing: &Arc<Mutex<HashSet<Hash>>>, fragment: &Hash) -> Result<Self, StoreError> {
        let fresh = writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(*fragment);
        match fresh {
            true => Ok(Self {
                writing: Arc::clone(writing),
                fragment: *fragment,
            }),
            false => Err(StoreError::Busy(*fragment)),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.fragment);
    }
}

struct FsPartial {
    file: File,
    len: u64,
    partial: PathBuf,
    target: PathBuf,
    claim: Claim,
}

impl FsPartial {
    fn hash(&mut self) -> io::Result<Hash> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut hasher = Sha256::new();
        io::copy(&mut self.file, &mut hasher)?;
        Ok(Hash::from_digest(&hasher.finalize().into()))
    }
}

impl Partial for FsPartial {
    fn len(&self) -> u64 {
        self.len
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.len = 0;
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        // What a crash left in the file is checked along with what came later.
        if self.hash()? != self.claim.fragment {
            fs::remove_file(&self.partial)?;
            return Err(StoreError::WrongHash(self.claim.fragment));
        }
        self.file.sync_all()?;
        let dir = self
            .target
            .parent()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        fs::create_dir_all(dir)?;
        fs::rename(&self.partial, &self.target)?;
        sync_dir(dir)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crash_left_is_continued_and_checked() {
        let dir = tempfile::tempdir().unwrap();
        let (data, hash) = (b"some fragment".to_vec(), Hash::of(b"some fragment"));
        let store = FsStore::open(dir.path()).unwrap();
        store.write(&hash).unwrap().append(&data[..4]).unwrap();
        let reopened = FsStore::open(dir.path()).unwrap();
        let mut partial = reopened.write(&hash).unwrap();
        assert_eq!(partial.len(), 4);
        partial.append(&data[4..]).unwrap();
        partial.commit().unwrap();
        assert_eq!(fs::read(reopened.path(&hash).unwrap()).unwrap(), data);
        let text = hash.to_text();
        assert!(
            dir.path().join(&text[..2]).join(&text).exists(),
            "the path that operators rely on"
        );
    }

    #[test]
    fn foreign_files_are_neither_listed_nor_touched() {
        let dir = tempfile::tempdir().unwrap();
        let store = FsStore::open(dir.path()).unwrap();
        fs::write(dir.path().join(PARTIAL_DIR).join("notes.txt"), "mine").unwrap();
        fs::write(dir.path().join("README"), "mine").unwrap();
        assert_eq!(store.list().unwrap(), []);
    }
}
