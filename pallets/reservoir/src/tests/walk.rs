//! Random walks through everything that people, miners and the clock can do. Whether a step succeeds
//! does not matter; after each one all books must agree, and in the end nobody's money is missing.

use crate::{mock::*, BorrowList, Error, EventExpiredRecords, Events, Losses, UserPassbook};
use cess_primitives::{reservoir::UseType, traits::CollateralLender, Balance, Tick, TCESS};
use codec::Encode;
use frame_support::storage::with_storage_layer;
use sp_runtime::{DispatchError, DispatchResult};
use std::collections::BTreeSet;

const STEPS: u32 = 2000;
/// The pallet's place in the mock's runtime.
const RESERVOIR: u8 = 2;
/// Accounts that walk.
const PEOPLE: u64 = 6;

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
        self.roll(PEOPLE) as u8 + 1
    }

    /// Mostly a middling amount; now and then nothing, a single unit, or far too much.
    fn amount(&mut self) -> Balance {
        match self.roll(20) {
            0 => 0,
            1 => 1,
            2 => Balance::MAX,
            3 => 2 * ENDOWMENT,
            _ => Balance::from(self.roll(200)) * TCESS + Balance::from(self.roll(3)),
        }
    }

    fn ticks(&mut self) -> Tick {
        match self.roll(20) {
            0 => 0,
            1 => Tick::MAX,
            _ => self.roll(60) as Tick,
        }
    }
}

fn staked(n: u8) -> Balance {
    let loan = loan(n).map_or(0, |loan| loan.staking);
    loan + UserPassbook::<Test>::get(acc(n)).staking
}

/// One step, and how it went.
fn step(dice: &mut Dice) -> DispatchResult {
    type Lender = Reservoir;
    let (who, amount) = (dice.person(), dice.amount());
    let name = id(&format!("offer {}", dice.roll(5)));
    match dice.roll(16) {
        0 => Reservoir::filling(signed(who), amount),
        1 => Reservoir::store(signed(who), amount),
        2 => Reservoir::withdraw(signed(who), amount),
        3 => Reservoir::event_withdraw(root(), amount / 4, acc(who)),
        4 | 5 => {
            let (quota, wait) = (dice.roll(4) as u32, dice.ticks());
            let (unit, period) = (amount, dice.ticks());
            let use_type = UseType::MinerStaking;
            Reservoir::create_event(root(), name, quota, wait, unit, period, use_type)
        }
        6..=8 => Reservoir::attend_event(signed(who), name),
        9 => Reservoir::repay(signed(who), amount),
        10 => match dice.roll(4) {
            0 => Reservoir::return_loan(root(), acc(who)),
            1 => Reservoir::return_loan(signed(who), acc(who)),
            _ => Ok(()),
        },
        11 | 12 => {
            let can = Lender::can_stake(&acc(who), amount);
            let outcome = Lender::stake(&acc(who), amount);
            assert_eq!(outcome.is_ok(), can, "it says what it can do");
            outcome
        }
        13 => Lender::redeem(&acc(who), amount),
        14 => {
            // The sminer pallet takes no more than is staked for the miner.
            let fine = amount.min(staked(who));
            punish(who, fine)
        }
        _ => {
            block_at(Now::get() + dice.roll(12) as Tick);
            Ok(())
        }
    }
}

/// Ends everything, and gives everybody what is theirs.
fn wind_up() {
    let far = Now::get() + 10_000;
    for _ in 0..20 {
        block_at(far);
    }
    for n in 1..=PEOPLE as u8 {
        let at_stake = staked(n);
        Reservoir::redeem(&acc(n), at_stake).expect("a stake is redeemed");
        let hold = UserPassbook::<Test>::get(acc(n));
        if hold.free > 0 {
            Reservoir::withdraw(signed(n), hold.free).expect("a deposit is withdrawn");
        }
    }
    let pool = sums().free_balance;
    if pool >= ED {
        Reservoir::event_withdraw(root(), pool, acc(20)).expect("the pool is emptied");
    }
}

/// Returns the kinds of events and errors of this pallet that occurred.
fn walk(seed: u64) -> (BTreeSet<u8>, BTreeSet<u8>) {
    println!("seed {seed}");
    let (mut events, mut errors) = (BTreeSet::new(), BTreeSet::new());
    execute(|| {
        let mut dice = Dice(seed);
        for _ in 0..STEPS {
            System::reset_events();
            if let Err(DispatchError::Module(error)) = with_storage_layer(|| step(&mut dice)) {
                if error.index == RESERVOIR {
                    errors.insert(error.error[0]);
                }
            }
            for record in System::events() {
                if let RuntimeEvent::Reservoir(event) = record.event {
                    events.insert(event.encode()[0]);
                }
            }
            check();
        }
        wind_up();
        assert_eq!(Events::<Test>::iter().count(), 0);
        assert_eq!(EventExpiredRecords::<Test>::iter().count(), 0);
        assert_eq!(BorrowList::<Test>::iter().count(), 0);
        assert_eq!(UserPassbook::<Test>::iter().count(), 0);
        assert!(sums().free_balance < ED, "nothing is stuck");
        assert!(Losses::<Test>::iter_values().all(|lost| lost > 0));
    });
    (events, errors)
}

#[test]
fn whatever_happens_all_books_agree() {
    let (mut events, mut errors) = (BTreeSet::new(), BTreeSet::new());
    for seed in 1..=8 {
        let (seen, failed) = walk(0x9E37_79B9_7F4A_7C15 ^ seed);
        events.extend(seen);
        errors.extend(failed);
    }
    assert_eq!(events, (0..10).collect(), "every event occurred");
    let never = [Error::<Test>::LengthExceedsLimit, Error::BoundedVecError];
    let never: BTreeSet<_> = never.iter().map(|error| error.encode()[0]).collect();
    let expected: BTreeSet<_> = (0..11).filter(|error| !never.contains(error)).collect();
    assert_eq!(errors, expected, "every error that can occur did");
}
