//! Transfer reports, and how a deal ends.

use crate::{
    costs::Work, packed::Packed, record::Record, Config, DealMap, DealTermsOf, Error, Event, Pallet,
};
use alloc::vec::Vec;
use cess_primitives::{
    file::{CompleteInfo, DealInfo, FileState, FragmentInfo, SegmentInfo, SegmentList, UserBrief},
    traits::{Authorisations, Miners, Protocol, Territories},
    AccountId, BVec, Hash, FRAGMENT_COUNT, MAX_SEGMENTS,
};
use frame_support::{defensive, ensure};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Notes that the sender holds a column.
    pub(crate) fn report_transfer(
        sender: AccountId,
        index: u8,
        fid: Hash,
    ) -> Result<Work, DispatchError> {
        ensure!(T::Miners::is_positive(&sender), Error::<T>::MinerStateError);
        ensure!(
            (1..=FRAGMENT_COUNT).contains(&index.into()),
            Error::<T>::SpecError
        );
        let mut deal = DealMap::<T>::get(fid).ok_or(Error::<T>::NonExistent)?;
        let terms = DealTermsOf::<T>::get(fid).ok_or(Error::<T>::BugInvalid)?;
        ensure!(Self::now() < terms.deadline, Error::<T>::Expired);
        let mut work = Work::of_segments(deal.segment_list.len());
        let owner = &deal.user;
        if !Self::takes_files(&owner.user, &owner.territory_name) || !Self::has_room(&owner.user) {
            Self::close_deal(&fid, &deal)?;
            Self::deposit_event(Event::DealExpired { deal_hash: fid });
            return Ok(work);
        }
        let reports = deal.complete_list.len();
        Self::dismiss_leavers(&mut deal, index)?;
        let all_stayed = deal.complete_list.len() == reports;
        let taken = |r: &CompleteInfo| r.index == index || r.miner == sender;
        ensure!(!deal.complete_list.iter().any(taken), Error::<T>::Existed);
        T::Miners::lock_space(&sender, Self::column_space(&deal))?;
        let report = CompleteInfo {
            index,
            miner: sender.clone(),
        };
        if deal.complete_list.try_push(report).is_err() {
            defensive!("a full list ends its deal, so that no column is left to report");
        }
        Self::deposit_event(Event::TransferReport {
            acc: sender,
            deal_hash: fid,
        });
        if deal.complete_list.is_full() {
            work.appended = Self::complete_deal(fid, deal)?;
        } else {
            DealMap::<T>::insert(fid, deal);
            work.goes_on = all_stayed;
        }
        Ok(work)
    }

    fn column_space(deal: &DealInfo) -> u128 {
        T::Protocol::params().column_space(deal.segment_list.len() as u32)
    }

    /// Frees columns of miners that were thrown out since they reported them: the one that is reported
    /// now, and when the deal is about to be complete, all of them.
    fn dismiss_leavers(deal: &mut DealInfo, index: u8) -> DispatchResult {
        let column = Self::column_space(deal);
        let last = deal.complete_list.len() + 1 == FRAGMENT_COUNT;
        let is_void = |report: &CompleteInfo| {
            (last || report.index == index) && Self::has_left(&report.miner)
        };
        let reports = deal.complete_list.iter().cloned();
        let (void, valid): (Vec<_>, Vec<_>) = reports.partition(is_void);
        for report in void {
            Self::release_claim(&report.miner, column)?;
        }
        deal.complete_list = BVec::truncate_from(valid);
        Ok(())
    }

    /// The miner left the network: whatever it held is up for restoral by others.
    pub(crate) fn has_left(miner: &AccountId) -> bool {
        T::Miners::is_restoral_target(miner) || !T::Miners::exists(miner)
    }

    /// Ends what a miner keeps for a column of a deal.
    fn release_claim(miner: &AccountId, column: u128) -> DispatchResult {
        match (
            T::Miners::is_restoral_target(miner),
            T::Miners::exists(miner),
        ) {
            (true, _) => T::Miners::restored(miner, column),
            (false, true) => T::Miners::unlock_space(miner, column),
            (false, false) => Ok(()),
        }
    }

    /// The deal has its 12 reports: the file is stored, its tags are due (spec chain 12.1). Says how
    /// many entries the list of its owner had.
    fn complete_deal(fid: Hash, deal: DealInfo) -> Result<u32, DispatchError> {
        let params = T::Protocol::params();
        let segments = deal.segment_list.len() as u32;
        let space = params.file_space(segments);
        let UserBrief {
            user,
            territory_name,
            ..
        } = &deal.user;
        T::Territories::use_locked(user, territory_name, space)?;
        // A file that is not stored yet is held by nobody.
        let held = BVec::default();
        let appended = Self::enter_holding(fid, &deal.user, &held, deal.file_size, space)?;
        let now = Self::now();
        let due = now.saturating_add(params.tag_ticks(segments));
        for report in &deal.complete_list {
            T::Miners::commit_space(&report.miner, params.column_space(segments))?;
            Self::set_tag_duty(fid, (report.miner.clone(), None), due);
        }
        Self::forget_deal(&fid);
        let file = Record {
            segments: Self::assign(&deal),
            owners: Packed::of(&deal.user),
            file_size: deal.file_size,
            completion: now,
            state: FileState::Calculate,
        };
        file.put::<T>(&fid);
        Self::deposit_event(Event::StorageCompleted { file_hash: fid });
        Ok(appended)
    }

    /// The segments with the miner of column `j` as the holder of fragment `j`.
    fn assign(deal: &DealInfo) -> BVec<SegmentInfo, MAX_SEGMENTS> {
        let mut reports = deal.complete_list.to_vec();
        reports.sort_by_key(|report| report.index);
        let stored = |declared: &SegmentList| {
            let fragments = declared.fragment_list.iter().zip(&reports);
            let fragments = fragments.map(|(hash, report)| FragmentInfo {
                hash: *hash,
                avail: true,
                tag: None,
                miner: report.miner.clone(),
            });
            SegmentInfo {
                hash: declared.hash,
                fragment_list: BVec::truncate_from(fragments.collect()),
            }
        };
        BVec::truncate_from(deal.segment_list.iter().map(stored).collect())
    }

    /// Gives a deal up on somebody's wish (Q4).
    pub(crate) fn cancel(sender: AccountId, fid: Hash) -> Result<Work, DispatchError> {
        let deal = DealMap::<T>::get(fid).ok_or(Error::<T>::NonExistent)?;
        let terms = DealTermsOf::<T>::get(fid).ok_or(Error::<T>::BugInvalid)?;
        let allowed =
            sender == terms.operator || T::Authorisations::may_act_for(&sender, &deal.user.user);
        ensure!(allowed, Error::<T>::NoPermission);
        Self::close_deal(&fid, &deal)?;
        Self::deposit_event(Event::DealCancelled { deal_hash: fid });
        Ok(Work::of_segments(deal.segment_list.len()))
    }

    /// Removes a deal that comes to nothing: all space that is kept for it is free again, and its
    /// file is in no bucket.
    pub(crate) fn close_deal(fid: &Hash, deal: &DealInfo) -> DispatchResult {
        let params = T::Protocol::params();
        let space = params.file_space(deal.segment_list.len() as u32);
        T::Territories::unlock(&deal.user.user, &deal.user.territory_name, space)?;
        for report in &deal.complete_list {
            Self::release_claim(&report.miner, Self::column_space(deal))?;
        }
        Self::leave_bucket(&deal.user.user, fid);
        Self::forget_deal(fid);
        Ok(())
    }

    fn forget_deal(fid: &Hash) {
        DealMap::<T>::remove(fid);
        if let Some(terms) = DealTermsOf::<T>::take(fid) {
            Self::unschedule_deal(fid, terms.deadline);
        }
    }
}
