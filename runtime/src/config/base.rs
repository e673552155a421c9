//! System, utility, sudo, indices, migrations: the frame that everything stands in.

use crate::{currency::deposit, *};
use cess_primitives::SS58_PREFIX;
use frame_support::{
    derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::ConstU32,
    weights::{
        constants::{
            BlockExecutionWeight, ExtrinsicBaseWeight, RocksDbWeight, WEIGHT_REF_TIME_PER_SECOND,
        },
        Weight,
    },
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::Perbill;

/// Share of a block that ordinary transactions may fill.
const NORMAL_RATIO: Perbill = Perbill::from_percent(75);
/// Share of a block that is taken as filled before the first transaction, by hooks.
const HOOKS_RATIO: Perbill = Perbill::from_percent(10);
/// Two seconds of execution (spec chain 1.1).
///
/// The limit is a constant of the interface and the same for every preset. Where a slot is too
/// short for it, the author's clock closes the block first: a block is proposed within half of a
/// slot, and what did not fit stays in the pool.
const MAXIMUM_BLOCK_WEIGHT: Weight =
    Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), u64::MAX);
/// Bytes of a block (spec chain 1.1).
const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

parameter_types! {
    /// How many block hashes the chain remembers, and with it the longest life of a transaction.
    pub const BlockHashCount: BlockNumber = 2400;
    /// The version of the runtime.
    pub const Version: RuntimeVersion = VERSION;
    /// How much a block may compute.
    pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
        .base_block(BlockExecutionWeight::get())
        .for_class(DispatchClass::all(), |weights| {
            weights.base_extrinsic = ExtrinsicBaseWeight::get();
        })
        .for_class(DispatchClass::Normal, |weights| {
            weights.max_total = Some(NORMAL_RATIO * MAXIMUM_BLOCK_WEIGHT);
        })
        .for_class(DispatchClass::Operational, |weights| {
            weights.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
            weights.reserved = Some(MAXIMUM_BLOCK_WEIGHT - NORMAL_RATIO * MAXIMUM_BLOCK_WEIGHT);
        })
        .avg_block_initialization(HOOKS_RATIO)
        .build_or_panic();
    /// How long a block may be.
    pub RuntimeBlockLength: BlockLength = BlockLength::builder()
        .max_length(MAXIMUM_BLOCK_LENGTH)
        .modify_max_length_for_class(DispatchClass::Normal, |max| *max = NORMAL_RATIO * MAXIMUM_BLOCK_LENGTH)
        .build();
    /// The network's number in addresses.
    pub const SS58Prefix: u16 = SS58_PREFIX;
    /// What a migration may compute in a block.
    pub MaxMigrationWeight: Weight = NORMAL_RATIO * MAXIMUM_BLOCK_WEIGHT;
    /// What it costs to hold an account index.
    pub const IndexDeposit: Balance = deposit(1, 36);
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type AccountId = AccountId;
    type AccountData = pallet_balances::AccountData<Balance>;
    type Lookup = Indices;
    type Nonce = Nonce;
    type Hash = Hash;
    type Hashing = BlakeTwo256;
    type BlockHashCount = BlockHashCount;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    type DbWeight = RocksDbWeight;
    type Version = Version;
    type SS58Prefix = SS58Prefix;
    type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
    type MaxConsumers = ConstU32<16>;
    // Quantities first: whatever else runs asks for them.
    type SingleBlockMigrations = (pallet_protocol::migrations::v1::ToV1<Runtime>,);
    type MultiBlockMigrator = MultiBlockMigrations;
}

impl pallet_migrations::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Migrations = (pallet_file_bank::migrations::v3::IndexHoldings<Runtime>,);
    type CursorMaxLen = ConstU32<65_536>;
    type IdentifierMaxLen = ConstU32<256>;
    type MigrationStatusHandler = ();
    // A half migrated state must not be written to; root looks what is wrong.
    type FailedMigrationHandler = frame_support::migrations::FreezeChainOnFailedMigration;
    type MaxServiceWeight = MaxMigrationWeight;
    type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

impl pallet_indices::Config for Runtime {
    type AccountIndex = u32;
    type Currency = Balances;
    type Deposit = IndexDeposit;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_indices::weights::SubstrateWeight<Runtime>;
}
