use super::{Record, Store};
use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Keeps everything in memory: for tests and simulations.
#[derive(Debug, Default)]
pub struct MemoryStore {
    records: Mutex<BTreeMap<Record, Vec<u8>>>,
}

impl MemoryStore {
    /// Changes the bytes of a record: the disk rots.
    pub fn damage(&self, record: Record, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(bytes) = self.records().get_mut(&record) {
            change(bytes);
        }
    }

    /// The map is whole at every moment, so a panic elsewhere does not spoil it.
    fn records(&self) -> MutexGuard<'_, BTreeMap<Record, Vec<u8>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn read(&self, record: Record) -> io::Result<Option<Vec<u8>>> {
        Ok(self.records().get(&record).cloned())
    }

    fn read_at(&self, record: Record, offset: u64, buffer: &mut [u8]) -> io::Result<bool> {
        let records = self.records();
        let part = usize::try_from(offset)
            .ok()
            .and_then(|start| records.get(&record)?.get(start..)?.get(..buffer.len()));
        if let Some(part) = part {
            buffer.copy_from_slice(part);
        }
        Ok(part.is_some())
    }

    fn write(&self, record: Record, parts: &[&[u8]]) -> io::Result<()> {
        self.records().insert(record, parts.concat());
        Ok(())
    }

    fn remove(&self, record: Record) -> io::Result<()> {
        self.records().remove(&record);
        Ok(())
    }

    fn list(&self) -> io::Result<Vec<Record>> {
        Ok(self.records().keys().copied().collect())
    }
}
