//! Council, technical committee, treasury and what they act through.

use super::{
    money::{TreasuryAccount, TREASURY},
    RuntimeBlockWeights,
};
use crate::{
    currency::{deposit, CENTS},
    *,
};
use cess_primitives::traits::Protocol as _;
use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration, tokens::PayFromAccount, tokens::UnityAssetBalanceConversion,
        ConstU32, EitherOf, EitherOfDiverse, EqualPrivilegeOnly, Get, LinearStoragePrice,
    },
    weights::Weight,
    PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureWithSuccess};
use pallet_collective::EnsureProportionMoreThan;
use sp_runtime::{traits::IdentityLookup, Perbill, Permill};

type CouncilInstance = pallet_collective::Instance1;
type CommitteeInstance = pallet_collective::Instance2;

/// More than half of the council.
type CouncilMajority = EnsureProportionMoreThan<AccountId, CouncilInstance, 1, 2>;
/// Root, or more than half of the council.
pub(super) type MoreThanHalfOfCouncil = EitherOfDiverse<EnsureRoot<AccountId>, CouncilMajority>;

/// Days of the protocol, in ticks.
pub struct Days<const N: u32>;

impl<const N: u32> Get<u32> for Days<N> {
    fn get() -> u32 {
        Protocol::params().one_day.saturating_mul(N)
    }
}

parameter_types! {
    /// What one motion may compute.
    pub MaxProposalWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
    /// What scheduled calls of a block may compute.
    pub MaximumSchedulerWeight: Weight = Perbill::from_percent(80) * RuntimeBlockWeights::get().max_block;
    pub const TreasuryBurn: Permill = Permill::from_percent(50);
    pub const TreasuryPalletId: PalletId = TREASURY;
    pub const MaxBalance: Balance = Balance::MAX;
    pub const PreimageBase: Balance = deposit(2, 64);
    pub const PreimageByte: Balance = CENTS;
    pub const PreimageReason: RuntimeHoldReason =
        RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
}

impl pallet_collective::Config<CouncilInstance> for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type MotionDuration = Days<5>;
    type MaxProposals = ConstU32<100>;
    type MaxMembers = ConstU32<100>;
    type DefaultVote = pallet_collective::PrimeDefaultVote;
    type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
    type SetMembersOrigin = EnsureRoot<AccountId>;
    type MaxProposalWeight = MaxProposalWeight;
    type DisapproveOrigin = EnsureRoot<AccountId>;
    type KillOrigin = EnsureRoot<AccountId>;
    type Consideration = ();
}

impl pallet_collective::Config<CommitteeInstance> for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type MotionDuration = Days<5>;
    type MaxProposals = ConstU32<100>;
    type MaxMembers = ConstU32<100>;
    type DefaultVote = pallet_collective::PrimeDefaultVote;
    type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
    type SetMembersOrigin = EnsureRoot<AccountId>;
    type MaxProposalWeight = MaxProposalWeight;
    type DisapproveOrigin = EnsureRoot<AccountId>;
    type KillOrigin = EnsureRoot<AccountId>;
    type Consideration = ();
}

impl pallet_treasury::Config for Runtime {
    type Currency = Balances;
    type RejectOrigin = MoreThanHalfOfCouncil;
    type RuntimeEvent = RuntimeEvent;
    type SpendPeriod = Days<1>;
    type Burn = TreasuryBurn;
    type PalletId = TreasuryPalletId;
    type BurnDestination = ();
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
    type SpendFunds = ();
    type MaxApprovals = ConstU32<100>;
    type SpendOrigin = EitherOf<
        EnsureRootWithSuccess<AccountId, MaxBalance>,
        EnsureWithSuccess<CouncilMajority, AccountId, MaxBalance>,
    >;
    type AssetKind = ();
    type Beneficiary = AccountId;
    type BeneficiaryLookup = IdentityLookup<AccountId>;
    type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
    type BalanceConverter = UnityAssetBalanceConversion;
    type PayoutPeriod = Days<30>;
    // A day is a day of the protocol, also when root moves the clock.
    type BlockNumberProvider = Protocol;
}

impl pallet_preimage::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageReason,
        LinearStoragePrice<PreimageBase, PreimageByte, Balance>,
    >;
}

impl pallet_scheduler::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type MaximumWeight = MaximumSchedulerWeight;
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type MaxScheduledPerBlock = ConstU32<50>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
    type Preimages = Preimage;
    // Blocks, not ticks: the agenda is walked through number by number. Nothing of the protocol is in it.
    type BlockNumberProvider = System;
}
