//! Buckets and what is in them.

use super::*;
use crate::{Bucket, BucketFiles, BucketOf, UserBucketList};
use cess_primitives::bucket::{BucketInfo, BucketName, BucketObject, MAX_BUCKETS};
use frame_support::{assert_noop, assert_ok};

fn create(by: AccountId, owner: AccountId, bucket: &str) -> DispatchResult {
    FileBank::create_bucket(origin(by), owner, name(bucket))
}

fn delete(by: AccountId, owner: AccountId, bucket: &str) -> DispatchResult {
    FileBank::delete_bucket(origin(by), owner, name(bucket))
}

fn put(by: AccountId, owner: AccountId, sample: &Sample, bucket: &str) -> DispatchResult {
    FileBank::put_in_bucket(origin(by), owner, sample.fid, name(bucket))
}

fn take(by: AccountId, owner: AccountId, sample: &Sample) -> DispatchResult {
    FileBank::take_from_bucket(origin(by), owner, sample.fid)
}

fn declare_in(by: AccountId, owner: AccountId, sample: &Sample, bucket: &str) -> DispatchResult {
    plain(FileBank::declare_in_bucket(
        origin(by),
        sample.fid,
        sample.segments.clone(),
        brief(owner, HOME),
        sample.size(),
        name(bucket),
    ))
}

/// The files in a bucket.
fn content(owner: AccountId, bucket: &str) -> Vec<Hash> {
    let files = BucketFiles::<Test>::iter_key_prefix((owner.clone(), name(bucket))).collect();
    let info = Bucket::<Test>::get(owner, name(bucket)).expect("the bucket exists");
    assert_eq!(Vec::<Hash>::len(&files), info.object_num as usize);
    files
}

fn names(owner: AccountId) -> Vec<BucketName> {
    UserBucketList::<Test>::get(owner).into_inner()
}

fn put_event(owner: AccountId, bucket: &str, sample: &Sample) -> Event<Test> {
    Event::PutInBucket {
        owner,
        bucket_name: name(bucket),
        file_hash: sample.fid,
    }
}

fn taken_event(owner: AccountId, bucket: &str, sample: &Sample) -> Event<Test> {
    Event::TakenFromBucket {
        owner,
        bucket_name: name(bucket),
        file_hash: sample.fid,
    }
}

#[test]
fn buckets_are_created_and_deleted_by_those_who_may() {
    ExtBuilder::default().build_and_execute(|| {
        System::set_block_number(7);
        assert_ok!(create(gateway(), alice(), "photos"));
        assert_eq!(
            events(),
            [Event::CreateBucket {
                operator: gateway(),
                owner: alice(),
                bucket_name: name("photos")
            }]
        );
        let info = BucketInfo {
            created: 7,
            object_num: 0,
        };
        assert_eq!(Bucket::<Test>::get(alice(), name("photos")), Some(info));
        assert_ok!(create(alice(), alice(), "backups"));
        assert_ok!(create(bob(), bob(), "photos"));
        assert_eq!(names(alice()), [name("photos"), name("backups")]);
        events();
        assert_ok!(delete(gateway(), alice(), "photos"));
        assert_eq!(
            events(),
            [Event::DeleteBucket {
                operator: gateway(),
                owner: alice(),
                bucket_name: name("photos")
            }]
        );
        assert_eq!(names(alice()), [name("backups")]);
        assert_eq!(names(bob()), [name("photos")]);
        assert_ok!(delete(alice(), alice(), "backups"));
        assert!(!UserBucketList::<Test>::contains_key(alice()));
    });
}

#[test]
fn strangers_touch_no_bucket() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        assert_ok!(create(alice(), alice(), "photos"));
        assert_noop!(create(bob(), alice(), "mine"), Error::<Test>::NoPermission);
        assert_noop!(
            create(gateway(), bob(), "mine"),
            Error::<Test>::NoPermission
        );
        assert_noop!(
            delete(bob(), alice(), "photos"),
            Error::<Test>::NoPermission
        );
        assert_noop!(
            put(bob(), alice(), &sample, "photos"),
            Error::<Test>::NoPermission
        );
        assert_ok!(put(gateway(), alice(), &sample, "photos"));
        assert_noop!(take(bob(), alice(), &sample), Error::<Test>::NoPermission);
        let other = Sample::new("b", 1);
        assert_noop!(
            declare_in(bob(), alice(), &other, "photos"),
            Error::<Test>::NoPermission
        );
        let none = RuntimeOrigin::none;
        let bad = sp_runtime::DispatchError::BadOrigin;
        let bucket = name("photos");
        assert_noop!(
            FileBank::create_bucket(none(), alice(), bucket.clone()),
            bad
        );
        assert_noop!(
            FileBank::delete_bucket(none(), alice(), bucket.clone()),
            bad
        );
        assert_noop!(
            FileBank::put_in_bucket(none(), alice(), sample.fid, bucket),
            bad
        );
        assert_noop!(FileBank::take_from_bucket(none(), alice(), sample.fid), bad);
    });
}

