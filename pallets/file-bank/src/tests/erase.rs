//! What a file leaves behind when it goes.

use super::*;
use crate::{
    erase::{TRACES_AT_ONCE, TRACES_PER_BLOCK},
    FileOrders, Remains, RestoralOrder, SpentTagSignatures, TagDuties, TagQueue,
};
use frame_support::{assert_noop, assert_ok};

fn traces() -> usize {
    let orders = RestoralOrder::<Test>::iter().count();
    assert_eq!(FileOrders::<Test>::iter().count(), orders);
    let duties = TagDuties::<Test>::iter().count();
    assert_eq!(TagQueue::<Test>::iter().count(), duties);
    orders + duties + SpentTagSignatures::<Test>::iter().count()
}

fn delete(sample: &Sample) -> DispatchResult {
    plain(FileBank::delete_file(origin(alice()), alice(), sample.fid))
}

/// A stored file of which every fragment was lost because nobody had them tagged.
fn lose_all(sample: &Sample) {
    store(sample);
    jump(100_000);
    while TagQueue::<Test>::iter().next().is_some() {
        next_block();
    }
    assert_eq!(traces(), 12 * sample.segments.len());
}

#[test]
fn a_usual_file_leaves_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 3);
        store_and_tag(&sample);
        assert_ok!(FileBank::generate_restoral_order(
            origin(miner(1)),
            sample.fid,
            sample.fragment(0, 0)
        ));
        assert_eq!(traces(), 12 + 1);
        assert_ok!(delete(&sample));
        assert_eq!(traces(), 0);
        assert_eq!(Remains::<Test>::iter().count(), 0);
        assert_ok!(declare(alice(), HOME, &sample));
    });
}

#[test]
fn thousands_of_orders_go_in_portions_and_the_file_comes_back_afterwards() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 40);
        lose_all(&sample);
        assert_ok!(delete(&sample));
        assert!(File::<Test>::get(sample.fid).is_none());
        assert_eq!(plot(alice(), HOME).used, 0);
        let mut left = 480 - TRACES_AT_ONCE as usize;
        assert_eq!(traces(), left);
        check_invariants();

        // Whoever would restore what nobody needs any more is told so.
        let order = RestoralOrder::<Test>::iter_keys().next().unwrap();
        let claim = FileBank::claim_restoral_order(origin(miner(13)), order);
        assert_noop!(claim, Error::<Test>::NonExistent);
        let again = declare(alice(), HOME, &sample);
        assert_noop!(again, Error::<Test>::StillErasing);

        while left > 0 {
            next_block();
            check_invariants();
            left = left.saturating_sub(TRACES_PER_BLOCK as usize);
            assert_eq!(traces(), left);
        }
        next_block();
        assert_eq!(Remains::<Test>::iter().count(), 0);
        store_and_tag(&sample);
    });
}

#[test]
fn a_claimed_order_of_a_file_that_went_is_not_completed() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 10);
        lose_all(&sample);
        for (hash, _) in RestoralOrder::<Test>::iter().collect::<Vec<_>>() {
            assert_ok!(FileBank::claim_restoral_order(origin(miner(13)), hash));
        }
        assert_ok!(delete(&sample));
        let order = RestoralOrder::<Test>::iter_keys().next().unwrap();
        let complete = FileBank::restoral_order_complete(origin(miner(13)), order);
        assert_noop!(complete, Error::<Test>::NonExistent);
    });
}

#[test]
fn a_leaver_is_discharged_of_orders_that_go_later() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 60);
        store(&sample);
        throw_out(&miner(1));
        for i in 0..60 {
            assert_ok!(FileBank::claim_restoral_noexist_order(
                origin(miner(13)),
                miner(1),
                sample.fid,
                sample.fragment(i, 0)
            ));
        }
        assert_ok!(delete(&sample));
        assert!(mine(1).restored < sample.column());
        next_block();
        assert_eq!(mine(1).restored, sample.column());
        assert_eq!(traces(), 0);
    });
}

#[test]
fn many_files_that_go_together_are_swept_a_bounded_amount_per_block() {
    ExtBuilder::default().build_and_execute(|| {
        let samples: Vec<_> = (0..4).map(|i| Sample::new(&format!("{i}"), 15)).collect();
        samples.iter().for_each(store);
        jump(100_000);
        while TagQueue::<Test>::iter().next().is_some() {
            next_block();
        }
        for sample in &samples {
            assert_ok!(delete(sample));
        }
        let before = traces();
        assert_eq!(before, 4 * (180 - TRACES_AT_ONCE as usize));
        let busy = next_block();
        check_invariants();
        let removed = before - traces();
        assert!((190..=TRACES_PER_BLOCK as usize).contains(&removed));
        while traces() > 0 {
            next_block();
        }
        next_block();
        let idle = next_block();
        assert!(busy.ref_time() > 10 * idle.ref_time());
        assert_eq!(Remains::<Test>::iter().count(), 0);
    });
}
