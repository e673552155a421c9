//! A miner that sends noise.

use super::{Message, Side, Strain, World};
use crate::error::MinerError;
use async_trait::async_trait;
use rand::{Rng, RngCore};

/// Submits noise and sends messages full of noise, which workers refuse without a verdict: they report
/// that they never got a proof.
pub(super) struct Garbage;

fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rand::thread_rng().fill_bytes(&mut bytes);
    bytes
}

fn text() -> String {
    let length = rand::thread_rng().gen_range(0..1024);
    String::from_utf8_lossy(&noise(length)).into_owned()
}

#[async_trait]
impl Strain for Garbage {
    async fn submit(&self, _: &World, side: Side, _: Vec<u8>) -> Result<Vec<u8>, MinerError> {
        Ok(match side {
            Side::Idle => noise(32),
            Side::Service => noise(256),
        })
    }

    fn tell(&self, _: &World, message: Message<'_>) -> Result<(), MinerError> {
        let number = || rand::random::<i64>();
        match message {
            Message::Service(batch) => {
                let proof = batch.agg_proof.get_or_insert_default();
                for list in [&mut proof.names, &mut proof.us, &mut proof.mus] {
                    *list = vec![text(); 3];
                }
                proof.sigma = text();
                batch.u_sigs = vec![noise(7); 3];
            }
            Message::Idle(part) => {
                let proof = part.proof.get_or_insert_default();
                (proof.left, proof.right) = (number(), number());
                proof.roots = vec![noise(33); 5];
            }
            Message::IdleTotal(total) => {
                (total.front, total.rear) = (number(), number());
                total.acc = noise(255);
            }
            Message::Other => {}
        }
        Ok(())
    }
}
