//! The invariants notice when something is wrong.

use crate::{
    mock::*, BorrowList, EventExpiredRecords, Events, LoanDeadlines, Losses, Reservoir as Sums,
    UserPassbook,
};
use cess_primitives::{traits::CollateralLender, TCESS};
use frame_support::{assert_ok, hypothetically, traits::ReservableCurrency};

/// Whether the invariants fail after `harm`; what it did is undone.
fn notices(harm: impl FnOnce()) -> bool {
    hypothetically!({
        harm();
        Reservoir::do_try_state().is_err()
    })
}

#[test]
fn whatever_is_wrong_is_noticed() {
    execute(|| {
        borrow(1);
        assert_ok!(Reservoir::store(signed(1), 50 * TCESS));
        assert_ok!(<Reservoir as CollateralLender>::stake(&acc(1), 120 * TCESS));
        offer("spring", 1, 10, TCESS, 50);
        assert!(!notices(|| ()));

        let account = Reservoir::account_id();
        let harms: [(&str, &dyn Fn()); 13] = [
            ("free", &|| {
                Sums::<Test>::mutate(|sums| sums.free_balance += ED + 1)
            }),
            ("lent", &|| {
                Sums::<Test>::mutate(|sums| sums.borrow_balance -= 1)
            }),
            ("stored", &|| {
                Sums::<Test>::mutate(|sums| sums.store_balance += 1)
            }),
            ("overflow", &|| {
                UserPassbook::<Test>::mutate(acc(2), |hold| hold.free = u128::MAX)
            }),
            ("reserve", &|| {
                assert_eq!(Balances::unreserve(&account, 1), 0)
            }),
            ("empty deposit", &|| {
                UserPassbook::<Test>::insert(
                    acc(2),
                    cess_primitives::reservoir::UserHold::default(),
                )
            }),
            ("empty loss", &|| Losses::<Test>::insert(acc(1), 0)),
            ("lender", &|| {
                BorrowList::<Test>::mutate(acc(1), |loan| {
                    loan.as_mut().expect("a loan").lender = acc(9)
                })
            }),
            ("staked loan that will not end", &|| {
                LoanDeadlines::<Test>::remove(START + 50, acc(1))
            }),
            ("deadline of no loan", &|| {
                LoanDeadlines::<Test>::insert(START + 50, acc(2), ())
            }),
            ("offer that will not end", &|| {
                EventExpiredRecords::<Test>::remove(START + 10)
            }),
            ("end of no offer", &|| Events::<Test>::remove(id("spring"))),
            ("tick that nobody looks for", &|| {
                let _ = crate::DueTicks::<Test>::clear(u32::MAX, None);
            }),
        ];
        for (what, harm) in harms {
            assert!(notices(harm), "{what}");
        }
    });
}
