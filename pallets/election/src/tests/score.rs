//! One scale for all parts, and an order that leaves nothing open.

use crate::{
    mock::account,
    score::{best_first, chance, on_scale, seat, total, Score, SCALE},
};
use cess_primitives::AccountId;
use core::cmp::Ordering;
use proptest::prelude::*;

fn scored(n: u8, total: u32, backing: u128) -> Score {
    Score {
        account: account(n),
        since: 0,
        backing,
        credit: 0,
        stake: 0,
        chance: 0,
        total,
        elected: false,
    }
}

#[test]
fn each_part_weighs_what_is_advertised() {
    assert_eq!(total(SCALE, 0, 0), 500);
    assert_eq!(total(0, SCALE, 0), 300);
    assert_eq!(total(0, 0, SCALE), 200);
    assert_eq!(total(SCALE, SCALE, SCALE), SCALE);
    assert_eq!(total(999, 999, 999), 999);
    assert_eq!(total(u32::MAX, u32::MAX, u32::MAX), SCALE);
}

#[test]
fn the_scale_ends_at_its_ends() {
    assert_eq!(on_scale(0, 0), 0);
    assert_eq!(on_scale(7, 0), 0);
    assert_eq!(on_scale(0, 5), 0);
    assert_eq!(on_scale(5, 5), SCALE);
    assert_eq!(on_scale(6, 5), SCALE);
    assert_eq!(on_scale(1, 3), 333);
    assert_eq!(on_scale(u128::MAX - 1, u128::MAX), 999);
    assert_eq!(on_scale(u128::MAX / 2, u128::MAX), 500);
}

#[test]
fn ties_are_broken_by_backing_and_then_by_account() {
    let mut candidates = [
        scored(3, 10, 5),
        scored(2, 10, 6),
        scored(1, 9, 99),
        scored(4, 10, 5),
    ];
    seat(&mut candidates, 3);
    let order: Vec<_> = candidates
        .iter()
        .map(|c| (c.account.clone(), c.elected))
        .collect();
    assert_eq!(
        order,
        [
            (account(2), true),
            (account(3), true),
            (account(4), true),
            (account(1), false)
        ]
    );
}

#[test]
fn luck_is_spread_evenly_and_depends_on_the_account() {
    let draws: Vec<_> = (0..=255).map(|n| chance(&[7; 32], &account(n))).collect();
    let mean = draws.iter().sum::<u32>() / draws.len() as u32;
    assert!((450..=550).contains(&mean), "{mean}");
    assert!(draws.iter().any(|draw| *draw < 20) && draws.iter().any(|draw| *draw > 980));
    assert_ne!(chance(&[7; 32], &account(1)), chance(&[8; 32], &account(1)));
}

fn any_score() -> impl Strategy<Value = Score> {
    let parts = (0..=SCALE, 0..=SCALE, 0..=SCALE);
    (any::<[u8; 4]>(), 0..4_u128, parts).prop_map(|(seed, backing, (credit, stake, chance))| {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&seed);
        Score {
            account: AccountId::new(key),
            since: 0,
            backing,
            total: total(credit, stake, chance),
            credit,
            stake,
            chance,
            elected: false,
        }
    })
}

proptest! {
    #[test]
    fn a_better_part_never_lowers_the_whole(
        credit in 0..SCALE, stake in 0..SCALE, chance in 0..SCALE,
    ) {
        let whole = total(credit, stake, chance);
        prop_assert!(whole <= SCALE);
        prop_assert!(total(credit + 1, stake, chance) >= whole);
        prop_assert!(total(credit, stake + 1, chance) >= whole);
        prop_assert!(total(credit, stake, chance + 1) >= whole);
        // Two points of one part are a point of the whole, five are one, ten tenths are ten.
        prop_assert_eq!(total(credit, stake, chance), (5 * credit + 3 * stake + 2 * chance) / 10);
    }

    #[test]
    fn the_scale_is_monotonic_and_exact_to_a_step(a in any::<u128>(), b in any::<u128>(), most in 1..=u128::MAX) {
        let (low, high) = (a.min(b), a.max(b));
        prop_assert!(on_scale(low, most) <= on_scale(high, most));
        prop_assert!(on_scale(high, most) <= SCALE);
        if let Some(product) = low.checked_mul(1000) {
            prop_assert_eq!(u128::from(on_scale(low, most)), (product / most).min(1000));
        }
    }

    #[test]
    fn draws_are_on_the_scale(seed in any::<[u8; 32]>(), key in any::<[u8; 32]>()) {
        prop_assert!(chance(&seed, &AccountId::new(key)) <= SCALE);
    }

    #[test]
    fn seats_go_to_the_best_whatever_the_order_of_candidates(
        candidates in prop::collection::vec(any_score(), 1..20), seats in 0_u32..25,
    ) {
        let mut forwards = candidates.clone();
        let mut backwards: Vec<_> = candidates.iter().rev().cloned().collect();
        seat(&mut forwards, seats);
        seat(&mut backwards, seats);
        let elected = forwards.iter().filter(|c| c.elected).count();
        prop_assert_eq!(elected, candidates.len().min(seats as usize));
        for pair in forwards.windows(2) {
            prop_assert!(best_first(&pair[0], &pair[1]) != Ordering::Greater);
            prop_assert!(pair[0].elected || !pair[1].elected);
            prop_assert!(pair[0].total >= pair[1].total);
        }
        let accounts = |scores: &[Score]| -> Vec<_> {
            scores.iter().map(|c| (c.total, c.backing, c.account.clone())).collect()
        };
        prop_assert_eq!(accounts(&forwards), accounts(&backwards));
    }
}
