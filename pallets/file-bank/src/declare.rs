//! Declarations: a new file becomes a deal, a stored one gets another owner.

use crate::{
    costs::Work, record::Record, ClearUserList, Config, DealMap, DealTermsOf, Error, Event, Pallet,
    Remains,
};
use alloc::collections::BTreeMap;
use cess_primitives::{
    bucket::{BucketName, BucketObject},
    file::{
        DealInfo, DealTerms, DeclaredSegments, HeldFile, Name, SegmentInfo, SegmentList, UserBrief,
    },
    hash,
    traits::{Protocol, Territories},
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

    /// Opens a deal, or makes the user another owner of a file that is stored already; puts the
    /// file into a bucket if one is named.
    pub(crate) fn declare(
        operator: AccountId,
        fid: Hash,
        segments: DeclaredSegments,
        brief: UserBrief,
        file_size: u128,
        bucket: Option<BucketName>,
    ) -> Result<Work, DispatchError> {
        let owner = brief.user.clone();
        Self::ensure_acts_for(&operator, &owner)?;
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
        ensure!(!Remains::<T>::contains_key(fid), Error::<T>::StillErasing);
        ensure!(
            Self::takes_files(&owner, &brief.territory_name),
            Error::<T>::NotActive
        );
        if let Some(name) = &bucket {
            Self::ensure_bucket(&owner, name)?;
        }
        let mut object = BucketObject {
            file_name: brief.file_name.clone(),
            file_size,
            placed: Self::now(),
        };
        let mut work = Work::of_segments(segments.len());
        match Record::get::<T>(&fid) {
            Some(file) => {
                object.file_size = file.file_size;
                work = Self::add_owner(fid, file, &segments, brief)?;
            }
            None => Self::open_deal(fid, segments, brief, file_size, operator.clone())?,
        }
        if let Some(name) = bucket {
            Self::leave_bucket(&owner, &fid);
            Self::enter_bucket(&owner, &fid, name, object);
        }
        Self::deposit_event(Event::UploadDeclaration {
            operator,
            owner,
            deal_hash: fid,
        });
        Ok(work)
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
        ensure!(Self::has_room(&user.user), Error::<T>::StorageLimitReached);
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
        mut file: Record,
        segments: &[SegmentList],
        brief: UserBrief,
    ) -> Result<Work, DispatchError> {
        ensure!(
            is_same(&file.segments, segments),
            Error::<T>::SegmentsDiffer
        );
        let there = |held: &HeldFile| held.territory_name == brief.territory_name;
        let held = Self::holdings(&brief.user, &fid);
        ensure!(!held.iter().any(there), Error::<T>::IsOwned);
        let full = file.owners.len() >= T::OwnerLimit::get();
        ensure!(!full, Error::<T>::StorageLimitReached);
        let space = T::Protocol::params().file_space(segments.len() as u32);
        T::Territories::use_remaining(&brief.user, &brief.territory_name, space)?;
        let appended = Self::enter_holding(fid, &brief, &held, file.file_size, space)?;
        file.owners.push(&brief);
        file.put::<T>(&fid);
        Ok(Work {
            appended,
            stored: true,
            ..Work::of(&file)
        })
    }
}

fn is_same(stored: &[SegmentInfo], declared: &[SegmentList]) -> bool {
    let same = |(stored, declared): (&SegmentInfo, &SegmentList)| {
        let hashes = stored.fragment_list.iter().map(|fragment| &fragment.hash);
        stored.hash == declared.hash && hashes.eq(declared.fragment_list.iter())
    };
    stored.len() == declared.len() && stored.iter().zip(declared).all(same)
}
