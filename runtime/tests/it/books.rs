//! The check of a live chain's books notices what it is there for.

use crate::chain;
use cess_runtime::{books::complaints, *};
use frame_support::traits::fungible::Unbalanced;

/// What the check says after this damage.
fn after(damage: impl FnOnce()) -> String {
    chain::new("fast-1").execute_with(|| {
        assert_eq!(complaints(), [""; 0]);
        damage();
        complaints().join("; ")
    })
}

#[test]
fn every_damage_is_named_with_its_pallet() {
    let bond = || pallet_staking::Ledger::<Runtime>::iter().next().unwrap();
    let cases = [
        (
            after(|| Balances::set_total_issuance(1)),
            "Balances: tokens were made or lost",
        ),
        (
            after(|| {
                let (stash, mut ledger) = bond();
                ledger.active += 1;
                pallet_staking::Ledger::<Runtime>::insert(stash, ledger);
            }),
            "Staking: a stake is not what its parts add up to",
        ),
        (
            after(|| {
                let (stash, mut ledger) = bond();
                (ledger.active, ledger.total) = (ledger.active + 1, ledger.total + 1);
                pallet_staking::Ledger::<Runtime>::insert(stash, ledger);
            }),
            "Staking: a stake is not what is held for it",
        ),
        (
            after(|| pallet_staking::Bonded::<Runtime>::remove(bond().0)),
            "Staking: a stake has no bonded account",
        ),
        (
            after(|| pallet_staking::Validators::<Runtime>::remove(bond().0)),
            "Staking: the list of voters is not that of the stakers",
        ),
        (
            after(|| {
                pallet_cess_election::LastElection::<Runtime>::mutate(|last| {
                    last.as_mut().unwrap().seats = 0;
                });
            }),
            "R2s: an election has between one and the most seats",
        ),
        (
            after(|| pallet_cess_treasury::CurrencyReward::<Runtime>::put(1)),
            "CessTreasury: ",
        ),
    ];
    for (complaint, expected) in cases {
        assert!(
            complaint.starts_with(expected),
            "{complaint}, not {expected}"
        );
    }
}
