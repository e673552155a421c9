//! Pallet file-bank by itself: deals that end, tags that are missed, territories that expired.

use super::{audits::provider, territories::expired, warehouse::*, *};
use cess_primitives::{
    file::{FileInfo, UserBrief},
    traits::Protocol as _,
    BVec, FRAGMENT_COUNT, MAX_OWNERS, MAX_SEGMENTS,
};
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok, migrations::SteppedMigration, traits::StorageVersion, weights::WeightMeter,
};
use pallet_file_bank::{
    migrations::v3::{Cursor, IndexHoldings},
    weights::WeightInfo,
    ClearUserList, DealMap, File, FileOrders, HeldCount, Remains, RestoralOrder, TagDuties,
    TagDuty, TagQueue, ITEMS_PER_BLOCK, TRACES_PER_BLOCK,
};

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// Traces that a block removes of one file, which counts as one itself.
const TRACES: u32 = TRACES_PER_BLOCK - 1;
/// Segments of a file of which many fragments are missed.
const MANY: u32 = 100;

/// A deal in a bucket, with eleven reports of miners that report no other; it ends now.
fn overdue_deals(count: u32, segments: u32) {
    let crew = Crew::of(count * (COLUMNS - 1));
    for i in 0..count {
        let (user, sample) = (user(i), Sample::new(i, segments));
        rent(&user, b'a');
        assert_ok!(FileBank::create_bucket(
            signed(&user),
            user.clone(),
            bucket(0)
        ));
        let (fid, declared) = (sample.fid, sample.segments.clone());
        let (brief, bucket) = (brief(&user, b'a'), bucket(0));
        let call = FileBank::declare_in_bucket(signed(&user), fid, declared, brief, 1, bucket);
        assert_ok!(call);
        crew.report(&sample, i * (COLUMNS - 1), COLUMNS - 1);
    }
    wait(Protocol::params().deal_ticks(segments));
}

/// The only duty for a file is that of this miner for its column, and it is due.
fn only_duty(sample: &Sample, miner: &AccountId) {
    let _ = TagDuties::<Runtime>::clear_prefix((sample.fid,), u32::MAX, None);
    let (miner, column): TagDuty = (miner.clone(), None);
    TagDuties::<Runtime>::insert((sample.fid, &miner, column), 0);
    TagQueue::<Runtime>::insert(0u32.to_be_bytes(), (sample.fid, (miner, column)), ());
}

/// The first miner, which has collateral, missed so many of its fragments of a file.
fn missed(segments: u32, untagged: u32) {
    let (user, sample) = (user(0), Sample::new(0, segments));
    rent(&user, b'a');
    let crew = Crew::of(COLUMNS);
    crew.store(&user, &sample);
    tag_all_but(sample.fid, untagged);
    let _ = TagQueue::<Runtime>::clear(u32::MAX, None);
    only_duty(&sample, &crew.miners[0]);
}

/// A user has so many files in a territory that expired; each has miners of its own.
fn expired_files(count: u32, segments: u32) {
    let user = user(0);
    rent(&user, b'a');
    let crew = Crew::of(count.max(1) * COLUMNS);
    assert_ok!(FileBank::create_bucket(
        signed(&user),
        user.clone(),
        bucket(0)
    ));
    for i in 0..count {
        let sample = Sample::new(i, segments);
        crew.tagged_from(&user, &sample, i * COLUMNS);
        let (owner, bucket) = (user.clone(), bucket(0));
        assert_ok!(FileBank::put_in_bucket(
            signed(&user),
            owner,
            sample.fid,
            bucket
        ));
    }
    ClearUserList::<Runtime>::put(BVec::truncate_from(alloc::vec![(user, name(b'a'))]));
}

/// The largest file with as many owners as one may have.
fn largest_file() -> FileInfo {
    let owner = |i| UserBrief {
        user: account("owner", i, 0),
        file_name: name(b'f'),
        territory_name: name(b'a'),
    };
    let miner = AccountId::new([1; 32]);
    let file = Sample::new(0, MAX_SEGMENTS).stored(&miner, &[&miner; FRAGMENT_COUNT]);
    FileInfo {
        owner: BVec::truncate_from((0..MAX_OWNERS).map(owner).collect()),
        ..file
    }
}

#[benchmarks]
mod calls {
    use super::*;

