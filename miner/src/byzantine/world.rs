//! What a strain may use: everything as it really is.

use super::IdleFiles;
use crate::chain::ChainApi;
use crate::error::MinerError;
use crate::rebuild::Rebuilder;
use crate::state::State;
use crate::store::FragmentStore;
use cess_p2p::FragmentTransport;
use cess_primitives::miner::SpaceProofInfo;
use cess_primitives::Hash;
use std::sync::{Arc, PoisonError, RwLock};

/// What a strain may use.
pub struct World {
    /// The chain, as the miner's account.
    pub chain: Arc<dyn ChainApi>,
    /// The fragments on the disk.
    pub store: Arc<dyn FragmentStore>,
    /// The database.
    pub state: Arc<State>,
    reach: RwLock<Option<Arc<Reach>>>,
}

/// What exists only while the process runs.
pub struct Reach {
    /// Other miners.
    pub transport: Arc<dyn FragmentTransport>,
    /// The idle files.
    pub idle: Arc<dyn IdleFiles>,
}

impl World {
    /// A world without [`Reach`].
    pub fn new(chain: Arc<dyn ChainApi>, store: Arc<dyn FragmentStore>, state: Arc<State>) -> Self {
        Self {
            chain,
            store,
            state,
            reach: RwLock::default(),
        }
    }

    /// Other miners and the idle files, while the process runs.
    pub fn reach(&self) -> Option<Arc<Reach>> {
        self.reach
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Gives or takes [`World::reach`]; it must be taken when the process stops, because the transport
    /// keeps the miner alive.
    pub fn set_reach(&self, reach: Option<Reach>) {
        *self.reach.write().unwrap_or_else(PoisonError::into_inner) = reach.map(Arc::new);
    }

    /// The fragments that challenges ask for.
    pub fn service(&self) -> Result<Vec<Hash>, MinerError> {
        let service = self.state.service()?;
        Ok(service.into_iter().map(|((_, name), _)| name).collect())
    }

    /// Deletes these fragments from the disk.
    pub async fn discard(&self, fragments: &[Hash]) -> Result<(), MinerError> {
        let (store, fragments) = (Arc::clone(&self.store), fragments.to_vec());
        let work = move || {
            let mut all = fragments.iter();
            all.try_for_each(|fragment| store.remove(fragment).map(drop))
        };
        Ok(tokio::task::spawn_blocking(work).await??)
    }

    /// Deletes the idle files.
    pub async fn discard_idle(&self) -> Result<(), MinerError> {
        match self.reach() {
            Some(reach) => reach.idle.discard().await,
            None => Ok(()),
        }
    }

    /// Makes the idle files of a certified state that are missing.
    pub async fn regenerate_idle(&self, state: &SpaceProofInfo) -> Result<(), MinerError> {
        match self.reach() {
            Some(reach) => reach.idle.regenerate(self, state).await,
            None => Ok(()),
        }
    }

    /// Fetches fragments of other miners and computes from them those of `wanted` that are not on
    /// the disk; what cannot be had is left out.
    pub async fn rebuild(&self, wanted: &[(Hash, Hash)]) -> Result<(), MinerError> {
        let Some(reach) = self.reach() else {
            return Ok(());
        };
        let rebuilder = Rebuilder {
            chain: Arc::clone(&self.chain),
            store: Arc::clone(&self.store),
            params: self.chain.params().await?,
        };
        for (fid, fragment) in wanted {
            let (store, name) = (Arc::clone(&self.store), *fragment);
            let held = tokio::task::spawn_blocking(move || store.size(&name)).await??;
            let Some(file) = self.chain.file(fid).await?.filter(|_| held.is_none()) else {
                continue;
            };
            let rebuilt = rebuilder
                .fragment(reach.transport.as_ref(), fid, &file, fragment)
                .await;
            match rebuilt {
                Ok(data) => {
                    let store = Arc::clone(&self.store);
                    tokio::task::spawn_blocking(move || store.put(&name, &data)).await??;
                }
                Err(error) => tracing::warn!(%fragment, %error, "colleagues did not help"),
            }
        }
        Ok(())
    }
}
