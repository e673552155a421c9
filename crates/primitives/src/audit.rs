//! Challenges and proofs (pallet audit; spec chain 6).

use crate::{miner::SpaceProofInfo, BVec, BloomFilter, Tick};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most chunks of a PoDR2 challenge.
pub const MAX_CHALLENGE_CHUNKS: u32 = 1024;
/// Longest idle proof, bytes.
pub const MAX_IDLE_PROOF: u32 = 256;
/// Longest service proof, bytes: the decimal digits of sigma.
pub const MAX_SERVICE_PROOF: u32 = 2048;

/// The chunks of each fragment that a challenge samples, and their coefficients.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct QElement {
    /// Distinct chunk indices.
    pub random_index_list: BVec<u32, MAX_CHALLENGE_CHUNKS>,
    /// One 20-byte big-endian coefficient for each index.
    pub random_list: BVec<[u8; 20], MAX_CHALLENGE_CHUNKS>,
}

/// What is asked of a miner, and by when.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ChallengeElement {
    /// When the challenge was made.
    pub start: Tick,
    /// The idle proof is due.
    pub idle_slip: Tick,
    /// The service proof is due.
    pub service_slip: Tick,
    /// The verdicts are due.
    pub verify_slip: Tick,
    /// Nodes of the idle files that are opened.
    pub space_param: [u64; 8],
    /// The PoDR2 challenge.
    pub service_param: QElement,
}

/// The miner as it was when the challenge was made.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MinerSnapShot {
    /// Idle space.
    pub idle_space: u128,
    /// Service space.
    pub service_space: u128,
    /// Sum over the tagged fragments.
    pub service_bloom_filter: BloomFilter,
    /// The certified idle space.
    pub space_proof_info: SpaceProofInfo,
    /// The TEE's signature over it.
    pub tee_signature: [u8; 64],
}

/// An idle proof and its verdict.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct IdleProveInfo {
    /// The TEE worker that is to verify it.
    pub tee_puk: [u8; 32],
    /// SHA-256 over the hashes of the proofs of all ranges.
    pub idle_prove: BVec<u8, MAX_IDLE_PROOF>,
    /// The verdict.
    pub verify_result: Option<bool>,
}

/// A service proof and its verdict.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ServiceProveInfo {
    /// The TEE worker that is to verify it.
    pub tee_puk: [u8; 32],
    /// The decimal digits of the aggregated sigma.
    pub service_prove: BVec<u8, MAX_SERVICE_PROOF>,
    /// The verdict.
    pub verify_result: Option<bool>,
}

/// Most workers that are asked for one verdict: the first, and those after it.
pub const MAX_VERIFIERS_ASKED: u32 = 3;

/// The workers that say that a miner never delivered the proofs it submitted, for each side; our
/// addition to a challenge.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct MissingReports {
    /// That miss the idle proof.
    pub idle: BVec<[u8; 32], MAX_VERIFIERS_ASKED>,
    /// That miss the service proof.
    pub service: BVec<[u8; 32], MAX_VERIFIERS_ASKED>,
}

/// What came in so far.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ProveInfo {
    /// How often the verification was given to other workers.
    pub assign: u8,
    /// The idle proof.
    pub idle_prove: Option<IdleProveInfo>,
    /// The service proof.
    pub service_prove: Option<ServiceProveInfo>,
}

/// An open challenge.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ChallengeInfo {
    /// The miner as it was.
    pub miner_snapshot: MinerSnapShot,
    /// What is asked.
    pub challenge_element: ChallengeElement,
    /// What came in.
    pub prove_info: ProveInfo,
}
