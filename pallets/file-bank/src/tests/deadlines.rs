//! What becomes due by itself, in bounded portions, also when the clock jumps.

use super::*;
use crate::{
    deadlines::ITEMS_PER_BLOCK, DealMap, DealQueue, DealTermsOf, LeaverOrders, RestoralOrder,
    TagDuties, TagQueue, TaskFailedCount,
};
use frame_support::assert_ok;

fn tag_life(sample: &Sample) -> u32 {
    Clock::params().tag_ticks(sample.segments.len() as u32)
}

#[test]
fn a_deal_ends_at_its_deadline_and_all_space_returns() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        report_columns(11, &sample);
        let deadline = DealTermsOf::<Test>::get(sample.fid).unwrap().deadline;
        events();
        while Clock::now() + 1 < deadline {
            next_block();
        }
        assert!(
            DealMap::<Test>::contains_key(sample.fid),
            "one tick before the deadline"
        );
        assert_eq!(events(), []);
        next_block();
        assert_eq!(
            events(),
            [Event::DealExpired {
                deal_hash: sample.fid
            }]
        );
        assert!(!DealMap::<Test>::contains_key(sample.fid));
        assert_eq!(plot(alice(), HOME).locked, 0);
        assert_eq!((mine(1).lock, mine(1).idle), (0, (64 << 30)));
        assert_ok!(declare(bob(), HOME, &sample));
    });
}

#[test]
fn deals_that_end_together_are_ended_over_several_blocks_after_a_jump() {
    ExtBuilder::default().build_and_execute(|| {
        let limit = ITEMS_PER_BLOCK as usize;
        for i in 0..2 * limit + 1 {
            assert_ok!(declare(
                alice(),
                HOME,
                &Sample::new(&format!("deal {i}"), 1)
            ));
        }
        jump(1_000_000);
        assert_eq!(DealMap::<Test>::iter().count(), limit + 1);
        check_invariants();
        next_block();
        assert_eq!(DealMap::<Test>::iter().count(), 1);
        next_block();
        assert_eq!(DealMap::<Test>::iter().count(), 0);
        assert_eq!(DealQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_deal_with_a_reporter_that_left_without_a_trace_ends_too() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        report_columns(3, &sample);
        throw_out(&miner(1));
        Quarry::remove(miner(2));
        jump(Clock::params().deal_ticks(1));
        assert!(!DealMap::<Test>::contains_key(sample.fid));
        assert_eq!(mine(1).restored, sample.column());
    });
}

/// `defensive!` panics where debug assertions are on, by design.
#[cfg(not(debug_assertions))]
#[test]
fn a_deal_that_cannot_be_ended_is_tried_again_later() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_ok!(declare(alice(), HOME, &sample));
        report_columns(3, &sample);
        LandStuck::put(true);
        jump(Clock::params().deal_ticks(1));
        check_invariants();
        assert!(DealMap::<Test>::contains_key(sample.fid));
        LandStuck::kill();
        jump(Clock::params().deal_life);
        assert!(!DealMap::<Test>::contains_key(sample.fid));
    });
}

#[test]
fn a_missed_tag_puts_the_column_up_for_restoral_and_costs_the_miner() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store(&sample);
        for n in 2..=12 {
            assert_ok!(tag(miner(n), &sample));
        }
        events();
        jump(tag_life(&sample) - 2);
        assert_eq!(events(), [], "one tick before the deadline");
        next_block();
        let (first, second) = (sample.fragment(0, 0), sample.fragment(1, 0));
        let said = events();
        assert_eq!(said.len(), 3);
        for fragment_hash in [first, second] {
            let lost = Event::GenerateRestoralOrder {
                miner: miner(1),
                fragment_hash,
            };
            assert!(said.contains(&lost));
            assert!(RestoralOrder::<Test>::contains_key(fragment_hash));
        }
        let missed = Event::TagMissed {
            miner: miner(1),
            file_hash: sample.fid,
            fragments: 2,
        };
        assert_eq!(said[2], missed);
        assert_eq!((mine(1).lock, mine(1).punished), (0, sample.column()));
        assert_eq!(mine(1).pending, 0);
        assert_eq!(TaskFailedCount::<Test>::get(miner(1)), 1);
        assert_eq!(TagQueue::<Test>::iter().count(), 0);

        for lost in [first, second] {
            assert_ok!(FileBank::claim_restoral_order(origin(miner(13)), lost));
            assert_ok!(FileBank::restoral_order_complete(origin(miner(13)), lost));
        }
        events();
        assert_ok!(tag(miner(13), &sample));
        assert!(events().contains(&Event::FileActivated {
            file_hash: sample.fid
        }));
    });
}

/// `defensive!` panics where debug assertions are on, by design.
#[cfg(not(debug_assertions))]
#[test]
fn a_missed_tag_that_cannot_be_enforced_is_tried_again_later() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let locked = |space| {
            Quarry::mutate(miner(1), |mine| mine.as_mut().unwrap().lock = space);
        };
        locked(0);
        jump(tag_life(&sample));
        assert!(
            fragment(&sample, 0, 0).avail,
            "the miner's account does not allow it"
        );
        assert!(!fragment(&sample, 0, 1).avail, "the others are not held up");
        assert_eq!(mine(1).punished, 0, "all or nothing");
        locked(sample.column());
        check_invariants();
        jump(tag_life(&sample));
        assert!(!fragment(&sample, 0, 0).avail);
        assert_eq!(mine(1).punished, sample.column());
    });
}

