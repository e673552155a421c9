//! What is signed, and how (spec chain 15).
//!
//! The master key signs `sha256(SCALE(payload))`; a worker's identity key signs
//! `0xff || type || SCALE(payload)`. The same functions serve the signer and the chain.

use crate::{audit::QElement, miner::SpaceProofInfo, tee::WorkerKey, AccountId, BVec, BloomFilter};
use alloc::vec::Vec;
use codec::Encode;

/// The digest that the master key signs for a payload.
pub fn master_digest(payload: &impl Encode) -> [u8; 32] {
    payload.using_encoded(sp_crypto_hashing::sha2_256)
}

/// The digest under `tee_sig_need_verify`: the space proof together with the worker that checked it.
pub fn space_proof_digest(info: &SpaceProofInfo, tee_puk: &WorkerKey) -> [u8; 32] {
    master_digest(&(info, tee_puk))
}

/// What a worker's identity key signs; the byte after `0xff` keeps the purposes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WorkerPayload {
    /// `MasterKeyApplyPayload`.
    MasterKeyApply = 3,
    /// `MasterKeyLaunchPayload`.
    MasterKeyLaunch = 4,
    /// `MasterKeyDistributePayload`.
    MasterKeyDistribute = 5,
    /// `WorkerExitPayload`.
    WorkerExit = 6,
}

/// The bytes that a worker's identity key signs.
pub fn worker_message(kind: WorkerPayload, payload: &impl Encode) -> Vec<u8> {
    let mut message = alloc::vec![0xff, kind as u8];
    payload.encode_to(&mut message);
    message
}

/// The verdict over an idle proof.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct VerifyIdleResultInfo {
    /// The challenged miner.
    pub miner: AccountId,
    /// The proof's total hash.
    pub miner_prove: BVec<u8, { crate::audit::MAX_IDLE_PROOF }>,
    /// Idle files given up.
    pub front: u64,
    /// Idle files certified.
    pub rear: u64,
    /// The accumulator.
    pub accumulator: [u8; 256],
    /// The challenge.
    pub space_challenge_param: [u64; 8],
    /// The verdict.
    pub result: bool,
    /// The worker.
    pub tee_puk: WorkerKey,
}

/// The verdict over a service proof.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct VerifyServiceResultInfo {
    /// The challenged miner.
    pub miner: AccountId,
    /// The worker.
    pub tee_puk: WorkerKey,
    /// The proof: the decimal digits of sigma.
    pub miner_prove: BVec<u8, { crate::audit::MAX_SERVICE_PROOF }>,
    /// The verdict.
    pub result: bool,
    /// The challenge.
    pub chal: QElement,
    /// Sum over the fragments that were proven.
    pub service_bloom_filter: BloomFilter,
}

/// A worker's word that a miner never delivered its proofs (ours; `docs/deviations.md`, Q1).
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct ProofMissingInfo {
    /// The challenged miner.
    pub miner: AccountId,
    /// The challenge's start.
    pub start: crate::Tick,
    /// The worker.
    pub tee_puk: WorkerKey,
}
