//! Declarations and sequences that nobody honest sends.

use super::*;
use crate::{DealMap, DealTermsOf, RestoralOrder};
use cess_primitives::MAX_SEGMENTS;
use codec::{Compact, Decode, Encode};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, storage::unhashed};

fn declare_raw(fid: Hash, segments: DeclaredSegments, size: u128) -> DispatchResult {
    let user = brief(alice(), HOME);
    plain(FileBank::upload_declaration(
        origin(alice()),
        fid,
        segments,
        user,
        size,
    ))
}

#[test]
fn hashes_that_are_not_lower_case_hex_are_refused() {
    ExtBuilder::default().build_and_execute(|| {
        let good = Sample::new("a", 2);
        let upper = Hash(good.fragment(0, 0).0.map(|c| c.to_ascii_uppercase()));
        for bad in [Hash([b'g'; 64]), Hash([0; 64]), Hash([0xff; 64]), upper] {
            let mut fragment = good.clone();
            fragment.segments[1].fragment_list[7] = bad;
            let mut segment = good.clone();
            segment.segments[1].hash = bad;
            let attempts = [
                (good.fid, fragment.segments),
                (good.fid, segment.segments),
                (bad, good.segments.clone()),
            ];
            for (fid, segments) in attempts {
                assert_noop!(
                    declare_raw(fid, segments, 1),
                    Error::<Test>::ConvertHashError
                );
            }
        }
    });
}

#[test]
fn files_without_segments_and_segments_without_twelve_fragments_are_refused() {
    ExtBuilder::default().build_and_execute(|| {
        let good = Sample::new("a", 2);
        let none = DeclaredSegments::default();
        assert_noop!(declare_raw(good.fid, none, 1), Error::<Test>::SpecError);
        let mut short = good.clone();
        short.segments[1].fragment_list.pop();
        assert_noop!(
            declare_raw(good.fid, short.segments, 1),
            Error::<Test>::SpecError
        );
    });
}

#[test]
fn a_thirteenth_fragment_or_a_segment_too_many_does_not_even_decode() {
    let segment = (Hash::of(b"s"), vec![Hash::of(b"f"); 13]).encode();
    assert!(SegmentList::decode(&mut &segment[..]).is_err());
    let good = Sample::new("a", 1).segments[0].clone();
    let many = vec![good; MAX_SEGMENTS as usize + 1].encode();
    assert!(DeclaredSegments::decode(&mut &many[..]).is_err());
}

#[test]
fn a_fid_cannot_be_squatted() {
    ExtBuilder::default().build_and_execute(|| {
        let (wanted, other) = (Sample::new("a", 2), Sample::new("b", 2));
        let squat = declare_raw(wanted.fid, other.segments.clone(), 1);
        assert_noop!(squat, Error::<Test>::FidMismatch);
        let mut turned = wanted.segments.to_vec();
        turned.reverse();
        let turned = turned.try_into().unwrap();
        assert_noop!(
            declare_raw(wanted.fid, turned, 1),
            Error::<Test>::FidMismatch
        );
    });
}

/// The published Merkle tree pairs an odd last node with itself, hence `[a]` and `[a, a]` share a
/// fid. Whoever comes second must not be given the other file.
#[test]
fn a_longer_file_with_the_same_root_is_not_mistaken_for_the_shorter_one() {
    ExtBuilder::default().build_and_execute(|| {
        let (short, long) = (Sample::zeros(1), Sample::zeros(2));
        assert_eq!(short.fid, long.fid);
        store(&short);
        assert_noop!(declare(bob(), HOME, &long), Error::<Test>::SegmentsDiffer);
        assert_ok!(declare(bob(), HOME, &short));
    });
}

#[test]
fn equal_segments_must_have_equal_fragments() {
    ExtBuilder::default().build_and_execute(|| {
        let mut zeros = Sample::zeros(2);
        assert_ok!(declare(alice(), HOME, &zeros));
        assert_ok!(FileBank::cancel_deal(origin(alice()), zeros.fid));
        zeros.segments[1].fragment_list[0] = Hash::of(b"not what the code yields");
        assert_noop!(declare(alice(), HOME, &zeros), Error::<Test>::SpecError);
    });
}

#[test]
fn a_size_that_the_segments_cannot_hold_is_refused() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        for size in [0, sample.size() + 1, u128::MAX] {
            let call = declare_raw(sample.fid, sample.segments.clone(), size);
            assert_noop!(call, Error::<Test>::SizeMismatch);
        }
        assert_ok!(declare_raw(
            sample.fid,
            sample.segments.clone(),
            sample.size()
        ));
    });
}

#[test]
fn a_name_of_less_than_three_bytes_is_refused() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        let short = UserBrief {
            file_name: name("ab"),
            ..brief(alice(), HOME)
        };
        let call = FileBank::upload_declaration(
            origin(alice()),
            sample.fid,
            sample.segments.clone(),
            short,
            1,
        );
        assert_noop!(call, Error::<Test>::LessMinLength);
    });
}

#[test]
fn the_largest_file_goes_through_its_whole_life() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", MAX_SEGMENTS as usize);
        store_and_tag(&sample);
        assert_eq!(mine(1).service, sample.column());
        let lost = sample.fragment(999, 0);
        assert_ok!(FileBank::generate_restoral_order(
            origin(miner(1)),
            sample.fid,
            lost
        ));
        assert_ok!(FileBank::claim_restoral_order(origin(miner(13)), lost));
        assert_ok!(FileBank::restoral_order_complete(origin(miner(13)), lost));
        assert_ok!(tag(miner(13), &sample));
        assert_ok!(FileBank::delete_file(origin(alice()), alice(), sample.fid));
    });
}

