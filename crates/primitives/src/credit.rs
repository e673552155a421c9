//! Credit for TEE work (pallet scheduler-credit; spec chain 8.4).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What the TEE workers of a stash did in the running period.
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
pub struct SchedulerCounterEntry {
    /// Points for work; the published name stems from the time when they were bytes.
    pub proceed_block_size: u64,
    /// How often a worker failed.
    pub punishment_count: u32,
}
