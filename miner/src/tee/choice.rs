//! Which TEE worker is asked first.

use cess_primitives::tee::{WorkerInfo, WorkerKey};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tonic::{Code, Status};

/// So long a worker that could not be reached is asked last.
const AFTER_A_FAILURE: Duration = Duration::from_secs(10);

/// What a miner knows of the workers' load: those with the fewest of its own jobs come first, in
/// random order among equals, and those that were away or busy a moment ago come last.
#[derive(Default)]
pub(super) struct Choice(Mutex<HashMap<WorkerKey, Seen>>);

#[derive(Default)]
struct Seen {
    jobs: usize,
    avoid_until: Option<Instant>,
}

/// A job that a worker does; over when dropped.
pub(super) struct Job<'a> {
    choice: &'a Choice,
    worker: WorkerKey,
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        let mut seen = self.choice.lock();
        if let Some(seen) = seen.get_mut(&self.worker) {
            seen.jobs = seen.jobs.saturating_sub(1);
        }
    }
}

impl Choice {
    /// Puts the workers in the order in which to ask them.
    pub(super) fn order(&self, workers: &mut [WorkerInfo]) {
        self.order_at(workers, Instant::now());
    }

    fn order_at(&self, workers: &mut [WorkerInfo], now: Instant) {
        let seen = self.lock();
        workers.sort_by_cached_key(|worker| {
            let seen = seen.get(&worker.pubkey);
            let until = seen.and_then(|seen| seen.avoid_until);
            (
                until.is_some_and(|until| until > now),
                seen.map_or(0, |seen| seen.jobs),
                Reverse(rand::random::<u32>()),
            )
        });
    }

    /// A worker begins a job.
    pub(super) fn begin(&self, worker: WorkerKey) -> Job<'_> {
        self.lock().entry(worker).or_default().jobs += 1;
        Job {
            choice: self,
            worker,
        }
    }

    /// A worker did a job.
    pub(super) fn did(&self, worker: &WorkerKey) {
        self.avoid(worker, None);
    }

    /// A worker could not do a job; `wait` is what a busy one asks for. A refusal that is about
    /// the request says nothing about the worker.
    pub(super) fn could_not(&self, worker: &WorkerKey, status: &Status, wait: Option<Duration>) {
        let away = matches!(
            status.code(),
            Code::Unavailable | Code::DeadlineExceeded | Code::Internal | Code::Unimplemented
        );
        if let Some(wait) = wait.or(away.then_some(AFTER_A_FAILURE)) {
            self.avoid(worker, Some(Instant::now() + wait));
        }
    }

    fn avoid(&self, worker: &WorkerKey, until: Option<Instant>) {
        self.lock().entry(*worker).or_default().avoid_until = until;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkerKey, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::tee::WorkerRole;
    use std::collections::HashSet;

    fn workers() -> Vec<WorkerInfo> {
        let worker = |key| WorkerInfo {
            pubkey: [key; 32],
            ecdh_pubkey: [0; 32],
            version: 1,
            last_updated: 0,
            stash_account: None,
            attestation_provider: None,
            confidence_level: 1,
            features: vec![],
            role: WorkerRole::Full,
            endpoint: String::new(),
        };
        (1..=3).map(worker).collect()
    }

    fn order(choice: &Choice) -> Vec<u8> {
        order_in(choice, Duration::ZERO)
    }

    fn order_in(choice: &Choice, wait: Duration) -> Vec<u8> {
        let mut workers = workers();
        choice.order_at(&mut workers, Instant::now() + wait);
        workers.iter().map(|worker| worker.pubkey[0]).collect()
    }

    #[test]
    fn idle_workers_come_first_equally_often() {
        let choice = Choice::default();
        let firsts: HashSet<_> = (0..200).map(|_| order(&choice)[0]).collect();
        assert_eq!(firsts.len(), 3);
    }

    #[test]
    fn a_worker_with_a_job_comes_after_those_without() {
        let choice = Choice::default();
        let job = choice.begin([2; 32]);
        let _other = (choice.begin([1; 32]), choice.begin([1; 32]));
        assert_eq!(order(&choice), [3, 2, 1]);
        drop(job);
        assert_eq!(order(&choice)[2], 1);
    }

    #[test]
    fn a_worker_that_is_away_or_busy_comes_last_for_a_while() {
        let choice = Choice::default();
        choice.could_not(&[1; 32], &Status::unavailable("gone"), None);
        let busy = Status::resource_exhausted("busy");
        choice.could_not(&[2; 32], &busy, Some(Duration::from_secs(60)));
        assert_eq!(order(&choice)[0], 3);
        assert_eq!(order_in(&choice, AFTER_A_FAILURE)[2], 2);
        choice.did(&[1; 32]);
        choice.did(&[2; 32]);
        choice.could_not(&[3; 32], &Status::invalid_argument("bad"), None);
        let firsts: HashSet<_> = (0..200).map(|_| order(&choice)[0]).collect();
        assert_eq!(firsts.len(), 3, "a bad request is not the worker's fault");
    }
}
