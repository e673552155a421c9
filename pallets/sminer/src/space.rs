//! A miner's space, and the one who moves it: what file-bank asks of miners.

use crate::{
    punish::percent, registry::has_left, Config, DealSpace, Error, MinerItems, Pallet,
    PendingReplacements, RestoralTarget,
};
use cess_primitives::{
    miner::{state, MinerInfo, SpaceProofInfo},
    traits::{Miners, NetworkSpace, Protocol},
    AccountId, BloomFilter, Hash,
};
use frame_support::{ensure, traits::DefensiveOption};
use sp_runtime::{DispatchError, DispatchResult};

/// Which part of a miner's `lock_space` is meant.
enum Locked {
    /// Held for a deal that is not complete.
    ForDeal,
    /// Belongs to stored fragments without a tag.
    Untagged,
}

impl<T: Config> Miners for Pallet<T> {
    fn exists(miner: &AccountId) -> bool {
        MinerItems::<T>::contains_key(miner)
    }

    fn is_positive(miner: &AccountId) -> bool {
        MinerItems::<T>::get(miner).is_some_and(|info| info.is(state::POSITIVE))
    }

    fn lock_space(miner: &AccountId, space: u128) -> DispatchResult {
        Self::update(miner, |info| {
            ensure!(info.is(state::POSITIVE), Error::<T>::NotpositiveState);
            let idle = info.idle_space.checked_sub(space);
            info.idle_space = idle.ok_or(Error::<T>::InsufficientIdleSpace)?;
            info.lock_space = add::<T>(info.lock_space, space)?;
            DealSpace::<T>::insert(miner, add::<T>(DealSpace::<T>::get(miner), space)?);
            T::Space::change_idle(0, space)?;
            T::Space::change_service(space, 0)
        })
    }

    /// Of a miner that left it counts as restored: nobody has to hold it any more.
    fn unlock_space(miner: &AccountId, space: u128) -> DispatchResult {
        if Self::is_gone(miner) {
            return Self::restored(miner, space);
        }
        Self::update(miner, |info| {
            Self::take_locked(miner, info, Locked::ForDeal, space)?;
            info.lock_space = unlock::<T>(info.lock_space, space)?;
            info.idle_space = add::<T>(info.idle_space, space)?;
            T::Space::change_service(0, space)?;
            T::Space::change_idle(space, 0)
        })
    }

    /// Of a miner that left nothing changes: its share is to be restored anyway.
    fn commit_space(miner: &AccountId, space: u128) -> DispatchResult {
        if Self::is_gone(miner) {
            return Ok(());
        }
        Self::update(miner, |info| {
            Self::take_locked(miner, info, Locked::ForDeal, space)?;
            let pending = add::<T>(PendingReplacements::<T>::get(miner), space)?;
            Self::set_pending(miner, pending);
            Ok(())
        })
    }

    fn tagged(miner: &AccountId, fragments: &[Hash], fragment_size: u128) -> DispatchResult {
        let space = space_of::<T>(fragments, fragment_size)?;
        Self::update(miner, |info| {
            ensure!(!has_left(info), Error::<T>::StateError);
            Self::take_locked(miner, info, Locked::Untagged, space)?;
            info.lock_space = unlock::<T>(info.lock_space, space)?;
            info.service_space = add::<T>(info.service_space, space)?;
            for fragment in fragments {
                let counted = info.service_bloom_filter.insert(fragment);
                counted.map_err(|_| Error::<T>::BloomElemPushError)?;
            }
            Ok(())
        })
    }

    /// Of a miner that left nothing changes: it holds nothing any more.
    fn drop_tagged(miner: &AccountId, fragments: &[Hash], fragment_size: u128) -> DispatchResult {
        let space = space_of::<T>(fragments, fragment_size)?;
        if Self::is_gone(miner) {
            return Ok(());
        }
        Self::update(miner, |info| {
            let service = info.service_space.checked_sub(space);
            info.service_space = service.ok_or(Error::<T>::InsufficientServiceSpace)?;
            for fragment in fragments {
                let counted = info.service_bloom_filter.remove(fragment);
                counted.map_err(|_| Error::<T>::BloomElemPushError)?;
            }
            // All counters are zero exactly when nothing is tagged; anything else is a wrong list.
            ensure!(
                info.service_space > 0 || info.service_bloom_filter == BloomFilter::default(),
                Error::<T>::BloomElemPushError
            );
            Self::vacate(miner, info, space)
        })
    }

    /// Of a miner that left nothing changes: it holds nothing any more.
    fn drop_untagged(miner: &AccountId, space: u128) -> DispatchResult {
        if Self::is_gone(miner) {
            return Ok(());
        }
        Self::update(miner, |info| {
            Self::take_locked(miner, info, Locked::Untagged, space)?;
            info.lock_space = unlock::<T>(info.lock_space, space)?;
            Self::vacate(miner, info, space)
        })
    }

    fn is_restoral_target(miner: &AccountId) -> bool {
        RestoralTarget::<T>::contains_key(miner)
    }

    fn restored(miner: &AccountId, space: u128) -> DispatchResult {
        let mut target = RestoralTarget::<T>::get(miner).ok_or(Error::<T>::NotExisted)?;
        let restored = target.restored_space.saturating_add(space);
        target.restored_space = restored.min(target.service_space);
        let done = target.restored_space == target.service_space;
        // Until the miner withdraws, its stake depends on the record.
        if done && !MinerItems::<T>::contains_key(miner) {
            RestoralTarget::<T>::remove(miner);
        } else {
            RestoralTarget::<T>::insert(miner, target);
        }
        Ok(())
    }

