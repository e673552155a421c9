//! What goes with territories that expired.

use super::*;
use crate::{clear::CLEARED_AT_ONCE, deadlines::ITEMS_PER_BLOCK, ClearUserList, HeldFiles};
use frame_support::{assert_noop, assert_ok};

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
        let held = || HeldFiles::<Test>::iter_key_prefix(alice()).count();
        assert_eq!(held(), count - ITEMS_PER_BLOCK as usize);
        assert_eq!(File::<Test>::iter_keys().count(), held() + 1);
        assert_eq!(ClearUserList::<Test>::get().len(), 1);
        // The published list is rewritten once, when all is done.
        assert_eq!(list_of(alice()).len(), count);
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

#[test]
fn while_a_territory_is_cleared_its_owner_goes_on_with_others() {
    ExtBuilder::default().build_and_execute(|| {
        let count = ITEMS_PER_BLOCK as usize + 5;
        let at_home: Vec<_> = (0..count)
            .map(|i| Sample::new(&format!("{i}"), 1))
            .collect();
        at_home.iter().for_each(store);
        expire(&alice(), HOME);
        next_block();
        // One that is gone from the expired territory but still listed, and one that is not gone.
        let (gone, left): (Vec<_>, Vec<_>) = at_home
            .iter()
            .partition(|sample| !File::<Test>::contains_key(sample.fid));
        assert_ok!(declare(alice(), ANNEX, gone[0]));
        report_columns(12, gone[0]);
        assert_ok!(declare(alice(), ANNEX, left[0]));
        check_invariants();
        let delete = FileBank::delete_file(origin(alice()), alice(), left[1].fid);
        assert_ok!(plain(delete));
        check_invariants();
        next_block();
        let kept = [(ANNEX.into(), gone[0].fid), (ANNEX.into(), left[0].fid)];
        assert_eq!(list_of(alice()), kept);
        assert_eq!(plot(alice(), HOME).used, 0);
    });
}

/// A territory is revived when it is empty; it may still be waiting for its clean-up then.
#[test]
fn files_that_came_after_a_revival_are_not_cleared() {
    ExtBuilder::default().build_and_execute(|| {
        expire(&alice(), HOME);
        Plots::mutate((alice(), name(HOME)), |plot| {
            plot.as_mut().unwrap().expired = false
        });
        let sample = Sample::new("a", 1);
        store(&sample);
        next_block();
        assert!(Expired::get().is_empty(), "it was taken over");
        assert_eq!(list_of(alice()), [(HOME.into(), sample.fid)]);
        assert!(ClearUserList::<Test>::get().is_empty());
    });
}

/// `defensive!` panics where debug assertions are on, by design.
#[cfg(not(debug_assertions))]
#[test]
fn a_file_that_contradicts_its_index_waits_and_holds_no_other_up() {
    ExtBuilder::default().build_and_execute(|| {
        let (odd, even) = (Sample::new("a", 1), Sample::new("b", 1));
        store(&odd);
        store(&even);
        let held = HeldFiles::<Test>::take(alice(), odd.fid);
        expire(&alice(), HOME);
        next_block();
        assert!(File::<Test>::contains_key(odd.fid));
        assert!(!File::<Test>::contains_key(even.fid));
        assert_eq!(ClearUserList::<Test>::get().len(), 1);
        HeldFiles::<Test>::insert(alice(), odd.fid, held);
        next_block();
        assert!(!File::<Test>::contains_key(odd.fid));
        assert_eq!(plot(alice(), HOME).used, 0);
    });
}

#[test]
fn two_thousand_territories_that_expire_together_are_taken_a_few_at_a_time() {
    ExtBuilder::default().build_and_execute(|| {
        let plots: Vec<_> = (0..2000).map(|n| format!("plot {n}")).collect();
        for plot in &plots {
            let land = Plot {
                total: 1 << 40,
                ..Plot::default()
            };
            Plots::insert((bob(), name(plot)), land);
        }
        let last = Sample::new("a", 1);
        assert_ok!(declare(bob(), &plots[1999], &last));
        report_columns(12, &last);
        for plot in &plots {
            expire(&bob(), plot);
        }
        let limit = 500_000_000_000;
        let mut blocks = 0;
        while !Expired::get().is_empty() || !ClearUserList::<Test>::get().is_empty() {
            assert!(next_block().ref_time() < limit);
            assert!(ClearUserList::<Test>::get().len() <= CLEARED_AT_ONCE as usize);
            blocks += 1;
        }
        assert!((100..110).contains(&blocks), "{blocks} blocks");
        assert!(File::<Test>::get(last.fid).is_none());
    });
}
