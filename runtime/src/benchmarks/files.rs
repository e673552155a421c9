//! Pallet file-bank, users and gateways: declarations, files, buckets.

use super::{warehouse::*, *};
use cess_primitives::{
    bucket::{BucketInfo, MAX_BUCKETS},
    file::UserBrief,
    miner::MinerInfo,
    BVec, MAX_OWNERS, MAX_SEGMENTS,
};
use frame_benchmarking::v2::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_file_bank::{
    Bucket, BucketOf, Call, DealMap, File, HeldFiles, Remains, SpentTagSignatures, UserBucketList,
    MAX_TERRITORIES_OF_FILE, TRACES_AT_ONCE,
};
use pallet_sminer::MinerItems;

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// Files of a user, but for the one that is measured.
const OTHERS: u32 = config::MAX_FILES_OF_USER - 1;
/// Owners of a file, but for the one that is measured.
const CO_OWNERS: u32 = MAX_OWNERS - 1;
/// Miners of a file of which more than one restored fragments of each column.
const MANY_MINERS: u32 = 112;
/// The segments of its file.
const MANY_SEGMENTS: u32 = 10;

/// The user with its gateway and a territory.
fn customer() -> (AccountId, AccountId) {
    let user = user(0);
    rent(&user, b'a');
    let gateway = gateway(&user);
    (user, gateway)
}

/// The `h` territories in which the user holds a file; returns the letter of another one.
fn hold_in(user: &AccountId, sample: &Sample, h: u32) -> u8 {
    for letter in (b'b'..).take(h as usize) {
        rent(user, letter);
        if letter < b'a' + h as u8 {
            declare(user, letter, sample);
        }
    }
    b'a' + h as u8
}

/// So many others are owners of the file, too.
fn share(sample: &Sample, owners: u32) {
    edit(sample.fid, |file| {
        let others = (0..owners).map(|i| UserBrief {
            user: account("co-owner", i, 0),
            file_name: name(b'o'),
            territory_name: name(b't'),
        });
        let all = file.owner.iter().cloned().chain(others).collect();
        file.owner = BVec::truncate_from(all);
    });
}

/// Fragments beyond the first segment are with so many more miners, one each.
fn disperse(sample: &Sample, model: &MinerInfo, more: u32) {
    edit(sample.fid, |file| {
        let fragments = file.segment_list.iter_mut().skip(1);
        let fragments = fragments.flat_map(|segment| segment.fragment_list.iter_mut());
        for (i, fragment) in (0..more).zip(fragments) {
            let mut entry = model.clone();
            assert_ok!(entry.service_bloom_filter.insert(&fragment.hash));
            fragment.miner = account("restorer", i, 0);
            MinerItems::<Runtime>::insert(&fragment.miner, entry);
        }
    });
}

#[benchmarks]
mod calls {
    use super::*;

