//! A miner that stores nothing and rebuilds its fragments from its colleagues' when it is asked.

use super::drops::Drops;
use super::{Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::Hash;
use tokio::sync::Mutex;

/// Reads of fragments are free, and any four give the fifth. Not caught while enough colleagues answer
/// within the challenge's window.
#[derive(Default)]
pub(super) struct Outsources {
    /// Several tasks ask for the challenge; one fetches.
    fetching: Mutex<()>,
}

/// Whether the service proof has still to be made or delivered.
fn is_owed(challenge: &ChallengeInfo) -> bool {
    let proof = challenge.prove_info.service_prove.as_ref();
    challenge.miner_snapshot.service_space > 0 && proof.is_none_or(|p| p.verify_result.is_none())
}

#[async_trait]
impl Strain for Outsources {
    async fn begin(&self, world: &World) -> Result<(), MinerError> {
        Drops.begin(world).await
    }

    async fn tagged(&self, world: &World, fragments: &[Hash]) -> Result<(), MinerError> {
        Drops.tagged(world, fragments).await
    }

    async fn challenge(
        &self,
        world: &World,
        open: Option<ChallengeInfo>,
    ) -> Result<Option<ChallengeInfo>, MinerError> {
        let _fetching = self.fetching.lock().await;
        if open.as_ref().is_some_and(is_owed) {
            let service = world.state.service()?;
            let wanted: Vec<_> = service.into_iter().map(|(key, _)| key).collect();
            world.rebuild(&wanted).await?;
        } else {
            world.discard(&world.service()?).await?;
        }
        Ok(open)
    }

    fn admits_losses(&self) -> bool {
        false
    }
}
