//! Lost fragments: who lost them, who restores them (spec chain 12.5).

use crate::{
    costs::Work,
    fragments::{self, Holding},
    record::Record,
    Config, Error, Event, FileOrders, LeaverOrders, Pallet, RestoralOrder,
};
use cess_primitives::{
    file::{FragmentInfo, RestoralOrderInfo, SegmentInfo},
    traits::{Miners, Protocol},
    AccountId, Hash,
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// The sender lost a fragment.
    pub(crate) fn report_loss(
        sender: AccountId,
        fid: Hash,
        fragment: Hash,
    ) -> Result<Work, DispatchError> {
        ensure!(!Self::has_left(&sender), Error::<T>::MinerStateError);
        let mut file = Record::get::<T>(&fid).ok_or(Error::<T>::FileNonExistent)?;
        let lost = Self::lose(&fid, &mut file, &sender, fragment)?;
        // At once, so that a miner that owns up passes its later audits.
        Self::relieve(&sender, &lost)?;
        Self::open_order(fid, fragment, &sender);
        let duties = Self::end_tag_duties(&fid, &file.segments, &sender);
        file.put::<T>(&fid);
        Ok(Work {
            duties,
            ..Work::of(&file)
        })
    }

    /// Marks the positions of the file at which the miner holds the fragment as lost.
    fn lose(
        fid: &Hash,
        file: &mut Record,
        miner: &AccountId,
        fragment: Hash,
    ) -> Result<Holding, Error<T>> {
        Self::ensure_orderable(fid, miner, &fragment)?;
        let mut lost = Holding::default();
        let held = |f: &&mut FragmentInfo| f.avail && f.hash == fragment && f.miner == *miner;
        for position in fragments::all_mut(file.segments.as_mut()).filter(held) {
            lost.add(position);
            position.avail = false;
            position.tag = None;
        }
        ensure!(lost.count() > 0, Error::<T>::NonExistent);
        Ok(lost)
    }

    fn ensure_orderable(fid: &Hash, origin: &AccountId, fragment: &Hash) -> Result<(), Error<T>> {
        match RestoralOrder::<T>::get(fragment) {
            None => Ok(()),
            Some(order) if order.file_hash == *fid && order.origin_miner == *origin => {
                Err(Error::<T>::Existed)
            }
            Some(_) => Err(Error::<T>::FragmentBusy),
        }
    }

    /// Puts a fragment up for restoral; nobody has claimed it yet.
    pub(crate) fn open_order(fid: Hash, fragment: Hash, origin: &AccountId) {
        let order = RestoralOrderInfo {
            count: 0,
            miner: origin.clone(),
            origin_miner: origin.clone(),
            fragment_hash: fragment,
            file_hash: fid,
            gen_block: Self::now(),
            deadline: 0,
        };
        Self::enter_order(&order);
        Self::deposit_event(Event::GenerateRestoralOrder {
            miner: origin.clone(),
            fragment_hash: fragment,
        });
    }

    fn enter_order(order: &RestoralOrderInfo) {
        RestoralOrder::<T>::insert(order.fragment_hash, order);
        FileOrders::<T>::insert(order.file_hash, order.fragment_hash, ());
    }

    /// The sender undertakes to restore a fragment.
    pub(crate) fn claim_order(sender: AccountId, fragment: Hash) -> Result<Work, DispatchError> {
        ensure!(T::Miners::is_positive(&sender), Error::<T>::MinerStateError);
        let mut order = RestoralOrder::<T>::get(fragment).ok_or(Error::<T>::NonExistent)?;
        let now = Self::now();
        ensure!(now >= order.deadline, Error::<T>::Locked);
        // An order for a file that is gone is about to go too.
        let file = Record::get::<T>(&order.file_hash).ok_or(Error::<T>::NonExistent)?;
        Self::ensure_may_restore(&file.segments, &sender, &order)?;
        order.count = order.count.saturating_add(1);
        order.miner = sender.clone();
        order.deadline = now.saturating_add(T::Protocol::params().restoral_life);
        RestoralOrder::<T>::insert(fragment, order);
        Self::deposit_event(Event::ClaimRestoralOrder {
            miner: sender,
            order_id: fragment,
        });
        Ok(Work::of(&file))
    }

    /// A segment survives the loss of miners only as long as each holds one fragment of it (Q5).
    fn ensure_may_restore(
        segments: &[SegmentInfo],
        claimer: &AccountId,
        order: &RestoralOrderInfo,
    ) -> DispatchResult {
        let alone = !fragments::holds_sibling(segments, claimer, |f| is_covered(f, order));
        ensure!(alone, Error::<T>::RulesNotAllowed);
        Ok(())
    }

    /// The sender undertakes to restore a fragment of a miner that left.
    pub(crate) fn claim_of_leaver(
        sender: AccountId,
        leaver: AccountId,
        fid: Hash,
        fragment: Hash,
    ) -> Result<Work, DispatchError> {
        ensure!(T::Miners::is_positive(&sender), Error::<T>::MinerStateError);
        ensure!(Self::has_left(&leaver), Error::<T>::MinerStateError);
        let mut file = Record::get::<T>(&fid).ok_or(Error::<T>::FileNonExistent)?;
        let lost = Self::lose(&fid, &mut file, &leaver, fragment)?;
        let now = Self::now();
        let order = RestoralOrderInfo {
            count: 0,
            miner: sender.clone(),
            origin_miner: leaver.clone(),
            fragment_hash: fragment,
            file_hash: fid,
            gen_block: now,
            deadline: now.saturating_add(T::Protocol::params().restoral_life),
        };
        Self::ensure_may_restore(&file.segments, &sender, &order)?;
        Self::enter_order(&order);
        LeaverOrders::<T>::insert(fragment, lost.count());
        let duties = Self::end_tag_duties(&fid, &file.segments, &leaver);
        file.put::<T>(&fid);
        Self::deposit_event(Event::ClaimRestoralOrder {
            miner: sender,
            order_id: fragment,
        });
        Ok(Work {
            duties,
            ..Work::of(&file)
        })
    }

    /// The sender restored what it claimed, and must now have it tagged.
    pub(crate) fn complete_order(sender: AccountId, fragment: Hash) -> Result<Work, DispatchError> {
        let order = RestoralOrder::<T>::get(fragment).ok_or(Error::<T>::NonExistent)?;
        ensure!(T::Miners::is_positive(&sender), Error::<T>::MinerStateError);
        ensure!(order.miner == sender, Error::<T>::NoPermission);
        let now = Self::now();
        ensure!(now < order.deadline, Error::<T>::Expired);
        let fid = order.file_hash;
        let mut file = Record::get::<T>(&fid).ok_or(Error::<T>::NonExistent)?;
        // Once more: since the claim, the sender may have restored a sibling.
        Self::ensure_may_restore(&file.segments, &sender, &order)?;

        let mut restored = 0u32;
        for position in fragments::all_mut(file.segments.as_mut()).filter(|f| is_covered(f, &order))
        {
            position.avail = true;
            position.miner = sender.clone();
            restored += 1;
        }
        let params = T::Protocol::params();
        let space = params.column_space(restored);
        T::Miners::lock_space(&sender, space)?;
        T::Miners::commit_space(&sender, space)?;
        let due = now.saturating_add(params.tag_ticks(restored));
        Self::set_tag_duty(fid, (sender.clone(), Some(fragment)), due);
        Self::discharge_leaver(&order)?;
        RestoralOrder::<T>::remove(fragment);
        FileOrders::<T>::remove(fid, fragment);
        file.put::<T>(&fid);
        Self::deposit_event(Event::RecoveryCompleted {
            miner: sender,
            order_id: fragment,
        });
        Ok(Work::of(&file))
    }

    /// The miner that had left before the order was made no longer answers for the fragment.
    pub(crate) fn discharge_leaver(order: &RestoralOrderInfo) -> DispatchResult {
        match LeaverOrders::<T>::take(order.fragment_hash) {
            Some(positions) if T::Miners::is_restoral_target(&order.origin_miner) => {
                let space = T::Protocol::params().column_space(positions);
                T::Miners::restored(&order.origin_miner, space)
            }
            _ => Ok(()),
        }
    }

    /// The miner no longer answers for these fragments.
    pub(crate) fn relieve(miner: &AccountId, holding: &Holding) -> DispatchResult {
        let params = T::Protocol::params();
        if T::Miners::is_restoral_target(miner) {
            return T::Miners::restored(miner, params.column_space(holding.count()));
        }
        if !T::Miners::exists(miner) {
            return Ok(());
        }
        if !holding.tagged.is_empty() {
            T::Miners::drop_tagged(miner, &holding.tagged, params.fragment_size.into())?;
        }
        if holding.untagged > 0 {
            T::Miners::drop_untagged(miner, params.column_space(holding.untagged))?;
        }
        Ok(())
    }
}

/// The order stands for this position of its file.
fn is_covered(fragment: &FragmentInfo, order: &RestoralOrderInfo) -> bool {
    !fragment.avail && fragment.hash == order.fragment_hash && fragment.miner == order.origin_miner
}
