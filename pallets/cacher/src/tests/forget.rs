//! Forgetting bills in time that blocks have left.

use crate::{costs, mock::*, ExpiringBills, ExpiryMinutes, PaidBills, FORGOTTEN_PER_BLOCK};
use cess_primitives::{cacher::Bill, TCESS};
use frame_support::{assert_ok, traits::Hooks, weights::Weight};

/// Pays `count` bills that all expire in the same second.
fn pay_many(count: u32) {
    register(1, 5);
    let list: Vec<_> = (0..count)
        .map(|n| {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&n.to_le_bytes());
            Bill {
                id,
                amount: TCESS / 1000,
                ..bill(0, 5)
            }
        })
        .collect();
    for some in list.chunks(10) {
        assert_ok!(pay(9, some.to_vec()));
    }
}

fn kept() -> usize {
    PaidBills::<Test>::iter().count()
}

#[test]
fn a_bill_is_forgotten_when_the_minute_is_over_in_which_it_expired() {
    execute(|| {
        register(1, 5);
        let late = Bill {
            expiration_time: START + 119,
            ..bill(2, 5)
        };
        assert_ok!(pay(9, vec![bill(1, 5), late]));
        idle_at(START + 119);
        assert_eq!(kept(), 2);
        idle_at(START + 120);
        assert_eq!(kept(), 0);
        assert_eq!(ExpiringBills::<Test>::iter().count(), 0);
        assert_eq!(ExpiryMinutes::<Test>::iter().count(), 0);
        assert_ok!(pay(9, vec![bill(1, 5)]));
    });
}

#[test]
fn a_bill_that_is_not_forgotten_yet_can_not_be_paid_again_under_its_id() {
    execute(|| {
        register(1, 5);
        assert_ok!(pay(9, vec![bill(1, 5)]));
        Seconds::set(START + 600);
        let again = pay(9, vec![bill(1, 5)]);
        assert_eq!(again, Err(crate::Error::<Test>::BillPaid.into()));
        idle_at(START + 600);
        assert_ok!(pay(9, vec![bill(1, 5)]));
    });
}

#[test]
fn a_block_forgets_a_bounded_number_and_the_next_goes_on() {
    execute(|| {
        pay_many(2 * FORGOTTEN_PER_BLOCK + 10);
        idle_at(START + 3600);
        assert_eq!(kept(), FORGOTTEN_PER_BLOCK as usize + 10);
        Cacher::do_try_state().expect("invariants hold in between");
        forget_at(START + 3600, FORGOTTEN_PER_BLOCK + 10);
        assert_eq!(kept(), 0);
    });
}

#[test]
fn no_more_weight_is_used_than_the_block_has_left() {
    execute(|| {
        pay_many(10);
        Seconds::set(START + 3600);
        let look = costs::idle_queue::<Test>();
        let step = costs::forget::<Test>();
        let idle = |left| Cacher::on_idle(1, left);
        assert_eq!(
            idle(look.saturating_sub(Weight::from_parts(1, 0))),
            Weight::zero()
        );
        assert_eq!(idle(look), look);
        assert_eq!(kept(), 10);
        let three = look.saturating_add(step.saturating_mul(3));
        assert_eq!(
            idle(three.saturating_sub(Weight::from_parts(0, 1))),
            look + step * 2
        );
        assert_eq!(kept(), 8);
        assert_eq!(idle(three), three);
        assert_eq!(kept(), 5);
        // Five bills and their minute, and then there is nothing left.
        assert_eq!(idle(Weight::MAX), look + step * 6);
        assert_eq!(idle(Weight::MAX), look);
    });
}
