//! The words of the CESS protocol.
//!
//! Every type that crosses a border between a pallet, a process and a published client is defined
//! here once: [`Hash`], the sizes and waits of [`ProtocolParams`], the records that the chain keeps
//! ([`file`], [`bucket`], [`miner`], [`territory`], [`audit`], [`tee`], [`oss`],
//! [`credit`], [`cacher`], [`reservoir`]), the payloads that are signed
//! ([`payload`]) and the small traits through which pallets talk to each other ([`traits`]).
//! Structures have the exact SCALE layout of the published chain interface.
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod audit;
pub mod bloom;
pub mod bucket;
pub mod cacher;
pub mod credit;
pub mod due;
pub mod file;
pub mod hash;
pub mod miner;
pub mod oss;
pub mod params;
pub mod payload;
pub mod reservoir;
pub mod tee;
pub mod territory;
pub mod traits;

pub use bloom::BloomFilter;
pub use hash::{Hash, InvalidHash};
pub use params::{Podr2Scheme, Preset, ProtocolParams};

/// A CESS account: an sr25519, ed25519 or (hashed) ECDSA public key.
pub type AccountId = sp_runtime::AccountId32;
/// An amount of money in base units; 1 TCESS is 10^18 of them.
pub type Balance = u128;
/// Protocol time: block number plus the clock's offset.
pub type Tick = u32;
/// A vector that holds at most `N` items; encoded as a plain vector.
pub type BVec<T, const N: u32> = sp_runtime::BoundedVec<T, sp_core::ConstU32<N>>;

/// One token, in base units.
pub const TCESS: Balance = 1_000_000_000_000_000_000;
/// 2^10 bytes.
pub const KIB: u64 = 1 << 10;
/// 2^20 bytes.
pub const MIB: u64 = 1 << 20;
/// 2^30 bytes.
pub const GIB: u64 = 1 << 30;
/// 2^40 bytes.
pub const TIB: u64 = 1 << 40;

/// Fragments that hold the segment's own bytes.
pub const DATA_SHARDS: usize = 4;
/// Fragments that the erasure code adds.
pub const PARITY_SHARDS: usize = 8;
/// Fragments of a segment; any [`DATA_SHARDS`] of them rebuild it.
pub const FRAGMENT_COUNT: usize = DATA_SHARDS + PARITY_SHARDS;
/// Most segments of a file.
pub const MAX_SEGMENTS: u32 = 1000;
/// Most owners of a file.
pub const MAX_OWNERS: u32 = 50_000;
/// Most files of a user.
pub const MAX_USER_FILES: u32 = 500_000;
/// Shortest file name, bytes.
pub const NAME_MIN: u32 = 3;
/// Longest file or territory name, bytes.
pub const NAME_MAX: u32 = 63;
/// Network number of CESS addresses (`cX…`).
pub const SS58_PREFIX: u16 = 11330;
/// Collateral that a miner owes for each TiB that it declares.
pub const COLLATERAL_PER_TIB: Balance = 4000 * TCESS;
