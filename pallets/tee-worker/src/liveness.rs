//! What follows when a worker delivers, or does not.

use crate::{
    workers::gives_verdicts, Config, Event, LastWork, Pallet, ValidationTypeList, VerdictsMissed,
    Workers,
};
use cess_primitives::{
    tee::WorkerKey,
    traits::{Protocol, StashPenalty, WorkCredit},
};

/// Verdicts that a worker may miss in a row before it is asked for no more.
pub const MISSED_LIMIT: u32 = 3;

impl<T: Config> Pallet<T> {
    /// A worker did something useful: its misses are forgiven.
    pub(crate) fn note_work(worker: &WorkerKey) {
        let Some(info) = Workers::<T>::get(worker) else {
            return;
        };
        LastWork::<T>::insert(worker, T::Protocol::now());
        if !VerdictsMissed::<T>::contains_key(worker) {
            return;
        }
        let listed = ValidationTypeList::<T>::get().contains(worker);
        // A worker that finds no room on the list stays suspended.
        if listed || !gives_verdicts(info.role) {
            VerdictsMissed::<T>::remove(worker);
        } else if Self::ask_for_verdicts(*worker) {
            VerdictsMissed::<T>::remove(worker);
            Self::deposit_event(Event::WorkerReinstated { pubkey: *worker });
        }
    }

    /// A worker gave no verdict in time, which costs its stash credit. After [`MISSED_LIMIT`] in a
    /// row it is suspended and the stash pays, unless nobody else could give verdicts.
    pub(crate) fn note_failure(worker: &WorkerKey) {
        let Some(info) = Workers::<T>::get(worker) else {
            return;
        };
        let in_a_row = VerdictsMissed::<T>::mutate(worker, |missed| {
            *missed = missed.saturating_add(1);
            *missed
        });
        Self::deposit_event(Event::VerdictMissed {
            pubkey: *worker,
            in_a_row,
        });
        if let Some(stash) = &info.stash_account {
            T::Credit::punished(stash);
        }
        if in_a_row < MISSED_LIMIT {
            return;
        }
        let list = ValidationTypeList::<T>::get();
        if list.len() < 2 || !list.contains(worker) {
            return;
        }
        Self::ask_no_verdicts(&[*worker]);
        Self::deposit_event(Event::WorkerSuspended { pubkey: *worker });
        if let Some(stash) = info.stash_account {
            let amount = T::Penalty::penalise(&stash);
            Self::deposit_event(Event::StashPunished {
                pubkey: *worker,
                stash,
                amount,
            });
        }
    }
}