#[test]
fn names_are_like_those_of_s3_and_unique_for_each_owner() {
    ExtBuilder::default().build_and_execute(|| {
        for bad in [
            "",
            "ab",
            "Photos",
            "my_photos",
            ".photos",
            "photos-",
            "a..b",
            "1.2.3.4",
        ] {
            assert_noop!(
                create(alice(), alice(), bad),
                Error::<Test>::InvalidBucketName
            );
        }
        assert_ok!(create(alice(), alice(), "photos"));
        assert_noop!(
            create(alice(), alice(), "photos"),
            Error::<Test>::SameBucketName
        );
    });
}

#[test]
fn an_owner_has_a_thousand_buckets_at_most() {
    ExtBuilder::default().build_and_execute(|| {
        for n in 0..MAX_BUCKETS {
            assert_ok!(create(alice(), alice(), &format!("bucket-{n}")));
        }
        assert_noop!(
            create(alice(), alice(), "bucket-1000"),
            Error::<Test>::LengthExceedsLimit
        );
        assert_ok!(delete(alice(), alice(), "bucket-500"));
        assert_ok!(create(alice(), alice(), "bucket-1000"));
        assert_eq!(names(alice()).last(), Some(&name("bucket-1000")));
    });
}

#[test]
fn a_file_is_declared_into_a_bucket_and_stays_there_when_it_is_stored() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        assert_noop!(
            declare_in(alice(), alice(), &sample, "photos"),
            Error::<Test>::NoSuchBucket
        );
        assert_ok!(create(alice(), alice(), "photos"));
        events();
        assert_ok!(declare_in(gateway(), alice(), &sample, "photos"));
        assert_eq!(
            events(),
            [
                put_event(alice(), "photos", &sample),
                Event::UploadDeclaration {
                    operator: gateway(),
                    owner: alice(),
                    deal_hash: sample.fid
                }
            ]
        );
        check_invariants();
        let object = BucketFiles::<Test>::get((alice(), name("photos"), sample.fid));
        let expected = BucketObject {
            file_name: name("file.bin"),
            file_size: sample.size(),
            placed: Clock::now(),
        };
        assert_eq!(object, Some(expected));
        report_columns(12, &sample);
        assert_eq!(content(alice(), "photos"), [sample.fid]);
        assert_noop!(delete(alice(), alice(), "photos"), Error::<Test>::NotEmpty);
    });
}

#[test]
fn a_deal_that_comes_to_nothing_leaves_its_bucket() {
    ExtBuilder::default().build_and_execute(|| {
        let (cancelled, late) = (Sample::new("a", 1), Sample::new("b", 1));
        assert_ok!(create(alice(), alice(), "photos"));
        assert_ok!(declare_in(alice(), alice(), &cancelled, "photos"));
        assert_ok!(declare_in(alice(), alice(), &late, "photos"));
        assert_noop!(delete(alice(), alice(), "photos"), Error::<Test>::NotEmpty);
        events();
        assert_ok!(FileBank::cancel_deal(origin(alice()), cancelled.fid));
        assert!(events().contains(&taken_event(alice(), "photos", &cancelled)));
        assert_eq!(content(alice(), "photos"), [late.fid]);
        jump(Clock::params().deal_ticks(1));
        assert_eq!(content(alice(), "photos"), []);
        assert_ok!(delete(alice(), alice(), "photos"));
    });
}

#[test]
fn a_stored_file_is_put_in_moved_and_taken_out() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        assert_ok!(create(alice(), alice(), "photos"));
        assert_ok!(create(alice(), alice(), "backups"));
        assert_noop!(take(alice(), alice(), &sample), Error::<Test>::NotInBucket);
        assert_noop!(
            put(alice(), alice(), &sample, "videos"),
            Error::<Test>::NoSuchBucket
        );
        events();
        assert_ok!(put(alice(), alice(), &sample, "photos"));
        assert_eq!(events(), [put_event(alice(), "photos", &sample)]);
        assert_ok!(put(alice(), alice(), &sample, "photos"));
        assert_eq!(events(), [], "it is there already");
        assert_ok!(put(gateway(), alice(), &sample, "backups"));
        assert_eq!(
            events(),
            [
                taken_event(alice(), "photos", &sample),
                put_event(alice(), "backups", &sample)
            ]
        );
        assert_eq!(content(alice(), "photos"), []);
        assert_eq!(content(alice(), "backups"), [sample.fid]);
        assert_noop!(
            put(alice(), alice(), &sample, "videos"),
            Error::<Test>::NoSuchBucket
        );
        assert_ok!(take(gateway(), alice(), &sample));
        assert_eq!(events(), [taken_event(alice(), "backups", &sample)]);
        assert_eq!(list_of(alice()), [(HOME.into(), sample.fid)]);
        assert_ok!(delete(alice(), alice(), "photos"));
        assert_ok!(delete(alice(), alice(), "backups"));
    });
}

