//! A miner that makes its idle files only when it is challenged.

use super::{Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::audit::ChallengeInfo;
use tokio::sync::Mutex;

/// Deletes idle files once they are certified and makes them again for each proof. Caught when making
/// them takes longer than the challenge's window, which the sizes of a network decide.
#[derive(Default)]
pub(super) struct OnDemand {
    /// Whether the files are there; one task makes them.
    made: Mutex<bool>,
}

/// Whether the idle proof has still to be made or delivered.
fn is_owed(challenge: &ChallengeInfo) -> bool {
    let proof = challenge.prove_info.idle_prove.as_ref();
    challenge.miner_snapshot.idle_space > 0 && proof.is_none_or(|p| p.verify_result.is_none())
}

#[async_trait]
impl Strain for OnDemand {
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
        let mut made = self.made.lock().await;
        match open.as_ref().filter(|challenge| is_owed(challenge)) {
            Some(challenge) if !*made => {
                let state = &challenge.miner_snapshot.space_proof_info;
                world.regenerate_idle(state).await?;
                *made = true;
            }
            None if *made => {
                world.discard_idle().await?;
                *made = false;
            }
            _ => {}
        }
        Ok(open)
    }

    fn repairs_idle(&self) -> bool {
        false
    }
}
