//! Leaving: on one's own and by force, and what a miner takes along.

use crate::{
    registry::{has_left, text},
    Config, DealSpace, DueTicks, Error, Event, ExitSchedule, MinerItems, MinerLock, MinerPublicKey,
    Pallet, PendingReplacements, RestoralTarget, StakingStartBlock,
};
use cess_primitives::{
    miner::{state, RestoralTargetInfo},
    payload::master_digest,
    traits::{NetworkSpace, Protocol},
    AccountId, BloomFilter, Tick, TIB,
};
use frame_support::{ensure, storage::with_storage_layer};
use sp_runtime::{traits::SaturatedConversion, DispatchResult};

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
            ensure!(
                now > Self::stake_is_free_at(miner),
                Error::<T>::InsufficientStakingPeriod
            );
            let until = now.saturating_add(params.exit_lock.max(1));
            ExitSchedule::<T>::insert(until, miner, ());
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
    /// Of its own will it must be on its way out, and its rewards stay its own. `forced` it must
    /// have had a PoIS key; it is paid what is due and loses the rest, and its stake returns by
    /// itself once its time is over.
    pub(crate) fn leave(miner: &AccountId, forced: bool) -> DispatchResult {
        let (now, params) = (T::Protocol::now(), T::Protocol::params());
        Self::update(miner, |info| {
            let allowed = match forced {
                true => info.space_proof_info.is_some(),
                false => info.is(state::LOCK),
            };
            ensure!(allowed, Error::<T>::StateError);
            let held = info.service_space.saturating_add(info.lock_space);
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
            if forced {
                Self::end_rewards(miner, &info.beneficiary);
            }
            if forced && info.collaterals > 0 {
                let stake = info.collaterals;
                Self::book_return(miner, info, stake)?;
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
        with_storage_layer(|| {
            Self::give_back(miner, &info.staking_account, info.collaterals)?;
            MinerItems::<T>::remove(miner);
            StakingStartBlock::<T>::remove(miner);
            if restored {
                RestoralTarget::<T>::remove(miner);
            }
            Self::deposit_event(Event::Withdraw { acc: miner.clone() });
            Self::retire(miner, info.beneficiary);
            Ok(())
        })
    }
}
