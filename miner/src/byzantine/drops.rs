//! A miner that deletes fragments once they are tagged.

use super::{Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::Hash;

/// Proves what is left, which is nothing, and does not say that the rest is lost. Caught by the first
/// audit.
pub(super) struct Drops;

#[async_trait]
impl Strain for Drops {
    async fn begin(&self, world: &World) -> Result<(), MinerError> {
        world.discard(&world.service()?).await
    }

    async fn tagged(&self, world: &World, fragments: &[Hash]) -> Result<(), MinerError> {
        world.discard(fragments).await
    }

    fn admits_losses(&self) -> bool {
        false
    }
}
