//! A miner that claims idle space which it does not have.

use super::{Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::audit::ChallengeInfo;

/// Deletes idle files once they are certified, and again before each proof. Caught by the first audit.
pub(super) struct Hollow;

#[async_trait]
impl Strain for Hollow {
    async fn begin(&self, world: &World) -> Result<(), MinerError> {
        world.discard_idle().await
    }

    async fn certified(&self, world: &World) -> Result<(), MinerError> {
        world.discard_idle().await
    }

    async fn challenge(
        &self,
        world: &World,
        open: Option<ChallengeInfo>,
    ) -> Result<Option<ChallengeInfo>, MinerError> {
        if open.is_some() {
            world.discard_idle().await?;
        }
        Ok(open)
    }
}
