//! Registration, collateral and declaration.

use crate::{
    collateral_limit, Config, Error, Event, FormerMiners, MinerItems, MinerPublicKey, Pallet,
    RestoralTarget, RewardMap, StakingStartBlock,
};
use cess_primitives::{
    miner::{state, Endpoint, MinerInfo, PoISKey, Reward, SpaceProofInfo, StateText},
    payload::{master_digest, space_proof_digest},
    tee::WorkerKey,
    traits::{Protocol, TeeWorkers},
    AccountId, Balance, BloomFilter, TIB,
};
use frame_support::{ensure, storage::with_storage_layer, traits::DefensiveOption};
use sp_runtime::{DispatchError, DispatchResult};

/// The stored form of a state.
pub(crate) fn text(state: &[u8]) -> StateText {
    StateText::truncate_from(state.to_vec())
}

/// The miner has left, on its own or not.
pub(crate) fn has_left(info: &MinerInfo) -> bool {
    info.is(state::EXIT) || info.is(state::OFFLINE)
}

impl<T: Config> Pallet<T> {
    /// Changes a miner; on an error nothing has changed, be it here or in another pallet.
    pub(crate) fn update<R>(
        miner: &AccountId,
        change: impl FnOnce(&mut MinerInfo) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        with_storage_layer(|| {
            let mut info = MinerItems::<T>::get(miner).ok_or(Error::<T>::NotExisted)?;
            let result = change(&mut info)?;
            MinerItems::<T>::insert(miner, info);
            Ok(result)
        })
    }

    /// See [`Pallet::regnstk`].
    pub(crate) fn register(
        miner: &AccountId,
        beneficiary: AccountId,
        endpoint: Endpoint,
        collateral: Balance,
        tib_count: u32,
    ) -> DispatchResult {
        let owed = collateral_limit(u128::from(tib_count) * u128::from(TIB));
        ensure!(collateral >= owed, Error::<T>::CollateralNotUp);
        Self::enter(
            miner,
            miner.clone(),
            beneficiary,
            endpoint,
            collateral,
            tib_count,
        )
    }

    /// See [`Pallet::regnstk_assign_staking`].
    pub(crate) fn register_staked_by(
        miner: &AccountId,
        staking_account: AccountId,
        beneficiary: AccountId,
        endpoint: Endpoint,
        tib_count: u32,
    ) -> DispatchResult {
        let collateral = match Self::is_lent(&staking_account) {
            true => collateral_limit(u128::from(tib_count) * u128::from(TIB)),
            false => 0,
        };
        Self::enter(
            miner,
            staking_account,
            beneficiary,
            endpoint,
            collateral,
            tib_count,
        )
    }

    /// Enters a new miner and reserves its collateral.
    fn enter(
        miner: &AccountId,
        staking_account: AccountId,
        beneficiary: AccountId,
        endpoint: Endpoint,
        collaterals: Balance,
        tib_count: u32,
    ) -> DispatchResult {
        ensure!(
            !MinerItems::<T>::contains_key(miner) && !RestoralTarget::<T>::contains_key(miner),
            Error::<T>::AlreadyRegistered
        );
        ensure!(tib_count > 0, Error::<T>::CountError);
        if collaterals > 0 {
            Self::hold(miner, &staking_account, collaterals)?;
        }
        let info = MinerInfo {
            beneficiary,
            staking_account,
            endpoint,
            collaterals,
            debt: 0,
            state: text(state::NOT_READY),
            declaration_space: u128::from(tib_count) * u128::from(TIB),
            idle_space: 0,
            service_space: 0,
            lock_space: 0,
            space_proof_info: None,
            service_bloom_filter: BloomFilter::default(),
            tee_signature: [0; 64],
        };
        MinerItems::<T>::insert(miner, info);
        // Of an earlier life there may be something to receive.
        FormerMiners::<T>::remove(miner);
        RewardMap::<T>::mutate(miner, |reward| {
            reward.get_or_insert_with(Reward::default);
        });
        StakingStartBlock::<T>::insert(miner, T::Protocol::now());
        Self::deposit_event(Event::Registered { acc: miner.clone() });
        Ok(())
    }

    /// See [`Pallet::increase_collateral`].
    pub(crate) fn raise_collateral(
        payer: &AccountId,
        miner: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        Self::update(miner, |info| {
            let may_raise = match Self::is_lent(&info.staking_account) {
                true => payer == miner,
                false => *payer == info.staking_account,
            };
            ensure!(may_raise, Error::<T>::NotStakingAcc);
            ensure!(
                !has_left(info) && !info.is(state::LOCK),
                Error::<T>::StateError
            );
            ensure!(amount > 0, Error::<T>::CollateralNotUp);
            let before = info.collaterals;
            Self::hold(miner, &info.staking_account, amount)?;
            // What is held on an account is part of the issuance, which fits.
            info.collaterals = before.saturating_add(amount);
            Self::settle_debt(miner, info)?;
            // Paying a debt does not prolong the lock of what was there before.
            if info.collaterals > before {
                StakingStartBlock::<T>::insert(miner, T::Protocol::now());
            }
            Self::review(miner, info);
            Self::deposit_event(Event::IncreaseCollateral {
                acc: miner.clone(),
                balance: info.collaterals,
            });
            Ok(())
        })
    }

