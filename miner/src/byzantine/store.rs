//! The fragments of a miner as its strain shows them.

use super::Conduct;
use crate::store::{FragmentStore, Partial, StoreError};
use cess_primitives::Hash;
use std::sync::Arc;

/// A [`FragmentStore`] behind a strain: what is written is written, what is read may be otherwise.
pub(super) struct Masked(pub(super) Arc<Conduct>);

impl FragmentStore for Masked {
    fn size(&self, fragment: &Hash) -> Result<Option<u64>, StoreError> {
        self.0.strain().size(self.0.world(), fragment)
    }

    fn write(&self, fragment: &Hash) -> Result<Box<dyn Partial>, StoreError> {
        self.0.world().store.write(fragment)
    }

    fn read(
        &self,
        fragment: &Hash,
        offset: u64,
        max: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.strain().read(self.0.world(), fragment, offset, max)
    }

    fn remove(&self, fragment: &Hash) -> Result<bool, StoreError> {
        self.0.world().store.remove(fragment)
    }

    fn list(&self) -> Result<Vec<Hash>, StoreError> {
        self.0.world().store.list()
    }
}
