//! The invariants.

use crate::{
    collateral_limit, orders, registry::has_left, AllMiner, CompleteMinerSnapShot,
    CompleteSnapShot, Config, DealSpace, DueTicks, ExitSchedule, FormerMiners, MinerIndex,
    MinerItems, MinerLock, MinerPlace, MinerPublicKey, Pallet, Passers, PendingReplacements,
    RestoralTarget, ReturnStakingSchedule, RewardMap, SettlingEra, Unlisted,
};
use alloc::{collections::BTreeMap, vec::Vec};
use cess_primitives::{
    miner::{state, MinerInfo, Reward},
    payload::master_digest,
    traits::Protocol,
    AccountId, Balance,
};
use frame_support::{
    ensure,
    traits::{Currency, Get, ReservableCurrency},
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// The idle space, and the locked and service space, of all miners: what
    /// [`NetworkSpace`](cess_primitives::traits::NetworkSpace) must know.
    pub fn totals() -> (u128, u128) {
        MinerItems::<T>::iter_values().fold((0, 0), |(idle, service), info| {
            let held = info.lock_space + info.service_space;
            (idle + info.idle_space, service + held)
        })
    }

    /// Checks every miner's accounts of space and money, its state, and the lists.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let mut stakes: BTreeMap<AccountId, Balance> = BTreeMap::new();
        for (miner, info) in MinerItems::<T>::iter() {
            Self::check_space(&miner, &info)?;
            Self::check_state(&miner, &info)?;
            ensure!(
                info.debt == 0
                    || info.collaterals == 0
                    || info.debt < T::Currency::minimum_balance(),
                "a debt that the collateral could pay"
            );
            *stakes.entry(info.staking_account).or_default() += info.collaterals;
        }
        Self::check_rewards()?;
        for (_, staking_account, amount) in ReturnStakingSchedule::<T>::iter_values().flatten() {
            *stakes.entry(staking_account).or_default() += amount;
        }
        for (account, stake) in stakes {
            ensure!(
                T::Currency::reserved_balance(&account) >= stake,
                "stakes are not reserved"
            );
        }
        Self::check_lists()
    }

    fn check_space(miner: &AccountId, info: &MinerInfo) -> Result<(), DispatchError> {
        let (pending, for_deals) = (
            PendingReplacements::<T>::get(miner),
            DealSpace::<T>::get(miner),
        );
        ensure!(
            info.declaration_space >= info.idle_space + info.lock_space + info.service_space,
            "a miner holds more than it declared"
        );
        ensure!(
            info.lock_space >= for_deals,
            "more space is held for deals than is locked"
        );
        let unit = u128::from(T::Protocol::params().idle_unit);
        let files = info
            .space_proof_info
            .as_ref()
            .map_or(0, |proof| proof.rear - proof.front);
        ensure!(
            u128::from(files) * unit == info.idle_space + pending + for_deals,
            "certified idle files and accounted space differ"
        );
        ensure!(
            (info.service_space == 0) == info.service_bloom_filter.is_empty(),
            "service space and bloom filter differ"
        );
        Ok(())
    }

    fn check_state(miner: &AccountId, info: &MinerInfo) -> Result<(), DispatchError> {
        let certified = info.space_proof_info.is_some();
        let covered = info.collaterals >= collateral_limit(info.declaration_space);
        let fits = match info.state.as_slice() {
            state::NOT_READY => !certified,
            state::POSITIVE => certified && covered,
            state::FROZEN => certified && !covered,
            state::LOCK => MinerLock::<T>::contains_key(miner),
            state::EXIT | state::OFFLINE => !certified,
            _ => false,
        };
        ensure!(fits, "a miner's state does not fit its collateral or key");
        ensure!(
            MinerLock::<T>::contains_key(miner) == info.is(state::LOCK),
            "an exit lock without a miner on its way out"
        );
        ensure!(
            RestoralTarget::<T>::contains_key(miner) == has_left(info),
            "a restoral target that has not left"
        );
        ensure!(
            MinerPlace::<T>::contains_key(miner) == certified,
            "the list of miners lacks one, or has one too many"
        );
        ensure!(
            RewardMap::<T>::contains_key(miner) != info.is(state::OFFLINE),
            "the rewards of a miner are lost, or left behind"
        );
        ensure!(
            !FormerMiners::<T>::contains_key(miner),
            "a miner that withdrew is still there"
        );
        if let Some(proof) = &info.space_proof_info {
            let owner = MinerPublicKey::<T>::get(master_digest(&proof.pois_key));
            ensure!(
                proof.miner == *miner && owner.as_ref() == Some(miner),
                "a certificate of another miner"
            );
        }
        Ok(())
    }

    fn check_lists() -> Result<(), DispatchError> {
        let mut all = AllMiner::<T>::get();
        for place in Unlisted::<T>::get() {
            ensure!((place as usize) < all.len(), "a place that is not listed");
            all.swap_remove(place as usize);
        }
        let by_place: Vec<_> = (0..)
            .map_while(|place| MinerIndex::<T>::get(place))
            .collect();
        ensure!(
            all.as_slice() == by_place.as_slice(),
            "the two lists of miners differ"
        );
        ensure!(
            MinerIndex::<T>::count() as usize == all.len()
                && MinerPlace::<T>::iter().count() == all.len()
                && MinerPublicKey::<T>::iter().count() == all.len(),
            "the lists of miners differ in length"
        );
        for (place, miner) in (0..).zip(&all) {
            ensure!(
                MinerPlace::<T>::get(miner) == Some(place),
                "a miner is not where it is listed"
            );
        }
        let mut owners = MinerLock::<T>::iter_keys()
            .chain(PendingReplacements::<T>::iter_keys())
            .chain(DealSpace::<T>::iter_keys());
        ensure!(
            owners.all(|miner| MinerItems::<T>::get(miner).is_some_and(|info| !has_left(&info))),
            "something is kept of a miner that left"
        );
        let exits = ExitSchedule::<T>::iter_keys().map(|(tick, _)| tick);
        let mut booked = exits.chain(ReturnStakingSchedule::<T>::iter_keys());
        ensure!(
            booked.all(|tick| DueTicks::<T>::contains_key(tick.to_be_bytes())),
            "due work that nobody looks for"
        );
        Ok(())
    }

    /// What miners earned and were not paid yet: what the pool must have promised.
    pub fn promised() -> Balance {
        let unpaid = |reward: Reward| reward.total_reward.saturating_sub(reward.reward_issued);
        RewardMap::<T>::iter_values().map(unpaid).sum()
    }

    fn check_rewards() -> Result<(), DispatchError> {
        for (miner, reward) in RewardMap::<T>::iter() {
            let former = FormerMiners::<T>::contains_key(&miner);
            ensure!(
                MinerItems::<T>::contains_key(&miner) != former,
                "rewards of nobody"
            );
            let held = reward.order_list.iter().map(orders::held_back);
            ensure!(
                reward.reward_issued + held.sum::<Balance>() <= reward.total_reward,
                "more is paid and held back than was earned"
            );
            ensure!(
                reward
                    .order_list
                    .iter()
                    .all(|order| order.receive_count < order.max_count),
                "an order that is over"
            );
        }
        let mut open: BTreeMap<u32, u128> = BTreeMap::new();
        for (miner, passes) in CompleteMinerSnapShot::<T>::iter() {
            ensure!(
                RewardMap::<T>::contains_key(&miner),
                "passes of a miner without rewards"
            );
            for pass in passes.iter().filter(|pass| !pass.issued) {
                ensure!(
                    Passers::<T>::contains_key(pass.era_index, &miner),
                    "a pass whose share nobody will promise"
                );
                *open.entry(pass.era_index).or_default() += pass.power;
            }
        }
        for (era, miner) in Passers::<T>::iter_keys() {
            let passes = CompleteMinerSnapShot::<T>::get(&miner);
            ensure!(
                passes.iter().any(|p| p.era_index == era && !p.issued),
                "a miner is waiting for a share that it has"
            );
            ensure!(
                era >= SettlingEra::<T>::get(),
                "a pass of an era that is closed"
            );
        }
        let running = T::Era::get();
        for (era, total) in CompleteSnapShot::<T>::iter() {
            let power = open.remove(&era).unwrap_or_default();
            let fits = match era == running {
                true => power == total.total_power,
                false => power <= total.total_power,
            };
            ensure!(fits, "the passes of an era and its total differ");
        }
        ensure!(open.is_empty(), "passes of an era without a total");
        Ok(())
    }
}
