//! Leaving: on one's own, by force, and what falls due afterwards.

use crate::{
    registry::{has_left, text},
    CompleteMinerSnapShot, Config, DealSpace, DueTicks, Error, Event, ExitSchedule, MinerItems,
    MinerLock, MinerPublicKey, Pallet, PendingReplacements, RestoralTarget, ReturnStakingSchedule,
    RewardMap, StakingStartBlock,
};
use cess_primitives::{
    miner::{state, RestoralTargetInfo},
    payload::master_digest,
    traits::{NetworkSpace, Protocol},
    AccountId, BloomFilter, Tick, TIB,
};
use frame_support::{
    defensive, ensure,
    traits::{Get, ReservableCurrency},
    weights::Weight,
};
use sp_runtime::{traits::SaturatedConversion, DispatchResult};

/// Exits and returns of stakes that one block carries out, at most.
pub const DUE_PER_BLOCK: u32 = 8;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::miner_exit_prep`].
    pub(crate) fn prepare_exit(signer: &AccountId, miner: &AccountId) -> DispatchResult {
        let (now, params) = (T::Protocol::now(), T::Protocol::params());
        Self::update(miner, |info| {
            ensure!(
                signer == miner || *signer == info.staking_account,
                Error::<T>::NotStakingAcc
            );
            ensure!(
                [state::NOT_READY, state::POSITIVE, state::FROZEN]
                    .iter()
                    .any(|s| info.is(s)),
                Error::<T>::StateError
            );
            ensure!(info.lock_space == 0, Error::<T>::StateError);
            let since = StakingStartBlock::<T>::get(miner).unwrap_or_default();
            ensure!(
                now > since.saturating_add(params.staking_lock),
                Error::<T>::InsufficientStakingPeriod
            );
            let until = now.saturating_add(params.exit_lock.max(1));
            ExitSchedule::<T>::try_append(until, miner)
                .map_err(|()| Error::<T>::StorageLimitReached)?;
            DueTicks::<T>::insert(until.to_be_bytes(), ());
            MinerLock::<T>::insert(miner, until);
            info.state = text(state::LOCK);
            Self::deposit_event(Event::MinerExitPrep {
                miner: miner.clone(),
            });
            Ok(())
        })
    }

    /// The miner leaves: its idle space is gone, what it stores is to be restored elsewhere.
    ///
    /// Of its own will it must be on its way out; `forced` it must have had a PoIS key, and its
    /// stake returns by itself once its time is over.
    pub(crate) fn leave(miner: &AccountId, forced: bool) -> DispatchResult {
        let (now, params) = (T::Protocol::now(), T::Protocol::params());
        Self::update(miner, |info| {
            let allowed = match forced {
                true => info.space_proof_info.is_some(),
                false => info.is(state::LOCK),
            };
            ensure!(allowed, Error::<T>::StateError);
            let held = info.service_space + info.lock_space;
            T::Space::change_idle(0, info.idle_space)?;
            T::Space::change_service(0, held)?;
            let days: Tick = (held / u128::from(TIB)).saturating_add(1).saturated_into();
            let target = RestoralTargetInfo {
                miner: miner.clone(),
                service_space: held,
                restored_space: 0,
                cooling_block: now.saturating_add(days.saturating_mul(params.one_day)),
            };
            RestoralTarget::<T>::insert(miner, target);
            if let Some(proof) = info.space_proof_info.take() {
                MinerPublicKey::<T>::remove(master_digest(&proof.pois_key));
            }
            (info.idle_space, info.service_space, info.lock_space) = (0, 0, 0);
            info.service_bloom_filter = BloomFilter::default();
            info.tee_signature = [0; 64];
            PendingReplacements::<T>::remove(miner);
            DealSpace::<T>::remove(miner);
            MinerLock::<T>::remove(miner);
            Self::delist(miner);
            if forced && info.collaterals > 0 {
                let since = StakingStartBlock::<T>::get(miner).unwrap_or_default();
                let due = since
                    .saturating_add(params.staking_lock)
                    .max(now.saturating_add(1));
                let stake = (
                    miner.clone(),
                    info.staking_account.clone(),
                    info.collaterals,
                );
                ReturnStakingSchedule::<T>::try_append(due, stake)
                    .map_err(|()| Error::<T>::StorageLimitReached)?;
                DueTicks::<T>::insert(due.to_be_bytes(), ());
                info.collaterals = 0;
            }
            info.state = text(if forced { state::OFFLINE } else { state::EXIT });
            Self::deposit_event(Event::MinerLeft {
                miner: miner.clone(),
                forced,
            });
            Ok(())
        })
    }

    /// See [`Pallet::miner_withdraw`].
    pub(crate) fn withdraw(miner: &AccountId) -> DispatchResult {
        let info = MinerItems::<T>::get(miner).ok_or(Error::<T>::NotMiner)?;
        ensure!(has_left(&info), Error::<T>::StateError);
        let target = RestoralTarget::<T>::get(miner).ok_or(Error::<T>::StateError)?;
        let restored = target.restored_space >= target.service_space;
        ensure!(
            restored || T::Protocol::now() >= target.cooling_block,
            Error::<T>::StateError
        );
        T::Currency::unreserve(&info.staking_account, info.collaterals);
        MinerItems::<T>::remove(miner);
        RewardMap::<T>::remove(miner);
        StakingStartBlock::<T>::remove(miner);
        CompleteMinerSnapShot::<T>::remove(miner);
        if restored {
            RestoralTarget::<T>::remove(miner);
        }
        Self::deposit_event(Event::Withdraw { acc: miner.clone() });
        Ok(())
    }

    /// Carries out what is due, the oldest first, at most [`DUE_PER_BLOCK`] items.
    pub(crate) fn run_due(now: Tick) -> Weight {
        let db = T::DbWeight::get();
        let mut weight = db.reads(2);
        let mut budget = DUE_PER_BLOCK;
        while budget > 0 {
            let Some(key) = DueTicks::<T>::iter_keys().next() else {
                break;
            };
            let tick = Tick::from_be_bytes(key);
            if tick > now {
                break;
            }
            let mut exits = ExitSchedule::<T>::take(tick);
            let mut returns = ReturnStakingSchedule::<T>::take(tick);
            weight.saturating_accrue(db.reads_writes(3, 3));
            while budget > 0 {
                if let Some(miner) = exits.pop() {
                    Self::exit_if_due(&miner, now);
                } else if let Some((_, staking_account, amount)) = returns.pop() {
                    T::Currency::unreserve(&staking_account, amount);
                    Self::deposit_event(Event::StakeReturned {
                        staking_account,
                        amount,
                    });
                } else {
                    break;
                }
                budget -= 1;
                weight.saturating_accrue(db.reads_writes(9, 12));
            }
            if exits.is_empty() && returns.is_empty() {
                DueTicks::<T>::remove(key);
                continue;
            }
            // What this block has no room for stays where it is.
            if !exits.is_empty() {
                ExitSchedule::<T>::insert(tick, exits);
            }
            if !returns.is_empty() {
                ReturnStakingSchedule::<T>::insert(tick, returns);
            }
        }
        weight
    }

    /// A miner that was thrown out meanwhile, or came back and leaves later, is passed over.
    fn exit_if_due(miner: &AccountId, now: Tick) {
        if MinerLock::<T>::get(miner).is_some_and(|until| until <= now)
            && Self::leave(miner, false).is_err()
        {
            defensive!("a miner on its way out can leave");
        }
    }
}