    fn add_idle(
        miner: &AccountId,
        info: SpaceProofInfo,
        tee_sig: [u8; 64],
    ) -> Result<u128, DispatchError> {
        Self::update(miner, |entry| {
            ensure!(entry.is(state::POSITIVE), Error::<T>::NotpositiveState);
            let known = certified::<T>(entry, miner, &info)?;
            let files = info.rear.checked_sub(known.rear).filter(|files| *files > 0);
            let files = files.filter(|_| info.front == known.front);
            let space = idle_space::<T>(files.ok_or(Error::<T>::StaleCertificate)?);
            entry.idle_space = add::<T>(entry.idle_space, space)?;
            let held = add::<T>(entry.lock_space, entry.service_space)?;
            ensure!(
                add::<T>(entry.idle_space, held)? <= entry.declaration_space,
                Error::<T>::ExceedingDeclarationSpace
            );
            entry.space_proof_info = Some(info);
            entry.tee_signature = tee_sig;
            T::Space::change_idle(space, 0)?;
            Ok(space)
        })
    }

    fn replace_idle(
        miner: &AccountId,
        info: SpaceProofInfo,
        tee_sig: [u8; 64],
    ) -> Result<u128, DispatchError> {
        Self::update(miner, |entry| {
            let known = certified::<T>(entry, miner, &info)?;
            let files = info
                .front
                .checked_sub(known.front)
                .filter(|files| *files > 0);
            let files = files.filter(|_| info.rear == known.rear && info.front <= info.rear);
            let space = idle_space::<T>(files.ok_or(Error::<T>::StaleCertificate)?);
            let pending = PendingReplacements::<T>::get(miner).checked_sub(space);
            Self::set_pending(miner, pending.ok_or(Error::<T>::InsufficientReplaceable)?);
            entry.space_proof_info = Some(info);
            entry.tee_signature = tee_sig;
            Ok(space)
        })
    }

    /// As for a wrong service proof over the same space.
    fn punish_missing_tag(miner: &AccountId, space: u128) -> DispatchResult {
        if !MinerItems::<T>::contains_key(miner) && RestoralTarget::<T>::contains_key(miner) {
            return Ok(());
        }
        Self::punish(miner, crate::power(0, space), percent::MISSING_TAG)
    }
}

impl<T: Config> Pallet<T> {
    /// See [`Pallet::clear_miner_service`].
    pub(crate) fn clear_service(miner: &AccountId) -> DispatchResult {
        Self::update(miner, |info| {
            let stores = info.service_space > 0 || info.lock_space > 0;
            ensure!(!stores, Error::<T>::StillServing);
            info.service_bloom_filter = BloomFilter::default();
            Ok(())
        })
    }

    /// The miner left, and maybe withdrew since.
    fn is_gone(miner: &AccountId) -> bool {
        match MinerItems::<T>::get(miner) {
            Some(info) => has_left(&info),
            None => RestoralTarget::<T>::contains_key(miner),
        }
    }

    /// Checks that so much of this part of the locked space is there, and takes it out of the part.
    fn take_locked(
        miner: &AccountId,
        info: &MinerInfo,
        part: Locked,
        space: u128,
    ) -> DispatchResult {
        let for_deals = DealSpace::<T>::get(miner);
        match part {
            Locked::ForDeal => {
                let rest = for_deals.checked_sub(space);
                match rest.ok_or(Error::<T>::InsufficientLockedSpace)? {
                    0 => DealSpace::<T>::remove(miner),
                    rest => DealSpace::<T>::insert(miner, rest),
                }
            }
            Locked::Untagged => ensure!(
                info.lock_space.saturating_sub(for_deals) >= space,
                Error::<T>::InsufficientLockedSpace
            ),
        }
        Ok(())
    }

    /// The miner no longer stores so much: idle files that did not give way yet need not.
    fn vacate(miner: &AccountId, info: &mut MinerInfo, space: u128) -> DispatchResult {
        let pending = PendingReplacements::<T>::get(miner);
        let spared = pending.min(space);
        Self::set_pending(miner, pending - spared);
        info.idle_space = add::<T>(info.idle_space, spared)?;
        T::Space::change_service(0, space)?;
        T::Space::change_idle(spared, 0)
    }

    fn set_pending(miner: &AccountId, pending: u128) {
        match pending {
            0 => PendingReplacements::<T>::remove(miner),
            pending => PendingReplacements::<T>::insert(miner, pending),
        }
    }
}

/// The miner's own certificate that a new one must continue from.
fn certified<'a, T: Config>(
    entry: &'a MinerInfo,
    miner: &AccountId,
    new: &SpaceProofInfo,
) -> Result<&'a SpaceProofInfo, DispatchError> {
    let known = entry
        .space_proof_info
        .as_ref()
        .ok_or(Error::<T>::StateError)?;
    // A certificate of another miner must not be replayed (spec chain, Q8).
    ensure!(
        new.miner == *miner && new.pois_key == known.pois_key,
        Error::<T>::ForeignCertificate
    );
    Ok(known)
}

fn idle_space<T: Config>(files: u64) -> u128 {
    let unit = T::Protocol::params().idle_unit;
    u128::from(files).saturating_mul(u128::from(unit))
}

fn space_of<T: Config>(fragments: &[Hash], size: u128) -> Result<u128, DispatchError> {
    let space = size.checked_mul(fragments.len() as u128);
    Ok(space.ok_or(Error::<T>::Overflow)?)
}

fn unlock<T: Config>(locked: u128, space: u128) -> Result<u128, DispatchError> {
    let rest = locked.checked_sub(space);
    Ok(rest.ok_or(Error::<T>::InsufficientLockedSpace)?)
}

fn add<T: Config>(a: u128, b: u128) -> Result<u128, DispatchError> {
    Ok(a.checked_add(b).defensive_ok_or(Error::<T>::Overflow)?)
}
