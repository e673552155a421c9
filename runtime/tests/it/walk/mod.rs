//! Random walks: blocks full of whatever users, gateways, miners, workers, stakers and root may do,
//! mostly sensible and sometimes not, with jumps of the clock in between.
//!
//! Every move is a signed transaction that pays its fee; whether it succeeds does not matter to the
//! walk. After each block
//!
//! - every token that was issued lies on an account (`chain::check_invariants`); exactly what staking
//!   made is new ([`minted`]), and exactly what somebody had reason to destroy is gone ([`burned`]),
//! - what is reserved on an account is exactly what somebody holds there for a reason that is on record
//!   ([`check_reserves`]),
//! - every pallet's own books agree (`do_try_state`). Those of the SDK check themselves only when the
//!   whole workspace is built for `try-runtime`; what matters of them is asked in `cess_runtime::books`.
//!
//! At the end every call that was made has succeeded at least once, else the walk says little.

mod leases;
mod mining;
mod money;
mod stakes;
mod storage;
mod workers;

use crate::{
    chain::{self, account, pair},
    stakers::make_vulnerable,
    world::{open_for_work, Sample},
};
use cess_primitives::{AccountId, Balance};
use cess_runtime::{genesis::USERS, *};
use frame_support::traits::GetCallMetadata;
use std::collections::BTreeMap;

/// Blocks of a walk.
const BLOCKS: u32 = 1200;
/// Miners that take part.
const MINERS: usize = 15;
/// Miners that are there at the beginning.
const FIRST_MINERS: usize = 13;
/// Moves in a block, at most.
const MOVES: usize = 8;

/// Who makes a move.
#[derive(Clone)]
enum By {
    /// The account of this seed.
    Seed(String),
    /// Alice, as root.
    Root,
}

/// Somebody calls something.
type Move = (By, RuntimeCall);

/// Xorshift: good enough to choose moves, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    /// Yes, once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    fn pick<V: Clone>(&mut self, from: &[V]) -> Option<V> {
        match from.len() {
            0 => None,
            sides => from.get(self.roll(sides)).cloned(),
        }
    }

    /// An amount up to this one, seldom nothing, seldom too much to exist.
    fn amount(&mut self, most: Balance) -> Balance {
        match self.roll(40) {
            0 => 0,
            1 => Balance::MAX,
            part => most / 38 * (part as Balance - 1),
        }
    }

    /// Mostly somebody for whom the move makes sense, if there is one.
    fn mostly(&mut self, fitting: Option<String>, anybody: String) -> String {
        match self.once_in(8) {
            true => anybody,
            false => fitting.unwrap_or(anybody),
        }
    }

    fn user(&mut self) -> String {
        format!("//{}", USERS[self.roll(USERS.len())])
    }

    fn miner(&mut self) -> String {
        format!("//Miner//{}", self.roll(MINERS) + 1)
    }

    /// A user, gateway or miner.
    fn anybody(&mut self) -> String {
        match self.roll(4) {
            0 => self.miner(),
            1 => format!("//Gateway//{}", self.roll(2) + 1),
            _ => self.user(),
        }
    }
}

/// The seed of a user, gateway or miner.
fn seed_of(who: &AccountId) -> Option<String> {
    let users = USERS.iter().map(|user| format!("//{user}"));
    let gateways = (1..=3).map(|n| format!("//Gateway//{n}"));
    let miners = (1..=MINERS).map(|n| format!("//Miner//{n}"));
    let mut seeds = users.chain(gateways).chain(miners);
    seeds.find(|seed| account(seed) == *who)
}

/// A walk under way.
struct Walk {
    dice: Dice,
    samples: Vec<Sample>,
    /// How often each call was made, and how often it succeeded.
    made: BTreeMap<(String, String), (u32, u32)>,
}

impl Walk {
    fn new(seed: u64) -> Self {
        println!("seed {seed}");
        // The last one fills more than an idle file of each miner, so that those must give way.
        let sizes = [1, 1, 1, 2, 2, 3, 3, 5, 8, 70];
        Self {
            dice: Dice(seed),
            samples: (0..)
                .zip(sizes)
                .map(|(title, n): (u8, _)| Sample::new(&title.to_string(), n))
                .collect(),
            made: BTreeMap::new(),
        }
    }

    /// The next moves; together they are one thing that people do.
    fn moves(&mut self) -> Vec<Move> {
        let dice = &mut self.dice;
        match dice.roll(100) {
            0..=39 => storage::moves(dice, &self.samples),
            40..=71 => mining::moves(dice),
            72..=86 => money::moves(dice),
            87..=92 => stakes::moves(dice),
            93..=96 => workers::moves(dice),
            _ => vec![time_passes(dice)],
        }
    }

    /// Authors a block with some moves.
    fn step(&mut self) {
        chain::author_with(|| {
            for _ in 0..self.dice.roll(MOVES) {
                let moves = self.moves();
                moves.into_iter().for_each(|(by, call)| self.play(by, call));
            }
        });
    }

