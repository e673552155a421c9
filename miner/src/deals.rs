//! Deals whose fragments are coming in, as the chain declares them.

use crate::chain::ChainApi;
use cess_chain::ChainError;
use cess_p2p::PeerBytes;
use cess_primitives::file::DeclaredSegments;
use cess_primitives::miner::state as miner_state;
use cess_primitives::{Hash, FRAGMENT_COUNT};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Deals that are kept: the largest takes about 2 MB.
const KEPT: usize = 8;

/// What a deal says of its fragments. The segments of a deal never change; that the deal ends, or
/// is declared again by another operator, comes as an event that drops it from here.
#[derive(Debug)]
pub struct Deal {
    /// The libp2p peer of the gateway that declared it; only this one may write. `None` when the
    /// operator is not a registered gateway.
    pub writer: Option<PeerBytes>,
    /// The miner may take fragments: it is positive and has idle space for a column.
    pub affordable: bool,
    /// The column (1 to 12) that this miner reported.
    pub own_column: Option<u8>,
    /// The declared segments.
    pub segments: DeclaredSegments,
    fragments: HashSet<Hash>,
}

impl Deal {
    /// Whether the deal lists this fragment.
    pub fn lists(&self, fragment: &Hash) -> bool {
        self.fragments.contains(fragment)
    }

    /// The fragments of a column (1 to 12), one for each segment.
    pub fn column(&self, column: u8) -> impl Iterator<Item = &Hash> {
        let row = usize::from(column).wrapping_sub(1);
        self.segments
            .iter()
            .filter_map(move |s| s.fragment_list.get(row))
    }

    /// The columns whose fragments are all there, by number.
    pub fn complete_columns<E>(
        &self,
        mut held: impl FnMut(&Hash) -> Result<bool, E>,
    ) -> Result<Vec<u8>, E> {
        let mut complete = Vec::new();
        'columns: for column in 1..=FRAGMENT_COUNT as u8 {
            for fragment in self.column(column) {
                if !held(fragment)? {
                    continue 'columns;
                }
            }
            complete.push(column);
        }
        Ok(complete)
    }
}

/// The deals that were asked for last.
pub struct Deals {
    chain: Arc<dyn ChainApi>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    deals: HashMap<Hash, Arc<Deal>>,
    order: VecDeque<Hash>,
    /// Grows with every `forget`: what was asked before must not be kept after.
    version: u64,
}

impl Deals {
    /// An empty cache over the chain.
    pub fn new(chain: Arc<dyn ChainApi>) -> Self {
        Self {
            chain,
            kept: Mutex::default(),
        }
    }

    /// The deal, from the cache or the chain; `None` when there is none.
    pub async fn get(&self, fid: &Hash) -> Result<Option<Arc<Deal>>, ChainError> {
        let version = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(deal) = kept.deals.get(fid) {
                return Ok(Some(Arc::clone(deal)));
            }
            kept.version
        };
        let Some(deal) = self.load(fid).await? else {
            return Ok(None);
        };
        let deal = Arc::new(deal);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version == version && kept.deals.insert(*fid, Arc::clone(&deal)).is_none() {
            kept.order.push_back(*fid);
            if kept.order.len() > KEPT {
                if let Some(oldest) = kept.order.pop_front() {
                    kept.deals.remove(&oldest);
                }
            }
        }
        Ok(Some(deal))
    }

    /// The chain changed a deal: ask it anew next time.
    pub fn forget(&self, fid: &Hash) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.version += 1;
        kept.deals.remove(fid);
        kept.order.retain(|f| f != fid);
    }

    /// Events were missed, or the miner's own standing changed: ask for everything anew.
    pub fn forget_all(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let version = kept.version + 1;
        *kept = Kept {
            version,
            ..Kept::default()
        };
    }

    async fn load(&self, fid: &Hash) -> Result<Option<Deal>, ChainError> {
        let Some(deal) = self.chain.deal(fid).await? else {
            return Ok(None);
        };
        let Some(terms) = self.chain.deal_terms(fid).await? else {
            return Ok(None);
        };
        let writer = self
            .chain
            .oss(&terms.operator)
            .await?
            .map(|oss| oss.peer_id);
        let params = self.chain.params().await?;
        let needed = params.column_space(deal.segment_list.len() as u32);
        let me = self.chain.account();
        let own_column = deal
            .complete_list
            .iter()
            .find(|c| c.miner == me)
            .map(|c| c.index);
        let miner = self.chain.miner(&me).await?;
        let affordable =
            miner.is_some_and(|m| m.is(miner_state::POSITIVE) && m.idle_space >= needed);
        let fragments = deal
            .segment_list
            .iter()
            .flat_map(|s| s.fragment_list.iter().copied())
            .collect();
        Ok(Some(Deal {
            writer,
            affordable,
            own_column,
            segments: deal.segment_list,
            fragments,
        }))
    }
}
