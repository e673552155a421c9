//! What the audit asks of miners: who they are, what they hold, and what their proofs lead to.

use crate::{power, punish::percent, Config, Expenders, MinerIndex, MinerItems, Pallet};
use cess_primitives::{
    audit::MinerSnapShot,
    traits::{AuditedMiners, Miners},
    AccountId,
};
use sp_runtime::DispatchResult;

impl<T: Config> AuditedMiners for Pallet<T> {
    fn count() -> u32 {
        MinerIndex::<T>::count()
    }

    fn at(index: u32) -> Option<AccountId> {
        MinerIndex::<T>::get(index)
    }

    fn space(miner: &AccountId) -> u128 {
        MinerItems::<T>::get(miner)
            .map_or(0, |info| info.idle_space.saturating_add(info.service_space))
    }

    fn snapshot(miner: &AccountId) -> Option<MinerSnapShot> {
        let info = MinerItems::<T>::get(miner)?;
        Some(MinerSnapShot {
            idle_space: info.idle_space,
            service_space: info.service_space,
            service_bloom_filter: info.service_bloom_filter,
            space_proof_info: info.space_proof_info?,
            tee_signature: info.tee_signature,
        })
    }

    fn expenders() -> (u64, u64, u64) {
        Expenders::<T>::get().unwrap_or_default()
    }

    /// Only a positive miner earns by it.
    fn record_pass(miner: &AccountId, idle: u128, service: u128) -> DispatchResult {
        if !Self::is_positive(miner) {
            return Ok(());
        }
        Self::note_pass(miner, idle, service);
        Ok(())
    }

    fn punish_missing_proof(
        miner: &AccountId,
        idle: u128,
        service: u128,
        count: u8,
    ) -> DispatchResult {
        let percent = match count {
            0 | 1 => 0,
            2 => percent::MISSING_TWICE,
            _ => percent::MISSING_OFTEN,
        };
        Self::punish(miner, power(idle, service), percent)
    }

    fn punish_false_service(miner: &AccountId, service: u128) -> DispatchResult {
        Self::punish(miner, power(0, service), percent::FALSE_SERVICE)
    }

    fn punish_false_idle(miner: &AccountId, idle: u128) -> DispatchResult {
        Self::punish(miner, power(idle, 0), percent::FALSE_IDLE)
    }

    fn force_exit(miner: &AccountId) -> DispatchResult {
        Self::leave(miner, true)
    }
}
