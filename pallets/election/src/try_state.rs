//! What an election promises for as long as it is remembered.

use crate::{
    score::{best_first, total, SCALE},
    Config, LastElection, Pallet,
};
use alloc::collections::BTreeSet;
use core::cmp::Ordering;
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks that the last election is complete and that the best candidates won it.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let Some(election) = LastElection::<T>::get() else {
            return Ok(());
        };
        ensure!(
            election.seats > 0 && election.seats <= T::MaxSeats::get(),
            "an election has between one and the most seats"
        );
        ensure!(
            !election.candidates.is_empty(),
            "somebody stood in the last election"
        );
        for (place, score) in election.candidates.iter().enumerate() {
            let parts = [score.credit, score.stake, score.chance];
            ensure!(
                parts.iter().all(|part| *part <= SCALE),
                "parts of a score are on the scale"
            );
            ensure!(
                score.total == total(score.credit, score.stake, score.chance),
                "a score is the sum of its parts"
            );
            ensure!(
                score.elected == (place < election.seats as usize),
                "the first candidates have the seats"
            );
            ensure!(
                score.since <= election.era,
                "nobody stood in an election of the future"
            );
        }
        let sorted = election
            .candidates
            .windows(2)
            .all(|pair| best_first(&pair[0], &pair[1]) == Ordering::Less);
        ensure!(sorted, "candidates are sorted, best first");
        let accounts: BTreeSet<_> = election.candidates.iter().map(|c| &c.account).collect();
        ensure!(
            accounts.len() == election.candidates.len(),
            "a candidate stands once"
        );
        Ok(())
    }
}
