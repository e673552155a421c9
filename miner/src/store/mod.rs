//! Fragments on disk.
//!
//! A fragment is a file named by its hash. It appears under that name only when all its bytes are
//! durable and have the hash; until then it is a partial file that a later transfer continues.

mod fs;
mod memory;

pub use fs::FsStore;
pub use memory::MemoryStore;

use cess_primitives::Hash;
use std::io;

/// Why the store did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else is writing this fragment.
    #[error("fragment {0} is being written already")]
    Busy(Hash),
    /// The bytes do not have the hash; they were dropped.
    #[error("the bytes received for fragment {0} do not have its hash; they were dropped")]
    WrongHash(Hash),
    /// The name is not a hash.
    #[error("`{0}` is not the name of a fragment")]
    BadName(Hash),
    /// The disk failed.
    #[error("the fragment store failed ({0}); check the disk under the data directory")]
    Io(#[from] io::Error),
}

/// What is found under a fragment's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The fragment.
    Intact,
    /// Bytes that are not the fragment, or cannot be read.
    Damaged,
    /// Nothing.
    Missing,
}

/// Keeps fragments. All methods block; call them from a blocking task.
pub trait FragmentStore: Send + Sync + 'static {
    /// Bytes of a fragment; `None` when it is not held.
    fn size(&self, fragment: &Hash) -> Result<Option<u64>, StoreError>;

    /// Starts or continues writing a fragment. [`StoreError::Busy`] while another writer lives.
    fn write(&self, fragment: &Hash) -> Result<Box<dyn Partial>, StoreError>;

    /// At most `max` bytes from `offset` on; `None` when the fragment is not held.
    fn read(&self, fragment: &Hash, offset: u64, max: usize)
        -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes a fragment and what was received of it; true when there was something.
    fn remove(&self, fragment: &Hash) -> Result<bool, StoreError>;

    /// All fragments, whole or partial.
    fn list(&self) -> Result<Vec<Hash>, StoreError>;

    /// Writes a whole fragment.
    fn put(&self, fragment: &Hash, data: &[u8]) -> Result<(), StoreError> {
        let mut partial = self.write(fragment)?;
        partial.restart()?;
        partial.append(data)?;
        partial.commit()
    }

    /// Reads a whole fragment of at most `max` bytes and checks its hash.
    fn load(&self, fragment: &Hash, max: u64) -> Result<Loaded, StoreError> {
        match self.size(fragment)? {
            None => return Ok(Loaded::Missing),
            Some(size) if size > max => return Ok(Loaded::Damaged),
            Some(_) => {}
        }
        let want = usize::try_from(max).unwrap_or(usize::MAX);
        match self.read(fragment, 0, want) {
            Ok(Some(data)) if Hash::of(&data) == *fragment => Ok(Loaded::Intact(data)),
            // A disk that cannot read its sectors has lost the fragment as well.
            Ok(Some(_)) | Err(StoreError::Io(_)) => Ok(Loaded::Damaged),
            Ok(None) => Ok(Loaded::Missing),
            Err(error) => Err(error),
        }
    }

    /// Checks a fragment against its name.
    fn verify(&self, fragment: &Hash, max: u64) -> Result<Condition, StoreError> {
        Ok(match self.load(fragment, max)? {
            Loaded::Intact(_) => Condition::Intact,
            Loaded::Damaged => Condition::Damaged,
            Loaded::Missing => Condition::Missing,
        })
    }
}

/// A fragment that was read as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// Its bytes, whose hash was checked.
    Intact(Vec<u8>),
    /// See [`Condition::Damaged`].
    Damaged,
    /// See [`Condition::Missing`].
    Missing,
}

/// A fragment that is being written; dropping it keeps what was appended.
pub trait Partial: Send {
    /// Bytes that are here.
    fn len(&self) -> u64;

    /// Whether no byte is here.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends bytes.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Forgets what was appended.
    fn restart(&mut self) -> io::Result<()>;

    /// Checks the hash and makes the fragment durable under its name. On
    /// [`StoreError::WrongHash`] the bytes are gone.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

#[cfg(test)]
mod conformance;
