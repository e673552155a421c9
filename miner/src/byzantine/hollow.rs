//! A miner that claims idle space which it does not have.

use super::{Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;

/// Deletes idle files once they are certified. It cannot answer the first audit.
pub(super) struct Hollow;

#[async_trait]
impl Strain for Hollow {
    async fn begin(&self, world: &World) -> Result<(), MinerError> {
        world.discard_idle().await
    }

    async fn certified(&self, world: &World) -> Result<(), MinerError> {
        world.discard_idle().await
    }

    fn repairs_idle(&self) -> bool {
        false
    }
}
