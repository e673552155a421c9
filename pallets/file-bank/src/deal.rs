//! Declarations, transfer reports, and how a deal ends.

use crate::{
    ClearUserList, Config, DealMap, DealTermsOf, Error, Event, File, Pallet, UserHoldFileList,
};
use alloc::{collections::BTreeMap, vec::Vec};
use cess_primitives::{
    file::{
        CompleteInfo, DealInfo, DealTerms, DeclaredSegments, FileInfo, FileState, FragmentInfo,
        Name, SegmentInfo, SegmentList, UserBrief, UserFileSliceInfo,
    },
    hash,
    traits::{Authorisations, Miners, Protocol, Territories},
    AccountId, BVec, Hash, Tick, FRAGMENT_COUNT, NAME_MIN,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn now() -> Tick {
        T::Protocol::now()
    }

    pub(crate) fn fragment_size() -> u128 {
        T::Protocol::params().fragment_size.into()
    }

    /// The territory takes new files: it has not expired, and no clean-up of it is under way.
    pub(crate) fn takes_files(owner: &AccountId, territory: &Name) -> bool {
        let cleared = |(user, name): &(AccountId, Name)| user == owner && name == territory;
        T::Territories::is_alive(owner, territory) && !ClearUserList::<T>::get().iter().any(cleared)
    }

    fn has_room(owner: &AccountId) -> bool {
        let held = UserHoldFileList::<T>::decode_len(owner).unwrap_or(0);
        held < T::UserFileLimit::get() as usize
    }

    /// Opens a deal, or makes the user another owner of a file that is stored already.
    pub(crate) fn declare(
        operator: AccountId,
        fid: Hash,
        segments: DeclaredSegments,
        brief: UserBrief,
        file_size: u128,
    ) -> DispatchResult {
        let owner = brief.user.clone();
        ensure!(
            T::Authorisations::may_act_for(&operator, &owner),
            Error::<T>::NoPermission
        );
        ensure!(
            brief.file_name.len() >= NAME_MIN as usize,
            Error::<T>::LessMinLength
        );
        Self::check_segments(&fid, &segments)?;
        let capacity = u128::from(T::Protocol::params().segment_size) * segments.len() as u128;
        ensure!(
            (1..=capacity).contains(&file_size),
            Error::<T>::SizeMismatch
        );
        ensure!(!DealMap::<T>::contains_key(fid), Error::<T>::Existed);
        ensure!(
            Self::takes_files(&owner, &brief.territory_name),
            Error::<T>::NotActive
        );
        ensure!(Self::has_room(&owner), Error::<T>::StorageLimitReached);
        match File::<T>::get(fid) {
            Some(file) => Self::add_owner(fid, file, &segments, brief)?,
            None => Self::open_deal(fid, segments, brief, file_size, operator.clone())?,
        }
        Self::deposit_event(Event::UploadDeclaration {
            operator,
            owner,
            deal_hash: fid,
        });
        Ok(())
    }

    /// Everything about a declaration that can be checked without the file's bytes (Q29, Q31).
    fn check_segments(fid: &Hash, segments: &[SegmentList]) -> DispatchResult {
        ensure!(!segments.is_empty(), Error::<T>::SpecError);
        let mut seen = BTreeMap::new();
        for segment in segments {
            let list = &segment.fragment_list;
            ensure!(list.len() == FRAGMENT_COUNT, Error::<T>::SpecError);
            let hashes = list.iter().chain([&segment.hash, fid]);
            ensure!(
                hashes.into_iter().all(|h| h.validate().is_ok()),
                Error::<T>::ConvertHashError
            );
            // The erasure code is a function: what repeats, repeats with all its fragments.
            let first = *seen.entry(segment.hash).or_insert(list);
            ensure!(first == list, Error::<T>::SpecError);
        }
        let root = hash::fid(segments.iter().map(|segment| segment.hash));
        ensure!(root == Some(*fid), Error::<T>::FidMismatch);
        Ok(())
    }

    fn open_deal(
        fid: Hash,
        segment_list: DeclaredSegments,
        user: UserBrief,
        file_size: u128,
        operator: AccountId,
    ) -> DispatchResult {
        let params = T::Protocol::params();
        let segments = segment_list.len() as u32;
        T::Territories::lock(
            &user.user,
            &user.territory_name,
            params.file_space(segments),
        )?;
        let declared_at = Self::now();
        let deadline = declared_at.saturating_add(params.deal_ticks(segments));
        Self::schedule_deal(fid, deadline);
        DealTermsOf::<T>::insert(
            fid,
            DealTerms {
                operator,
                declared_at,
                deadline,
            },
        );
        let complete_list = BVec::default();
        DealMap::<T>::insert(
            fid,
            DealInfo {
                file_size,
                segment_list,
                user,
                complete_list,
            },
        );
        Ok(())
    }

    /// The file is stored already: it gets another owner, who pays the whole price, provided that
    /// the declaration describes the very same file (Q31).
    fn add_owner(
        fid: Hash,
        mut file: FileInfo,
        segments: &[SegmentList],
        brief: UserBrief,
    ) -> DispatchResult {
        ensure!(Self::is_same(&file, segments), Error::<T>::SegmentsDiffer);
        let held = |b: &UserBrief| b.user == brief.user && b.territory_name == brief.territory_name;
        ensure!(!file.owner.iter().any(held), Error::<T>::IsOwned);
        let full = file.owner.len() >= T::OwnerLimit::get() as usize;
        ensure!(!full, Error::<T>::StorageLimitReached);
        let space = T::Protocol::params().file_space(segments.len() as u32);
        T::Territories::use_remaining(&brief.user, &brief.territory_name, space)?;
        Self::list_file(fid, &brief, space)?;
        file.owner
            .try_push(brief)
            .map_err(|_| Error::<T>::StorageLimitReached)?;
        File::<T>::insert(fid, file);
        Ok(())
    }

    fn is_same(file: &FileInfo, segments: &[SegmentList]) -> bool {
        let same = |(stored, declared): (&SegmentInfo, &SegmentList)| {
            stored.hash == declared.hash
                && stored
                    .fragment_list
                    .iter()
                    .map(|f| &f.hash)
                    .eq(declared.fragment_list.iter())
        };
        file.segment_list.len() == segments.len()
            && file.segment_list.iter().zip(segments).all(same)
    }

    fn list_file(fid: Hash, brief: &UserBrief, space: u128) -> DispatchResult {
        let slice = UserFileSliceInfo {
            territory_name: brief.territory_name.clone(),
            file_hash: fid,
            file_size: space,
        };
        UserHoldFileList::<T>::try_append(&brief.user, slice)
            .map_err(|()| Error::<T>::StorageLimitReached.into())
    }

    /// Notes that the sender holds a column; returns the number of segments.
    pub(crate) fn report_transfer(
        sender: AccountId,
        index: u8,
        fid: Hash,
    ) -> Result<usize, DispatchError> {
        ensure!(T::Miners::is_positive(&sender), Error::<T>::MinerStateError);
        ensure!(
            (1..=FRAGMENT_COUNT).contains(&index.into()),
            Error::<T>::SpecError
        );
        let mut deal = DealMap::<T>::get(fid).ok_or(Error::<T>::NonExistent)?;
        let terms = DealTermsOf::<T>::get(fid).ok_or(Error::<T>::BugInvalid)?;
        ensure!(Self::now() < terms.deadline, Error::<T>::Expired);
        let segments = deal.segment_list.len();
        let owner = &deal.user;
        if !Self::takes_files(&owner.user, &owner.territory_name) || !Self::has_room(&owner.user) {
            Self::close_deal(&fid, &deal)?;
            Self::deposit_event(Event::DealExpired { deal_hash: fid });
            return Ok(segments);
        }
        Self::dismiss_leavers(&mut deal)?;
        let taken = |r: &CompleteInfo| r.index == index || r.miner == sender;
        ensure!(!deal.complete_list.iter().any(taken), Error::<T>::Existed);
        T::Miners::lock_space(&sender, Self::column_space(&deal))?;
        let report = CompleteInfo {
            index,
            miner: sender.clone(),
        };
        deal.complete_list
            .try_push(report)
            .map_err(|_| Error::<T>::BugInvalid)?;
        Self::deposit_event(Event::TransferReport {
            acc: sender,
            deal_hash: fid,
        });
        if deal.complete_list.is_full() {
            Self::complete_deal(fid, deal)?;
        } else {
            DealMap::<T>::insert(fid, deal);
        }
        Ok(segments)
    }

    fn column_space(deal: &DealInfo) -> u128 {
        T::Protocol::params().column_space(deal.segment_list.len() as u32)
    }

    /// Frees the columns of miners that were thrown out since they reported them.
    fn dismiss_leavers(deal: &mut DealInfo) -> DispatchResult {
        let column = Self::column_space(deal);
        for report in deal
            .complete_list
            .iter()
            .filter(|r| Self::has_left(&r.miner))
        {
            Self::release_claim(&report.miner, column)?;
        }
        deal.complete_list
            .retain(|report| !Self::has_left(&report.miner));
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

    /// The deal has its 12 reports: the file is stored, its tags are due (spec chain 12.1).
    fn complete_deal(fid: Hash, deal: DealInfo) -> DispatchResult {
        let params = T::Protocol::params();
        let segments = deal.segment_list.len() as u32;
        let space = params.file_space(segments);
        let UserBrief {
            user,
            territory_name,
            ..
        } = &deal.user;
        T::Territories::use_locked(user, territory_name, space)?;
        Self::list_file(fid, &deal.user, space)?;
        let now = Self::now();
        let due = now.saturating_add(params.tag_ticks(segments));
        for report in &deal.complete_list {
            T::Miners::commit_space(&report.miner, params.column_space(segments))?;
            Self::set_tag_duty(fid, (report.miner.clone(), None), due);
        }
        Self::forget_deal(&fid);
        let file = FileInfo {
            segment_list: Self::assign(&deal)?,
            owner: [deal.user]
                .to_vec()
                .try_into()
                .map_err(|_| Error::<T>::BugInvalid)?,
            file_size: deal.file_size,
            completion: now,
            stat: FileState::Calculate,
        };
        File::<T>::insert(fid, file);
        Self::deposit_event(Event::StorageCompleted { file_hash: fid });
        Ok(())
    }

    /// The segments with the miner of column `j` as the holder of fragment `j`.
    fn assign<const N: u32>(deal: &DealInfo) -> Result<BVec<SegmentInfo, N>, Error<T>> {
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
            Ok(SegmentInfo {
                hash: declared.hash,
                fragment_list: fragments
                    .collect::<Vec<_>>()
                    .try_into()
                    .map_err(|_| Error::<T>::BugInvalid)?,
            })
        };
        let segments = deal
            .segment_list
            .iter()
            .map(stored)
            .collect::<Result<Vec<_>, Error<T>>>()?;
        segments.try_into().map_err(|_| Error::<T>::BugInvalid)
    }

    /// Gives a deal up on somebody's wish; returns the number of segments (Q4).
    pub(crate) fn cancel(sender: AccountId, fid: Hash) -> Result<usize, DispatchError> {
        let deal = DealMap::<T>::get(fid).ok_or(Error::<T>::NonExistent)?;
        let terms = DealTermsOf::<T>::get(fid).ok_or(Error::<T>::BugInvalid)?;
        let allowed =
            sender == terms.operator || T::Authorisations::may_act_for(&sender, &deal.user.user);
        ensure!(allowed, Error::<T>::NoPermission);
        Self::close_deal(&fid, &deal)?;
        Self::deposit_event(Event::DealCancelled { deal_hash: fid });
        Ok(deal.segment_list.len())
    }

    /// Removes a deal and frees all space that is kept for it.
    pub(crate) fn close_deal(fid: &Hash, deal: &DealInfo) -> DispatchResult {
        let params = T::Protocol::params();
        let space = params.file_space(deal.segment_list.len() as u32);
        T::Territories::unlock(&deal.user.user, &deal.user.territory_name, space)?;
        for report in &deal.complete_list {
            Self::release_claim(&report.miner, Self::column_space(deal))?;
        }
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