    /// A new file of `s` segments, by a gateway.
    #[benchmark]
    fn upload_declaration(s: Linear<1, MAX_SEGMENTS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, s));
        crowd_clearing();
        let (fid, brief) = (sample.fid, brief(&user, b'a'));

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway), fid, sample.segments, brief, 1);

        assert!(DealMap::<Runtime>::contains_key(fid));
    }

    /// The same, into a bucket.
    #[benchmark]
    fn declare_in_bucket(s: Linear<1, MAX_SEGMENTS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, s));
        assert_ok!(FileBank::create_bucket(
            signed(&user),
            user.clone(),
            bucket(0)
        ));
        crowd_clearing();
        let (fid, brief) = (sample.fid, brief(&user, b'a'));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(gateway),
            fid,
            sample.segments,
            brief,
            1,
            bucket(0),
        );

        assert!(BucketOf::<Runtime>::contains_key(user, fid));
    }

    /// A stored file of `s` segments that the user holds in another territory already; it is moved
    /// to another bucket.
    #[benchmark]
    fn declare_stored(s: Linear<1, MAX_SEGMENTS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, s));
        Crew::of(COLUMNS).store(&user, &sample);
        rent(&user, b'b');
        bucketed(&user, 0, sample.fid);
        assert_ok!(FileBank::create_bucket(
            signed(&user),
            user.clone(),
            bucket(1)
        ));
        crowd_clearing();
        let (fid, brief) = (sample.fid, brief(&user, b'b'));

        #[extrinsic_call]
        declare_in_bucket(
            RawOrigin::Signed(gateway),
            fid,
            sample.segments,
            brief,
            1,
            bucket(1),
        );

        assert_eq!(HeldFiles::<Runtime>::get(user, fid).len(), 2);
    }

    /// After eleven reports of a deal of `s` segments in a bucket, by a gateway.
    #[benchmark]
    fn cancel_deal(s: Linear<1, MAX_SEGMENTS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, s));
        assert_ok!(FileBank::create_bucket(
            signed(&user),
            user.clone(),
            bucket(0)
        ));
        let (fid, segments, brief) = (sample.fid, sample.segments.clone(), brief(&user, b'a'));
        let origin = signed(&user);
        let call = FileBank::declare_in_bucket(origin, fid, segments, brief, 1, bucket(0));
        assert_ok!(call);
        Crew::of(COLUMNS).report(&sample, 0, COLUMNS - 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway), fid);

        assert!(!DealMap::<Runtime>::contains_key(fid));
    }

    /// Of a file of `s` segments.
    #[benchmark]
    fn territory_file_delivery(s: Linear<1, MAX_SEGMENTS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, s));
        Crew::of(COLUMNS).tagged(&user, &sample);
        let target = name(hold_in(&user, &sample, 1));
        crowd_clearing();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(gateway),
            user.clone(),
            sample.fid,
            target.clone(),
        );

        let held = HeldFiles::<Runtime>::get(user, sample.fid);
        assert_eq!(held[0].territory_name, target);
    }

    /// From `h` territories at once.
    #[benchmark]
    fn deliver_from(h: Linear<1, MAX_TERRITORIES_OF_FILE>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, 1));
        Crew::of(COLUMNS).tagged(&user, &sample);
        let target = name(hold_in(&user, &sample, h));

        #[extrinsic_call]
        territory_file_delivery(RawOrigin::Signed(gateway), user.clone(), sample.fid, target);

        assert_eq!(HeldFiles::<Runtime>::get(user, sample.fid).len(), 1);
    }

    /// Of its only owner; `s` segments, tagged, and in a bucket.
    #[benchmark]
    fn delete_file(s: Linear<1, MAX_SEGMENTS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, s));
        Crew::of(COLUMNS).tagged(&user, &sample);
        bucketed(&user, 0, sample.fid);

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway), user, sample.fid);

        assert!(!File::<Runtime>::contains_key(sample.fid));
    }

    /// Of its only owner, who holds it in `h` territories.
    #[benchmark]
    fn delete_from(h: Linear<1, MAX_TERRITORIES_OF_FILE>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, 1));
        Crew::of(COLUMNS).tagged(&user, &sample);
        let _ = hold_in(&user, &sample, h);

        #[extrinsic_call]
        delete_file(RawOrigin::Signed(gateway), user, sample.fid);

        assert!(!File::<Runtime>::contains_key(sample.fid));
    }

    #[benchmark]
    fn root_clear_file(s: Linear<1, MAX_SEGMENTS>) {
        let ((user, _), sample) = (customer(), Sample::new(0, s));
        Crew::of(COLUMNS).tagged(&user, &sample);
        bucketed(&user, 0, sample.fid);

        #[extrinsic_call]
        _(RawOrigin::Root, user, sample.fid);

        assert!(!File::<Runtime>::contains_key(sample.fid));
    }

    /// A file has `o` more owners when one gives it up.
    #[benchmark]
    fn pass_owners(o: Linear<0, CO_OWNERS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, 1));
        Crew::of(COLUMNS).tagged(&user, &sample);
        share(&sample, o);

        #[extrinsic_call]
        delete_file(RawOrigin::Signed(gateway), user, sample.fid);

        assert_eq!(File::<Runtime>::contains_key(sample.fid), o > 0);
    }

    /// One of `l` more entries leaves the user's published list.
    #[benchmark]
    fn rewrite_list(l: Linear<0, OTHERS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, 1));
        fill_list(&user, l);
        Crew::of(COLUMNS).tagged(&user, &sample);

        #[extrinsic_call]
        delete_file(RawOrigin::Signed(gateway), user, sample.fid);

        assert!(!File::<Runtime>::contains_key(sample.fid));
    }

    /// An entry joins `l` others in the user's published list.
    #[benchmark]
    fn append_to_list(l: Linear<0, OTHERS>) {
        let ((user, _), sample) = (customer(), Sample::new(0, 1));
        fill_list(&user, l);
        let crew = Crew::of(COLUMNS);
        crew.deal(&user, &sample, 0, COLUMNS - 1);
        let last = crew.miners[COLUMNS as usize - 1].clone();

        #[extrinsic_call]
        transfer_report(RawOrigin::Signed(last), COLUMNS as u8, sample.fid);

        assert!(File::<Runtime>::contains_key(sample.fid));
    }

    /// `t` orders for fragments of miners that left go with their file.
    #[benchmark]
    fn remove_traces(t: Linear<0, TRACES_AT_ONCE>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, MANY_SEGMENTS));
        Crew::of(COLUMNS).tagged(&user, &sample);
        let _ = SpentTagSignatures::<Runtime>::clear_prefix(sample.fid, u32::MAX, None);
        abandon(&sample, t);

        #[extrinsic_call]
        delete_file(RawOrigin::Signed(gateway), user, sample.fid);

        assert_eq!(
            Remains::<Runtime>::contains_key(sample.fid),
            t == TRACES_AT_ONCE
        );
    }

    /// `m` miners keep the file that goes.
    #[benchmark]
    fn relieve_miners(m: Linear<COLUMNS, MANY_MINERS>) {
        let ((user, gateway), sample) = (customer(), Sample::new(0, MANY_SEGMENTS));
        let crew = Crew::of(COLUMNS);
        let model = miners::info(&crew.miners[0]);
        crew.tagged(&user, &sample);
        disperse(&sample, &model, m - COLUMNS);

        #[extrinsic_call]
        delete_file(RawOrigin::Signed(gateway), user, sample.fid);

        assert!(!File::<Runtime>::contains_key(sample.fid));
    }

    /// The last one that an owner may have.
    #[benchmark]
    fn create_bucket() {
        let (user, gateway) = customer();
        let names = (1..MAX_BUCKETS).map(bucket).collect();
        UserBucketList::<Runtime>::insert(&user, BVec::truncate_from(names));

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway), user.clone(), bucket(0));

        assert!(Bucket::<Runtime>::contains_key(user, bucket(0)));
    }

    /// Of as many as an owner may have.
    #[benchmark]
    fn delete_bucket() {
        let (user, gateway) = customer();
        let names = (0..MAX_BUCKETS).map(bucket).collect();
        UserBucketList::<Runtime>::insert(&user, BVec::truncate_from(names));
        let empty = BucketInfo {
            created: 0,
            object_num: 0,
        };
        Bucket::<Runtime>::insert(&user, bucket(7), empty);

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway), user.clone(), bucket(7));

        assert!(!Bucket::<Runtime>::contains_key(user, bucket(7)));
    }

    /// From another bucket.
    #[benchmark]
    fn put_in_bucket() {
        let ((user, gateway), sample) = (customer(), Sample::new(0, 1));
        declare(&user, b'a', &sample);
        Crew::of(COLUMNS).report(&sample, 0, COLUMNS);
        bucketed(&user, 0, sample.fid);
        assert_ok!(FileBank::create_bucket(
            signed(&user),
            user.clone(),
            bucket(1)
        ));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(gateway),
            user.clone(),
            sample.fid,
            bucket(1),
        );

        assert_eq!(BucketOf::<Runtime>::get(user, sample.fid), Some(bucket(1)));
    }

    #[benchmark]
    fn take_from_bucket() {
        let ((user, gateway), sample) = (customer(), Sample::new(0, 1));
        Crew::of(COLUMNS).store(&user, &sample);
        bucketed(&user, 0, sample.fid);

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway), user.clone(), sample.fid);

        assert!(!BucketOf::<Runtime>::contains_key(user, sample.fid));
    }
}
