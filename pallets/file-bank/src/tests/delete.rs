//! Owners give files up.

use super::*;
use crate::{HeldFiles, LeaverOrders, RestoralOrder, TagDuties, TagQueue};
use frame_support::{
    assert_noop, assert_ok,
    dispatch::{GetDispatchInfo, PostDispatchInfo},
};
use sp_runtime::DispatchError;

fn delete(by: AccountId, owner: AccountId, sample: &Sample) -> DispatchResult {
    plain(FileBank::delete_file(origin(by), owner, sample.fid))
}

#[test]
fn one_owner_goes_and_the_file_stays_for_the_others() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        assert_ok!(declare(bob(), HOME, &sample));
        events();
        assert_ok!(delete(gateway(), alice(), &sample));
        assert_eq!(
            events(),
            [Event::DeleteFile {
                operator: gateway(),
                owner: alice(),
                file_hash: sample.fid
            }]
        );
        assert_eq!(file(&sample).owner.to_vec(), [brief(bob(), HOME)]);
        assert_eq!(plot(alice(), HOME).used, 0);
        assert_eq!(mine(1).lock, sample.column());
        assert_eq!(list_of(alice()), []);
    });
}

#[test]
fn with_the_last_owner_the_file_goes_and_its_miners_are_free() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store(&sample);
        assert_ok!(tag(miner(1), &sample));
        assert_ok!(FileBank::generate_restoral_order(
            origin(miner(2)),
            sample.fid,
            sample.fragment(0, 1)
        ));
        assert_ok!(delete(alice(), alice(), &sample));
        assert!(File::<Test>::get(sample.fid).is_none());
        assert_eq!(RestoralOrder::<Test>::iter().count(), 0);
        assert_eq!(TagDuties::<Test>::iter().count(), 0);
        assert_eq!(TagQueue::<Test>::iter().count(), 0);
        for n in 1..=12 {
            let free = mine(n);
            assert_eq!((free.lock, free.service, free.pending), (0, 0, 0));
            assert_eq!(free.idle, (64 << 30), "nothing was replaced yet");
        }
    });
}

#[test]
fn an_owner_in_two_territories_is_free_in_both() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        assert_ok!(declare(alice(), ANNEX, &sample));
        assert_ok!(delete(alice(), alice(), &sample));
        assert!(File::<Test>::get(sample.fid).is_none());
        assert_eq!(
            (plot(alice(), HOME).used, plot(alice(), ANNEX).used),
            (0, 0)
        );
        assert_eq!(list_of(alice()), []);
        assert_eq!(HeldFiles::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_user_holds_a_file_in_eight_territories_at_most() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        OwnerLimit::set(20);
        let plots: Vec<_> = (0..9).map(|n| format!("plot {n}")).collect();
        for plot in &plots {
            let land = Plot {
                total: 1 << 40,
                ..Plot::default()
            };
            Plots::insert((alice(), name(plot)), land);
        }
        assert_ok!(declare(alice(), &plots[0], &sample));
        report_columns(12, &sample);
        for plot in &plots[1..8] {
            assert_ok!(declare(alice(), plot, &sample));
        }
        let ninth = declare(alice(), &plots[8], &sample);
        assert_noop!(ninth, Error::<Test>::StorageLimitReached);
        assert_ok!(declare(bob(), HOME, &sample));
        assert_ok!(delete(alice(), alice(), &sample));
        assert_eq!(list_of(alice()), []);
        assert_eq!(file(&sample).owner.to_vec(), [brief(bob(), HOME)]);
    });
}

#[test]
fn whoever_is_refused_does_not_pay_for_a_list() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let call = crate::Call::<Test>::delete_file {
            owner: alice(),
            file_hash: sample.fid,
        };
        let charged = call.get_dispatch_info().call_weight;
        let refused = FileBank::delete_file(origin(bob()), bob(), sample.fid);
        let refused = refused.expect_err("Bob does not own it").post_info;
        let done = FileBank::delete_file(origin(alice()), alice(), sample.fid);
        let done = done.expect("Alice does");
        let paid = |info: PostDispatchInfo| info.actual_weight.expect("it is told").ref_time();
        assert!(paid(done) < paid(refused) && paid(refused) < charged.ref_time());
    });
}

#[test]
fn deletion_needs_permission_and_ownership() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_noop!(
            delete(alice(), alice(), &sample),
            Error::<Test>::FileNonExistent
        );
        assert_ok!(declare(alice(), HOME, &sample));
        assert_noop!(
            delete(alice(), alice(), &sample),
            Error::<Test>::FileNonExistent
        );
        report_columns(12, &sample);
        assert_noop!(delete(bob(), alice(), &sample), Error::<Test>::NoPermission);
        assert_noop!(delete(bob(), bob(), &sample), Error::<Test>::NotOwner);
    });
}

#[test]
fn root_clears_a_file_without_an_event() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        let clear = |by| plain(FileBank::root_clear_file(by, alice(), sample.fid));
        assert_noop!(clear(origin(alice())), DispatchError::BadOrigin);
        events();
        assert_ok!(clear(RuntimeOrigin::root()));
        assert_eq!(events(), []);
        assert!(File::<Test>::get(sample.fid).is_none());
        assert_noop!(clear(RuntimeOrigin::root()), Error::<Test>::FileNonExistent);
    });
}

#[test]
fn a_miner_that_left_is_discharged_of_a_deleted_file() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 2);
        store(&sample);
        assert_ok!(tag(miner(1), &sample));
        throw_out(&miner(1));
        throw_out(&miner(2));
        // Miner 2 left without a trace: its stake was paid out before anybody restored anything.
        Quarry::remove(miner(2));
        let claimed = sample.fragment(0, 0);
        assert_ok!(FileBank::claim_restoral_noexist_order(
            origin(miner(13)),
            miner(1),
            sample.fid,
            claimed
        ));
        assert_ok!(delete(alice(), alice(), &sample));
        assert_eq!(mine(1).restored, sample.column());
        assert_eq!(LeaverOrders::<Test>::iter().count(), 0);
    });
}
