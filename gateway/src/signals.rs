//! How blocks wake those who wait for something to happen to a deal.

use cess_primitives::Hash;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How a deal ended without being stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndedBy {
    /// Somebody cancelled it.
    Cancellation,
    /// Its time was over.
    Deadline,
}

/// What was heard of a deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Grows with every event.
    pub(crate) events: u64,
    /// The deal ended.
    pub(crate) ended: Option<EndedBy>,
}

/// The deals that somebody waits for.
#[derive(Default)]
pub(crate) struct Signals {
    deals: Mutex<HashMap<Hash, watch::Sender<Heard>>>,
}

impl Signals {
    fn deals(&self) -> MutexGuard<'_, HashMap<Hash, watch::Sender<Heard>>> {
        self.deals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens for a deal.
    pub(crate) fn subscribe(&self, fid: Hash) -> watch::Receiver<Heard> {
        self.deals().entry(fid).or_default().subscribe()
    }

    /// Nobody listens any more.
    pub(crate) fn remove(&self, fid: &Hash) {
        self.deals().remove(fid);
    }

    /// Something happened to a deal.
    pub(crate) fn wake(&self, fid: &Hash) {
        if let Some(deal) = self.deals().get(fid) {
            deal.send_modify(|heard| heard.events += 1);
        }
    }

    /// Events were missed: anything may have happened.
    pub(crate) fn wake_all(&self) {
        for deal in self.deals().values() {
            deal.send_modify(|heard| heard.events += 1);
        }
    }

    /// The deal ended.
    pub(crate) fn end(&self, fid: &Hash, by: EndedBy) {
        if let Some(deal) = self.deals().get(fid) {
            deal.send_modify(|heard| {
                heard.events += 1;
                heard.ended = Some(by);
            });
        }
    }

    /// The deal was declared (again).
    pub(crate) fn begin(&self, fid: &Hash) {
        if let Some(deal) = self.deals().get(fid) {
            deal.send_modify(|heard| heard.ended = None);
        }
    }
}
