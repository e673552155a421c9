//! Storage miners (pallet sminer; spec chain 4).

use crate::{AccountId, BVec, Balance, BloomFilter, Tick};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Eras for which the chain remembers what was paid and who passed, once all of it is promised.
pub const REWARD_HISTORY: u32 = 84;

/// Passes that the chain remembers of a miner.
pub const MAX_PASSES: u32 = 90;
/// Rewards of a miner that are released at the same time.
pub const MAX_ORDERS: u32 = 90;

/// A miner's endpoint: a libp2p multiaddress that ends in the peer id.
pub type Endpoint = BVec<u8, 100>;
/// A miner's state as the published interface spells it; see [`state`].
pub type StateText = BVec<u8, 20>;

/// The spellings of a miner's states.
pub mod state {
    /// Registered, no PoIS key yet.
    pub const NOT_READY: &[u8] = b"not ready";
    /// May take part in everything.
    pub const POSITIVE: &[u8] = b"positive";
    /// Its collateral is too small for its power.
    pub const FROZEN: &[u8] = b"frozen";
    /// On its way out.
    pub const LOCK: &[u8] = b"lock";
    /// Left; its fragments are being restored.
    pub const EXIT: &[u8] = b"exit";
    /// Thrown out.
    pub const OFFLINE: &[u8] = b"offline";
}

/// A miner's key for proofs of idle space.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct PoISKey {
    /// The generator.
    pub g: [u8; 256],
    /// The modulus.
    pub n: [u8; 256],
}

/// The idle space that a miner has certified: files `front+1..=rear` under an accumulator.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SpaceProofInfo {
    /// The miner.
    pub miner: AccountId,
    /// Idle files given up so far.
    pub front: u64,
    /// Idle files certified so far.
    pub rear: u64,
    /// The key.
    pub pois_key: PoISKey,
    /// The accumulator over the live files.
    pub accumulator: [u8; 256],
}

/// Everything that the chain keeps of a miner. Spaces are bytes.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MinerInfo {
    /// Receives the rewards.
    pub beneficiary: AccountId,
    /// Pays the collateral.
    pub staking_account: AccountId,
    /// Where the miner is reached.
    pub endpoint: Endpoint,
    /// Reserved collateral.
    pub collaterals: Balance,
    /// Penalties that the collateral could not cover.
    pub debt: Balance,
    /// See [`state`].
    pub state: StateText,
    /// Space that the miner promises.
    pub declaration_space: u128,
    /// Certified and free.
    pub idle_space: u128,
    /// Holds tagged fragments.
    pub service_space: u128,
    /// Holds, or is kept for, fragments without a tag.
    pub lock_space: u128,
    /// What was certified.
    pub space_proof_info: Option<SpaceProofInfo>,
    /// Sum over the tagged fragments.
    pub service_bloom_filter: BloomFilter,
    /// The TEE's signature over `space_proof_info`.
    pub tee_signature: [u8; 64],
}

impl MinerInfo {
    /// Whether the state has this spelling.
    pub fn is(&self, state: &[u8]) -> bool {
        self.state.as_slice() == state
    }
}

/// A reward that is released bit by bit.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RewardOrder {
    /// Releases so far.
    pub receive_count: u8,
    /// Releases in all.
    pub max_count: u8,
    /// Whether the half that is paid at once is still due.
    pub atonce: bool,
    /// The whole reward.
    pub order_reward: Balance,
    /// One release.
    pub each_amount: Balance,
    /// When the last release happened.
    pub last_receive_block: Tick,
}

/// What a miner has earned.
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
pub struct Reward {
    /// In all.
    pub total_reward: Balance,
    /// Of which paid.
    pub reward_issued: Balance,
    /// What is still being released.
    pub order_list: BVec<RewardOrder, MAX_ORDERS>,
}

/// A miner that left and whose fragments are being restored.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RestoralTargetInfo {
    /// The miner.
    pub miner: AccountId,
    /// What it held.
    pub service_space: u128,
    /// Of which restored elsewhere.
    pub restored_space: u128,
    /// The stake is free from here on.
    pub cooling_block: Tick,
}

/// The last draw from the faucet.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FaucetRecord {
    /// When it was.
    pub last_claim_time: Tick,
}

/// The miners that passed an audit in an era.
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
pub struct CompleteSnapshot {
    /// How many passes.
    pub miner_count: u32,
    /// The sum of their power.
    pub total_power: u128,
}

/// One passed audit of a miner.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MinerCompleteInfo {
    /// The era.
    pub era_index: u32,
    /// Whether its reward was given out.
    pub issued: bool,
    /// When it was passed.
    pub finsh_block: Tick,
    /// The power that was proven.
    pub power: u128,
}
