//! TEE workers and the master key (pallet tee-worker; published interface, `ces_types`).

pub mod attestation;
pub mod quote;
pub mod simulation;

use crate::{AccountId, Tick};
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// An sr25519 public key that names a worker.
pub type WorkerKey = [u8; 32];

/// What a worker may do.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub enum WorkerRole {
    /// Tags, certifies and verifies.
    Full,
    /// Verifies.
    Verifier,
    /// Tags and certifies.
    Marker,
}

/// Who attested a worker.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub enum AttestationProvider {
    /// Governance.
    #[codec(index = 0)]
    Root,
    /// Intel's EPID service.
    #[codec(index = 1)]
    Ias,
    /// Intel's DCAP.
    #[codec(index = 2)]
    Dcap,
}

/// What a worker says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WorkerRegistrationInfo {
    /// Version of the software, `major << 16 | minor << 8 | patch`.
    pub version: u32,
    /// The machine.
    pub machine_id: Vec<u8>,
    /// The identity key.
    pub pubkey: WorkerKey,
    /// The key for encrypted messages to this worker.
    pub ecdh_pubkey: [u8; 32],
    /// The bonded account that answers for it.
    pub stash_account: Option<AccountId>,
    /// The chain it belongs to.
    pub genesis_block_hash: H256,
    /// CPU cores and feature level.
    pub features: Vec<u32>,
    /// What it wants to do.
    pub role: WorkerRole,
    /// Where its gRPC interface is.
    pub endpoint: String,
}

/// A registered worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WorkerInfo {
    /// The identity key.
    pub pubkey: WorkerKey,
    /// The key for encrypted messages to this worker.
    pub ecdh_pubkey: [u8; 32],
    /// Version of the software.
    pub version: u32,
    /// Seconds since 1970.
    pub last_updated: u64,
    /// The bonded account that answers for it.
    pub stash_account: Option<AccountId>,
    /// Who attested it; `None`: nobody.
    pub attestation_provider: Option<AttestationProvider>,
    /// From 1, best, to 5; 128 without attestation.
    pub confidence_level: u8,
    /// CPU cores and feature level.
    pub features: Vec<u32>,
    /// What it may do.
    pub role: WorkerRole,
    /// Where its gRPC interface is.
    pub endpoint: String,
}

/// A master key.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub struct MasterKeyInfo {
    /// The sr25519 public key.
    pub pubkey: [u8; 32],
    /// The worker that made it.
    pub holder: WorkerKey,
    /// When: tick and seconds since 1970.
    pub launched_at: (Tick, u64),
}

/// Whether there is a master key.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub enum LaunchStatus {
    /// None.
    #[default]
    NotLaunched,
    /// This worker was asked to make one.
    Launching(WorkerKey),
    /// There is one.
    Launched(MasterKeyInfo),
}

/// A worker's answer to a launch.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub struct MasterKeyLaunchPayload {
    /// The worker that was asked.
    pub launcher: WorkerKey,
    /// The key that it made.
    pub master_pubkey: [u8; 32],
}

/// A worker's request for the master key.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub struct MasterKeyApplyPayload {
    /// The worker.
    pub pubkey: WorkerKey,
    /// The key is to be encrypted for this one.
    pub ecdh_pubkey: [u8; 32],
    /// Milliseconds since 1970.
    pub signing_time: u64,
}

/// The master key on its way to another worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct MasterKeyDistributePayload {
    /// The worker that sends it.
    pub distributor: WorkerKey,
    /// The worker that asked.
    pub target: WorkerKey,
    /// The sender's ephemeral key.
    pub ecdh_pubkey: [u8; 32],
    /// AES-256-GCM.
    pub encrypted_master_key: Vec<u8>,
    /// Its nonce.
    pub iv: [u8; 12],
    /// Milliseconds since 1970.
    pub signing_time: u64,
}

/// A worker's word that it leaves (ours).
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub struct WorkerExitPayload {
    /// The worker.
    pub pubkey: WorkerKey,
    /// The chain that it leaves.
    pub genesis_block_hash: H256,
    /// When the registration that it ends began.
    pub added_at: Tick,
    /// Milliseconds since 1970.
    pub signing_time: u64,
}
