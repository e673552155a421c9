//! Random walks through everything that cachers, payers and time can do. Whether a step succeeds does
//! not matter; after each one the books must agree, no bill may be paid twice, and in the end nothing
//! is kept.

use crate::{mock::*, ExpiryMinutes, PaidBills, Payees};
use cess_primitives::{
    cacher::{Bill, CacherInfo},
    TCESS,
};
use frame_support::storage::with_storage_layer;
use sp_runtime::{DispatchError, DispatchResult};
use std::collections::BTreeMap;

const STEPS: u32 = 2000;
/// The pallet's place in the mock's runtime.
const CACHER: u8 = 2;

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn person(&mut self) -> u8 {
        self.roll(6) as u8 + 1
    }

    fn offer(&mut self) -> CacherInfo {
        CacherInfo {
            byte_price: u128::from(self.roll(5)),
            ..info(self.person())
        }
    }

    fn bill(&mut self) -> Bill {
        let (id, payee) = (self.roll(4) as u8, self.person());
        let now = Seconds::get();
        Bill {
            amount: u128::from(self.roll(12)) * TCESS / 10,
            expiration_time: (now + self.roll(LIFE + 120)).saturating_sub(60),
            ..bill(id, payee)
        }
    }
}

/// What was paid so far and may not be paid again: payer, payee, id and expiry.
type Paid = BTreeMap<(u8, [u8; 32], [u8; 16]), u64>;

fn step(dice: &mut Dice, paid: &mut Paid) -> DispatchResult {
    let who = dice.person();
    match dice.roll(10) {
        0 => Cacher::register(signed(who), dice.offer()),
        1 => Cacher::update(signed(who), dice.offer()),
        2 => match dice.roll(3) {
            0 => Cacher::logout(signed(who)),
            _ => Ok(()),
        },
        3..=7 => {
            let list: Vec<_> = (0..dice.roll(4)).map(|_| dice.bill()).collect();
            let outcome = pay(who, list.clone());
            if outcome.is_ok() {
                for bill in list {
                    let key = (who, bill.to.into(), bill.id);
                    let before = paid.insert(key, bill.expiration_time);
                    assert!(
                        before.is_none_or(|expired| expired < Seconds::get()),
                        "a bill is paid twice"
                    );
                }
            }
            outcome
        }
        _ => {
            idle_at(Seconds::get() + dice.roll(600));
            Ok(())
        }
    }
}

/// How many steps succeeded, and how often each error of this pallet occurred.
fn walk(seed: u64) -> (u32, BTreeMap<u8, u32>) {
    println!("seed {seed}");
    let (mut good, mut errors) = (0, BTreeMap::new());
    execute(|| {
        let (mut dice, mut paid) = (Dice(seed), Paid::new());
        for _ in 0..STEPS {
            match with_storage_layer(|| step(&mut dice, &mut paid)) {
                Ok(()) => good += 1,
                Err(DispatchError::Module(error)) if error.index == CACHER => {
                    *errors.entry(error.error[0]).or_default() += 1
                }
                Err(_) => {}
            }
            Cacher::do_try_state().expect("invariants hold after each step");
        }
        for n in 1..=6 {
            // Fails for those that are no cachers.
            let _ = Cacher::logout(signed(n));
        }
        forget_at(Seconds::get() + 2 * LIFE, STEPS);
        assert_eq!(PaidBills::<Test>::iter().count(), 0);
        assert_eq!(ExpiryMinutes::<Test>::iter().count(), 0);
        assert_eq!(Payees::<Test>::iter().count(), 0);
    });
    (good, errors)
}

#[test]
fn whatever_happens_no_bill_is_paid_twice_and_all_is_forgotten() {
    let mut seen = BTreeMap::new();
    for seed in 1..=8 {
        let (good, errors) = walk(0x9E37_79B9_7F4A_7C15 ^ seed);
        assert!(good > STEPS / 4, "the walk gets somewhere");
        seen.extend(errors);
    }
    // Only addresses that are always good, and the published error that is never raised, are missing.
    let kinds: Vec<_> = seen.into_keys().collect();
    assert_eq!(kinds, [0, 1, 4, 5, 6, 7, 8, 9]);
}
