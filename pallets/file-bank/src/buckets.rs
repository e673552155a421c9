//! Buckets: an owner groups its files under names, as S3 does.
//!
//! A file is in at most one bucket of each of its owners, from its declaration on, if the owner
//! wishes. It leaves the bucket when its deal comes to nothing, or with the owner's last holding.

use crate::{Bucket, BucketFiles, BucketOf, Config, Error, Event, Pallet, UserBucketList};
use cess_primitives::{
    bucket::{self, BucketInfo, BucketName, BucketObject},
    traits::Authorisations,
    AccountId, Hash,
};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// See [`Pallet::create_bucket`].
    pub(crate) fn open_bucket(
        operator: AccountId,
        owner: AccountId,
        name: BucketName,
    ) -> DispatchResult {
        Self::ensure_acts_for(&operator, &owner)?;
        bucket::check_name(&name).map_err(|_| Error::<T>::InvalidBucketName)?;
        ensure!(
            !Bucket::<T>::contains_key(&owner, &name),
            Error::<T>::SameBucketName
        );
        UserBucketList::<T>::try_append(&owner, &name)
            .map_err(|()| Error::<T>::LengthExceedsLimit)?;
        let info = BucketInfo {
            created: Self::now(),
            object_num: 0,
        };
        Bucket::<T>::insert(&owner, &name, info);
        Self::deposit_event(Event::CreateBucket {
            operator,
            owner,
            bucket_name: name,
        });
        Ok(())
    }

    /// See [`Pallet::delete_bucket`].
    pub(crate) fn close_bucket(
        operator: AccountId,
        owner: AccountId,
        name: BucketName,
    ) -> DispatchResult {
        Self::ensure_acts_for(&operator, &owner)?;
        let info = Bucket::<T>::get(&owner, &name).ok_or(Error::<T>::NoSuchBucket)?;
        ensure!(info.object_num == 0, Error::<T>::NotEmpty);
        Bucket::<T>::remove(&owner, &name);
        UserBucketList::<T>::mutate_exists(&owner, |list| {
            *list = list.take().and_then(|mut names| {
                names.retain(|other| *other != name);
                (!names.is_empty()).then_some(names)
            });
        });
        Self::deposit_event(Event::DeleteBucket {
            operator,
            owner,
            bucket_name: name,
        });
        Ok(())
    }

    /// See [`Pallet::put_in_bucket`].
    pub(crate) fn place(
        operator: &AccountId,
        owner: &AccountId,
        fid: &Hash,
        name: BucketName,
    ) -> DispatchResult {
        Self::ensure_acts_for(operator, owner)?;
        let object = match BucketOf::<T>::get(owner, fid) {
            Some(old) if old == name => return Ok(()),
            Some(old) => BucketFiles::<T>::get((owner, &old, fid)),
            None => Self::object_of(owner, fid),
        };
        let object = object.ok_or(Error::<T>::NotOwner)?;
        Self::ensure_bucket(owner, &name)?;
        Self::leave_bucket(owner, fid);
        Self::enter_bucket(owner, fid, name, object);
        Ok(())
    }

    /// See [`Pallet::take_from_bucket`].
    pub(crate) fn displace(operator: &AccountId, owner: &AccountId, fid: &Hash) -> DispatchResult {
        Self::ensure_acts_for(operator, owner)?;
        ensure!(
            BucketOf::<T>::contains_key(owner, fid),
            Error::<T>::NotInBucket
        );
        Self::leave_bucket(owner, fid);
        Ok(())
    }

    pub(crate) fn ensure_acts_for(operator: &AccountId, owner: &AccountId) -> DispatchResult {
        let allowed = T::Authorisations::may_act_for(operator, owner);
        ensure!(allowed, Error::<T>::NoPermission);
        Ok(())
    }

    pub(crate) fn ensure_bucket(owner: &AccountId, name: &BucketName) -> Result<(), Error<T>> {
        let exists = Bucket::<T>::contains_key(owner, name);
        ensure!(exists, Error::<T>::NoSuchBucket);
        Ok(())
    }

    /// What a listing shows of a file that the owner holds.
    fn object_of(owner: &AccountId, fid: &Hash) -> Option<BucketObject> {
        let held = Self::holdings(owner, fid).into_iter().next()?;
        Some(BucketObject {
            file_name: held.file_name,
            file_size: held.file_size,
            placed: Self::now(),
        })
    }

    /// Enters a file that is in no bucket of the owner into one that exists.
    pub(crate) fn enter_bucket(
        owner: &AccountId,
        fid: &Hash,
        name: BucketName,
        object: BucketObject,
    ) {
        Self::recount(owner, &name, |count| count.saturating_add(1));
        BucketFiles::<T>::insert((owner, &name, fid), object);
        BucketOf::<T>::insert(owner, fid, &name);
        Self::deposit_event(Event::PutInBucket {
            owner: owner.clone(),
            bucket_name: name,
            file_hash: *fid,
        });
    }

    /// Takes a file out of the bucket of the owner that it is in, if any.
    pub(crate) fn leave_bucket(owner: &AccountId, fid: &Hash) {
        let Some(name) = BucketOf::<T>::take(owner, fid) else {
            return;
        };
        BucketFiles::<T>::remove((owner, &name, fid));
        Self::recount(owner, &name, |count| count.saturating_sub(1));
        Self::deposit_event(Event::TakenFromBucket {
            owner: owner.clone(),
            bucket_name: name,
            file_hash: *fid,
        });
    }

    fn recount(owner: &AccountId, name: &BucketName, count: impl Fn(u32) -> u32) {
        Bucket::<T>::mutate(owner, name, |info| {
            if let Some(info) = info {
                info.object_num = count(info.object_num);
            }
        });
    }
}
