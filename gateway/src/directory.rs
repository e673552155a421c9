//! Where miners are, and how they behaved lately.

use crate::chain::ChainApi;
use cess_chain::ChainError;
use cess_p2p::Address;
use cess_primitives::{AccountId, Tick};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A failure is held against a miner for this many ticks.
const GRUDGE: Tick = 60;

/// Why a miner has no address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAddress {
    #[error("the miner is not registered any more")]
    Gone,
    #[error("its endpoint is not a libp2p address")]
    Endpoint,
    #[error(transparent)]
    Chain(#[from] ChainError),
}

#[derive(Default)]
struct Known {
    addresses: HashMap<AccountId, Address>,
    blamed_at: HashMap<AccountId, Tick>,
}

/// What the gateway remembers of miners.
pub(crate) struct Directory {
    chain: Arc<dyn ChainApi>,
    known: Mutex<Known>,
}

/// The address in a miner's endpoint.
pub(crate) fn address(endpoint: &[u8]) -> Option<Address> {
    std::str::from_utf8(endpoint).ok()?.trim().parse().ok()
}

impl Directory {
    pub(crate) fn new(chain: Arc<dyn ChainApi>) -> Self {
        Self {
            chain,
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a miner is.
    pub(crate) async fn address(&self, miner: &AccountId) -> Result<Address, NoAddress> {
        if let Some(address) = self.known().addresses.get(miner) {
            return Ok(address.clone());
        }
        let info = self.chain.miner(miner).await?.ok_or(NoAddress::Gone)?;
        let address = address(&info.endpoint).ok_or(NoAddress::Endpoint)?;
        self.known()
            .addresses
            .insert(miner.clone(), address.clone());
        Ok(address)
    }

    /// The miner may be somewhere else now.
    pub(crate) fn forget(&self, miner: &AccountId) {
        self.known().addresses.remove(miner);
    }

    /// The miner failed.
    pub(crate) fn blame(&self, miner: &AccountId, now: Tick) {
        let mut known = self.known();
        known.addresses.remove(miner);
        known
            .blamed_at
            .retain(|_, at| at.saturating_add(GRUDGE) > now);
        known.blamed_at.insert(miner.clone(), now);
    }

    /// Whether the miner failed lately.
    pub(crate) fn is_blamed(&self, miner: &AccountId, now: Tick) -> bool {
        let at = self.known().blamed_at.get(miner).copied();
        at.is_some_and(|at| at.saturating_add(GRUDGE) > now)
    }
}
