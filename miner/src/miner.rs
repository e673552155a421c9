//! What all tasks of a miner share.

use crate::byzantine::{Conduct, World, HONEST};
use crate::chain::ChainApi;
use crate::deals::Deals;
use crate::error::MinerError;
use crate::state::{State, StateError};
use crate::status::Status;
use crate::store::FragmentStore;
use crate::tee::TeeApi;
use crate::work::WorkSet;
use cess_primitives::{AccountId, Hash, ProtocolParams, Tick};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Notify;

/// What the scrubber is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suspicion {
    /// Every fragment that the miner owes.
    Everything,
    /// One fragment, which could not be read.
    Fragment(Hash),
}

/// What wakes the tasks.
#[derive(Debug, Default)]
pub struct Wakes {
    /// Deals of which a fragment came in.
    pub report: WorkSet<Hash>,
    /// Files whose fragments may want tags.
    pub tags: WorkSet<Hash>,
    /// Fragments that may be damaged.
    pub scrub: WorkSet<Suspicion>,
    /// Fragments whose restoral orders changed; `None`: all of them may have.
    pub orders: WorkSet<Option<Hash>>,
    /// Time passed: it may be this miner's turn to restore.
    pub restore: Notify,
    /// A challenge came, or the worker that verifies it changed.
    pub audit: Notify,
    /// The miner's spaces changed.
    pub idle: Notify,
    /// Idle files may be lost or damaged: check every one.
    pub idle_suspected: AtomicBool,
    /// The chain gave something up.
    pub prune: Notify,
}

/// A miner's parts; cheap to share.
pub struct Miner {
    /// The chain.
    pub chain: Arc<dyn ChainApi>,
    /// The fragments.
    pub store: Arc<dyn FragmentStore>,
    /// The database.
    pub state: Arc<State>,
    /// The TEE workers.
    pub tee: Arc<dyn TeeApi>,
    /// Whether it cheats, and how; what it does to `chain` and `store` is done already.
    pub conduct: Arc<Conduct>,
    /// Deals that are being received.
    pub deals: Deals,
    /// What wakes the tasks.
    pub wakes: Wakes,
    /// What operators see.
    pub status: Status,
    challenged: AtomicBool,
    params: RwLock<ProtocolParams>,
    tick: AtomicU32,
}

impl Miner {
    /// Puts an honest miner together.
    pub fn new(
        chain: Arc<dyn ChainApi>,
        store: Arc<dyn FragmentStore>,
        state: Arc<State>,
        tee: Arc<dyn TeeApi>,
        params: ProtocolParams,
    ) -> Result<Self, StateError> {
        let conduct = Conduct::new(World::new(chain, store, state), &HONEST)?;
        Ok(Self::with_conduct(Arc::new(conduct), tee, params))
    }

    /// Puts a miner together that may cheat.
    pub fn with_conduct(
        conduct: Arc<Conduct>,
        tee: Arc<dyn TeeApi>,
        params: ProtocolParams,
    ) -> Self {
        let chain = conduct.chain();
        let status = Status::new();
        status.set_strain(conduct.name());
        Self {
            deals: Deals::new(Arc::clone(&chain)),
            chain,
            store: conduct.store(),
            state: Arc::clone(&conduct.world().state),
            tee,
            conduct,
            wakes: Wakes::default(),
            status,
            challenged: AtomicBool::new(false),
            params: RwLock::new(params),
            tick: AtomicU32::new(0),
        }
    }

    /// The miner's account.
    pub fn account(&self) -> AccountId {
        self.chain.account()
    }

    /// The quantities in force.
    pub fn params(&self) -> ProtocolParams {
        *self.params.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over quantities that the chain announced.
    pub fn set_params(&self, params: ProtocolParams) {
        *self.params.write().unwrap_or_else(PoisonError::into_inner) = params;
    }

    /// Protocol time at the last block that was seen.
    pub fn tick(&self) -> Tick {
        self.tick.load(Ordering::Relaxed)
    }

    /// Time has passed.
    pub fn set_tick(&self, tick: Tick) {
        self.tick.store(tick, Ordering::Relaxed);
    }

    /// Whether a challenge is open, as far as was seen.
    pub fn is_challenged(&self) -> bool {
        self.challenged.load(Ordering::Relaxed)
    }

    /// A challenge was opened, or is over.
    pub fn set_challenged(&self, open: bool) {
        self.challenged.store(open, Ordering::Relaxed);
    }

    /// Runs work on the store in a thread that may block.
    pub async fn with_store<T, E>(
        &self,
        work: impl FnOnce(&dyn FragmentStore) -> Result<T, E> + Send + 'static,
    ) -> Result<T, MinerError>
    where
        T: Send + 'static,
        E: Into<MinerError> + Send + 'static,
    {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || work(store.as_ref()))
            .await?
            .map_err(Into::into)
    }
}
