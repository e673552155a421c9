//! Where a miner keeps its layers.

mod dir;
mod memory;

pub use dir::DirStore;
pub use memory::MemoryStore;

use std::{io, sync::Arc};

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    /// The labels of a layer, then a level of its Merkle tree. Layers from K on are files, those below
    /// are temporary.
    Layer {
        /// The cluster, from 1 over all sets.
        cluster: u64,
        /// The layer, below 2·K.
        layer: u32,
    },
    /// Roots and primes of the files under a bottom accumulator, from 0: a cache, which may go at any
    /// time.
    Bottom(u64),
}

/// A miner's disk, as far as idle space needs it.
pub trait Store: Send + Sync {
    /// All bytes of a record; `None` when there is no such record.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    fn read(&self, record: Record) -> io::Result<Option<Vec<u8>>>;

    /// Fills `buffer` from `offset` on; false when there is no such record, or it ends before.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    fn read_at(&self, record: Record, offset: u64, buffer: &mut [u8]) -> io::Result<bool>;

    /// Writes a record, the parts one after the other: after a crash it is there as a whole, or as it
    /// was before.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    fn write(&self, record: Record, parts: &[&[u8]]) -> io::Result<()>;

    /// Removes a record, if it is there.
    ///
    /// # Errors
    /// Whatever keeps it from being removed.
    fn remove(&self, record: Record) -> io::Result<()>;

    /// All records, in no order.
    ///
    /// # Errors
    /// Whatever keeps them from being listed.
    fn list(&self) -> io::Result<Vec<Record>>;
}

impl<S: Store> Store for Arc<S> {
    fn read(&self, record: Record) -> io::Result<Option<Vec<u8>>> {
        S::read(self, record)
    }

    fn read_at(&self, record: Record, offset: u64, buffer: &mut [u8]) -> io::Result<bool> {
        S::read_at(self, record, offset, buffer)
    }

    fn write(&self, record: Record, parts: &[&[u8]]) -> io::Result<()> {
        S::write(self, record, parts)
    }

    fn remove(&self, record: Record) -> io::Result<()> {
        S::remove(self, record)
    }

    fn list(&self) -> io::Result<Vec<Record>> {
        S::list(self)
    }
}