#[test]
fn a_file_of_zeros_goes_through_its_whole_life() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::zeros(4);
        store_and_tag(&sample);
        let zero = sample.fragment(0, 0);
        assert_ok!(FileBank::generate_restoral_order(
            origin(miner(5)),
            sample.fid,
            zero
        ));
        assert_ok!(FileBank::delete_file(origin(alice()), alice(), sample.fid));
        assert_eq!(RestoralOrder::<Test>::iter().count(), 0);
    });
}

#[test]
fn foreign_objects_cannot_be_touched() {
    ExtBuilder::default().build_and_execute(|| {
        let (stored, dealt) = (Sample::new("a", 1), Sample::new("b", 1));
        store_and_tag(&stored);
        assert_ok!(declare(alice(), HOME, &dealt));
        let by = || origin(bob());
        let cancel = FileBank::cancel_deal(by(), dealt.fid);
        assert_noop!(cancel, Error::<Test>::NoPermission);
        let delete = plain(FileBank::delete_file(by(), alice(), stored.fid));
        assert_noop!(delete, Error::<Test>::NoPermission);
        let deliver = FileBank::territory_file_delivery(by(), alice(), stored.fid, name(ANNEX));
        assert_noop!(plain(deliver), Error::<Test>::NoPermission);
        let lost = stored.fragment(0, 0);
        let lose = FileBank::generate_restoral_order(origin(miner(2)), stored.fid, lost);
        assert_noop!(lose, Error::<Test>::NonExistent);
        assert!(DealMap::<Test>::contains_key(dealt.fid));
    });
}

#[test]
fn records_that_contradict_each_other_are_told() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        let terms = DealTermsOf::<Test>::take(sample.fid).unwrap();
        let cancel = FileBank::cancel_deal(origin(alice()), sample.fid);
        assert_noop!(cancel, Error::<Test>::BugInvalid);
        assert_noop!(report(1, miner(1), &sample), Error::<Test>::BugInvalid);
        DealTermsOf::<Test>::insert(sample.fid, terms);
    });
}

#[test]
fn a_file_whose_owners_are_no_owners_stays_as_it_is() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        let key = File::<Test>::hashed_key_for(sample.fid);
        let intact = file(&sample);
        let FileInfo {
            segment_list,
            file_size,
            completion,
            stat,
            ..
        } = intact.clone();
        // One owner, of whom half a name is left.
        let owners = (Compact(1u32), [7u8; 40]);
        let broken = (segment_list, owners, (file_size, completion, stat));
        unhashed::put(&key, &broken);
        let delete = FileBank::delete_file(origin(alice()), alice(), sample.fid);
        assert_noop!(plain(delete), Error::<Test>::BugInvalid);
        let deliver =
            FileBank::territory_file_delivery(origin(alice()), alice(), sample.fid, name(ANNEX));
        assert_noop!(plain(deliver), Error::<Test>::BugInvalid);
        unhashed::put(&key, &intact);
    });
}

#[test]
fn unsigned_senders_get_nowhere() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        let bad = sp_runtime::DispatchError::BadOrigin;
        let none = RuntimeOrigin::none;
        let (fid, user) = (sample.fid, brief(alice(), HOME));
        let declared = FileBank::upload_declaration(none(), fid, sample.segments.clone(), user, 1);
        assert_noop!(declared, bad);
        assert_noop!(FileBank::transfer_report(none(), 1, fid), bad);
        assert_noop!(FileBank::delete_file(none(), alice(), fid), bad);
        assert_noop!(FileBank::generate_restoral_order(none(), fid, fid), bad);
        assert_noop!(FileBank::claim_restoral_order(none(), fid), bad);
        assert_noop!(FileBank::restoral_order_complete(none(), fid), bad);
        assert_noop!(FileBank::cancel_deal(none(), fid), bad);
    });
}

#[test]
fn losing_and_restoring_in_circles_never_earns_untagged_space() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        let lost = sample.fragment(0, 0);
        for _ in 0..3 {
            assert_ok!(FileBank::generate_restoral_order(
                origin(miner(1)),
                sample.fid,
                lost
            ));
            assert_ok!(FileBank::claim_restoral_order(origin(miner(1)), lost));
            assert_ok!(FileBank::restoral_order_complete(origin(miner(1)), lost));
            check_invariants();
        }
        assert_eq!((mine(1).service, mine(1).lock), (0, sample.column()));
        jump(Clock::params().tag_ticks(1));
        assert_eq!(mine(1).punished, sample.column());
    });
}

#[test]
fn no_call_is_free_and_the_largest_fits_into_a_block() {
    let sample = Sample::new("a", 1);
    let (fid, account) = (sample.fid, alice());
    let calls = [
        crate::Call::<Test>::upload_declaration {
            file_hash: fid,
            deal_info: Sample::new("a", MAX_SEGMENTS as usize).segments,
            user_brief: brief(account.clone(), HOME),
            file_size: 1,
        },
        crate::Call::transfer_report {
            index: 1,
            deal_hash: fid,
        },
        crate::Call::delete_file {
            owner: account.clone(),
            file_hash: fid,
        },
        crate::Call::root_clear_file {
            owner: account.clone(),
            file_hash: fid,
        },
        crate::Call::generate_restoral_order {
            file_hash: fid,
            restoral_fragment: fid,
        },
        crate::Call::claim_restoral_order {
            restoral_fragment: fid,
        },
        crate::Call::restoral_order_complete { fragment_hash: fid },
        crate::Call::cancel_deal { file_hash: fid },
    ];
    for call in calls {
        let time = call.get_dispatch_info().call_weight.ref_time();
        let block = 500_000_000_000;
        assert!(
            (30_000_000..block).contains(&time),
            "{call:?} takes {time} ps"
        );
    }
}
