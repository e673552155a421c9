//! The published list of miners and the one by place.

use crate::{mock::*, *};
use cess_primitives::{traits::AuditedMiners, AccountId};
use frame_support::{assert_ok, traits::Hooks, weights::Weight};

fn published() -> Vec<AccountId> {
    AllMiner::<Test>::get().into_inner()
}

fn listed() -> Vec<AccountId> {
    (0..Sminer::count()).filter_map(Sminer::at).collect()
}

#[test]
fn leaving_does_not_write_the_published_list() {
    execute(|| {
        (1..=5).for_each(|n| positive(n, 0));
        let before = published();
        for n in [2, 5, 1] {
            assert_ok!(Sminer::force_exit(&acc(n)));
            check();
        }
        assert_eq!(published(), before);
        assert_eq!(listed(), vec![acc(3), acc(4)]);
        assert_eq!(Sminer::count(), 2);
    });
}

#[test]
fn spare_time_of_a_block_brings_the_published_list_up_to_date() {
    execute(|| {
        (1..=5).for_each(|n| positive(n, 0));
        for n in [2, 5, 1] {
            assert_ok!(Sminer::force_exit(&acc(n)));
        }
        let cost = Sminer::on_idle(1, Weight::MAX);
        assert_eq!(cost, costs::publish_list::<Test>(5));
        assert_eq!(published(), listed());
        assert_eq!(published(), vec![acc(3), acc(4)]);
        let look = Sminer::on_idle(1, Weight::MAX);
        assert!(cost.all_gt(look), "nothing is left to do");
    });
}

#[test]
fn a_block_without_spare_time_leaves_the_published_list_for_later() {
    execute(|| {
        (1..=3).for_each(|n| positive(n, 0));
        assert_ok!(Sminer::force_exit(&acc(1)));
        let cost = costs::publish_list::<Test>(3);
        Sminer::on_idle(1, Weight::zero());
        Sminer::on_idle(1, cost.saturating_sub(Weight::from_parts(1, 1)));
        assert_eq!(published().len(), 3);
        Sminer::on_idle(1, cost);
        assert_eq!(published().len(), 2);
    });
}

#[test]
fn a_miner_that_joins_brings_the_published_list_up_to_date() {
    execute(|| {
        (1..=5).for_each(|n| positive(n, 0));
        assert_ok!(Sminer::force_exit(&acc(3)));
        // Without that the list would be full.
        positive(6, 0);
        assert_eq!(published(), listed());
        assert_eq!(published().last(), Some(&acc(6)));
    });
}
