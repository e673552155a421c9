//! Places for work that keeps a core busy.
//!
//! Each kind of work has its own places, so that tags never keep an audit from being verified.
//! Who finds them taken waits in a short queue; who finds the queue full is told when to come back.

use cess_tee_api::busy;
use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

/// The places for one kind of work.
#[derive(Clone)]
pub struct Pool {
    what: &'static str,
    places: Arc<Semaphore>,
    queue: Arc<AtomicUsize>,
    longest_queue: usize,
    retry_after: Duration,
}

/// A place; given back when it is dropped.
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

/// Leaves the queue however the wait ends.
struct Queued(Arc<AtomicUsize>);

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Pool {
    /// A pool with so many places and a queue of so many.
    pub fn new(
        what: &'static str,
        places: usize,
        longest_queue: usize,
        retry_after: Duration,
    ) -> Self {
        Self {
            what,
            places: Arc::new(Semaphore::new(places)),
            queue: Arc::default(),
            longest_queue,
            retry_after,
        }
    }

    /// Waits for a place, or answers `RESOURCE_EXHAUSTED` with `retry-after` when the queue is full.
    pub async fn enter(&self) -> Result<Place, Status> {
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(Place { _permit: permit });
        }
        if self.queue.fetch_add(1, Ordering::AcqRel) >= self.longest_queue {
            self.queue.fetch_sub(1, Ordering::AcqRel);
            return Err(busy(self.what, self.retry_after));
        }
        let _queued = Queued(Arc::clone(&self.queue));
        let permit = Arc::clone(&self.places).acquire_owned().await;
        Ok(Place {
            _permit: permit.map_err(|_| Status::unavailable("the worker shuts down"))?,
        })
    }
}

impl Place {
    /// Runs work away from the network threads; the place is kept until the work is done, even if
    /// the caller goes away.
    pub async fn run<T, F>(self, work: F) -> Result<(T, Self), Status>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || (work(), self)).await;
        done.map_err(|error| {
            tracing::error!(%error, "work ended without a result");
            Status::internal("the worker could not finish this: try again, and see its log")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;

    #[tokio::test]
    async fn a_full_queue_names_the_wait() {
        let pool = Pool::new("tags", 1, 0, Duration::from_secs(3));
        let place = pool.enter().await.unwrap();
        let status = pool.enter().await.err().unwrap();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert_eq!(
            cess_tee_api::retry_after(&status),
            Some(Duration::from_secs(3))
        );
        drop(place);
        assert!(pool.enter().await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_gets_the_place_that_becomes_free() {
        let pool = Pool::new("tags", 1, 1, Duration::from_secs(1));
        let place = pool.enter().await.unwrap();
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move { pool.enter().await.is_ok() }
        });
        while pool.queue.load(Ordering::Acquire) == 0 {
            tokio::task::yield_now().await;
        }
        assert!(pool.enter().await.is_err());
        drop(place);
        assert!(waiting.await.unwrap());
        assert_eq!(pool.queue.load(Ordering::Acquire), 0);
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_leaves_the_queue() {
        let pool = Pool::new("tags", 1, 1, Duration::from_secs(1));
        let _place = pool.enter().await.unwrap();
        let gave_up = tokio::time::timeout(Duration::from_millis(5), pool.enter()).await;
        assert!(gave_up.is_err());
        assert_eq!(pool.queue.load(Ordering::Acquire), 0);
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_frees_its_place() {
        let pool = Pool::new("tags", 1, 0, Duration::from_secs(1));
        let place = pool.enter().await.unwrap();
        let status = place
            .run(|| panic!("bug"))
            .await
            .map(|((), _)| ())
            .unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(pool.enter().await.is_ok());
    }
}
