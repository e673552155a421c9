//! The idle files as far as a strain deals with them.

use super::World;
use crate::error::MinerError;
use crate::idle::space::IdleSpace;
use async_trait::async_trait;
use cess_pois::Params;
use cess_primitives::miner::SpaceProofInfo;
use std::ops::ControlFlow;

/// Idle files that can be deleted and made again.
#[async_trait]
pub trait IdleFiles: Send + Sync {
    /// Deletes all of them.
    async fn discard(&self) -> Result<(), MinerError>;
    /// Makes those of a certified state that are missing.
    async fn regenerate(&self, world: &World, state: &SpaceProofInfo) -> Result<(), MinerError>;
}

#[async_trait]
impl IdleFiles for IdleSpace {
    async fn discard(&self) -> Result<(), MinerError> {
        self.remove_files().await
    }

    async fn regenerate(&self, world: &World, state: &SpaceProofInfo) -> Result<(), MinerError> {
        let params = Params::of(&world.chain.params().await?)?;
        let watch = Box::new(|_| ControlFlow::Continue(()));
        self.repair(params, state.clone(), watch).await.map(drop)
    }
}
