//! A miner that submits another miner's proofs.

use super::{Message, Side, Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::audit::{ChallengeInfo, ProveInfo};

/// Waits until another challenged miner has submitted, then submits the same bytes. A proof is bound
/// to the fragments or idle files of its miner and to its challenge: the worker finds it false.
pub(super) struct Copies;

const COPY: &[u8] = b"service proof";

/// What the miner submitted on this side.
fn proof_of(proofs: &ProveInfo, side: Side) -> Option<Vec<u8>> {
    match side {
        Side::Idle => proofs.idle_prove.as_ref().map(|p| p.idle_prove.to_vec()),
        Side::Service => proofs
            .service_prove
            .as_ref()
            .map(|p| p.service_prove.to_vec()),
    }
}

/// A proof of this side that is on the chain and not this miner's.
async fn of_another(world: &World, side: Side) -> Result<Option<Vec<u8>>, MinerError> {
    let me = world.chain.account();
    let all = world.chain.challenges().await?;
    let mut others = all.into_iter().filter(|(miner, _)| *miner != me);
    Ok(others.find_map(|(_, challenge)| proof_of(&challenge.prove_info, side)))
}

#[async_trait]
impl Strain for Copies {
    async fn challenge(
        &self,
        world: &World,
        open: Option<ChallengeInfo>,
    ) -> Result<Option<ChallengeInfo>, MinerError> {
        let Some(challenge) = open else {
            return Ok(None);
        };
        let (snapshot, proofs) = (&challenge.miner_snapshot, &challenge.prove_info);
        for (side, space) in [
            (Side::Idle, snapshot.idle_space),
            (Side::Service, snapshot.service_space),
        ] {
            let owed = space > 0 && proof_of(proofs, side).is_none();
            if owed && of_another(world, side).await?.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(challenge))
    }

    async fn submit(
        &self,
        world: &World,
        side: Side,
        proof: Vec<u8>,
    ) -> Result<Vec<u8>, MinerError> {
        let copy = of_another(world, side).await?.unwrap_or(proof);
        if side == Side::Service {
            world.state.keep(COPY, &copy)?;
        }
        Ok(copy)
    }

    fn tell(&self, world: &World, message: Message<'_>) -> Result<(), MinerError> {
        if let Message::Service(batch) = message {
            let copy = world.state.kept(COPY)?.unwrap_or_default();
            let sigma = String::from_utf8_lossy(&copy).into_owned();
            batch.agg_proof.get_or_insert_default().sigma = sigma;
        }
        Ok(())
    }
}
