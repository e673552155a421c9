//! Sweeps: governance looks through all workers, a bounded number in each call.

use crate::{
    Config, Event, LastWork, Measurements, Pallet, SweptTo, ValidationTypeList, VerdictsMissed,
    Workers, MISSED_LIMIT,
};
use alloc::{collections::BTreeSet, vec::Vec};
use cess_primitives::{
    tee::{WorkerInfo, WorkerKey},
    traits::Protocol,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Workers that one call looks at, at most.
pub const SWEPT_PER_CALL: usize = 64;

/// What a sweep is for.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Sweep {
    /// `migration_last_work`.
    LastWork,
    /// `patch_clear_invalid_tee`.
    Invalid,
    /// `patch_clear_not_work_tee`.
    NotWorking,
}

impl<T: Config> Pallet<T> {
    /// See [`Pallet::migration_last_work`].
    pub(crate) fn sweep_last_work() {
        let portion = Self::next_portion(Sweep::LastWork);
        let unknown = |(key, _): &&(WorkerKey, WorkerInfo)| !LastWork::<T>::contains_key(key);
        let unknown: Vec<_> = portion.iter().filter(unknown).collect();
        for (key, _) in &unknown {
            LastWork::<T>::insert(key, T::Protocol::now());
        }
        Self::end_portion(Sweep::LastWork, &portion, unknown.len());
    }

    /// See [`Pallet::patch_clear_invalid_tee`].
    pub(crate) fn sweep_invalid() {
        Self::sweep_away(Sweep::Invalid, |key, worker| {
            Self::ensure_admissible(worker, Measurements::<T>::get(key)).is_err()
        });
    }

    /// See [`Pallet::patch_clear_not_work_tee`].
    pub(crate) fn sweep_not_working() {
        let asked: BTreeSet<_> = ValidationTypeList::<T>::get().into_iter().collect();
        let life = T::Protocol::params().tee_work_life;
        Self::sweep_away(Sweep::NotWorking, |key, _| {
            let suspended = VerdictsMissed::<T>::get(key) >= MISSED_LIMIT && !asked.contains(key);
            let last_work = LastWork::<T>::get(key);
            suspended && last_work.saturating_add(life) < T::Protocol::now()
        });
    }

    /// Removes the workers of the next portion that are bad, but never the holder.
    fn sweep_away(sweep: Sweep, is_bad: impl Fn(&WorkerKey, &WorkerInfo) -> bool) {
        let portion = Self::next_portion(sweep);
        let holder = Self::holder();
        let bad: Vec<_> = portion
            .iter()
            .filter(|(key, worker)| holder.as_ref() != Some(key) && is_bad(key, worker))
            .map(|(key, _)| *key)
            .collect();
        if !bad.is_empty() {
            Self::ask_no_verdicts(&bad);
            bad.iter().for_each(Self::forget);
        }
        Self::end_portion(sweep, &portion, bad.len());
    }

    fn next_portion(sweep: Sweep) -> Vec<(WorkerKey, WorkerInfo)> {
        let workers = match SweptTo::<T>::get(sweep) {
            Some(last) => Workers::<T>::iter_from(Workers::<T>::hashed_key_for(last)),
            None => Workers::<T>::iter(),
        };
        workers.take(SWEPT_PER_CALL).collect()
    }

    fn end_portion(sweep: Sweep, portion: &[(WorkerKey, WorkerInfo)], changed: usize) {
        let last = portion.last().map(|(key, _)| *key);
        let next = last.filter(|_| portion.len() == SWEPT_PER_CALL);
        SweptTo::<T>::set(sweep, next);
        Self::deposit_event(Event::WorkersSwept {
            looked_at: portion.len() as u32,
            changed: changed as u32,
            complete: next.is_none(),
        });
    }
}