    /// See [`Pallet::increase_declaration_space`].
    pub(crate) fn declare_more(miner: &AccountId, tib_count: u32) -> DispatchResult {
        ensure!(tib_count > 0, Error::<T>::CountError);
        let space = u128::from(tib_count) * u128::from(TIB);
        ensure!(MinerItems::<T>::contains_key(miner), Error::<T>::NotMiner);
        Self::update(miner, |info| {
            ensure!(info.is(state::POSITIVE), Error::<T>::NotpositiveState);
            let declared = info.declaration_space.checked_add(space);
            info.declaration_space = declared.defensive_ok_or(Error::<T>::Overflow)?;
            Self::review(miner, info);
            Self::deposit_event(Event::IncreaseDeclarationSpace {
                miner: miner.clone(),
                space,
            });
            Ok(())
        })
    }

    /// See [`Pallet::decrease_declaration_space`].
    pub(crate) fn declare_less(miner: &AccountId, tib_count: u32) -> DispatchResult {
        ensure!(tib_count > 0, Error::<T>::CountError);
        let space = u128::from(tib_count) * u128::from(TIB);
        ensure!(MinerItems::<T>::contains_key(miner), Error::<T>::NotMiner);
        Self::update(miner, |info| {
            ensure!(
                info.is(state::POSITIVE) || info.is(state::FROZEN),
                Error::<T>::StateError
            );
            let used = info.lock_space.saturating_add(info.service_space);
            let held = info.idle_space.saturating_add(used);
            // Without a declaration no collateral would be owed.
            let before = collateral_limit(info.declaration_space);
            let declared = info.declaration_space.checked_sub(space);
            let declared = declared.filter(|declared| *declared > 0 && *declared >= held);
            info.declaration_space = declared.ok_or(Error::<T>::UnableReduceDeclaration)?;
            // What was staked for the space that is given up returns; a voluntary surplus stays.
            let owed = collateral_limit(info.declaration_space);
            let spare = info.collaterals.saturating_sub(owed);
            let spare = spare.min(before.saturating_sub(owed));
            if spare > 0 {
                Self::book_return(miner, info, spare)?;
            }
            Self::review(miner, info);
            Self::deposit_event(Event::DecreaseDeclarationSpace {
                miner: miner.clone(),
                space,
            });
            Ok(())
        })
    }

    /// See [`Pallet::register_pois_key`].
    pub(crate) fn enter_pois_key(
        miner: &AccountId,
        pois_key: PoISKey,
        sig_need_verify: &[u8],
        tee_sig: &[u8],
        tee_puk: &WorkerKey,
    ) -> DispatchResult {
        ensure!(MinerItems::<T>::contains_key(miner), Error::<T>::NotMiner);
        ensure!(
            T::TeeWorkers::can_cert(tee_puk),
            Error::<T>::TeeNoPermission
        );
        let length = (sig_need_verify.len(), <[u8; 64]>::try_from(tee_sig));
        let (64, Ok(tee_signature)) = length else {
            return Err(Error::<T>::MalformedSignature.into());
        };
        let key_id = master_digest(&pois_key);
        ensure!(
            !MinerPublicKey::<T>::contains_key(key_id),
            Error::<T>::PoisKeyTaken
        );
        let proof = SpaceProofInfo {
            miner: miner.clone(),
            front: 0,
            rear: 0,
            accumulator: pois_key.g,
            pois_key,
        };
        Self::update(miner, |info| {
            ensure!(info.is(state::NOT_READY), Error::<T>::StateError);
            let digest = space_proof_digest(&proof, tee_puk);
            ensure!(
                T::TeeWorkers::verify_master(&digest, sig_need_verify),
                Error::<T>::VerifyTeeSigFailed
            );
            Self::enlist(miner)?;
            MinerPublicKey::<T>::insert(key_id, miner);
            info.space_proof_info = Some(proof);
            info.tee_signature = tee_signature;
            info.state = text(state::POSITIVE);
            Self::review(miner, info);
            T::TeeWorkers::worked(tee_puk);
            Self::deposit_event(Event::RegisterPoisKey {
                miner: miner.clone(),
            });
            Ok(())
        })
    }
}
