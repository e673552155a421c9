//! A miner that never answers a challenge.

use super::{Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::audit::ChallengeInfo;

/// Caught when the time for proofs is over; see `docs/adversaries.md`.
pub(super) struct Silent;

#[async_trait]
impl Strain for Silent {
    async fn challenge(
        &self,
        _: &World,
        _: Option<ChallengeInfo>,
    ) -> Result<Option<ChallengeInfo>, MinerError> {
        Ok(None)
    }
}
