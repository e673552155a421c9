//! What calls and hooks cost, estimated by hand from what they read, write and compute.

use crate::{challenge::TRIES, Config};
use frame_support::{traits::Get, weights::Weight};

/// Verifying one signature of the master key, which may be the current one or its predecessor,
/// picoseconds.
const SIGNATURE_TIME: u64 = 120_000_000;
/// Decoding and encoding a challenge with its snapshot, picoseconds, and its size, bytes.
const CHALLENGE: (u64, u64) = (40_000_000, 34_000);
/// Reading the list of workers that give verdicts, picoseconds and bytes.
const VERIFIERS: (u64, u64) = (100_000_000, 320_000);
/// Reads and writes of a worker's note of work: its entry, its last work, its misses, the list, and
/// its stash's credit.
const WORKER: (u64, u64) = (5, 4);
/// Reads and writes of a penalty: the miner, its payer's and the treasury's accounts, the issuance,
/// a loan, and the counters.
const PENALTY: (u64, u64) = (9, 8);
/// Reads and writes of a pass: the miner, the era, the era's and the miner's snapshots.
const PASS: (u64, u64) = (5, 3);
/// Reads and writes of the end of a challenge: itself, both queues and reports.
const END: (u64, u64) = (2, 4);
/// Entering a tick into a queue, or taking it out.
const TICK: (u64, u64) = (4, 4);
/// Throwing a miner out: reads and writes of all that is kept of it.
const EXPULSION: (u64, u64) = (20, 20);
/// Bytes of the published list of all miners, which is written again when one leaves.
const ALL_MINERS: u64 = 200_000 * 32;
/// Reading, changing, writing and hashing a byte of it, picoseconds.
const LIST_BYTE_TIME: u64 = 3_000;

fn db<T: Config>(parts: &[(u64, u64)]) -> Weight {
    let sum = |part: fn(&(u64, u64)) -> u64| parts.iter().map(part).sum();
    T::DbWeight::get().reads_writes(sum(|part| part.0), sum(|part| part.1))
}

/// Reading, changing and writing a challenge.
fn challenge<T: Config>() -> Weight {
    Weight::from_parts(CHALLENGE.0, CHALLENGE.1).saturating_add(db::<T>(&[(1, 1)]))
}

fn verifiers<T: Config>() -> Weight {
    Weight::from_parts(VERIFIERS.0, VERIFIERS.1).saturating_add(db::<T>(&[(1, 0)]))
}

fn signature() -> Weight {
    Weight::from_parts(SIGNATURE_TIME, 0)
}

pub(crate) fn submit_proof<T: Config>() -> Weight {
    // Parameters and clock beside.
    challenge::<T>()
        .saturating_add(verifiers::<T>())
        .saturating_add(db::<T>(&[(2, 0)]))
}

pub(crate) fn verdict<T: Config>() -> Weight {
    // Master keys, clock and parameters beside; a verdict is either punished or ends in a pass.
    challenge::<T>()
        .saturating_add(signature())
        .saturating_add(db::<T>(&[(6, 0), WORKER, PENALTY, PASS, END]))
}

pub(crate) fn report_missing_proof<T: Config>() -> Weight {
    challenge::<T>()
        .saturating_add(signature())
        .saturating_add(db::<T>(&[(5, 1)]))
}

pub(crate) fn update_counted_clear<T: Config>() -> Weight {
    Weight::from_parts(8_000_000, 0).saturating_add(db::<T>(&[(0, 1)]))
}

pub(crate) fn move_slip<T: Config>() -> Weight {
    challenge::<T>().saturating_add(db::<T>(&[(2, 2), TICK]))
}

pub(crate) fn point_miner_challenge<T: Config>() -> Weight {
    verifiers::<T>().saturating_add(open::<T>())
}

/// Making a challenge: the miner's snapshot, expenders, clock and parameters, and two queues.
fn open<T: Config>() -> Weight {
    Weight::from_parts(110_000_000, 6_000)
        .saturating_add(challenge::<T>())
        .saturating_add(db::<T>(&[(7, 2), TICK, TICK]))
}

/// So many challenges of a block, of which each may have had to draw its pair again and again.
pub(crate) fn challenges<T: Config>(count: u32) -> Weight {
    let draw = db::<T>(&[(2, 0)]).saturating_mul(2 * u64::from(TRIES));
    let space = db::<T>(&[(2, 0)]);
    let each = open::<T>().saturating_add(draw).saturating_add(space);
    let look = verifiers::<T>().saturating_add(db::<T>(&[(5, 1)]));
    look.saturating_add(each.saturating_mul(count.into()))
}

/// So many slips that were handled, and miners that were thrown out.
pub(crate) fn settlements<T: Config>(steps: u32, expelled: u32) -> Weight {
    // Both sides of a challenge may be punished or given to other workers.
    let parts = [TICK, TICK, END, PENALTY, PENALTY, WORKER, WORKER, PASS];
    let step = challenge::<T>()
        .saturating_add(challenge::<T>())
        .saturating_add(verifiers::<T>())
        .saturating_add(verifiers::<T>())
        .saturating_add(db::<T>(&parts));
    let expulsion = Weight::from_parts(LIST_BYTE_TIME, 1)
        .saturating_mul(ALL_MINERS)
        .saturating_add(db::<T>(&[EXPULSION]));
    // The two looks that found nothing more.
    db::<T>(&[(9, 0)])
        .saturating_add(step.saturating_mul(steps.into()))
        .saturating_add(expulsion.saturating_mul(expelled.into()))
}
