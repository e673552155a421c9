//! Moving files between territories.

use super::*;
use frame_support::{assert_noop, assert_ok};

fn deliver(by: AccountId, sample: &Sample, target: &str) -> DispatchResult {
    let call = FileBank::territory_file_delivery(origin(by), alice(), sample.fid, name(target));
    plain(call)
}

#[test]
fn a_file_moves_with_its_charge() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        assert_ok!(declare(bob(), HOME, &sample));
        events();
        assert_ok!(deliver(gateway(), &sample, ANNEX));
        assert_eq!(
            events(),
            [Event::TerritoryFileDelivery {
                file_hash: sample.fid,
                new_territory: name(ANNEX)
            }]
        );
        assert_eq!(plot(alice(), HOME).used, 0);
        assert_eq!(plot(alice(), ANNEX).used, sample.space());
        assert_eq!(
            plot(bob(), HOME).used,
            sample.space(),
            "other owners are not affected"
        );
        assert_eq!(list_of(alice()), [(ANNEX.into(), sample.fid)]);
    });
}

#[test]
fn a_file_in_two_territories_is_charged_once_after_the_move() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        assert_ok!(declare(alice(), ANNEX, &sample));
        assert_ok!(deliver(alice(), &sample, ANNEX));
        assert_eq!(plot(alice(), HOME).used, 0);
        assert_eq!(plot(alice(), ANNEX).used, sample.space());
        assert_eq!(file(&sample).owner.to_vec(), [brief(alice(), ANNEX)]);
    });
}

#[test]
fn a_move_needs_permission_an_owner_and_an_active_file() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        assert_noop!(
            deliver(alice(), &sample, ANNEX),
            Error::<Test>::FileNonExistent
        );
        assert_ok!(declare(bob(), HOME, &sample));
        report_columns(12, &sample);
        assert_noop!(deliver(alice(), &sample, ANNEX), Error::<Test>::NotOwner);
        assert_ok!(declare(alice(), HOME, &sample));
        assert_noop!(deliver(bob(), &sample, ANNEX), Error::<Test>::NoPermission);
        assert_noop!(deliver(alice(), &sample, ANNEX), Error::<Test>::Calculate);
    });
}

#[test]
fn the_target_is_another_living_territory_with_room() {
    ExtBuilder::default().build_and_execute(|| {
        let sample = Sample::new("a", 1);
        store_and_tag(&sample);
        assert_noop!(deliver(alice(), &sample, HOME), Error::<Test>::IsOwned);
        assert_noop!(
            deliver(alice(), &sample, "nowhere"),
            Error::<Test>::NotActive
        );
        Plots::mutate((alice(), name(ANNEX)), |plot| {
            plot.as_mut().unwrap().frozen = true
        });
        let frozen = "the territory's accounts do not allow this";
        assert_noop!(
            deliver(alice(), &sample, ANNEX),
            sp_runtime::DispatchError::Other(frozen)
        );
        expire(&alice(), ANNEX);
        assert_noop!(deliver(alice(), &sample, ANNEX), Error::<Test>::NotActive);
    });
}
