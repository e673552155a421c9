//! How tasks are woken and kept running.

use crate::error::MinerError;
use async_trait::async_trait;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// First pause after a failure.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A set of things to look at; adding one wakes the task that looks.
#[derive(Debug)]
pub struct WorkSet<T> {
    items: Mutex<HashSet<T>>,
    wake: Notify,
}

impl<T> Default for WorkSet<T> {
    fn default() -> Self {
        Self {
            items: Mutex::default(),
            wake: Notify::new(),
        }
    }
}

impl<T: Hash + Eq> WorkSet<T> {
    /// Adds an item; one that is there already is looked at once.
    pub fn add(&self, item: T) {
        self.items
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(item);
        self.wake.notify_one();
    }

    /// Takes everything.
    pub fn take(&self) -> Vec<T> {
        self.items
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain()
            .collect()
    }

    /// Returns when something was added since the last return.
    pub async fn added(&self) {
        self.wake.notified().await;
    }
}

/// When a task wants to run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// When it is woken, or after its usual time.
    Woken,
    /// When it is woken, but no later than this.
    Within(Duration),
}

/// The pauses after failures: each twice as long as the one before.
struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Backoff {
    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause
    }
}

/// Work that is done in passes: each compares what is with what should be, and may be repeated.
#[async_trait]
pub trait Task: Send {
    /// What logs call it.
    fn name(&self) -> &'static str;
    /// Returns when there may be something to do.
    async fn woken(&self);
    /// Does what there is to do.
    async fn pass(&mut self) -> Result<Next, MinerError>;
}

/// Runs a task whenever it is woken, and every `usual` as a safety net. Failures are logged and
/// tried again after growing pauses; the loop ends when its future is dropped.
pub async fn keep_running(mut task: impl Task, usual: Duration) {
    let mut backoff = Backoff::default();
    loop {
        let wait = match task.pass().await {
            Ok(next) => {
                backoff = Backoff::default();
                match next {
                    Next::Woken => usual,
                    Next::Within(wait) => wait.min(usual),
                }
            }
            Err(error) => {
                let pause = backoff.next();
                tracing::warn!(task = task.name(), %error, retry_in = ?pause, "task failed");
                // A wake-up must not turn a failure into a busy loop.
                tokio::time::sleep(pause).await;
                continue;
            }
        };
        tokio::select! {
            () = task.woken() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn equal_items_are_taken_once_and_wake_the_task() {
        let set = WorkSet::default();
        set.add(1);
        set.add(1);
        set.added().await;
        assert_eq!(set.take(), [1]);
        assert!(set.take().is_empty());
    }

    #[test]
    fn pauses_grow_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..8).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    }

    /// Fails once, then says on a channel that it ran.
    struct FailsOnce(u32, tokio::sync::mpsc::UnboundedSender<u32>);

    #[async_trait]
    impl Task for FailsOnce {
        fn name(&self) -> &'static str {
            "test"
        }
        async fn woken(&self) {
            std::future::pending().await
        }
        async fn pass(&mut self) -> Result<Next, MinerError> {
            self.0 += 1;
            self.1.send(self.0).unwrap();
            match self.0 {
                1 => Err(MinerError::Config("not yet".into())),
                2 => Ok(Next::Within(Duration::ZERO)),
                _ => Ok(Next::Woken),
            }
        }
    }

    #[tokio::test]
    async fn a_failure_is_tried_again_and_a_task_may_ask_for_another_pass() {
        let (sender, mut passes) = tokio::sync::mpsc::unbounded_channel();
        let running = tokio::spawn(keep_running(
            FailsOnce(0, sender),
            Duration::from_secs(1000),
        ));
        for expected in 1..=3 {
            assert_eq!(passes.recv().await, Some(expected));
        }
        assert!(
            passes.try_recv().is_err(),
            "the next pass comes when it is woken"
        );
        running.abort();
    }
}
