//! A miner that submits another miner's proofs.

use super::{Message, Side, Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::audit::{ChallengeInfo, ProveInfo};
use cess_primitives::Tick;
use codec::{Decode, DecodeAll, Encode};

/// Waits until another challenged miner has submitted, then submits the same bytes. A proof is bound
/// to the fragments or idle files of its miner and to its challenge: the worker finds it false.
pub(super) struct Copies;

/// Another miner's proof, for the challenge that began then.
#[derive(Encode, Decode)]
struct Copy {
    start: Tick,
    proof: Vec<u8>,
}

impl Copy {
    fn kept(world: &World, side: Side) -> Result<Option<Self>, MinerError> {
        let kept = world.state.kept(key(side))?;
        Ok(kept.and_then(|bytes| Self::decode_all(&mut &bytes[..]).ok()))
    }
}

fn key(side: Side) -> &'static [u8] {
    match side {
        Side::Idle => b"idle copy",
        Side::Service => b"service copy",
    }
}

/// What was submitted on this side.
fn proof_of(proofs: &ProveInfo, side: Side) -> Option<Vec<u8>> {
    match side {
        Side::Idle => proofs.idle_prove.as_ref().map(|p| p.idle_prove.to_vec()),
        Side::Service => proofs
            .service_prove
            .as_ref()
            .map(|p| p.service_prove.to_vec()),
    }
}

/// Whether there is a proof to submit; one that is seen is kept, because the other challenge may end.
async fn is_copied(world: &World, start: Tick, side: Side) -> Result<bool, MinerError> {
    if Copy::kept(world, side)?.is_some_and(|copy| copy.start == start) {
        return Ok(true);
    }
    let me = world.chain.account();
    let all = world.chain.challenges().await?;
    let mut others = all.into_iter().filter(|(miner, _)| *miner != me);
    let seen = others.find_map(|(_, challenge)| proof_of(&challenge.prove_info, side));
    let copied = seen.is_some();
    if let Some(proof) = seen {
        world
            .state
            .keep(key(side), &Copy { start, proof }.encode())?;
    }
    Ok(copied)
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
        let start = challenge.challenge_element.start;
        let snapshot = &challenge.miner_snapshot;
        let idle = snapshot.idle_space == 0 || is_copied(world, start, Side::Idle).await?;
        let service = snapshot.service_space == 0 || is_copied(world, start, Side::Service).await?;
        Ok((idle && service).then_some(challenge))
    }

    async fn submit(
        &self,
        world: &World,
        side: Side,
        proof: Vec<u8>,
    ) -> Result<Vec<u8>, MinerError> {
        Ok(Copy::kept(world, side)?.map_or(proof, |copy| copy.proof))
    }

    fn tell(&self, world: &World, message: Message<'_>) -> Result<(), MinerError> {
        if let Message::Service(batch) = message {
            let copy = Copy::kept(world, Side::Service)?.map(|copy| copy.proof);
            let sigma = String::from_utf8_lossy(&copy.unwrap_or_default()).into_owned();
            batch.agg_proof.get_or_insert_default().sigma = sigma;
        }
        Ok(())
    }
}
