//! The storage protocol's pallets (spec chain 1.6).

use crate::{
    glue::{BabeRandomness, Eras, EveryoneIsBonded, TreasuryAccounts},
    *,
};
use cess_primitives::{MAX_OWNERS, MAX_USER_FILES, TCESS};
use frame_support::{parameter_types, traits::ConstU128, traits::ConstU32, PalletId};
use frame_system::EnsureRoot;

parameter_types! {
    pub const FaucetId: PalletId = PalletId(*b"facuetid");
}

impl pallet_protocol::Config for Runtime {}

impl pallet_tee_worker::Config for Runtime {
    type Protocol = Protocol;
    type Bonded = EveryoneIsBonded;
    type UnixTime = Timestamp;
    type GovernanceOrigin = EnsureRoot<AccountId>;
    type SchedulerMaximum = ConstU32<10_000>;
    type MaxWhitelist = ConstU32<200>;
}

impl pallet_file_bank::Config for Runtime {
    type Protocol = Protocol;
    type Territories = StorageHandler;
    type Miners = Sminer;
    type TeeWorkers = TeeWorker;
    // Nobody keeps score of TEE workers before the elections do.
    type Credit = ();
    type Authorisations = Oss;
    type UserFileLimit = ConstU32<MAX_USER_FILES>;
    type OwnerLimit = ConstU32<MAX_OWNERS>;
}

impl pallet_sminer::Config for Runtime {
    type Currency = Balances;
    type Protocol = Protocol;
    type Space = StorageHandler;
    type TeeWorkers = TeeWorker;
    type Treasury = TreasuryAccounts;
    type Era = Eras;
    type FaucetId = FaucetId;
    type ItemLimit = ConstU32<200_000>;
    type MaximumRelease = ConstU128<{ 5_000_000_000 * TCESS }>;
}

impl pallet_audit::Config for Runtime {
    type Protocol = Protocol;
    type Miners = Sminer;
    type TeeWorkers = TeeWorker;
    type Credit = ();
    type Randomness = BabeRandomness;
}

impl pallet_storage_handler::Config for Runtime {
    type Currency = Balances;
    type Protocol = Protocol;
    type Treasury = TreasuryAccounts;
    type Randomness = BabeRandomness;
}

impl pallet_oss::Config for Runtime {
    type Protocol = Protocol;
}
