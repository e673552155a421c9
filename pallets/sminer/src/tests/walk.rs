//! Random walks through everything that miners, stakers, the lender, the audit, staking and the
//! clock can do. Whether a step succeeds does not matter; after each one space, stakes and rewards
//! must agree with the treasury, the lender and the accounts, and at the end nothing may stay behind.

use crate::{mock::*, *};
use cess_primitives::{
    traits::{AuditedMiners, Miners},
    Balance, Hash, TCESS, TIB,
};
use frame_support::storage::with_storage_layer;
use pallet_cess_treasury::Promised;
use sp_runtime::{DispatchError, DispatchResult};
use std::collections::BTreeMap;

const STEPS: u32 = 2_500;
/// Miners of the walk; the mock has room for five.
const MINERS: u8 = 5;

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn amount(&mut self) -> Balance {
        Balance::from(self.roll(5_000)) * TCESS + Balance::from(self.roll(1_000))
    }

    fn space(&mut self) -> u128 {
        u128::from(self.roll(4)) * FRAGMENT
    }
}

/// What the walk itself knows.
#[derive(Default)]
struct World {
    /// Tagged fragments of each miner.
    tagged: BTreeMap<u8, Vec<Hash>>,
    names: u64,
    paid_by_staking: Balance,
}

/// Who stakes for miner `n`: itself, another account, or the reservoir.
fn register_somehow(dice: &mut Dice, n: u8) -> DispatchResult {
    let tib = dice.roll(3) as u32 + 1;
    let stake = Balance::from(tib) * 4000 * TCESS + dice.amount();
    let (beneficiary, endpoint) = (acc(n + 50), endpoint("e"));
    let assigned = |staker| {
        let (beneficiary, endpoint) = (beneficiary.clone(), endpoint.clone());
        Sminer::regnstk_assign_staking(signed(n), beneficiary, endpoint, acc(staker), tib)
    };
    match dice.roll(3) {
        0 => Sminer::regnstk(signed(n), beneficiary.clone(), endpoint.clone(), stake, tib),
        1 => assigned(n + 10),
        _ => {
            // The lender's account is not without bounds.
            if Loans::get()
                .values()
                .map(|loan| loan.0 + loan.1)
                .sum::<Balance>()
                < 60_000 * TCESS
            {
                lend(n, 4000 * TCESS);
            }
            assigned(LENDER)
        }
    }
}

fn certify(dice: &mut Dice, n: u8) -> DispatchResult {
    let proof = MinerItems::<Test>::get(acc(n)).and_then(|info| info.space_proof_info);
    let (front, rear) = proof.map_or((0, 0), |proof| (proof.front, proof.rear));
    let files = dice.roll(4);
    match dice.roll(2) {
        0 => Sminer::add_idle(&acc(n), certificate(n, front, rear + files), [7; 64]),
        _ => Sminer::replace_idle(&acc(n), certificate(n, front + files, rear), [8; 64]),
    }
    .map(|_| ())
}

fn tag(world: &mut World, n: u8) -> DispatchResult {
    world.names += 1;
    let name = Hash::of(&world.names.to_le_bytes());
    Sminer::tagged(&acc(n), &[name], FRAGMENT)?;
    world.tagged.entry(n).or_default().push(name);
    Ok(())
}

fn drop_something(dice: &mut Dice, world: &mut World, n: u8) -> DispatchResult {
    let names = world.tagged.entry(n).or_default();
    if names.is_empty() || dice.roll(3) == 0 {
        return Sminer::drop_untagged(&acc(n), FRAGMENT);
    }
    let name = names.swap_remove(dice.roll(names.len() as u64) as usize);
    Sminer::drop_tagged(&acc(n), &[name], FRAGMENT)
}

