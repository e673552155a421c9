//! The invariants notice when something is wrong.

use crate::{mock::*, AuthorityList, ExpiringProxies, ExpiryTicks, LastProxyExpiry};
use frame_support::{assert_ok, hypothetically};

/// Whether the invariants fail after `harm`; what it did is undone.
fn notices(harm: impl FnOnce()) -> bool {
    hypothetically!({
        harm();
        Oss::do_try_state().is_err()
    })
}

#[test]
fn whatever_is_wrong_is_noticed() {
    build_and_execute(|| {
        assert_ok!(Oss::authorize(signed(1), account(2)));
        assert_ok!(Oss::authorize(signed(1), account(3)));
        assert_ok!(Oss::cancel_authorize(signed(1), account(3)));
        assert!(!notices(|| ()));

        let key = (account(1), account(3));
        let list = |operators: &[u8]| {
            let operators: Vec<_> = operators.iter().map(|n| account(*n)).collect();
            AuthorityList::<Test>::insert(
                account(1),
                cess_primitives::BVec::truncate_from(operators),
            );
        };
        let harms: [(&str, &dyn Fn()); 6] = [
            ("empty list", &|| list(&[])),
            ("operator twice", &|| list(&[2, 4, 2])),
            ("note that stays", &|| {
                ExpiringProxies::<Test>::remove(1100, &key)
            }),
            ("booking without a note", &|| {
                LastProxyExpiry::<Test>::remove(account(1), account(3))
            }),
            ("tick that nobody looks for", &|| {
                let _ = ExpiryTicks::<Test>::clear(u32::MAX, None);
            }),
            ("empty node", &|| {
                ExpiryTicks::<Test>::insert((0, 77), [0; 4])
            }),
        ];
        for (what, harm) in harms {
            assert!(notices(harm), "{what}");
        }
    });
}
