//! What an election costs, estimated by hand from what it reads, writes and walks through.

use crate::Config;
use frame_support::{traits::Get, weights::Weight};

/// Sharing out one vote among at most 16 candidates, twice, picoseconds.
const VOTE_TIME: u64 = 40_000_000;
/// Scoring, drawing for and sorting in one candidate, picoseconds.
const CANDIDATE_TIME: u64 = 10_000_000;
/// Encoded size of a candidate's score and of its credit in five periods, bytes.
const CANDIDATE_SIZE: u64 = 600;
/// Picoseconds and bytes of the rest.
const BASE: (u64, u64) = (50_000_000, 4_000);
/// Periods whose credit makes a candidate's score, the ledger entry that leads to them, its keys.
const CANDIDATE_READS: u64 = 7;

/// An election among so many; who reads the votes from storage accounts for that.
pub(crate) fn elect<T: Config>(voters: usize, candidates: usize) -> Weight {
    let (voters, candidates) = (voters as u64, candidates as u64);
    let vote = Weight::from_parts(VOTE_TIME, 0);
    let candidate = Weight::from_parts(CANDIDATE_TIME, CANDIDATE_SIZE)
        .saturating_add(T::DbWeight::get().reads(CANDIDATE_READS));
    Weight::from_parts(BASE.0, BASE.1)
        .saturating_add(vote.saturating_mul(voters))
        .saturating_add(candidate.saturating_mul(candidates))
        // Seats, era, randomness, least backing; the last election, read and written.
        .saturating_add(T::DbWeight::get().reads_writes(6, 1))
}
