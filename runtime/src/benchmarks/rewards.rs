//! Eras and their rounds of rewards.

use super::*;
use cess_primitives::TCESS;
use frame_support::traits::{fungible::Balanced, OnUnbalanced};
use pallet_staking::ActiveEraInfo;

/// Makes this era the running one.
pub(super) fn begin_era(index: u32) {
    pallet_staking::ActiveEra::<Runtime>::put(ActiveEraInfo { index, start: None });
}

/// Pays for the running era.
pub(super) fn fund_round() {
    CessTreasury::on_unbalanced(<Balances as Balanced<AccountId>>::issue(326_488 * TCESS));
}
