//! What an experiment audits.

use crate::{damage::Damage, Draw, LabError};
use serde::Serialize;

/// A miner's holdings of one kind with their prover and the verifier, all of it the code that runs in the
/// network. Experiments know nothing else of a proof system.
pub trait Subject: Sync {
    /// What the chain asks.
    type Challenge;
    /// What the miner answers.
    type Proof;

    /// Mends what was damaged before, and does this damage.
    ///
    /// # Errors
    /// When the store fails.
    fn damage(&mut self, damage: &Damage, draw: &mut Draw) -> Result<(), LabError>;

    /// Draws a challenge as the chain does, which names `sample` places.
    ///
    /// # Errors
    /// When there is no such challenge.
    fn challenge(&self, sample: u32, draw: &mut Draw) -> Result<Self::Challenge, LabError>;

    /// The miner's part: a proof from what is stored, and how many bytes it had to read for it.
    ///
    /// # Errors
    /// When the store fails; damaged or lost data is none of these.
    fn prove(&self, challenge: &Self::Challenge) -> Result<(Self::Proof, u64), LabError>;

    /// The TEE worker's part: whether the verdict is `true`.
    ///
    /// # Errors
    /// When arithmetic fails; a false proof is an answer.
    fn accepts(&self, challenge: &Self::Challenge, proof: &Self::Proof) -> Result<bool, LabError>;

    /// The bytes that this audit moves.
    fn traffic(&self, challenge: &Self::Challenge, proof: &Self::Proof) -> Traffic;
}

/// Bytes that an audit moves, and what of it goes to the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// The miner's gRPC message to the TEE worker: proof, challenge, signatures.
    pub message: u64,
    /// The challenge in the chain's state.
    pub challenge: u64,
    /// The arguments of the miner's transaction, which the chain keeps until the verdict.
    pub proof: u64,
    /// The arguments of the worker's transaction.
    pub verdict: u64,
    /// The proof that the miner's transaction carries.
    #[serde(skip)]
    pub submitted: Vec<u8>,
}