#[test]
fn a_deal_is_moved_but_only_a_declared_one_is_in_a_bucket() {
    ExtBuilder::default().build_and_execute(|| {
        let (within, without) = (Sample::new("a", 1), Sample::new("b", 1));
        assert_ok!(create(alice(), alice(), "photos"));
        assert_ok!(create(alice(), alice(), "backups"));
        assert_ok!(declare_in(alice(), alice(), &within, "photos"));
        assert_ok!(declare(alice(), HOME, &without));
        assert_ok!(put(alice(), alice(), &within, "backups"));
        assert_eq!(content(alice(), "backups"), [within.fid]);
        assert_noop!(
            put(alice(), alice(), &without, "backups"),
            Error::<Test>::NotOwner
        );
        check_invariants();
        assert_ok!(take(alice(), alice(), &within));
        report_columns(12, &within);
        assert_eq!(content(alice(), "backups"), []);
    });
}

#[test]
fn each_owner_has_the_file_in_a_bucket_of_its_own() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        assert_ok!(create(alice(), alice(), "photos"));
        assert_ok!(create(bob(), bob(), "photos"));
        assert_ok!(put(alice(), alice(), &sample, "photos"));
        assert_noop!(
            put(bob(), bob(), &sample, "photos"),
            Error::<Test>::NotOwner
        );
        assert_ok!(declare_in(bob(), bob(), &sample, "photos"));
        assert_eq!(content(bob(), "photos"), [sample.fid]);
        let deleted = FileBank::delete_file(origin(bob()), bob(), sample.fid);
        assert_ok!(plain(deleted));
        assert_eq!(content(bob(), "photos"), []);
        assert_eq!(content(alice(), "photos"), [sample.fid]);
    });
}

#[test]
fn a_file_leaves_its_bucket_with_the_last_territory_that_holds_it() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        assert_ok!(create(alice(), alice(), "photos"));
        assert_ok!(put(alice(), alice(), &sample, "photos"));
        assert_ok!(declare(alice(), ANNEX, &sample));
        expire(&alice(), HOME);
        next_block();
        assert_eq!(content(alice(), "photos"), [sample.fid]);
        expire(&alice(), ANNEX);
        events();
        next_block();
        assert!(events().contains(&taken_event(alice(), "photos", &sample)));
        assert_eq!(content(alice(), "photos"), []);
        assert!(!BucketOf::<Test>::contains_key(alice(), sample.fid));
    });
}

#[test]
fn a_file_that_is_delivered_to_another_territory_stays_in_its_bucket() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        assert_ok!(create(alice(), alice(), "photos"));
        assert_ok!(put(alice(), alice(), &sample, "photos"));
        events();
        let moved =
            FileBank::territory_file_delivery(origin(alice()), alice(), sample.fid, name(ANNEX));
        assert_ok!(plain(moved));
        assert_eq!(events().len(), 1);
        assert_eq!(content(alice(), "photos"), [sample.fid]);
    });
}

#[test]
fn a_file_that_is_declared_again_moves_to_the_bucket_that_is_named() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(create(alice(), alice(), "photos"));
        assert_ok!(create(alice(), alice(), "backups"));
        assert_ok!(declare(alice(), ANNEX, &sample));
        report_columns(12, &sample);
        assert_ok!(put(alice(), alice(), &sample, "photos"));
        // The size is the stored file's, whatever the second declaration says.
        let small = FileBank::declare_in_bucket(
            origin(alice()),
            sample.fid,
            sample.segments.clone(),
            brief(alice(), HOME),
            1,
            name("backups"),
        );
        assert_ok!(plain(small));
        assert_eq!(content(alice(), "photos"), []);
        let object = BucketFiles::<Test>::get((alice(), name("backups"), sample.fid));
        assert_eq!(object.unwrap().file_size, sample.size());
    });
}

#[test]
fn buckets_that_do_not_exist_are_not_deleted() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            delete(alice(), alice(), "photos"),
            Error::<Test>::NoSuchBucket
        );
        assert_ok!(create(bob(), bob(), "photos"));
        assert_noop!(
            delete(alice(), alice(), "photos"),
            Error::<Test>::NoSuchBucket
        );
    });
}
