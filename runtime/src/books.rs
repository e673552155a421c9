//! Whether the chain's books balance: every invariant of every pallet, asked of a live chain.
#![warn(missing_docs)]

use crate::*;
use alloc::{format, string::String, vec::Vec};
use frame_support::traits::{fungible::InspectHold, PalletInfoAccess};
use sp_runtime::DispatchError;

sp_api::decl_runtime_apis! {
    /// Lets anyone audit the state of a test network.
    pub trait BooksApi {
        /// What does not hold, a line each; empty when everything does.
        ///
        /// Reads the whole state, whose size is the only bound: not for use within a block.
        fn complaints() -> Vec<String>;
    }
}

/// What a check found.
type Check = Result<(), DispatchError>;

/// See [`BooksApi`](runtime_decl_for_books_api::BooksApi).
pub fn complaints() -> Vec<String> {
    let checks: [(&str, Check); 14] = [
        (Protocol::name(), Protocol::do_try_state()),
        (CessTreasury::name(), CessTreasury::do_try_state()),
        (SchedulerCredit::name(), SchedulerCredit::do_try_state()),
        (TeeWorker::name(), TeeWorker::do_try_state()),
        (FileBank::name(), FileBank::do_try_state()),
        (Sminer::name(), Sminer::do_try_state()),
        (Audit::name(), Audit::do_try_state()),
        (StorageHandler::name(), StorageHandler::do_try_state()),
        (Oss::name(), Oss::do_try_state()),
        (Cacher::name(), Cacher::do_try_state()),
        (Reservoir::name(), Reservoir::do_try_state()),
        (R2s::name(), R2s::do_try_state()),
        (Balances::name(), issuance()),
        (Staking::name(), stakes()),
    ];
    checks
        .into_iter()
        .filter_map(|(pallet, check)| {
            let error: &'static str = check.err()?.into();
            Some(format!("{pallet}: {error}"))
        })
        .collect()
}

/// Every token that was issued lies on an account.
fn issuance() -> Check {
    let held = frame_system::Account::<Runtime>::iter_values()
        .map(|account| account.data.free.saturating_add(account.data.reserved))
        .fold(0, Balance::saturating_add);
    match Balances::total_issuance() == held {
        true => Ok(()),
        false => Err(DispatchError::Other("tokens were made or lost")),
    }
}

/// What staking has on record is held for it, and is what its parts add up to.
fn stakes() -> Check {
    let reason = RuntimeHoldReason::Staking(pallet_staking::HoldReason::Staking);
    for ledger in pallet_staking::Ledger::<Runtime>::iter_values() {
        let unlocking = ledger.unlocking.iter().map(|chunk| chunk.value);
        let parts = unlocking.fold(ledger.active, Balance::saturating_add);
        if ledger.total != parts {
            return Err(DispatchError::Other(
                "a stake is not what its parts add up to",
            ));
        }
        if Balances::balance_on_hold(&reason, &ledger.stash) != ledger.total {
            return Err(DispatchError::Other("a stake is not what is held for it"));
        }
        if !pallet_staking::Bonded::<Runtime>::contains_key(&ledger.stash) {
            return Err(DispatchError::Other("a stake has no bonded account"));
        }
    }
    let stakers = pallet_staking::Validators::<Runtime>::count()
        .saturating_add(pallet_staking::Nominators::<Runtime>::count());
    match <VoterList as frame_election_provider_support::SortedListProvider<AccountId>>::count()
        == stakers
    {
        true => Ok(()),
        false => Err(DispatchError::Other(
            "the list of voters is not that of the stakers",
        )),
    }
}
