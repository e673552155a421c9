//! BABE, GRANDPA, sessions and time.
//!
//! Slot and epoch length are storage values of pallet protocol. They are set at genesis and refused
//! by every later change, so that the client may read them once.

use crate::*;
use frame_support::traits::{ConstU128, ConstU32, ConstU64};
use pallet_protocol::{EpochSlots, HalfSlotMs, SlotMs};
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

/// Sessions of an era (spec chain 1.1).
pub const SESSIONS_PER_ERA: u32 = 6;
/// Most validators.
const MAX_AUTHORITIES: u32 = 100;

impl pallet_babe::Config for Runtime {
    type EpochDuration = EpochSlots<Runtime>;
    type ExpectedBlockTime = SlotMs<Runtime>;
    // Sessions are BABE's epochs, and pallet session changes them.
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type DisabledValidators = Session;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    // Nobody has a stake that an equivocation could cost.
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<0>;
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Babe;
    type MinimumPeriod = HalfSlotMs<Runtime>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    type EventHandler = ();
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    // Keeps the validators of genesis: elections come with staking.
    type SessionManager = ();
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    type DisablingStrategy = ();
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = ConstU128<0>;
}
