//! Bounded work in each block, and jumps of the clock.

use crate::{costs, mock::*, BorrowList, DueTicks, EventExpiredRecords, Events, DUE_PER_BLOCK};
use cess_primitives::{AccountId, TCESS};
use frame_support::{
    assert_ok,
    traits::{Get, Hooks},
};

/// A pool and an offer that is large enough for `count` loans, all taken.
fn lend_to(count: u32) {
    assert_ok!(Reservoir::filling(signed(20), 1000 * TCESS));
    offer("a crowd", count, 10, TCESS, 50);
    for n in 0..count {
        let mut name = [0; 32];
        name[..4].copy_from_slice(&n.to_le_bytes());
        let origin = RuntimeOrigin::signed(AccountId::new(name));
        assert_ok!(Reservoir::attend_event(origin, id("a crowd")));
    }
}

#[test]
fn a_block_ends_a_bounded_number_of_loans_and_the_next_goes_on() {
    execute(|| {
        lend_to(3 * DUE_PER_BLOCK);
        // The offer, and the tick at which it ended.
        block_at(START + 49);
        let mut left = 3 * DUE_PER_BLOCK as usize;
        for _ in 0..3 {
            block_at(START + 50);
            left -= DUE_PER_BLOCK as usize;
            assert_eq!(BorrowList::<Test>::iter().count(), left);
            check();
        }
        assert_eq!(books(), (1000, 0, 0));
    });
}

#[test]
fn a_jump_of_the_clock_ends_all_that_was_due_on_the_way() {
    execute(|| {
        lend_to(15);
        for n in 0..10 {
            offer(&format!("offer {n}"), 1, 20 + n, TCESS, 5);
        }
        Now::set(START + 100_000_000);
        while Events::<Test>::iter().count() + BorrowList::<Test>::iter().count() > 0 {
            let before = System::block_number();
            block_at(START + 100_000_000);
            check();
            assert!(before < 20, "it comes to an end");
        }
        block_at(START + 100_000_000);
        assert_eq!(DueTicks::<Test>::iter().count(), 0, "no tick is kept");
        assert_eq!(EventExpiredRecords::<Test>::iter().count(), 0);
        assert_eq!(books(), (1000, 0, 0));
    });
}

#[test]
fn the_hook_weighs_what_it_does_and_never_more_than_its_bound() {
    execute(|| {
        let idle = Reservoir::on_initialize(2);
        assert_eq!(idle, costs::idle_queue::<Test>());
        assert!(idle.ref_time() > 0);
        lend_to(2 * DUE_PER_BLOCK);
        Now::set(START + 50);
        let busy = Reservoir::on_initialize(3);
        let bound = costs::due_item::<Test>().saturating_mul(DUE_PER_BLOCK.into());
        assert_eq!(busy, idle.saturating_add(bound));
        let block: frame_system::limits::BlockWeights =
            <Test as frame_system::Config>::BlockWeights::get();
        assert!(busy.all_lt(block.max_block.saturating_div(10)));
    });
}
