//! What always holds between the pallet's records, and what they say of other pallets' accounts.

use crate::{
    fragments::{self, Holding},
    Bucket, BucketFiles, BucketOf, ClearUserList, Config, DealMap, DealQueue, DealTermsOf, File,
    FileOrders, HeldCount, HeldFiles, LeaverOrders, Pallet, Remains, RestoralOrder, TagDuties,
    TagQueue, TerritoryFiles, UserBucketList, UserHoldFileList,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use cess_primitives::{
    file::{FileInfo, FileState, FragmentInfo, Name},
    hash,
    traits::Protocol,
    AccountId, Hash, FRAGMENT_COUNT,
};
use frame_support::ensure;
use sp_runtime::DispatchError;

type Check = Result<(), DispatchError>;

/// What deals and files account for in a territory, bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerritoryUse {
    /// Kept for deals.
    pub locked: u128,
    /// Holds files.
    pub used: u128,
}

/// What deals and files account for at a miner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinerUse {
    /// Kept for deals, bytes.
    pub deals: u128,
    /// Holds untagged fragments, bytes.
    pub untagged: u128,
    /// The tagged fragments, sorted.
    pub tagged: Vec<Hash>,
}

impl<T: Config> Pallet<T> {
    /// Checks the records against each other.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::check_deals()?;
        Self::check_tag_queue()?;
        Self::check_owners()?;
        Self::check_buckets()?;
        Self::check_remains()?;
        let mut lost = BTreeMap::new();
        for (fid, file) in File::<T>::iter() {
            Self::check_file(&fid, &file, &mut lost)?;
        }
        Self::check_orders(lost)
    }

    fn check_deals() -> Check {
        for (fid, deal) in DealMap::<T>::iter() {
            ensure!(
                !File::<T>::contains_key(fid),
                "a deal's file is not stored yet"
            );
            let terms = DealTermsOf::<T>::get(fid).ok_or("a deal has terms")?;
            let queued = DealQueue::<T>::contains_key(terms.deadline.to_be_bytes(), fid);
            ensure!(queued, "a deal ends by itself");
            let root = hash::fid(deal.segment_list.iter().map(|segment| segment.hash));
            ensure!(root == Some(fid), "a fid is the root over its segments");
            let reports = &deal.complete_list;
            let miners: BTreeSet<_> = reports.iter().map(|report| &report.miner).collect();
            let columns: BTreeSet<_> = reports.iter().map(|report| report.index).collect();
            let distinct = miners.len() == reports.len() && columns.len() == reports.len();
            ensure!(distinct, "a miner holds one column, a column has one miner");
            let valid = columns
                .iter()
                .all(|index| (1..=FRAGMENT_COUNT).contains(&(*index).into()));
            ensure!(
                valid && reports.len() < FRAGMENT_COUNT,
                "columns go from 1 to 12"
            );
        }
        let deals = DealMap::<T>::iter_keys().count();
        ensure!(
            DealTermsOf::<T>::iter_keys().count() == deals,
            "terms belong to a deal"
        );
        ensure!(
            DealQueue::<T>::iter_keys().count() == deals,
            "no deal ends that is gone"
        );
        Ok(())
    }

    fn check_tag_queue() -> Check {
        for ((fid, miner, scope), due) in TagDuties::<T>::iter() {
            let queued = TagQueue::<T>::contains_key(due.to_be_bytes(), (fid, (&miner, scope)));
            ensure!(queued, "a duty to tag ends by itself");
            if Remains::<T>::contains_key(fid) {
                continue;
            }
            let file = File::<T>::get(fid).ok_or("a duty to tag belongs to a stored file")?;
            let untagged = fragments::untagged(&file.segment_list, &miner);
            let open = scope.map_or(!untagged.is_empty(), |hash| untagged.contains(&hash));
            ensure!(open, "a duty to tag is about untagged fragments");
        }
        let duties = TagDuties::<T>::iter_keys().count();
        ensure!(
            TagQueue::<T>::iter_keys().count() == duties,
            "no duty ends that is gone"
        );
        Ok(())
    }

    /// Users' lists, their index, and files' owners say the same.
    fn check_owners() -> Check {
        let clearing = ClearUserList::<T>::get();
        let mut indexed = BTreeMap::new();
        for (user, fid, held) in HeldFiles::<T>::iter() {
            ensure!(!held.is_empty(), "a user that holds nothing is indexed");
            let file = File::<T>::get(fid).ok_or("a file that somebody holds is stored")?;
            for held in held {
                ensure!(held.file_size == file.file_size, "a file has one size");
                let charged = TerritoryFiles::<T>::contains_key((&user, &held.territory_name, fid));
                ensure!(charged, "a territory lists what it pays for");
                let key = (user.clone(), fid, held.territory_name);
                let first = indexed.insert(key, held.space).is_none();
                ensure!(first, "a territory holds a file once");
            }
        }
        ensure!(
            TerritoryFiles::<T>::iter_keys().count() == indexed.len(),
            "a territory lists nothing else"
        );
        let mut counts: BTreeMap<AccountId, u32> = BTreeMap::new();
        for (user, _, _) in indexed.keys() {
            *counts.entry(user.clone()).or_default() += 1;
        }
        ensure!(
            HeldCount::<T>::iter().collect::<BTreeMap<_, _>>() == counts,
            "a user's files are counted"
        );
        let mut listed = BTreeSet::new();
        for (user, list) in UserHoldFileList::<T>::iter() {
            ensure!(!list.is_empty(), "an empty list is kept");
            for slice in list {
                let territory = (user.clone(), slice.territory_name);
                let key = (user.clone(), slice.file_hash, territory.1.clone());
                match indexed.get(&key) {
                    Some(space) => {
                        ensure!(*space == slice.file_size, "a file is charged once");
                        ensure!(listed.insert(key), "a file is listed once");
                    }
                    None => ensure!(
                        clearing.contains(&territory),
                        "only files of territories that are being cleared are listed though gone"
                    ),
                }
            }
        }
        let mut owned = BTreeSet::new();
        for (fid, file) in File::<T>::iter() {
            ensure!(!file.owner.is_empty(), "a file has an owner");
            for brief in file.owner {
                let entry = (brief.user, fid, brief.territory_name);
                ensure!(owned.insert(entry), "an owner is named once");
            }
        }
        ensure!(listed == owned, "a file is listed for exactly its owners");
        ensure!(
            indexed.into_keys().eq(owned),
            "a file is indexed for exactly its owners"
        );
        Ok(())
    }

    /// A bucket has exactly the files that say so, each held by the owner or about to be.
    fn check_buckets() -> Check {
        let mut counted = 0;
        for (owner, name, info) in Bucket::<T>::iter() {
            let files = BucketFiles::<T>::iter_key_prefix((owner.clone(), name.clone())).count();
            ensure!(
                info.object_num as usize == files,
                "a bucket counts its files"
            );
            let names = UserBucketList::<T>::get(&owner);
            let listed = names.iter().filter(|other| **other == name).count();
            ensure!(listed == 1, "a bucket is listed once");
            counted += 1;
        }
        let listed: usize = UserBucketList::<T>::iter_values()
            .map(|names| names.len())
            .sum();
        ensure!(listed == counted, "a bucket that is listed exists");
        for ((owner, name, fid), _) in BucketFiles::<T>::iter() {
            ensure!(
                Bucket::<T>::contains_key(&owner, &name),
                "a file is in a bucket that exists"
            );
            ensure!(
                BucketOf::<T>::get(&owner, fid) == Some(name),
                "a file is in one bucket of an owner"
            );
            let deal = DealMap::<T>::get(fid).is_some_and(|deal| deal.user.user == owner);
            ensure!(
                deal || HeldFiles::<T>::contains_key(&owner, fid),
                "a bucket has only files of its owner"
            );
        }
        ensure!(
            BucketOf::<T>::iter().count() == BucketFiles::<T>::iter_keys().count(),
            "a file that is in a bucket is found there"
        );
        Ok(())
    }

    /// Traces are left of files that are gone, and nobody can bring these back meanwhile.
    fn check_remains() -> Check {
        for fid in Remains::<T>::iter_keys() {
            let gone = !File::<T>::contains_key(fid) && !DealMap::<T>::contains_key(fid);
            ensure!(gone, "traces are left of a file that is gone");
        }
        Ok(())
    }

    fn check_file(
        fid: &Hash,
        file: &FileInfo,
        lost: &mut BTreeMap<Hash, (Hash, AccountId)>,
    ) -> Check {
        for fragment in fragments::all(&file.segment_list) {
            if !fragment.avail {
                ensure!(fragment.tag.is_none(), "a lost fragment has no tag");
                let owner = (*fid, fragment.miner.clone());
                let first = lost.entry(fragment.hash).or_insert_with(|| owner.clone());
                ensure!(
                    *first == owner,
                    "an order stands for one miner's part of one file"
                );
            } else if fragment.tag.is_none() {
                ensure!(
                    Self::has_duty(fid, fragment),
                    "an untagged fragment has a deadline"
                );
            }
        }
        let tagged = fragments::all(&file.segment_list).all(|fragment| fragment.tag.is_some());
        let settled = file.stat == FileState::Active || !tagged;
        ensure!(settled, "a file is Active once all is tagged");
        Ok(())
    }

    fn has_duty(fid: &Hash, fragment: &FragmentInfo) -> bool {
        let (miner, hash) = (&fragment.miner, fragment.hash);
        TagDuties::<T>::contains_key((fid, miner, Some(hash)))
            || TagDuties::<T>::contains_key((fid, miner, None::<Hash>))
    }

    /// There is an order for each lost fragment, and none else.
    fn check_orders(mut lost: BTreeMap<Hash, (Hash, AccountId)>) -> Check {
        for (hash, order) in RestoralOrder::<T>::iter() {
            ensure!(
                order.fragment_hash == hash,
                "an order is filed under its fragment"
            );
            ensure!(
                FileOrders::<T>::contains_key(order.file_hash, hash),
                "an order is found by its file"
            );
            if Remains::<T>::contains_key(order.file_hash) {
                continue;
            }
            let expected = lost.remove(&hash);
            let covered = expected == Some((order.file_hash, order.origin_miner));
            ensure!(covered, "an order is about a lost fragment");
        }
        ensure!(lost.is_empty(), "a lost fragment is up for restoral");
        ensure!(
            FileOrders::<T>::iter_keys().count() == RestoralOrder::<T>::iter_keys().count(),
            "no order is found that is done"
        );
        let known = LeaverOrders::<T>::iter_keys().all(RestoralOrder::<T>::contains_key);
        ensure!(known, "a leaver answers for open orders only");
        Ok(())
    }

    /// What each territory must account for; to be compared with the pallet that keeps them.
    pub fn territory_use() -> BTreeMap<(AccountId, Name), TerritoryUse> {
        let params = T::Protocol::params();
        let mut all: BTreeMap<_, TerritoryUse> = BTreeMap::new();
        for deal in DealMap::<T>::iter_values() {
            let territory = all
                .entry((deal.user.user, deal.user.territory_name))
                .or_default();
            territory.locked += params.file_space(deal.segment_list.len() as u32);
        }
        for (user, _, held) in HeldFiles::<T>::iter() {
            for held in held {
                let territory = (user.clone(), held.territory_name);
                all.entry(territory).or_default().used += held.space;
            }
        }
        all
    }

    /// What each miner must account for; to be compared with the pallet that keeps them.
    pub fn miner_use() -> BTreeMap<AccountId, MinerUse> {
        let params = T::Protocol::params();
        let mut all: BTreeMap<AccountId, MinerUse> = BTreeMap::new();
        for deal in DealMap::<T>::iter_values() {
            for report in deal.complete_list {
                all.entry(report.miner).or_default().deals +=
                    params.column_space(deal.segment_list.len() as u32);
            }
        }
        let mut holdings: BTreeMap<AccountId, Holding> = BTreeMap::new();
        for file in File::<T>::iter_values() {
            for fragment in fragments::all(&file.segment_list).filter(|fragment| fragment.avail) {
                holdings
                    .entry(fragment.miner.clone())
                    .or_default()
                    .add(fragment);
            }
        }
        for (miner, mut holding) in holdings {
            holding.tagged.sort_unstable();
            let entry = all.entry(miner).or_default();
            entry.untagged = params.column_space(holding.untagged);
            entry.tagged = holding.tagged;
        }
        all
    }
}
