//! Random walks: after each step the books agree with the accounts, to the last unit.

use crate::{mock::*, *};
use cess_primitives::{traits::RewardPool, Balance, TCESS};

const STEPS: u32 = 4_000;

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// Amounts of all sizes, from nothing to more than anybody has.
    fn amount(&mut self) -> Balance {
        let magnitude = self.roll(23) as u32;
        Balance::from(self.roll(1_000)) * 10u128.pow(magnitude)
    }
}

/// What the walk itself knows: eras, and the issuance that it expects.
struct World {
    era: u32,
    closed: u32,
    issuance: Balance,
}

fn step(dice: &mut Dice, world: &mut World) {
    let amount = dice.amount();
    let who = dice.roll(5) as u8 + 1;
    match dice.roll(10) {
        0 => {
            let before = Balances::total_issuance();
            pay_for(world.era, amount);
            world.era += 1;
            assert_eq!(Balances::total_issuance(), before + amount);
            world.issuance += amount;
        }
        1 if world.closed < world.era => {
            CessTreasury::close(world.closed);
            world.closed += 1;
        }
        2..=4 => {
            let era = dice.roll(u64::from(world.era) + 1) as u32;
            let total = u128::from(dice.roll(1_000_000));
            let power = u128::from(dice.roll(1_000_000));
            let (round, _) = RoundReward::<Test>::get(era);
            let reward = CessTreasury::promise(era, power, total);
            assert!(reward <= round);
        }
        5 => {
            let owed = Promised::<Test>::get();
            let part = owed / u128::from(dice.roll(4) + 1);
            let to = acc(dice.roll(12) as u8);
            let before = Balances::free_balance(&to);
            match CessTreasury::pay(&to, part) {
                Ok(()) => assert_eq!(Balances::free_balance(&to), before + part),
                Err(_) => assert!(part < TCESS && before == 0, "only dust is refused"),
            }
        }
        6 => CessTreasury::forfeit(amount),
        7 => drop(CessTreasury::send_funds_to_pid(signed(who), amount)),
        8 => {
            if CessTreasury::pid_burn_funds(root(), amount).is_ok() {
                world.issuance -= amount;
            }
        }
        _ => drop(CessTreasury::pid_send_funds(root(), acc(who), amount)),
    }
}

#[test]
fn books_and_accounts_agree_after_every_step() {
    for seed in [1, 0xC355, 0x5EED_5EED] {
        execute(|| {
            let mut dice = Dice(seed);
            let mut world = World {
                era: 0,
                closed: 0,
                issuance: Balances::total_issuance(),
            };
            for number in 0..STEPS {
                step(&mut dice, &mut world);
                let at = || format!("seed {seed}, step {number}");
                assert_eq!(CessTreasury::do_try_state(), Ok(()), "{}", at());
                let owned = CurrencyReward::<Test>::get() + Promised::<Test>::get();
                let pool = beyond_deposit(&CessTreasury::reward_account());
                assert_eq!(pool, owned, "{}", at());
                let reserve = beyond_deposit(&CessTreasury::reserve_account());
                assert_eq!(reserve, ReserveReward::<Test>::get(), "{}", at());
                assert_eq!(Balances::total_issuance(), world.issuance, "{}", at());
            }
            assert!(world.closed > 20, "the walk got somewhere");
            while world.closed < world.era {
                CessTreasury::close(world.closed);
                world.closed += 1;
            }
            assert_eq!(CurrencyReward::<Test>::get(), 0, "nothing is left open");
        });
    }
}
