//! The seams between the protocol's pallets and the rest of the chain.
#![warn(missing_docs)]

use crate::{config::SESSIONS_PER_ERA, *};
use cess_primitives::traits::{Bonded, Protocol as _, Randomness32, Treasury};
use frame_support::{
    traits::{Get, Randomness},
    PalletId,
};
use sp_runtime::traits::{AccountIdConversion, Hash as _};

/// The randomness that the block's author put into the block's head.
pub struct BabeRandomness;

impl Randomness32 for BabeRandomness {
    fn random(subject: &[u8]) -> [u8; 32] {
        let (vrf, _) = pallet_babe::ParentBlockRandomness::<Runtime>::random(subject);
        // Only a block without a VRF output has none: outside of consensus, as in a dry run.
        vrf.unwrap_or_else(|| BlakeTwo256::hash_of(&(subject, System::parent_hash())))
            .0
    }
}

/// The treasury's accounts (spec chain 1.5).
pub struct TreasuryAccounts;

impl Treasury for TreasuryAccounts {
    fn punishments() -> AccountId {
        PalletId(*b"punisdpt").into_account_truncating()
    }

    fn rents() -> AccountId {
        PalletId(*b"spacedpt").into_account_truncating()
    }
}

/// Without staking, every account may answer for a TEE worker.
pub struct EveryoneIsBonded;

impl Bonded for EveryoneIsBonded {
    fn is_bonded(_: &AccountId) -> bool {
        true
    }
}

/// The era that is running: without staking, [`SESSIONS_PER_ERA`] epochs' worth of ticks.
pub struct Eras;

impl Get<u32> for Eras {
    fn get() -> u32 {
        let length = Protocol::params()
            .epoch_slots
            .saturating_mul(SESSIONS_PER_ERA);
        Protocol::now().checked_div(length).unwrap_or_default()
    }
}