    /// Sends the call and notes what became of it.
    fn play(&mut self, by: By, call: RuntimeCall) {
        let names = call.get_call_metadata();
        let names = (names.pallet_name.into(), names.function_name.into());
        let (seed, call, as_root) = match by {
            By::Seed(seed) => (seed, call, false),
            By::Root => {
                let call = Box::new(call);
                let call = RuntimeCall::Sudo(pallet_sudo::Call::sudo { call });
                ("//Alice".into(), call, true)
            }
        };
        let nonce = System::account_nonce(account(&seed));
        let sent = chain::try_apply(chain::sign(&pair(&seed), nonce, call));
        let done = match sent {
            Ok(outcome) => outcome.is_ok() && (!as_root || root_did_it()),
            // The block is full, or the fee can't be paid.
            Err(_) => return,
        };
        let (made, succeeded) = self.made.entry(names).or_default();
        *made += 1;
        *succeeded += u32::from(done);
    }
}

/// Whether the last call of root succeeded.
fn root_did_it() -> bool {
    let events = System::events().into_iter().rev();
    let mut outcomes = events.filter_map(|record| match record.event {
        RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(sudo_result.is_ok()),
        _ => None,
    });
    outcomes.next().unwrap_or_default()
}

/// Root moves the clock: mostly a bit, sometimes by days.
fn time_passes(dice: &mut Dice) -> Move {
    let ticks = match dice.roll(12) {
        0 => dice.roll(1500),
        1 => dice.roll(300),
        _ => dice.roll(15),
    };
    let call = pallet_protocol::Call::advance_clock {
        ticks: ticks as u32,
    };
    (By::Root, RuntimeCall::Protocol(call))
}

/// What is reserved on each account is what is on record: stakes, collaterals, prices.
fn check_reserves() {
    let mut due: BTreeMap<AccountId, Balance> = BTreeMap::new();
    let mut owe = |account: AccountId, amount: Balance| *due.entry(account).or_default() += amount;
    for ledger in pallet_staking::Ledger::<Runtime>::iter_values() {
        owe(ledger.stash, ledger.total);
    }
    for miner in pallet_sminer::MinerItems::<Runtime>::iter_values() {
        owe(miner.staking_account, miner.collaterals);
    }
    let returning = pallet_sminer::ReturnStakingSchedule::<Runtime>::iter_values();
    for (_, account, amount) in returning.flatten() {
        owe(account, amount);
    }
    for sale in pallet_storage_handler::Consignment::<Runtime>::iter_values() {
        if let Some(buyer) = sale.buyers {
            owe(buyer, sale.price);
        }
    }
    for account in frame_system::Account::<Runtime>::iter_keys() {
        let reserved = Balances::reserved_balance(&account);
        let owed = due.remove(&account).unwrap_or_default();
        assert_eq!(reserved, owed, "{account}");
    }
    assert!(
        due.values().all(|owed| *owed == 0),
        "owed by nobody: {due:?}"
    );
}

/// The tokens that the last block made: rewards of storage, and of stakers as they were paid out.
fn minted() -> Balance {
    let events = System::events().into_iter();
    let minted = events.map(|record| match record.event {
        RuntimeEvent::Staking(pallet_staking::Event::EraPaid { remainder, .. }) => remainder,
        RuntimeEvent::Staking(pallet_staking::Event::Rewarded { amount, .. }) => amount,
        _ => 0,
    });
    minted.sum()
}

/// The tokens that the last block destroyed: by calls that are there for it, of accounts too poor to
/// live, and of what the council's treasury left unspent. Fees, slashes and rents go to
/// somebody: whom they could not bring to life is alive here.
fn burned() -> Balance {
    use pallet_balances::Event as Money;
    let events = System::events().into_iter();
    let burned = events.map(|record| match record.event {
        RuntimeEvent::Balances(Money::Burned { amount, .. } | Money::DustLost { amount, .. }) => {
            amount
        }
        RuntimeEvent::Treasury(pallet_treasury::Event::Burnt { burnt_funds }) => burnt_funds,
        _ => 0,
    });
    burned.sum()
}

#[test]
fn whatever_happens_money_is_conserved_and_all_books_agree() {
    let mut made: BTreeMap<(String, String), (u32, u32)> = BTreeMap::new();
    for seed in [0x5eed, 0xface, 0xcafe] {
        chain::new("fast").execute_with(|| {
            chain::run(1);
            open_for_work();
            make_vulnerable();
            let mut walk = Walk::new(seed);
            let start: Vec<_> = (1..=FIRST_MINERS).flat_map(mining::enter).collect();
            chain::author_with(|| start.into_iter().for_each(|(by, call)| walk.play(by, call)));
            for _ in 0..BLOCKS {
                let before = Balances::total_issuance();
                walk.step();
                chain::check_invariants();
                check_reserves();
                let expected = before + minted() - burned();
                assert_eq!(Balances::total_issuance(), expected);
            }
            for (call, (tries, successes)) in walk.made {
                let (made, done) = made.entry(call).or_default();
                (*made, *done) = (*made + tries, *done + successes);
            }
        });
    }
    for ((pallet, call), (made, done)) in &made {
        println!("{pallet}.{call}: {done} of {made}");
    }
    let never = made.iter().filter(|(_, (_, done))| *done == 0);
    let never: Vec<_> = never.map(|(names, _)| names).collect();
    assert!(never.is_empty(), "never succeeded: {never:?}");
    assert!(made.len() > 120, "only {} kinds of calls", made.len());
}