    /// A block in which nothing is due.
    #[benchmark]
    fn look() {
        let user = user(0);
        rent(&user, b'a');
        let crew = Crew::of(COLUMNS);
        crew.store(&user, &Sample::new(0, 1));
        declare(&user, b'a', &Sample::new(1, 1));

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(DealMap::<Runtime>::iter().count(), 1);
    }

    /// `n` deals end.
    #[benchmark]
    fn end_deals(n: Linear<0, ITEMS_PER_BLOCK>) {
        overdue_deals(n, 1);

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(DealMap::<Runtime>::iter().count(), 0);
    }

    /// A deal of `s` segments ends.
    #[benchmark]
    fn end_deal(s: Linear<1, MAX_SEGMENTS>) {
        overdue_deals(1, s);

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(DealMap::<Runtime>::iter().count(), 0);
    }

    /// `n` miners have not had a fragment tagged in time, each of another file.
    #[benchmark]
    fn miss_tags(n: Linear<0, ITEMS_PER_BLOCK>) {
        let crew = Crew::of(COLUMNS);
        let samples: Vec<_> = (0..n).map(|i| Sample::new(i, 1)).collect();
        let late: Vec<_> = (1..=n).map(|i| provider(i, &crew.tee)).collect();
        for ((i, sample), miner) in (0..).zip(&samples).zip(&late) {
            let user = user(i);
            rent(&user, b'a');
            declare(&user, b'a', sample);
            assert_ok!(FileBank::transfer_report(signed(miner), 12, sample.fid));
            crew.report(sample, 0, COLUMNS - 1);
        }
        let _ = TagQueue::<Runtime>::clear(u32::MAX, None);
        for (sample, miner) in samples.iter().zip(&late) {
            only_duty(sample, miner);
        }

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(RestoralOrder::<Runtime>::iter().count(), n as usize);
    }

    /// The same of one fragment of a file of `s` segments.
    #[benchmark]
    fn miss_tag(s: Linear<1, MAX_SEGMENTS>) {
        missed(s, 1);

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(RestoralOrder::<Runtime>::iter().count(), 1);
    }

    /// The same of `t` fragments of a file.
    #[benchmark]
    fn open_orders(t: Linear<1, MANY>) {
        missed(MANY, t);

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(RestoralOrder::<Runtime>::iter().count(), t as usize);
    }

    /// `n` files of a territory that expired go.
    #[benchmark]
    fn clear_files(n: Linear<0, ITEMS_PER_BLOCK>) {
        expired_files(n, 1);

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(File::<Runtime>::iter().count(), 0);
    }

    /// A file of `s` segments goes with its territory.
    #[benchmark]
    fn clear_file(s: Linear<1, MAX_SEGMENTS>) {
        expired_files(1, s);

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(File::<Runtime>::iter().count(), 0);
    }

    /// `n` territories that expired are taken over and found empty.
    #[benchmark]
    fn clear_territories(n: Linear<0, ITEMS_PER_BLOCK>) {
        for i in 0..n {
            let owner = user(i);
            let _ = expired(&owner);
            fill_list(&owner, 1);
        }

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert!(ClearUserList::<Runtime>::get().is_empty());
    }

    /// `t` orders of a file that went earlier are removed.
    #[benchmark]
    fn sweep(t: Linear<0, TRACES>) {
        let sample = Sample::new(0, TRACES_PER_BLOCK.div_ceil(COLUMNS));
        abandon(&sample, t);
        Remains::<Runtime>::insert(sample.fid, ());

        #[block]
        {
            begin_block::<FileBank>();
        }

        assert_eq!(FileOrders::<Runtime>::iter().count(), 0);
    }

    /// The dearest item of the migration to version 3: owners of the largest file.
    #[benchmark]
    fn migrate_item() {
        File::<Runtime>::insert(Sample::new(0, 1).fid, largest_file());
        StorageVersion::new(2).put::<FileBank>();
        let item = <Runtime as pallet_file_bank::Config>::WeightInfo::migrate_item();
        let mut meter = WeightMeter::with_limit(item);
        let cursor = Cursor::Owners {
            after: None,
            done: 0,
        };

        #[block]
        {
            let _ = IndexHoldings::<Runtime>::step(Some(cursor), &mut meter);
        }

        let first: AccountId = account("owner", 0, 0);
        assert_eq!(HeldCount::<Runtime>::get(first), 1);
    }
}