fn step(dice: &mut Dice, world: &mut World) -> DispatchResult {
    let n = dice.roll(MINERS.into()) as u8 + 1;
    let miner = acc(n);
    match dice.roll(40) {
        0..=3 => register_somehow(dice, n),
        4..=6 => {
            let signature = key_signature(n, &pois_key(n), &MARKER);
            let tee_sig = signature.clone();
            Sminer::register_pois_key(signed(n), pois_key(n), signature, tee_sig, MARKER)
        }
        7 | 8 => certify(dice, n),
        9 | 10 => Sminer::lock_space(&miner, dice.space()),
        11 | 12 => Sminer::commit_space(&miner, dice.space()),
        13 => Sminer::unlock_space(&miner, dice.space()),
        14 | 15 => tag(world, n),
        16 => drop_something(dice, world, n),
        17 => Sminer::increase_declaration_space(signed(n), dice.roll(3) as u32),
        18 | 19 => Sminer::decrease_declaration_space(signed(n), dice.roll(3) as u32),
        20..=22 => {
            let staker = MinerItems::<Test>::get(&miner).map(|info| info.staking_account);
            let payer = staker.filter(|account| *account != acc(LENDER));
            let payer = RuntimeOrigin::signed(payer.unwrap_or(miner.clone()));
            Sminer::increase_collateral(payer, miner, dice.amount())
        }
        23 => {
            let space = u128::from(dice.roll(80)) * u128::from(TIB);
            match dice.roll(4) {
                0 => Sminer::punish_false_idle(&miner, space),
                1 => Sminer::punish_false_service(&miner, space / 10),
                2 => Sminer::punish_missing_proof(&miner, space, space, dice.roll(5) as u8),
                _ => Sminer::punish_missing_tag(&miner, FRAGMENT),
            }
        }
        24..=27 => Sminer::record_pass(&miner, u128::from(dice.roll(100)) * UNIT, dice.space()),
        28 | 29 => {
            let payout = dice.amount() * Balance::from(dice.roll(3));
            end_era(payout);
            world.paid_by_staking += payout;
            Ok(())
        }
        30 | 31 => Sminer::receive_reward(signed(n))
            .map(|_| ())
            .map_err(|refusal| refusal.error),
        32 => Sminer::miner_exit_prep(signed(n), miner),
        33 => match dice.roll(4) {
            0 => Sminer::force_exit(&miner),
            1 => Sminer::miner_exit(root(), miner),
            _ => Ok(()),
        },
        34 => Sminer::miner_withdraw(signed(n)),
        35 => Sminer::restored(&miner, dice.space()),
        36 => {
            let amount = dice.amount() / 100;
            CessTreasury::pid_burn_funds(root(), amount)?;
            Issuance::set(&(Issuance::get() - amount));
            Ok(())
        }
        37 => {
            let jump = dice.roll(400) as u32;
            ClockOffset::set(&(ClockOffset::get() + jump));
            Ok(())
        }
        _ => {
            next_block();
            Ok(())
        }
    }
}

/// A miner that left holds nothing any more.
fn forget_leavers(world: &mut World) {
    let holds = |n: &u8| {
        let info = MinerItems::<Test>::get(acc(*n));
        info.is_some_and(|info| info.space_proof_info.is_some())
    };
    world.tagged.retain(|n, _| holds(n));
}

/// Lets everybody leave and time pass.
fn wind_up() {
    for n in 1..=MINERS {
        if Sminer::force_exit(&acc(n)).is_err() && Sminer::exists(&acc(n)) {
            // A miner without a key leaves of its own will, once its stake is free.
            ClockOffset::set(&(ClockOffset::get() + 1_000));
            let _ = Sminer::miner_exit_prep(signed(n), acc(n));
            ClockOffset::set(&(ClockOffset::get() + 1_000));
            next_block();
        }
        if let Some(target) = RestoralTarget::<Test>::get(acc(n)) {
            let rest = target.service_space - target.restored_space;
            Sminer::restored(&acc(n), rest).expect("what a leaver held is restored");
        }
        let _ = Sminer::miner_withdraw(signed(n));
    }
    end_era(0);
    for _ in 0..200 {
        ClockOffset::set(&(ClockOffset::get() + 1_000));
        next_block();
    }
    for n in 1..=MINERS {
        let _: Result<_, _> = with_storage_layer(|| {
            Sminer::receive_reward(signed(n)).map_err(|refusal| refusal.error)
        });
        check();
    }
}

fn nothing_stays_behind(world: &World) {
    assert_eq!(MinerItems::<Test>::iter_keys().count(), 0);
    assert_eq!(RewardMap::<Test>::iter_keys().count(), 0);
    assert_eq!(RestoralTarget::<Test>::iter_keys().count(), 0);
    assert_eq!(ReturnStakingSchedule::<Test>::iter_keys().count(), 0);
    assert_eq!(ExitSchedule::<Test>::iter_keys().count(), 0);
    assert_eq!(DueTicks::<Test>::iter_keys().count(), 0);
    assert_eq!(StakingStartBlock::<Test>::iter_keys().count(), 0);
    assert_eq!(CompleteMinerSnapShot::<Test>::iter_keys().count(), 0);
    assert_eq!(Passers::<Test>::iter_keys().count(), 0);
    assert!(AllMiner::<Test>::get().is_empty());
    for n in 1..=LENDER {
        assert_eq!(Balances::reserved_balance(acc(n)), 0, "account {n}");
    }
    assert_eq!(Promised::<Test>::get(), 0);
    let received: Balance = (51..=50 + MINERS)
        .map(|n| Balances::free_balance(acc(n)))
        .sum();
    let kept = [
        CessTreasury::reward_account(),
        CessTreasury::reserve_account(),
    ];
    let kept: Balance = kept.iter().map(beyond_deposit).sum();
    assert_eq!(received + kept, world.paid_by_staking);
    assert!(received > 0, "somebody earned something");
}

#[test]
fn space_stakes_and_rewards_agree_after_every_step() {
    for seed in [7, 0x5317_3313, 0xC355_0000_0001, 0xDECA_FBAD] {
        execute(|| {
            let mut dice = Dice(seed);
            let mut world = World::default();
            let mut done = 0;
            for number in 0..STEPS {
                let step: Result<(), DispatchError> =
                    with_storage_layer(|| step(&mut dice, &mut world));
                done += u32::from(step.is_ok());
                forget_leavers(&mut world);
                assert_eq!(try_check(), Ok(()), "seed {seed}, step {number}");
            }
            assert!(done > STEPS / 4, "the walk got somewhere: {done}");
            wind_up();
            nothing_stays_behind(&world);
        });
    }
}
