//! The invariants notice when something is wrong.

use crate::{mock::*, Cachers, ExpiringBills, ExpiryMinutes, PaidBills, Payees};
use frame_support::{assert_ok, hypothetically};

/// Whether the invariants fail after `harm`; what it did is undone.
fn notices(harm: impl FnOnce()) -> bool {
    hypothetically!({
        harm();
        Cacher::do_try_state().is_err()
    })
}

#[test]
fn whatever_is_wrong_is_noticed() {
    execute(|| {
        register(1, 5);
        register(2, 6);
        assert_ok!(pay(9, vec![bill(1, 5)]));
        assert!(!notices(|| ()));

        let key = |id: u8| (acc(9), acc(5), [id; 16]);
        let minute = (START / 60) as u32 + 1;
        let harms: [(&str, &dyn Fn()); 9] = [
            ("payee that is missing", &|| Payees::<Test>::remove(acc(5))),
            ("payee of nobody", &|| Payees::<Test>::insert(acc(7), 0)),
            ("payee of too many", &|| Payees::<Test>::insert(acc(5), 2)),
            ("payee of a cacher that left", &|| {
                Cachers::<Test>::remove(acc(1))
            }),
            ("bill that stays", &|| {
                ExpiringBills::<Test>::remove(minute, key(1))
            }),
            ("bill that never was", &|| {
                ExpiringBills::<Test>::insert(minute, key(2), ())
            }),
            ("bill that never ends", &|| {
                PaidBills::<Test>::insert(key(3), u64::MAX)
            }),
            ("minute that nobody looks for", &|| {
                let _ = ExpiryMinutes::<Test>::clear(u32::MAX, None);
            }),
            ("empty node", &|| {
                ExpiryMinutes::<Test>::insert((0, 77), [0; 4])
            }),
        ];
        for (what, harm) in harms {
            assert!(notices(harm), "{what}");
        }
    });
}
