//! A miner that keeps bad verdicts from the chain.

use super::drops::Drops;
use super::{Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::Hash;

/// A verdict that exists is posted by its worker, so that nothing is left to withhold but the proof:
/// this miner drops its fragments, submits, and lets no worker see the service proof. The worker says
/// on the chain that it got none.
pub(super) struct Withholds;

#[async_trait]
impl Strain for Withholds {
    async fn begin(&self, world: &World) -> Result<(), MinerError> {
        Drops.begin(world).await
    }

    async fn tagged(&self, world: &World, fragments: &[Hash]) -> Result<(), MinerError> {
        Drops.tagged(world, fragments).await
    }

    /// A proof that has its verdict is not delivered any more.
    async fn challenge(
        &self,
        _: &World,
        mut open: Option<ChallengeInfo>,
    ) -> Result<Option<ChallengeInfo>, MinerError> {
        let proofs = open.iter_mut().map(|challenge| &mut challenge.prove_info);
        proofs
            .filter_map(|proofs| proofs.service_prove.as_mut())
            .for_each(|proof| proof.verify_result = Some(false));
        Ok(open)
    }

    fn admits_losses(&self) -> bool {
        false
    }
}
