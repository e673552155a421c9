//! Fragments in memory, for tests.

use super::{FragmentStore, Partial, StoreError};
use cess_primitives::Hash;
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store in memory; clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    whole: HashMap<Hash, Vec<u8>>,
    partial: HashMap<Hash, Vec<u8>>,
    writing: HashSet<Hash>,
}

impl MemoryStore {
    /// Replaces a fragment's bytes, as a bad disk would.
    pub fn damage(&self, fragment: &Hash, bytes: &[u8]) {
        self.lock().whole.insert(*fragment, bytes.to_vec());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(fragment: &Hash) -> Result<(), StoreError> {
    fragment
        .validate()
        .map_err(|_| StoreError::BadName(*fragment))
}

impl FragmentStore for MemoryStore {
    fn size(&self, fragment: &Hash) -> Result<Option<u64>, StoreError> {
        check(fragment)?;
        Ok(self.lock().whole.get(fragment).map(|d| d.len() as u64))
    }

    fn write(&self, fragment: &Hash) -> Result<Box<dyn Partial>, StoreError> {
        check(fragment)?;
        let mut state = self.lock();
        if !state.writing.insert(*fragment) {
            return Err(StoreError::Busy(*fragment));
        }
        let data = state.partial.entry(*fragment).or_default();
        let len = data.len() as u64;
        Ok(Box::new(MemoryPartial {
            store: self.clone(),
            fragment: *fragment,
            len,
        }))
    }

    fn read(
        &self,
        fragment: &Hash,
        offset: u64,
        max: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        check(fragment)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let cut = |d: &Vec<u8>| d.iter().skip(start).take(max).copied().collect();
        Ok(self.lock().whole.get(fragment).map(cut))
    }

    fn remove(&self, fragment: &Hash) -> Result<bool, StoreError> {
        check(fragment)?;
        let mut state = self.lock();
        let whole = state.whole.remove(fragment).is_some();
        Ok(state.partial.remove(fragment).is_some() || whole)
    }

    fn list(&self) -> Result<Vec<Hash>, StoreError> {
        let state = self.lock();
        let all: HashSet<_> = state
            .whole
            .keys()
            .chain(state.partial.keys())
            .copied()
            .collect();
        Ok(all.into_iter().collect())
    }
}

struct MemoryPartial {
    store: MemoryStore,
    fragment: Hash,
    len: u64,
}

impl Partial for MemoryPartial {
    fn len(&self) -> u64 {
        self.len
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.store
            .lock()
            .partial
            .entry(self.fragment)
            .or_default()
            .extend_from_slice(bytes);
        self.len += bytes.len() as u64;
        Ok(())
    }

    fn restart(&mut self) -> io::Result<()> {
        self.store.lock().partial.insert(self.fragment, Vec::new());
        self.len = 0;
        Ok(())
    }

    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let mut state = self.store.lock();
        let data = state.partial.remove(&self.fragment).unwrap_or_default();
        if Hash::of(&data) != self.fragment {
            return Err(StoreError::WrongHash(self.fragment));
        }
        state.whole.insert(self.fragment, data);
        Ok(())
    }
}

impl Drop for MemoryPartial {
    fn drop(&mut self) {
        self.store.lock().writing.remove(&self.fragment);
    }
}
