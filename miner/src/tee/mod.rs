//! What a miner asks of TEE workers.

mod choice;
mod grpc;

pub use grpc::TeePool;

use crate::chain::Certificate;
use crate::state::{TagRecord, Tagging};
use async_trait::async_trait;
use bytes::Bytes;
use cess_pois::commit::{self, Challenge, Commitment};
use cess_pois::deletion::Deletion;
use cess_pois::space::RangeProof;
use cess_pois::Append;
use cess_primitives::audit::QElement;
use cess_primitives::miner::SpaceProofInfo;
use cess_primitives::tee::WorkerKey;
use cess_primitives::{BloomFilter, Hash};
use std::time::Duration;

/// Why no TEE worker helped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TeeError {
    /// The chain has no worker for this.
    #[error("no TEE worker is registered that can {0}; start one, or wait for it to register")]
    NoWorker(&'static str),
    /// Every worker is at its limit.
    #[error("all TEE workers are busy; asked to come back in {} s", .0.as_secs())]
    Busy(Duration),
    /// Workers were reached and refused, or not reached.
    #[error("no TEE worker could {what}: {reason}")]
    Failed {
        /// What was asked for.
        what: &'static str,
        /// What the last one said.
        reason: String,
    },
    /// The request itself was refused: as it is, no worker will do it.
    #[error("a TEE worker refused to {what}: {reason}")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// What the last one said.
        reason: String,
    },
    /// A worker answered with something that cannot be used.
    #[error("a TEE worker's answer cannot be used: {0}")]
    Answer(String),
    /// The chain could not be asked for workers.
    #[error("the TEE workers are not known: {0}")]
    Chain(String),
}

/// The state that the chain keeps of the miner's idle files, with the signature that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// The state.
    pub info: SpaceProofInfo,
    /// The master key's signature over it.
    pub signature: [u8; 64],
}

/// A new miner's key.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The first state: no file, and the key.
    pub info: SpaceProofInfo,
    /// The worker's word for it.
    pub certificate: Certificate,
}

/// What a tag is wanted for.
#[derive(Clone, Debug)]
pub struct TagJob {
    /// The file.
    pub fid: Hash,
    /// The fragment.
    pub fragment: Hash,
    /// Its bytes.
    pub data: Bytes,
    /// What was tagged of the file before.
    pub progress: Tagging,
}

/// TEE workers, whichever answers. Proofs go to the worker that the chain chose.
#[async_trait]
pub trait TeeApi: Send + Sync + 'static {
    /// The network's public PoDR2 key, as its scheme spells it (`cess_podr2::public_key`).
    async fn podr2_key(&self) -> Result<Vec<u8>, TeeError>;
    /// A key for proofs of idle space.
    async fn new_key(&self) -> Result<NewKey, TeeError>;
    /// A tag for a fragment, and the progress with it; the tag is checked.
    async fn tag(&self, job: TagJob) -> Result<(TagRecord, Tagging), TeeError>;
    /// What is to be opened of a new set of idle files.
    async fn question(&self, commitment: &Commitment) -> Result<Challenge, TeeError>;
    /// The state with a new set of idle files.
    async fn certify(
        &self,
        state: &Certified,
        commitment: &Commitment,
        proof: &commit::Proof,
        append: &Append,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError>;
    /// The state without idle files that are given up.
    async fn give_up(
        &self,
        state: &Certified,
        deletion: &Deletion,
    ) -> Result<(SpaceProofInfo, Certificate), TeeError>;
    /// Delivers the proofs of all ranges that a challenge picked; the worker's verdict over them together.
    async fn deliver_idle(
        &self,
        worker: &WorkerKey,
        state: &Certified,
        challenge: &[u64; 8],
        proofs: &[RangeProof],
    ) -> Result<bool, TeeError>;
    /// Delivers a batch of a service proof that follows the batches whose fragments add up to
    /// `before`; false when the worker found it wrong.
    async fn deliver_service(
        &self,
        worker: &WorkerKey,
        challenge: &QElement,
        before: &BloomFilter,
        proof: cess_podr2::Proof,
    ) -> Result<bool, TeeError>;
}
