//! How a file that nobody owns any more goes, and what it leaves behind.
//!
//! Its miners are free at once. Orders for its fragments, duties to tag them and spent signatures
//! are its traces: a dozen as a rule, thousands after the loss of many miners. What is beyond a
//! fixed number is removed by the blocks that follow, and until then the fid cannot be declared.

use crate::{
    costs,
    fragments::{self, Holding},
    record::Record,
    Config, File, FileOrders, Pallet, Remains, RestoralOrder, SpentTagSignatures, TagDuties,
    TagQueue,
};
use alloc::collections::BTreeMap;
use cess_primitives::{AccountId, Hash, FRAGMENT_COUNT};
use frame_support::{
    defensive, dispatch::DispatchClass, storage::with_storage_layer, weights::Weight,
};
use sp_runtime::DispatchError;

/// Most traces of a file that go together with it.
pub const TRACES_AT_ONCE: u32 = 50;
/// Most traces that a block removes of files that went earlier.
pub const TRACES_PER_BLOCK: u32 = 200;

impl<T: Config> Pallet<T> {
    /// Removes a file and its traces, and says how many of these. Its miners are free of it.
    pub(crate) fn erase(fid: &Hash, file: &Record) -> Result<u32, DispatchError> {
        let mut holdings: BTreeMap<&AccountId, Holding> = BTreeMap::new();
        for fragment in fragments::all(&file.segments).filter(|fragment| fragment.avail) {
            holdings.entry(&fragment.miner).or_default().add(fragment);
        }
        for (miner, holding) in &holdings {
            Self::relieve(miner, holding)?;
        }
        // A call counts a miner for each column; after restorals there may be any number of them.
        let more = holdings.len().saturating_sub(FRAGMENT_COUNT) as u32;
        if more > 0 {
            frame_system::Pallet::<T>::register_extra_weight_unchecked(
                costs::more_miners::<T>(more),
                DispatchClass::Mandatory,
            );
        }
        File::<T>::remove(fid);
        let removed = Self::remove_traces(fid, TRACES_AT_ONCE)?;
        if removed == TRACES_AT_ONCE {
            Remains::<T>::insert(fid, ());
        }
        Ok(removed)
    }

    /// Removes at most `limit` traces of a file that is gone; says how many there were.
    fn remove_traces(fid: &Hash, limit: u32) -> Result<u32, DispatchError> {
        let mut left = limit;
        for (fragment, ()) in FileOrders::<T>::drain_prefix(fid).take(left as usize) {
            left = left.saturating_sub(1);
            if let Some(order) = RestoralOrder::<T>::take(fragment) {
                Self::discharge_leaver(&order)?;
            }
        }
        for (duty, due) in TagDuties::<T>::drain_prefix((*fid,)).take(left as usize) {
            left = left.saturating_sub(1);
            TagQueue::<T>::remove(due.to_be_bytes(), (fid, duty));
        }
        for _ in SpentTagSignatures::<T>::drain_prefix(fid).take(left as usize) {
            left = left.saturating_sub(1);
        }
        Ok(limit.saturating_sub(left))
    }

    /// Removes traces of files that went earlier, a bounded number per block.
    pub(crate) fn sweep_remains() -> Weight {
        let mut left = TRACES_PER_BLOCK;
        while left > 0 {
            let Some(fid) = Remains::<T>::iter_keys().next() else {
                break;
            };
            match with_storage_layer(|| Self::remove_traces(&fid, left)) {
                Ok(removed) => {
                    if removed < left {
                        Remains::<T>::remove(fid);
                    }
                    // The file itself counts too, so that many small ones are no way around.
                    left = left.saturating_sub(removed.saturating_add(1));
                }
                Err(error) => {
                    defensive!("traces of a file can't be removed", error);
                    break;
                }
            }
        }
        costs::sweep::<T>(TRACES_PER_BLOCK.saturating_sub(left))
    }
}
