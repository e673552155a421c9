//! How many transfers a node serves at a time.

use cess_primitives::oss::PeerId as PeerBytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Hands out places for incoming transfers, to each peer at most its share.
#[derive(Clone, Debug)]
pub(crate) struct TransferLimits {
    taken: Arc<Mutex<Taken>>,
    total: usize,
    per_peer: usize,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    of_peer: HashMap<PeerBytes, usize>,
}

/// A place; dropping it frees it.
#[derive(Debug)]
pub(crate) struct Place {
    limits: TransferLimits,
    peer: PeerBytes,
}

impl TransferLimits {
    pub(crate) fn new(total: usize, per_peer: usize) -> Self {
        Self {
            taken: Arc::default(),
            total,
            per_peer,
        }
    }

    /// A place for a transfer of this peer, or `None` when there is none.
    pub(crate) fn enter(&self, peer: PeerBytes) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_peer = taken.of_peer.get(&peer).copied().unwrap_or(0);
        if taken.total >= self.total || of_peer >= self.per_peer {
            return None;
        }
        taken.total += 1;
        taken.of_peer.insert(peer, of_peer + 1);
        Some(Place {
            limits: self.clone(),
            peer,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self
            .limits
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.total -= 1;
        match taken.of_peer.get_mut(&self.peer) {
            Some(n) if *n > 1 => *n -= 1,
            _ => {
                taken.of_peer.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_in_all_and_for_each_peer_and_come_back() {
        let (a, b, c) = ([1; 38], [2; 38], [3; 38]);
        let limits = TransferLimits::new(3, 2);
        let first = limits.enter(a).unwrap();
        let _second = limits.enter(a).unwrap();
        assert!(limits.enter(a).is_none(), "the peer has its share");
        let _third = limits.enter(b).unwrap();
        assert!(limits.enter(c).is_none(), "the node is full");
        drop(first);
        let _fourth = limits.enter(c).unwrap();
    }
}
