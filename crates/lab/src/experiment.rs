//! Audits, one after the other and on several cores, and what they find and cost.

use crate::{
    clock::thread_time,
    subject::{Subject, Traffic},
    Draw, LabError,
};
use std::{
    num::NonZero,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        Mutex, PoisonError,
    },
    thread,
    time::Duration,
};

/// Who follows an experiment, and may stop it.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Is told how many of how many steps are done, and what happens; about twenty times in all.
    pub progress: &'a (dyn Fn(u64, u64, &str) + Sync),
    /// When this turns true, the experiment ends with [`LabError::Stopped`].
    pub stop: &'a AtomicBool,
}

/// Counts an experiment's steps.
pub struct Steps<'a> {
    watch: Watch<'a>,
    all: u64,
    done: AtomicU64,
}

impl<'a> Steps<'a> {
    /// None of `all` steps is done.
    pub fn new(watch: Watch<'a>, all: u64) -> Self {
        let done = AtomicU64::new(0);
        Self { watch, all, done }
    }

    /// Another step is done.
    pub(crate) fn step(&self, what: &str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let part = |done: u64| done * REPORTS / self.all.max(1);
        if done == 1 || part(done) != part(done - 1) {
            (self.watch.progress)(done, self.all, what);
        }
    }

    pub(crate) fn stopped(&self) -> bool {
        self.watch.stop.load(Ordering::Relaxed)
    }
}

/// How often progress is told.
const REPORTS: u64 = 20;

/// What a number of audits came to. Times and bytes are sums.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Audits made.
    pub audits: u64,
    /// Audits whose verdict was `false`.
    pub detected: u64,
    /// CPU time of the miner.
    pub prove: Duration,
    /// CPU time of the TEE worker.
    pub verify: Duration,
    /// Bytes that the miner read from its disk.
    pub read: u64,
    /// What one audit moves: the one that sends most, for a proof of what is lost says less.
    pub traffic: Traffic,
}

/// Makes `audits` audits, each with a challenge of its own that follows from `topic` and its number, so
/// that the outcome does not depend on the threads.
///
/// # Errors
/// Whatever the first audit that fails says, and [`LabError::Stopped`].
pub fn audit<S: Subject>(
    subject: &S,
    sample: u32,
    audits: u64,
    topic: &str,
    steps: &Steps<'_>,
) -> Result<Measured, LabError> {
    let sum = Mutex::new(Measured::default());
    for_each(audits, "audits", steps, |number| {
        let challenge = subject.challenge(sample, &mut Draw::about((topic, number)))?;
        let start = thread_time();
        let (proof, read) = subject.prove(&challenge)?;
        let proven = thread_time();
        let accepted = subject.accepts(&challenge, &proof)?;
        let verified = thread_time();
        let traffic = subject.traffic(&challenge, &proof);
        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.audits += 1;
        sum.detected += u64::from(!accepted);
        sum.prove += proven.saturating_sub(start);
        sum.verify += verified.saturating_sub(proven);
        sum.read += read;
        if traffic.message > sum.traffic.message {
            sum.traffic = traffic;
        }
        Ok(())
    })?;
    Ok(sum.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Does numbered work on all cores until it is done, fails or is stopped.
pub(crate) fn for_each(
    count: u64,
    what: &str,
    steps: &Steps<'_>,
    work: impl Fn(u64) -> Result<(), LabError> + Sync,
) -> Result<(), LabError> {
    let (next, failure) = (AtomicU64::new(0), Mutex::new(None));
    let failed = AtomicBool::new(false);
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count || failed.load(Ordering::Relaxed) {
                    return;
                }
                let result = match steps.stopped() {
                    true => Err(LabError::Stopped),
                    false => work(number),
                };
                if let Err(error) = result {
                    failed.store(true, Ordering::Relaxed);
                    let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                    failure.get_or_insert(error);
                    return;
                }
                steps.step(what);
            });
        }
    });
    let failure = failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    failure.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Damage;
    use std::collections::BTreeSet;

    /// Finds damage in every third audit.
    struct Third;

    impl Subject for Third {
        type Challenge = u64;
        type Proof = ();

        fn damage(&mut self, _: &Damage, _: &mut Draw) -> Result<(), LabError> {
            Ok(())
        }

        fn challenge(&self, _: u32, draw: &mut Draw) -> Result<u64, LabError> {
            Ok(draw.below(3))
        }

        fn prove(&self, _: &u64) -> Result<((), u64), LabError> {
            Ok(((), 10))
        }

        fn accepts(&self, challenge: &u64, _: &()) -> Result<bool, LabError> {
            Ok(*challenge != 0)
        }

        fn traffic(&self, challenge: &u64, _: &()) -> Traffic {
            Traffic {
                message: 100 + challenge,
                ..Traffic::default()
            }
        }
    }

    fn watched<T>(stop: bool, run: impl FnOnce(&Steps<'_>) -> T) -> T {
        let (stop, progress) = (AtomicBool::new(stop), |_: u64, _: u64, _: &str| {});
        let watch = Watch {
            progress: &progress,
            stop: &stop,
        };
        run(&Steps::new(watch, 100))
    }

    #[test]
    fn the_same_topic_gives_the_same_outcome() {
        let run = |topic| watched(false, |steps| audit(&Third, 1, 300, topic, steps).unwrap());
        let (one, same, other) = (run("a"), run("a"), run("b"));
        assert_eq!((one.audits, one.read), (300, 3000));
        assert_eq!(one.detected, same.detected);
        assert_eq!(one.traffic, same.traffic);
        assert!(one.detected > 60 && one.detected < 140, "{one:?}");
        assert!(one.detected != other.detected || one.traffic != other.traffic);
    }

    #[test]
    fn every_number_is_worked_on_once() {
        let done = Mutex::new(BTreeSet::new());
        watched(false, |steps| {
            for_each(1000, "", steps, |number| {
                assert!(done.lock().unwrap().insert(number));
                Ok(())
            })
        })
        .unwrap();
        assert_eq!(done.into_inner().unwrap().len(), 1000);
    }

    #[test]
    fn a_failure_or_a_stop_ends_the_work() {
        let error = watched(false, |steps| {
            for_each(u64::MAX, "", steps, |number| match number {
                7 => Err(LabError::Stopped),
                _ => Ok(()),
            })
        });
        assert!(matches!(error, Err(LabError::Stopped)));
        let done = AtomicU64::new(0);
        let stopped = watched(true, |steps| {
            for_each(10, "", steps, |_| {
                done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            })
        });
        assert!(matches!(stopped, Err(LabError::Stopped)));
        assert_eq!(done.into_inner(), 0);
    }

    #[test]
    fn progress_is_told_at_the_first_and_the_last_step_and_now_and_then() {
        let told = Mutex::new(Vec::new());
        let progress = |done: u64, all: u64, what: &str| {
            assert_eq!((all, what), (1000, "work"));
            told.lock().unwrap().push(done);
        };
        let stop = AtomicBool::new(false);
        let watch = Watch {
            progress: &progress,
            stop: &stop,
        };
        for_each(1000, "work", &Steps::new(watch, 1000), |_| Ok(())).unwrap();
        let told = told.into_inner().unwrap();
        assert_eq!(told.len(), 21);
        assert!(told.contains(&1) && told.contains(&1000), "{told:?}");
    }
}
