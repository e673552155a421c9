//! Rewards: promised when an era is over, claimed by the miner, settled when it leaves.

use crate::{
    costs, orders, CompleteMinerSnapShot, CompleteSnapShot, Config, Error, Event, FormerMiners,
    MinerItems, Pallet, Passers, RewardMap, SettlingEra,
};
use alloc::collections::BTreeSet;
use cess_primitives::{
    miner::{state, Reward, REWARD_HISTORY},
    traits::{Protocol, RewardPool},
    AccountId, Balance,
};
use frame_support::{ensure, traits::Get, weights::Weight};
use sp_runtime::DispatchError;

/// Miners of an era that ended whose shares one block promises, at most.
pub const SETTLED_PER_BLOCK: u32 = 16;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::receive_reward`]. Says how many eras were settled on the way.
    pub(crate) fn receive(miner: &AccountId) -> Result<u32, DispatchError> {
        let beneficiary = match MinerItems::<T>::get(miner) {
            Some(info) => {
                let may_claim = info.is(state::POSITIVE) || info.is(state::EXIT);
                ensure!(may_claim, Error::<T>::NotpositiveState);
                info.beneficiary
            }
            None => FormerMiners::<T>::get(miner).ok_or(Error::<T>::NotMiner)?,
        };
        let settled = Self::settle_ended(miner);
        let reward = Self::pay_due(miner, &beneficiary)?;
        if FormerMiners::<T>::contains_key(miner) {
            Self::retire(miner, beneficiary);
        }
        Self::deposit_event(Event::Receive {
            acc: miner.clone(),
            reward,
        });
        Ok(settled)
    }

    /// Promises the shares of eras that ended, oldest first, at most [`SETTLED_PER_BLOCK`], and
    /// closes an era's round when all its shares are promised.
    pub(crate) fn settle_rounds() -> Weight {
        let mut weight = costs::look_for_ended::<T>();
        let (first, running) = (SettlingEra::<T>::get(), T::Era::get());
        let mut era = first;
        for _ in 0..SETTLED_PER_BLOCK {
            if era >= running {
                break;
            }
            weight.saturating_accrue(costs::settle::<T>());
            match Passers::<T>::iter_key_prefix(era).next() {
                Some(miner) => Self::settle(&miner, era),
                None => {
                    Self::close_round(era);
                    era = era.saturating_add(1);
                }
            }
        }
        if era != first {
            SettlingEra::<T>::put(era);
        }
        weight
    }

    fn close_round(era: u32) {
        T::Rewards::close(era);
        if let Some(old) = era.checked_sub(REWARD_HISTORY) {
            CompleteSnapShot::<T>::remove(old);
        }
    }

    /// Promises the miner's shares of all eras that ended, and says of how many.
    pub(crate) fn settle_ended(miner: &AccountId) -> u32 {
        let running = T::Era::get();
        let passes = CompleteMinerSnapShot::<T>::get(miner);
        let open = passes.iter().filter(|pass| !pass.issued);
        let eras = open.map(|pass| pass.era_index).filter(|era| *era < running);
        let eras: BTreeSet<_> = eras.collect();
        eras.iter().for_each(|era| Self::settle(miner, *era));
        eras.len() as u32
    }

    /// Promises the miner's share of an era that ended: all its passes in one order.
    fn settle(miner: &AccountId, era: u32) {
        let Some((power, last)) = Self::use_passes(miner, era) else {
            return;
        };
        let total = CompleteSnapShot::<T>::get(era).total_power;
        let reward = T::Rewards::promise(era, power, total);
        if reward == 0 {
            return;
        }
        RewardMap::<T>::mutate(miner, |entry| {
            orders::add(entry.get_or_insert_with(Reward::default), reward, last);
        });
        Self::deposit_event(Event::RewardEarned {
            miner: miner.clone(),
            era,
            reward,
        });
    }

    /// Pays what is due, and says how much it was. On an error nothing has changed.
    fn pay_due(miner: &AccountId, to: &AccountId) -> Result<Balance, DispatchError> {
        let Some(mut reward) = RewardMap::<T>::get(miner) else {
            return Ok(0);
        };
        let one_day = T::Protocol::params().one_day;
        orders::release(&mut reward, T::Protocol::now(), one_day);
        let due = orders::due(&reward);
        if due > 0 {
            T::Rewards::pay(to, due)?;
        }
        reward.reward_issued = reward.reward_issued.saturating_add(due);
        RewardMap::<T>::insert(miner, reward);
        Ok(due)
    }

    /// Keeps what a miner that withdraws has still to receive, else forgets its rewards.
    pub(crate) fn retire(miner: &AccountId, beneficiary: AccountId) {
        let owed = RewardMap::<T>::get(miner)
            .is_some_and(|reward| reward.reward_issued < reward.total_reward);
        let passes = CompleteMinerSnapShot::<T>::get(miner);
        if owed || passes.iter().any(|pass| !pass.issued) {
            FormerMiners::<T>::insert(miner, beneficiary);
            return;
        }
        FormerMiners::<T>::remove(miner);
        RewardMap::<T>::remove(miner);
        CompleteMinerSnapShot::<T>::remove(miner);
    }

    /// Pays a miner that is thrown out what is due; the rest is forfeit, and its passes of the
    /// running era count no more. What its beneficiary can't receive is forfeit too.
    pub(crate) fn end_rewards(miner: &AccountId, beneficiary: &AccountId) {
        Self::settle_ended(miner);
        Self::strike_passes(miner);
        CompleteMinerSnapShot::<T>::remove(miner);
        if let Some(reward) = Self::pay_due(miner, beneficiary)
            .ok()
            .filter(|due| *due > 0)
        {
            Self::deposit_event(Event::Receive {
                acc: miner.clone(),
                reward,
            });
        }
        let reward = RewardMap::<T>::take(miner).unwrap_or_default();
        let amount = reward.total_reward.saturating_sub(reward.reward_issued);
        if amount > 0 {
            T::Rewards::forfeit(amount);
            Self::deposit_event(Event::RewardForfeited {
                miner: miner.clone(),
                amount,
            });
        }
    }
}
