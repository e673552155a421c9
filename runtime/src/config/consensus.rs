//! BABE, GRANDPA, sessions, liveness, offences and time.
//!
//! Slot and epoch length are storage values of pallet protocol. They are set at genesis and refused
//! by every later change, so that the client may read them once.
//!
//! ```text
//!   two blocks in a slot ────────► Babe ──────┐
//!   two votes in a round ────────► Grandpa ───┼──► Offences ──► Staking: slash, deferred by
//!   no block in a session ───────► ImOnline ──┘                 `slash_defer_eras`; Session: disabled
//! ```

use crate::*;
use alloc::vec::Vec;
use cess_primitives::traits::Protocol as _;
use frame_support::traits::{ConstU128, ConstU32, ConstU64, Get};
use pallet_protocol::{EpochSlots, HalfSlotMs, SlotMs};
use pallet_session::disabling::{DisablingDecision, DisablingStrategy, UpToLimitDisablingStrategy};
use sp_runtime::{
    traits::{ConvertInto, OpaqueKeys},
    transaction_validity::TransactionPriority,
};
use sp_staking::offence::OffenceSeverity;

/// Most validators.
pub const MAX_AUTHORITIES: u32 = 100;
/// Nominators that the weight of a report of equivocation allows for.
const REPORTED_NOMINATORS: u32 = 256;

/// Sessions whose validators can still be slashed.
pub struct SlashableSessions;

impl Get<u64> for SlashableSessions {
    fn get() -> u64 {
        let params = Protocol::params();
        u64::from(params.bonding_eras) * u64::from(params.sessions_per_era)
    }
}

/// Blocks for which a report of equivocation may wait for one that includes it.
pub struct ReportLongevity;

impl Get<u64> for ReportLongevity {
    fn get() -> u64 {
        SlashableSessions::get().saturating_mul(Protocol::params().epoch_slots.into())
    }
}

/// Disables validators for the rest of an era when an offence costs them something: never more than
/// a third, and none of three, for the others could not finalize alone.
///
/// A validator that was only silent for a session, as when it is restarted, may go on.
pub struct DisableSlashed;

impl DisablingStrategy<Runtime> for DisableSlashed {
    fn decision(
        offender: &AccountId,
        severity: OffenceSeverity,
        disabled: &Vec<(u32, OffenceSeverity)>,
    ) -> DisablingDecision {
        if severity.0.is_zero() {
            return DisablingDecision {
                disable: None,
                reenable: None,
            };
        }
        let strategy = <UpToLimitDisablingStrategy as DisablingStrategy<Runtime>>::decision;
        strategy(offender, severity, disabled)
    }
}

impl pallet_babe::Config for Runtime {
    type EpochDuration = EpochSlots<Runtime>;
    type ExpectedBlockTime = SlotMs<Runtime>;
    // Sessions are BABE's epochs, and pallet session changes them.
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type DisabledValidators = Session;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<REPORTED_NOMINATORS>;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<REPORTED_NOMINATORS>;
    type MaxSetIdSessionEntries = SlashableSessions;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Babe;
    type MinimumPeriod = HalfSlotMs<Runtime>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    type EventHandler = (Staking, ImOnline);
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    type SessionManager = pallet_session::historical::NoteHistoricalRoot<Self, Staking>;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    type DisablingStrategy = DisableSlashed;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = ConstU128<0>;
}

impl pallet_session::historical::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type FullIdentification = pallet_staking::Exposure<AccountId, Balance>;
    type FullIdentificationOf = pallet_staking::DefaultExposureOf<Self>;
}

impl pallet_offences::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type IdentificationTuple = pallet_session::historical::IdentificationTuple<Self>;
    type OnOffenceHandler = Staking;
}

impl pallet_im_online::Config for Runtime {
    type AuthorityId = pallet_im_online::sr25519::AuthorityId;
    type MaxKeys = ConstU32<MAX_AUTHORITIES>;
    type MaxPeerInHeartbeats = ConstU32<MAX_AUTHORITIES>;
    type RuntimeEvent = RuntimeEvent;
    type ValidatorSet = Historical;
    type NextSessionRotation = Babe;
    type ReportUnresponsiveness = Offences;
    type UnsignedPriority = ConstU64<{ TransactionPriority::MAX }>;
    type WeightInfo = pallet_im_online::weights::SubstrateWeight<Runtime>;
}

impl pallet_authority_discovery::Config for Runtime {
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
}
