//! Forgetting in time that blocks have left.

use crate::{costs, mock::*, LastProxyExpiry, FORGOTTEN_PER_BLOCK};
use cess_primitives::AccountId;
use frame_support::{assert_ok, traits::Hooks, weights::Weight};

/// So many users authorise and cancel, which leaves a note of each.
fn leave_notes(count: u32) {
    for n in 0..count {
        let mut name = [0; 32];
        name[..4].copy_from_slice(&n.to_le_bytes());
        let user = || RuntimeOrigin::signed(AccountId::new(name));
        assert_ok!(Oss::authorize(user(), account(2)));
        assert_ok!(Oss::cancel_authorize(user(), account(2)));
    }
}

fn kept() -> usize {
    LastProxyExpiry::<Test>::iter().count()
}

#[test]
fn a_block_forgets_a_bounded_number_and_the_next_goes_on() {
    build_and_execute(|| {
        leave_notes(FORGOTTEN_PER_BLOCK + 10);
        idle_at(5000);
        assert_eq!(kept(), 10);
        Oss::do_try_state().expect("invariants hold in between");
        idle_at(5000);
        assert_eq!(kept(), 0);
    });
}

#[test]
fn no_more_weight_is_used_than_the_block_has_left() {
    build_and_execute(|| {
        leave_notes(10);
        Now::set(5000);
        let (look, step) = (costs::idle_queue::<Test>(), costs::forget::<Test>());
        let idle = |left| Oss::on_idle(1, left);
        let little = look.saturating_sub(Weight::from_parts(1, 0));
        assert_eq!(idle(little), Weight::zero());
        assert_eq!(idle(look), look);
        assert_eq!(kept(), 10);
        let two_and_a_bit = (look + step * 3).saturating_sub(Weight::from_parts(0, 1));
        assert_eq!(idle(two_and_a_bit), look + step * 2);
        assert_eq!(kept(), 8);
        // Eight notes and their tick, and then there is nothing left.
        assert_eq!(idle(Weight::MAX), look + step * 9);
        assert_eq!(idle(Weight::MAX), look);
    });
}
