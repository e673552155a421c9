//! A hash that stands at several positions of a file, other than in a file of zeros.
//!
//! Space counts by position. A miner loses and restores all its positions of a hash together, in
//! whatever segments; two miners with the same hash one after the other, because an order is known
//! by its hash.

use super::*;
use crate::{RestoralOrder, TagDuties, TagQueue};
use cess_primitives::file::FileState;
use frame_support::{assert_noop, assert_ok};

/// Two segments; the named positions, segment and column from 0, have one fragment in common.
fn with_common(positions: &[(usize, usize)]) -> Sample {
    let mut segments = Sample::new("a", 2).segments.to_vec();
    for (segment, column) in positions {
        segments[*segment].fragment_list[*column] = Hash::of(b"common");
    }
    Sample::of(segments)
}

fn common() -> Hash {
    Hash::of(b"common")
}

fn lose(n: u8, sample: &Sample) -> DispatchResultWithPostInfo {
    FileBank::generate_restoral_order(origin(miner(n)), sample.fid, common())
}

fn claim(n: u8) -> DispatchResultWithPostInfo {
    FileBank::claim_restoral_order(origin(miner(n)), common())
}

/// Miner `n` restores the fragment and has it tagged.
fn restore(n: u8, sample: &Sample) {
    assert_ok!(claim(n));
    assert_ok!(FileBank::restoral_order_complete(
        origin(miner(n)),
        common()
    ));
    assert_ok!(tag(miner(n), sample));
    check_invariants();
}

/// Deletes the file; nobody keeps anything of it.
fn delete(sample: &Sample) {
    assert_ok!(FileBank::delete_file(origin(alice()), alice(), sample.fid));
    assert_eq!(RestoralOrder::<Test>::iter().count(), 0);
    assert_eq!(TagDuties::<Test>::iter().count(), 0);
    assert_eq!(TagQueue::<Test>::iter().count(), 0);
    assert_eq!(plot(alice(), HOME).used, 0);
    for n in 1..=14 {
        let mine = mine(n);
        assert_eq!((mine.lock, mine.service), (0, 0), "miner {n}");
        assert!(mine.tagged.is_empty(), "miner {n}");
    }
}

#[test]
fn a_fragment_shared_by_two_segments_in_one_column_is_lost_and_restored_as_one() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = with_common(&[(0, 0), (1, 0)]);
        store_and_tag(&sample);
        assert_eq!(plot(alice(), HOME).used, sample.space());
        assert_eq!(mine(1).service, sample.column());
        assert_ok!(lose(1, &sample));
        assert_eq!(mine(1).service, 0);
        // Whoever restores it gets it in both segments, and must be new to both.
        assert_noop!(claim(2), Error::<Test>::RulesNotAllowed);
        restore(13, &sample);
        assert_eq!(mine(13).service, sample.column());
        assert_eq!(file(&sample).stat, FileState::Active);
        delete(&sample);
    });
}

#[test]
fn a_fragment_shared_by_two_segments_in_two_columns_is_restored_by_turns() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = with_common(&[(0, 2), (1, 5)]);
        store_and_tag(&sample);
        assert_ok!(lose(3, &sample));
        assert_eq!(mine(3).service, fragment_size());
        assert_eq!(mine(6).service, sample.column());
        assert_noop!(lose(6, &sample), Error::<Test>::FragmentBusy);
        // The other holder has the bytes, but a fragment of this segment too.
        assert_noop!(claim(6), Error::<Test>::RulesNotAllowed);
        restore(13, &sample);
        assert!(fragment(&sample, 1, 5).avail);
        assert_ok!(lose(6, &sample));
        // Nothing of the second segment is with the miner that restored the first.
        restore(13, &sample);
        assert_eq!(mine(13).service, 2 * fragment_size());
        assert_eq!(mine(6).service, fragment_size());
        delete(&sample);
    });
}

#[test]
fn a_fragment_that_repeats_within_a_segment_needs_a_miner_for_each_position() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = with_common(&[(0, 0), (0, 1)]);
        store_and_tag(&sample);
        for n in [1, 2] {
            assert_eq!(mine(n).service, sample.column());
        }
        assert_ok!(lose(1, &sample));
        assert!(fragment(&sample, 0, 1).avail, "the other copy stays");
        assert_noop!(lose(2, &sample), Error::<Test>::FragmentBusy);
        assert_noop!(claim(2), Error::<Test>::RulesNotAllowed);
        restore(13, &sample);
        assert_ok!(lose(2, &sample));
        assert_noop!(claim(13), Error::<Test>::RulesNotAllowed);
        restore(14, &sample);
        for n in [1, 2, 13, 14] {
            assert_eq!(mine(n).service, fragment_size());
        }
        delete(&sample);
    });
}

#[test]
fn untagged_copies_of_a_fragment_are_taken_away_one_after_the_other() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = with_common(&[(0, 0), (0, 1), (1, 0)]);
        store(&sample);
        for n in 3..=12 {
            assert_ok!(tag(miner(n), &sample));
        }
        let life = Clock::params().tag_ticks(2);
        jump(life);
        // The order is for the positions of one of the two; the other answers on.
        let order = RestoralOrder::<Test>::get(common()).unwrap();
        let (first, second) = match order.origin_miner == miner(1) {
            true => (1, 2),
            false => (2, 1),
        };
        let held = |n| fragments::untagged(&file(&sample).segment_list, &miner(n));
        assert_eq!(held(first), []);
        assert!(!held(second).is_empty());
        assert!(held(second).iter().all(|hash| *hash == common()));
        restore(13, &sample);
        jump(life);
        let order = RestoralOrder::<Test>::get(common()).unwrap();
        assert_eq!(order.origin_miner, miner(second));
        assert_eq!(mine(second).lock, 0);
        check_invariants();
        delete(&sample);
    });
}

#[test]
fn copies_at_miners_that_left_are_restored_by_turns_too() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = with_common(&[(0, 0), (0, 1)]);
        store_and_tag(&sample);
        throw_out(&miner(1));
        throw_out(&miner(2));
        let claim_left = |n: u8, left: u8| {
            let (by, left) = (origin(miner(n)), miner(left));
            FileBank::claim_restoral_noexist_order(by, left, sample.fid, common())
        };
        assert_ok!(claim_left(13, 1));
        assert_noop!(claim_left(14, 2), Error::<Test>::FragmentBusy);
        let complete = |n| FileBank::restoral_order_complete(origin(miner(n)), common());
        assert_ok!(complete(13));
        assert_eq!((mine(1).restored, mine(2).restored), (fragment_size(), 0));
        assert_ok!(claim_left(14, 2));
        assert_ok!(complete(14));
        assert_eq!(mine(2).restored, fragment_size());
        assert_eq!(mine(13).lock + mine(14).lock, 2 * fragment_size());
    });
}

#[test]
fn a_deal_with_repeated_fragments_gives_all_space_back() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = with_common(&[(0, 0), (0, 1), (1, 0), (1, 7)]);
        assert_ok!(declare(alice(), HOME, &sample));
        report_columns(8, &sample);
        assert_eq!(plot(alice(), HOME).locked, sample.space());
        assert_eq!(mine(1).lock, sample.column());
        assert_ok!(FileBank::cancel_deal(origin(alice()), sample.fid));
        assert_eq!(plot(alice(), HOME).locked, 0);
        assert!((1..=8).all(|n| mine(n).lock == 0));
    });
}
