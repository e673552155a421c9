//! Giving files up, by hand and with territories that expired.

use super::*;
use crate::{
    deadlines::ITEMS_PER_BLOCK, ClearUserList, LeaverOrders, RestoralOrder, TagDue, TagQueue,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn delete(by: AccountId, owner: AccountId, sample: &Sample) -> DispatchResultWithPostInfo {
    FileBank::delete_file(origin(by), owner, sample.fid)
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
        assert_eq!(TagDue::<Test>::iter().count(), 0);
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
        let clear = |by| FileBank::root_clear_file(by, alice(), sample.fid);
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

#[test]
fn exactly_the_files_of_an_expired_territory_go() {
    ExtBuilder::default().build_and_execute(|| {
        let (at_home, in_both, elsewhere) = (
            Sample::new("a", 1),
            Sample::new("b", 1),
            Sample::new("c", 1),
        );
        store(&at_home);
        store(&in_both);
        assert_ok!(declare(alice(), ANNEX, &in_both));
        assert_ok!(declare(bob(), HOME, &in_both));
        assert_ok!(declare(alice(), ANNEX, &elsewhere));
        report_columns(12, &elsewhere);
        expire(&alice(), HOME);
        events();
        next_block();
        let gone: Vec<_> = events()
            .into_iter()
            .map(|event| match event {
                Event::DeleteFile {
                    operator,
                    owner,
                    file_hash,
                } => {
                    assert_eq!((operator, owner), (alice(), alice()));
                    file_hash
                }
                other => panic!("unexpected {other:?}"),
            })
            .collect();
        assert_eq!(gone.len(), 2);
        assert!(gone.contains(&at_home.fid) && gone.contains(&in_both.fid));
        assert!(File::<Test>::get(at_home.fid).is_none());
        assert_eq!(
            file(&in_both).owner.to_vec(),
            [brief(alice(), ANNEX), brief(bob(), HOME)]
        );
        let left = [(ANNEX.into(), in_both.fid), (ANNEX.into(), elsewhere.fid)];
        assert_eq!(list_of(alice()), left);
        assert!(ClearUserList::<Test>::get().is_empty());
        assert_eq!(plot(alice(), HOME).used, 0);
    });
}

#[test]
fn clearing_goes_on_in_the_next_block_and_loses_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        let count = 2 * ITEMS_PER_BLOCK as usize + 3;
        for i in 0..count {
            store(&Sample::new(&format!("file {i}"), 1));
        }
        let kept = Sample::new("kept", 1);
        assert_ok!(declare(bob(), HOME, &kept));
        report_columns(12, &kept);
        expire(&alice(), HOME);
        next_block();
        check_invariants();
        assert_eq!(list_of(alice()).len(), count - ITEMS_PER_BLOCK as usize);
        assert_eq!(ClearUserList::<Test>::get().len(), 1);
        // Nothing new comes in while the clean-up goes on, even if the territory was revived.
        Plots::mutate((alice(), name(HOME)), |plot| {
            plot.as_mut().unwrap().expired = false
        });
        let late = Sample::new("late", 1);
        assert_noop!(declare(alice(), HOME, &late), Error::<Test>::NotActive);
        next_block();
        next_block();
        assert_eq!(list_of(alice()), []);
        assert!(ClearUserList::<Test>::get().is_empty());
        assert_ok!(declare(alice(), HOME, &late));
        assert_eq!(list_of(bob()), [(HOME.into(), kept.fid)]);
    });
}

#[test]
fn an_empty_expired_territory_is_done_with_at_once() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        expire(&alice(), ANNEX);
        expire(&bob(), HOME);
        store(&sample);
        next_block();
        assert!(ClearUserList::<Test>::get().is_empty());
        assert_eq!(list_of(alice()), [(HOME.into(), sample.fid)]);
    });
}

/// `defensive!` panics where debug assertions are on, by design.
#[cfg(not(debug_assertions))]
#[test]
fn a_territory_that_cannot_be_cleared_yet_does_not_hold_up_the_others() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store(&sample);
        expire(&alice(), HOME);
        LandStuck::put(true);
        next_block();
        check_invariants();
        assert_eq!(ClearUserList::<Test>::get().len(), 1);
        expire(&bob(), HOME);
        next_block();
        assert_eq!(
            ClearUserList::<Test>::get().to_vec(),
            [(bob(), name(HOME)), (alice(), name(HOME))]
        );
        LandStuck::kill();
        next_block();
        assert!(ClearUserList::<Test>::get().is_empty());
        assert!(File::<Test>::get(sample.fid).is_none());
    });
}
