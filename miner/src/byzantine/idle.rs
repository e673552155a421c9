//! The idle files as far as a strain deals with them.

use super::World;
use crate::error::MinerError;
use crate::fillers::{idle_error, Fillers};
use async_trait::async_trait;
use cess_pois::Params;
use cess_primitives::miner::SpaceProofInfo;
use std::sync::Arc;

/// Idle files that can be deleted and made again.
#[async_trait]
pub trait IdleFiles: Send + Sync {
    /// Deletes all of them.
    async fn discard(&self) -> Result<(), MinerError>;
    /// Makes those of a certified state that are missing.
    async fn regenerate(&self, world: &World, state: &SpaceProofInfo) -> Result<(), MinerError>;
}

#[async_trait]
impl IdleFiles for Fillers {
    async fn discard(&self) -> Result<(), MinerError> {
        let files = self.clone();
        tokio::task::spawn_blocking(move || files.keep(0, 0)).await?
    }

    async fn regenerate(&self, world: &World, state: &SpaceProofInfo) -> Result<(), MinerError> {
        let params = Params::of(&world.chain.params().await?).map_err(idle_error)?;
        let (files, db, state) = (self.clone(), Arc::clone(&world.state), state.clone());
        let work = move || {
            let live = files.live(&db, &params, &state)?;
            files.repair(&params, &state, &live).map(drop)
        };
        tokio::task::spawn_blocking(work).await?
    }
}
