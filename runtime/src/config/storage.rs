//! The storage protocol's pallets (spec chain 1.6).

use super::governance::MoreThanHalfOfCouncil;
use crate::{
    glue::{ActiveEra, BabeRandomness, StakingBond, WorkerFine},
    *,
};
use cess_primitives::{MAX_OWNERS, TCESS};
use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, ConstU64},
    PalletId,
};

/// Most files of a user. The published limit, 500,000, is more than the runtime could ever write
/// again: it has room for values of 32 MiB, and an entry of the list takes up to 144 bytes.
pub const MAX_FILES_OF_USER: u32 = 200_000;

parameter_types! {
    /// Keeps what storage earned (spec chain 1.5).
    pub const MinerRewardId: PalletId = PalletId(*b"rewardpt");
    /// Receives fines.
    pub const PunishTreasuryId: PalletId = PalletId(*b"punisdpt");
    /// Receives rents.
    pub const SpaceTreasuryId: PalletId = PalletId(*b"spacedpt");
    /// Keeps what storage did not earn.
    pub const ReserveRewardId: PalletId = PalletId(*b"sererdpt");
    /// Kept from the published interface; no money moves through it.
    pub const TeeWorkerPalletId: PalletId = PalletId(*b"filmpdpt");
    /// Lends collateral.
    pub const ReservoirId: PalletId = PalletId(*b"rsorptid");
    /// Gives a first token to newcomers.
    pub const FaucetId: PalletId = PalletId(*b"facuetid");
}

impl pallet_protocol::Config for Runtime {
    type WeightInfo = pallet_protocol::weights::SubstrateWeight<Runtime>;
}

impl pallet_cess_treasury::Config for Runtime {
    type Currency = Balances;
    type ActiveEra = ActiveEra;
    type MinerRewardId = MinerRewardId;
    type PunishTreasuryId = PunishTreasuryId;
    type SpaceTreasuryId = SpaceTreasuryId;
    type ReserveRewardId = ReserveRewardId;
    type WeightInfo = pallet_cess_treasury::weights::SubstrateWeight<Runtime>;
}

impl pallet_scheduler_credit::Config for Runtime {
    type Protocol = Protocol;
    type WeightInfo = pallet_scheduler_credit::weights::SubstrateWeight<Runtime>;
}

impl pallet_tee_worker::Config for Runtime {
    type Protocol = Protocol;
    type Bonded = StakingBond;
    type Credit = SchedulerCredit;
    type Penalty = WorkerFine;
    // The roots of Intel's services are not built in: a devnet's workers run without SGX.
    type Attestation = pallet_tee_worker::SimulatedAttestation<Runtime>;
    type UnixTime = Timestamp;
    type GovernanceOrigin = MoreThanHalfOfCouncil;
    type TeeWorkerPalletId = TeeWorkerPalletId;
    type SchedulerMaximum = ConstU32<10_000>;
    type MaxWhitelist = ConstU32<200>;
    type WeightInfo = pallet_tee_worker::weights::SubstrateWeight<Runtime>;
}

impl pallet_file_bank::Config for Runtime {
    type Protocol = Protocol;
    type Territories = StorageHandler;
    type Miners = Sminer;
    type TeeWorkers = TeeWorker;
    type Credit = SchedulerCredit;
    type Authorisations = Oss;
    type UserFileLimit = ConstU32<MAX_FILES_OF_USER>;
    type OwnerLimit = ConstU32<MAX_OWNERS>;
    type WeightInfo = pallet_file_bank::weights::SubstrateWeight<Runtime>;
}

impl pallet_sminer::Config for Runtime {
    type Currency = Balances;
    type Protocol = Protocol;
    type Space = StorageHandler;
    type TeeWorkers = TeeWorker;
    type Treasury = CessTreasury;
    type Rewards = CessTreasury;
    type Lender = Reservoir;
    type Era = ActiveEra;
    type FaucetId = FaucetId;
    type ItemLimit = ConstU32<200_000>;
    type MaximumRelease = ConstU128<{ 5_000_000_000 * TCESS }>;
    type WeightInfo = pallet_sminer::weights::SubstrateWeight<Runtime>;
}

impl pallet_audit::Config for Runtime {
    type Protocol = Protocol;
    type Miners = Sminer;
    type TeeWorkers = TeeWorker;
    type Credit = SchedulerCredit;
    type Randomness = BabeRandomness;
    type WeightInfo = pallet_audit::weights::SubstrateWeight<Runtime>;
}

impl pallet_storage_handler::Config for Runtime {
    type Currency = Balances;
    type Protocol = Protocol;
    type Treasury = CessTreasury;
    type Randomness = BabeRandomness;
    type WeightInfo = pallet_storage_handler::weights::SubstrateWeight<Runtime>;
}

impl pallet_oss::Config for Runtime {
    type Protocol = Protocol;
    type WeightInfo = pallet_oss::weights::SubstrateWeight<Runtime>;
}

impl pallet_cacher::Config for Runtime {
    type Currency = Balances;
    type Protocol = Protocol;
    type Time = Timestamp;
    type BillLife = ConstU64<{ 7 * 24 * 60 * 60 }>;
    type WeightInfo = pallet_cacher::weights::SubstrateWeight<Runtime>;
}

impl pallet_reservoir::Config for Runtime {
    type Currency = Balances;
    type Protocol = Protocol;
    type PalletId = ReservoirId;
    type WeightInfo = pallet_reservoir::weights::SubstrateWeight<Runtime>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::file::UserFileSliceInfo;
    use codec::MaxEncodedLen;
    use sp_core::MAX_POSSIBLE_ALLOCATION;

    #[test]
    fn the_longest_list_of_files_fits_into_the_runtimes_memory() {
        let entry = UserFileSliceInfo::max_encoded_len();
        let list = 5 + entry * MAX_FILES_OF_USER as usize;
        assert!(list <= MAX_POSSIBLE_ALLOCATION as usize, "{list}");
    }
}
