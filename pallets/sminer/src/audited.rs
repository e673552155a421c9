//! What the audit asks of miners: who they are, what they hold, and what their proofs lead to.

use crate::{
    power, punish::percent, CompleteMinerSnapShot, CompleteSnapShot, Config, Expenders, MinerIndex,
    MinerItems, Pallet,
};
use cess_primitives::{
    audit::MinerSnapShot,
    miner::MinerCompleteInfo,
    traits::{AuditedMiners, Miners, Protocol},
    AccountId, BVec,
};
use frame_support::{defensive, traits::Get};
use sp_runtime::DispatchResult;

impl<T: Config> AuditedMiners for Pallet<T> {
    fn count() -> u32 {
        MinerIndex::<T>::count()
    }

    fn at(index: u32) -> Option<AccountId> {
        MinerIndex::<T>::get(index)
    }

    fn space(miner: &AccountId) -> u128 {
        MinerItems::<T>::get(miner).map_or(0, |info| info.idle_space + info.service_space)
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
        Expenders::<T>::get()
    }

    /// Only a positive miner earns by it.
    fn record_pass(miner: &AccountId, idle: u128, service: u128) -> DispatchResult {
        if !Self::is_positive(miner) {
            return Ok(());
        }
        let pass = MinerCompleteInfo {
            era_index: T::Era::get(),
            issued: false,
            finsh_block: T::Protocol::now(),
            power: power(idle, service),
        };
        CompleteSnapShot::<T>::mutate(pass.era_index, |era| {
            era.miner_count = era.miner_count.saturating_add(1);
            era.total_power = era.total_power.saturating_add(pass.power);
        });
        CompleteMinerSnapShot::<T>::mutate(miner, |passes| remember(passes, pass));
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

/// Adds a pass to a list that may be full.
///
/// What was paid goes first. Else the pass joins the last one when both are of the same era, for
/// which the reward is the same; else the oldest goes.
fn remember<const N: u32>(passes: &mut BVec<MinerCompleteInfo, N>, pass: MinerCompleteInfo) {
    let full = passes.len() as u64 >= u64::from(N);
    let paid = passes.iter().position(|pass| pass.issued);
    match (full, paid, passes.last_mut()) {
        (false, ..) => {}
        (true, Some(paid), _) => {
            passes.remove(paid);
        }
        (true, None, Some(last)) if last.era_index == pass.era_index => {
            last.power = last.power.saturating_add(pass.power);
            last.finsh_block = pass.finsh_block;
            return;
        }
        (true, None, _) => {
            passes.remove(0);
        }
    }
    if passes.try_push(pass).is_err() {
        defensive!("a list that just gave up an entry has room");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(era_index: u32, issued: bool, power: u128) -> MinerCompleteInfo {
        MinerCompleteInfo {
            era_index,
            issued,
            finsh_block: era_index * 10,
            power,
        }
    }

    fn list(passes: Vec<MinerCompleteInfo>) -> BVec<MinerCompleteInfo, 3> {
        passes.try_into().unwrap()
    }

    #[test]
    fn a_full_list_gives_up_the_oldest_paid_pass() {
        let mut passes = list(vec![pass(1, false, 1), pass(2, true, 2), pass(3, true, 3)]);
        remember(&mut passes, pass(4, false, 4));
        let kept: Vec<_> = passes.iter().map(|pass| pass.era_index).collect();
        assert_eq!(kept, [1, 3, 4]);
    }

    #[test]
    fn a_full_unpaid_list_joins_passes_of_the_same_era() {
        let mut passes = list(vec![
            pass(1, false, 1),
            pass(2, false, 2),
            pass(3, false, 3),
        ]);
        remember(&mut passes, pass(3, false, 4));
        assert_eq!(passes.len(), 3);
        assert_eq!(passes[2], pass(3, false, 7));
    }

    #[test]
    fn a_full_unpaid_list_gives_up_the_oldest_era() {
        let mut passes = list(vec![
            pass(1, false, 1),
            pass(2, false, 2),
            pass(3, false, 3),
        ]);
        remember(&mut passes, pass(4, false, 4));
        let kept: Vec<_> = passes.iter().map(|pass| pass.era_index).collect();
        assert_eq!(kept, [2, 3, 4]);
    }
}