#[test]
fn a_restored_fragment_has_a_tag_deadline_of_its_own() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store(&sample);
        // Miner 1 loses a fragment of its untagged column and restores it a little later.
        let lost = sample.fragment(0, 0);
        assert_ok!(FileBank::generate_restoral_order(
            origin(miner(1)),
            sample.fid,
            lost
        ));
        jump(20);
        assert_ok!(FileBank::claim_restoral_order(origin(miner(1)), lost));
        assert_ok!(FileBank::restoral_order_complete(origin(miner(1)), lost));
        let column_due = TagDuties::<Test>::get((sample.fid, miner(1), None::<Hash>)).unwrap();
        let restored_due = TagDuties::<Test>::get((sample.fid, miner(1), Some(lost))).unwrap();
        assert!(column_due < restored_due);
        jump(column_due - Clock::now() - 1);
        assert_eq!(Clock::now(), column_due);
        check_invariants();
        assert!(
            !fragment(&sample, 1, 0).avail,
            "the column's fragment was due"
        );
        assert!(fragment(&sample, 0, 0).avail, "the restored one was not");
        jump(restored_due - Clock::now() - 1);
        assert!(!fragment(&sample, 0, 0).avail);
        assert_eq!(mine(1).punished, 2 * fragment_size());
        assert_eq!(TaskFailedCount::<Test>::get(miner(1)), 2);
    });
}

#[test]
fn a_column_that_was_lost_entirely_is_not_a_missed_tag() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let lost = sample.fragment(0, 0);
        assert_ok!(FileBank::generate_restoral_order(
            origin(miner(1)),
            sample.fid,
            lost
        ));
        assert!(TagDuties::<Test>::get((sample.fid, miner(1), None::<Hash>)).is_none());
        jump(tag_life(&sample));
        assert_eq!(mine(1).punished, 0);
        assert_eq!(mine(2).punished, sample.column());
    });
}

#[test]
fn identical_fragments_wait_for_each_others_orders() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::zeros(2);
        store(&sample);
        for n in 3..=12 {
            assert_ok!(tag(miner(n), &sample));
        }
        jump(tag_life(&sample));
        check_invariants();
        let zero = sample.fragment(0, 0);
        let origin_miner = RestoralOrder::<Test>::get(zero).unwrap().origin_miner;
        let other = if origin_miner == miner(1) { 2 } else { 1 };
        // Both missed their tags and pay; the order can only stand for one of them.
        assert_eq!(
            (mine(1).punished, mine(2).punished),
            (sample.column(), sample.column())
        );
        assert!(fragment(&sample, 0, usize::from(other) - 1).avail);
        assert_eq!(TagDuties::<Test>::iter().count(), 1);
        assert_ok!(FileBank::claim_restoral_order(origin(miner(13)), zero));
        assert_ok!(FileBank::restoral_order_complete(origin(miner(13)), zero));
        assert_ok!(tag(miner(13), &sample));
        jump(tag_life(&sample));
        assert_eq!(
            RestoralOrder::<Test>::get(zero).unwrap().origin_miner,
            miner(other)
        );
        assert_eq!(mine(other).punished, 2 * sample.column());
    });
}

#[test]
fn untagged_fragments_of_a_miner_that_left_are_up_for_restoral_without_a_penalty() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        throw_out(&miner(1));
        jump(tag_life(&sample));
        let lost = sample.fragment(0, 0);
        assert_eq!(LeaverOrders::<Test>::get(lost), Some(1));
        assert_eq!((mine(1).punished, mine(1).restored), (0, 0));
        assert_ok!(FileBank::claim_restoral_order(origin(miner(13)), lost));
        assert_ok!(FileBank::restoral_order_complete(origin(miner(13)), lost));
        assert_eq!(mine(1).restored, fragment_size());
    });
}

#[test]
fn a_claimed_fragment_of_a_leaver_is_no_longer_due() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        throw_out(&miner(1));
        assert_ok!(FileBank::claim_restoral_noexist_order(
            origin(miner(13)),
            miner(1),
            sample.fid,
            sample.fragment(0, 0)
        ));
        let due = TagDuties::<Test>::iter_key_prefix((sample.fid,));
        assert_eq!(due.filter(|(obliged, _)| *obliged == miner(1)).count(), 0);
    });
}

#[test]
fn many_missed_tags_are_handled_over_several_blocks_after_a_jump() {
    ExtBuilder::default().build_and_execute(|| {
        for i in 0..3 {
            store(&Sample::new(&format!("file {i}"), 1));
        }
        jump(1_000_000);
        assert_eq!(
            TagQueue::<Test>::iter().count(),
            36 - ITEMS_PER_BLOCK as usize
        );
        check_invariants();
        next_block();
        assert_eq!(TagQueue::<Test>::iter().count(), 0);
        assert_eq!(RestoralOrder::<Test>::iter().count(), 36);
    });
}

#[test]
fn large_files_are_taken_one_per_block() {
    ExtBuilder::default().build_and_execute(|| {
        store(&Sample::new("a", 1000));
        jump(1_000_000);
        assert_eq!(TagQueue::<Test>::iter().count(), 11);
        assert_eq!(RestoralOrder::<Test>::iter().count(), 1000);
        check_invariants();
    });
}

#[test]
fn a_block_with_nothing_due_is_cheap_and_one_with_work_is_not() {
    ExtBuilder::default().build_and_execute(|| {
        let idle = next_block();
        store(&Sample::new("a", 50));
        System::set_block_number(10_000);
        let busy = next_block();
        assert!(idle.ref_time() > 0);
        assert!(busy.ref_time() > 10 * idle.ref_time());
    });
}
