//! What calls and hooks cost, estimated by hand from what they read, write and walk through; always
//! the worst case, with collateral that is lent.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Picoseconds of anything small.
const BASE: u64 = 30_000_000;
/// Decoding, checking and encoding a miner, picoseconds, and its size, bytes.
const MINER: (u64, u64) = (12_000_000, 3_400);
/// The same for all orders and passes of a miner.
const REWARDS: (u64, u64) = (15_000_000, 5_800);
/// Verifying one signature, picoseconds.
const SIGNATURE_TIME: u64 = 60_000_000;
/// One entry of the published list of miners, taken from and put back into the state.
const LISTED: (u64, u64) = (100_000, 32);
/// Bytes of proof of any other item.
const ITEM_SIZE: u64 = 200;

/// What the lender reads and writes: its total, the loan, the miner's own store, the account.
const LENDER: (u64, u64) = (4, 4);
/// A transfer: two accounts.
const TRANSFER: (u64, u64) = (2, 2);
/// A promise: the round and both totals.
const PROMISE: (u64, u64) = (3, 3);
/// What is not paid to anybody moves to the reserve: four totals and two accounts.
const FORFEIT: (u64, u64) = (6, 6);

fn base<T: Config>(time: u64, size: u64, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(BASE + time, size + ITEM_SIZE * reads)
        .saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

/// A call that changes one miner.
fn miner<T: Config>(reads: u64, writes: u64) -> Weight {
    base::<T>(MINER.0, MINER.1, reads, writes)
}

/// Miner and its count, restoral target, former miner, rewards, start of the lock; the stake.
pub(crate) fn register<T: Config>() -> Weight {
    miner::<T>(5 + LENDER.0, 5 + LENDER.1)
}

/// Miner, start of the lock; the stake is raised, and a debt paid from it.
pub(crate) fn increase_collateral<T: Config>() -> Weight {
    let (reads, writes) = (1 + 2 * LENDER.0 + TRANSFER.0, 2 + 2 * LENDER.1 + TRANSFER.1);
    miner::<T>(reads, writes)
}

pub(crate) fn update_miner<T: Config>() -> Weight {
    miner::<T>(1, 1)
}

/// The return of what is no longer owed looks for room in the schedule.
pub(crate) fn decrease_declaration<T: Config>() -> Weight {
    miner::<T>(2 + 65, 3)
}

/// Miner, start of the lock; schedule, due tick, lock.
pub(crate) fn prepare_exit<T: Config>() -> Weight {
    miner::<T>(3, 4)
}

/// A miner that leaves of its own will: both totals of space, its key and what it had open; the
/// miner that takes its place in the list.
pub(crate) fn leave<T: Config>() -> Weight {
    miner::<T>(9, 14)
}

/// The stake returns, what is due is paid, and the miner is forgotten.
pub(crate) fn withdraw<T: Config>() -> Weight {
    let (reads, writes) = (4 + LENDER.0, 6 + LENDER.1);
    miner::<T>(reads, writes).saturating_add(Weight::from_parts(REWARDS.0, REWARDS.1))
}

/// A claim that settles so many eras on its way.
pub(crate) fn receive_reward<T: Config>(eras: u32) -> Weight {
    let (reads, writes) = (5 + TRANSFER.0, 5 + TRANSFER.1);
    miner::<T>(reads, writes)
        .saturating_add(Weight::from_parts(REWARDS.0, REWARDS.1))
        .saturating_add(settle::<T>().saturating_mul(eras.into()))
}

/// The share of one miner in one era, or the end of an era's round: whichever costs more.
pub(crate) fn settle<T: Config>() -> Weight {
    let share = base::<T>(REWARDS.0, REWARDS.1, 4 + PROMISE.0, 3 + PROMISE.1);
    share.max(base::<T>(0, 0, 4 + FORFEIT.0, 4 + FORFEIT.1))
}

pub(crate) fn faucet_top_up<T: Config>() -> Weight {
    base::<T>(20_000_000, 0, TRANSFER.0, TRANSFER.1)
}

/// Whitelist, record, day and its total.
pub(crate) fn faucet<T: Config>() -> Weight {
    base::<T>(20_000_000, 0, 4 + TRANSFER.0, 3 + TRANSFER.1)
}

pub(crate) fn set_value<T: Config>() -> Weight {
    base::<T>(0, ITEM_SIZE, 0, 1)
}

/// Roles and master keys of the TEE workers; joining writes the published list of miners.
pub(crate) fn register_pois_key<T: Config>() -> Weight {
    miner::<T>(8, 7)
        .saturating_add(Weight::from_parts(2 * SIGNATURE_TIME, 0))
        .saturating_add(publish_list::<T>(T::ItemLimit::get().into()))
}

/// Writing the published list of so many miners, and looking at how many there are.
pub(crate) fn publish_list<T: Config>(miners: u64) -> Weight {
    base::<T>(0, 0, 3, 2)
        .saturating_add(Weight::from_parts(LISTED.0, LISTED.1).saturating_mul(miners))
}

/// An exit, or the return of a stake that looks for another tick, with the search for the tick.
pub(crate) fn due_item<T: Config>() -> Weight {
    let exit = leave::<T>();
    let stake = base::<T>(0, ITEM_SIZE * 8, 66 + LENDER.0, 4 + LENDER.1);
    exit.max(stake)
        .saturating_add(T::DbWeight::get().reads_writes(3, 2))
}

/// Looking at queues that have nothing due.
pub(crate) fn idle_hook<T: Config>() -> Weight {
    Weight::from_parts(5_000_000, 1_000).saturating_add(T::DbWeight::get().reads(2))
}
