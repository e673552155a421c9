//! A miner that answers every challenge with the proofs of an earlier one.

use super::{Message, Side, Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use cess_primitives::Tick;
use codec::{Decode, DecodeAll, Encode};

/// Answers the first challenge honestly and remembers everything that it said. Later proofs are the
/// old ones under the new challenge; the first audit that draws other chunks finds them false.
pub(super) struct Replays;

/// What was said in the challenge that began then.
#[derive(Encode, Decode)]
struct Said {
    start: Tick,
    proof: Vec<u8>,
}

#[async_trait]
impl Strain for Replays {
    async fn submit(
        &self,
        world: &World,
        side: Side,
        proof: Vec<u8>,
    ) -> Result<Vec<u8>, MinerError> {
        let key: &[u8] = match side {
            Side::Idle => b"idle proof",
            Side::Service => b"service proof",
        };
        let kept = world.state.kept(key)?;
        if let Some(said) = kept.and_then(|bytes| Said::decode_all(&mut &bytes[..]).ok()) {
            return Ok(said.proof);
        }
        let open = world.chain.challenge().await?;
        let start = open.map_or(0, |challenge| challenge.challenge_element.start);
        let said = Said { start, proof };
        world.state.keep(key, &said.encode())?;
        Ok(said.proof)
    }

    fn tell(&self, world: &World, message: Message<'_>) -> Result<(), MinerError> {
        match message {
            Message::Service(now) => {
                let old = replayed(world, b"service message".to_vec(), now)?;
                if old.qslices != now.qslices {
                    (now.agg_proof, now.u_sigs) = (old.agg_proof, old.u_sigs);
                }
            }
            Message::Idle(now) => {
                let part = now.proof.as_ref().map(|proof| (proof.left, proof.right));
                let old = replayed(world, ("idle message", part).encode(), now)?;
                if old.space_chals != now.space_chals {
                    now.proof = old.proof;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The message that was sent first under this key, which is `now` when there was none.
fn replayed<M: prost::Message + Default + Clone>(
    world: &World,
    key: Vec<u8>,
    now: &M,
) -> Result<M, MinerError> {
    let kept = world.state.kept(&key)?;
    if let Some(old) = kept.and_then(|bytes| M::decode(&bytes[..]).ok()) {
        return Ok(old);
    }
    world.state.keep(&key, &now.encode_to_vec())?;
    Ok(now.clone())
}
