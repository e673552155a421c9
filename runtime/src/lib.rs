//! # The CESS runtime
//!
//! The chain as a function: every pallet put together under its published index ([`Runtime`]), the
//! parameters they run with ([`config`]), the seams between them ([`glue`]), what nodes may ask of
//! the whole ([`apis`]) and the networks that it can start ([`genesis`]).
//!
//! ```text
//!   extrinsic ─► extensions (nonce, era, weight, fee) ─► call ─► pallet ─► events
//!                                                                  │
//!        cess_primitives::traits::* ◄── glue ──► BABE randomness, staking, treasury accounts
//! ```
//!
//! One binary serves every preset: slot and epoch length, sizes and waits are read from pallet
//! protocol, where genesis puts them, never from constants.
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

mod apis;
pub mod books;
#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benchmarks;
pub mod config;
pub mod genesis;
pub mod glue;

use alloc::{borrow::Cow, vec::Vec};
use cess_primitives::{AccountId, Balance};
use sp_runtime::{generic, impl_opaque_keys, traits::BlakeTwo256, MultiAddress, MultiSignature};
use sp_version::RuntimeVersion;

#[cfg(feature = "std")]
pub use apis::api;
pub use apis::RuntimeApi;

/// Number of a block.
pub type BlockNumber = u32;
/// Place of a transaction in the row of its signer's transactions.
pub type Nonce = u32;
/// Hash of a block or of anything else that the chain itself hashes.
pub type Hash = sp_core::H256;
/// Signature of a transaction.
pub type Signature = MultiSignature;
/// How a transaction names an account: a key or an index.
pub type Address = MultiAddress<AccountId, u32>;
/// Head of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// Blocks as the node sees them: it need not know what a transaction says.
pub mod opaque {
    /// A block whose transactions are bytes; JSON-RPC shows them in hex.
    pub type Block = sp_runtime::generic::Block<super::Header, sp_runtime::OpaqueExtrinsic>;
}

/// What a transaction carries beside its call, in the published order (spec published-interface).
pub type TxExtension = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckMortality<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
);

/// A transaction as it travels.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// Executes blocks.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

impl_opaque_keys! {
    /// The keys with which a validator takes part in consensus.
    pub struct SessionKeys {
        /// Votes on finality.
        pub grandpa: Grandpa,
        /// Claims slots and signs blocks.
        pub babe: Babe,
        /// Says that the validator is alive.
        pub im_online: ImOnline,
        /// Says where the validator is reached.
        pub authority_discovery: AuthorityDiscovery,
    }
}

/// The version of this runtime.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("cess-node"),
    impl_name: Cow::Borrowed("cess-node"),
    authoring_version: 1,
    // The release's date: above every version that was published, and a number that the runtime's
    // code holds nowhere else, so that a test can make the next version from the built one.
    spec_version: 20_261_129,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 2,
    system_version: 1,
};

/// BABE's constants at genesis: a primary slot in four, VRF in the others (spec chain 1.1).
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
    sp_consensus_babe::BabeEpochConfiguration {
        c: (1, 4),
        allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
    };

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    // Before all that read its quantities.
    #[runtime::pallet_index(120)]
    pub type Protocol = pallet_protocol;
    #[runtime::pallet_index(1)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(2)]
    pub type Babe = pallet_babe;
    #[runtime::pallet_index(3)]
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(4)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(5)]
    pub type Indices = pallet_indices;
    #[runtime::pallet_index(6)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(7)]
    pub type TransactionPayment = pallet_transaction_payment;
    #[runtime::pallet_index(11)]
    pub type Staking = pallet_staking;
    #[runtime::pallet_index(12)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(13)]
    pub type Council = pallet_collective<Instance1>;
    #[runtime::pallet_index(14)]
    pub type TechnicalCommittee = pallet_collective<Instance2>;
    #[runtime::pallet_index(16)]
    pub type Grandpa = pallet_grandpa;
    #[runtime::pallet_index(17)]
    pub type Treasury = pallet_treasury;
    #[runtime::pallet_index(22)]
    pub type Sudo = pallet_sudo;
    #[runtime::pallet_index(23)]
    pub type ImOnline = pallet_im_online;
    #[runtime::pallet_index(24)]
    pub type AuthorityDiscovery = pallet_authority_discovery;
    #[runtime::pallet_index(25)]
    pub type Offences = pallet_offences;
    #[runtime::pallet_index(26)]
    pub type Historical = pallet_session::historical;
    #[runtime::pallet_index(32)]
    pub type Scheduler = pallet_scheduler;
    #[runtime::pallet_index(34)]
    pub type Preimage = pallet_preimage;
    #[runtime::pallet_index(35)]
    pub type Proxy = pallet_proxy;
    #[runtime::pallet_index(36)]
    pub type Multisig = pallet_multisig;
    #[runtime::pallet_index(52)]
    pub type VoterList = pallet_bags_list<Instance1>;
    #[runtime::pallet_index(72)]
    pub type MultiBlockMigrations = pallet_migrations;
    #[runtime::pallet_index(100)]
    pub type CessTreasury = pallet_cess_treasury;
    #[runtime::pallet_index(101)]
    pub type SchedulerCredit = pallet_scheduler_credit;
    #[runtime::pallet_index(103)]
    pub type TeeWorker = pallet_tee_worker;
    #[runtime::pallet_index(104)]
    pub type FileBank = pallet_file_bank;
    #[runtime::pallet_index(105)]
    pub type Sminer = pallet_sminer;
    #[runtime::pallet_index(106)]
    pub type Audit = pallet_audit;
    #[runtime::pallet_index(107)]
    pub type StorageHandler = pallet_storage_handler;
    #[runtime::pallet_index(108)]
    pub type Oss = pallet_oss;
    #[runtime::pallet_index(109)]
    pub type Cacher = pallet_cacher;
    #[runtime::pallet_index(110)]
    pub type Reservoir = pallet_reservoir;
    // Ours; above every published index.
    #[runtime::pallet_index(121)]
    pub type R2s = pallet_cess_election;
}

/// Amounts of money beside [`cess_primitives::TCESS`].
pub mod currency {
    use super::Balance;
    use cess_primitives::TCESS;

    /// A hundredth of a token.
    pub const CENTS: Balance = TCESS / 100;

    /// What is deposited for so many items of so many bytes in storage (spec chain 1.1).
    pub const fn deposit(items: u32, bytes: u32) -> Balance {
        items as Balance * 10 * TCESS + bytes as Balance * CENTS
    }
}
