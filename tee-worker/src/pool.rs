//! Places for work that keeps a core busy.
//!
//! Each kind of work has its own places, so that tags never keep an audit from being verified.
//! Who finds them taken waits in a bounded queue; who finds the queue full is told when to come
//! back. The queue consists of **lines**, which are served in turn: a file of one fragment waits for
//! one place of a file of a thousand, not for all of them, and nobody's line can fill the queue.

use cess_tee_api::busy;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::oneshot;
use tonic::Status;

/// The places for one kind of work.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    what: &'static str,
    longest_queue: usize,
    longest_line: usize,
    retry_after: Duration,
    queue: Mutex<Queue>,
}

/// A place; given back when it is dropped.
pub struct Place {
    pool: Option<Arc<Shared>>,
}

/// Who waits. Lines are never empty, and nobody waits while a place is free.
struct Queue {
    free: usize,
    /// Those who are waiting, over all lines.
    waiting: usize,
    next_ticket: u64,
    lines: VecDeque<Line>,
}

struct Line {
    key: Vec<u8>,
    waiters: VecDeque<Waiter>,
}

struct Waiter {
    ticket: u64,
    place: oneshot::Sender<Place>,
}

/// Leaves the queue however the wait ends.
struct Ticket<'a> {
    pool: &'a Shared,
    key: &'a [u8],
    number: u64,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.pool.lock().leave(self.key, self.number);
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
        Self::with_lines(what, places, longest_queue, longest_queue, retry_after)
    }

    /// The same, where at most `longest_line` wait in one line.
    pub fn with_lines(
        what: &'static str,
        places: usize,
        longest_queue: usize,
        longest_line: usize,
        retry_after: Duration,
    ) -> Self {
        Self(Arc::new(Shared {
            what,
            longest_queue,
            longest_line,
            retry_after,
            queue: Mutex::new(Queue {
                free: places,
                waiting: 0,
                next_ticket: 0,
                lines: VecDeque::new(),
            }),
        }))
    }

    /// Waits for a place in the line of everybody; see [`Pool::enter_line`].
    pub async fn enter(&self) -> Result<Place, Status> {
        self.enter_line(&[]).await
    }

    /// Waits for a place in the line of this key, or answers `RESOURCE_EXHAUSTED` with
    /// `retry-after` when the queue or the line is full.
    pub async fn enter_line(&self, key: &[u8]) -> Result<Place, Status> {
        let shared = &*self.0;
        let (number, place) = {
            let mut queue = shared.lock();
            if queue.free > 0 {
                queue.free -= 1;
                return Ok(self.place());
            }
            if queue.waiting >= shared.longest_queue || queue.length(key) >= shared.longest_line {
                return Err(busy(shared.what, shared.retry_after));
            }
            queue.join(key)
        };
        let _ticket = Ticket {
            pool: shared,
            key,
            number,
        };
        place
            .await
            .map_err(|_| Status::unavailable("the worker shuts down"))
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.0.lock().waiting
    }

    fn place(&self) -> Place {
        Place {
            pool: Some(Arc::clone(&self.0)),
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn length(&self, key: &[u8]) -> usize {
        let line = self.lines.iter().find(|line| line.key == key);
        line.map_or(0, |line| line.waiters.len())
    }

    fn join(&mut self, key: &[u8]) -> (u64, oneshot::Receiver<Place>) {
        let (sender, receiver) = oneshot::channel();
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting += 1;
        let waiter = Waiter {
            ticket,
            place: sender,
        };
        match self.lines.iter_mut().find(|line| line.key == key) {
            Some(line) => line.waiters.push_back(waiter),
            None => self.lines.push_back(Line {
                key: key.to_vec(),
                waiters: VecDeque::from([waiter]),
            }),
        }
        (ticket, receiver)
    }

    fn leave(&mut self, key: &[u8], ticket: u64) {
        let Some(at) = self.lines.iter().position(|line| line.key == key) else {
            return;
        };
        let waiters = &mut self.lines[at].waiters;
        let before = waiters.len();
        waiters.retain(|waiter| waiter.ticket != ticket);
        self.waiting -= before - waiters.len();
        if waiters.is_empty() {
            self.lines.remove(at);
        }
    }

    /// The first of the line whose turn it is; the line goes to the end.
    fn next(&mut self) -> Option<Waiter> {
        let mut line = self.lines.pop_front()?;
        let waiter = line.waiters.pop_front();
        if !line.waiters.is_empty() {
            self.lines.push_back(line);
        }
        self.waiting -= usize::from(waiter.is_some());
        waiter
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

impl Drop for Place {
    fn drop(&mut self) {
        let Some(pool) = self.pool.take() else { return };
        loop {
            let waiter = {
                let mut queue = pool.lock();
                let Some(waiter) = queue.next() else {
                    queue.free += 1;
                    return;
                };
                waiter
            };
            let place = Place {
                pool: Some(Arc::clone(&pool)),
            };
            match waiter.place.send(place) {
                Ok(()) => return,
                // Who gave up in this moment leaves the place to the next.
                Err(mut place) => place.pool = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;

    const WAIT: Duration = Duration::from_secs(3);

    async fn until_waiting(pool: &Pool, count: usize) {
        while pool.waiting() != count {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_full_queue_names_the_wait() {
        let pool = Pool::new("tags", 1, 0, WAIT);
        let place = pool.enter().await.unwrap();
        let status = pool.enter().await.err().unwrap();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert_eq!(cess_tee_api::retry_after(&status), Some(WAIT));
        drop(place);
        assert!(pool.enter().await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_gets_the_place_that_becomes_free() {
        let pool = Pool::new("tags", 1, 1, WAIT);
        let place = pool.enter().await.unwrap();
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move { pool.enter().await.is_ok() }
        });
        until_waiting(&pool, 1).await;
        assert!(pool.enter().await.is_err());
        drop(place);
        assert!(waiting.await.unwrap());
        assert_eq!(pool.waiting(), 0);
        assert!(pool.enter().await.is_ok());
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_leaves_the_queue() {
        let pool = Pool::new("tags", 1, 1, WAIT);
        let place = pool.enter().await.unwrap();
        let gave_up = tokio::time::timeout(Duration::from_millis(5), pool.enter()).await;
        assert!(gave_up.is_err());
        assert_eq!(pool.waiting(), 0);
        drop(place);
        assert!(pool.enter().await.is_ok());
    }

    #[tokio::test]
    async fn a_short_line_waits_for_one_place_of_a_long_one() {
        let pool = Pool::new("tags", 1, 16, WAIT);
        let place = pool.enter().await.unwrap();
        let (served, mut order) = tokio::sync::mpsc::unbounded_channel();
        let lines = [&b"large"[..], b"large", b"large", b"large", b"small"];
        for (count, line) in lines.into_iter().enumerate() {
            let (pool, served) = (pool.clone(), served.clone());
            tokio::spawn({
                let pool = pool.clone();
                async move {
                    let _place = pool.enter_line(line).await.unwrap();
                    served.send(line).unwrap();
                }
            });
            until_waiting(&pool, count + 1).await;
        }
        drop(place);
        let mut served = Vec::new();
        for _ in 0..lines.len() {
            served.push(order.recv().await.unwrap());
        }
        assert_eq!(served[..2], [&b"large"[..], b"small"]);
    }

    #[tokio::test]
    async fn one_line_cannot_fill_the_queue() {
        let pool = Pool::with_lines("tags", 1, 8, 2, WAIT);
        let _place = pool.enter().await.unwrap();
        let wait_in = |line: &'static [u8]| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.enter_line(line).await.map(drop) })
        };
        let _first = [wait_in(b"a"), wait_in(b"a")];
        until_waiting(&pool, 2).await;
        assert!(pool.enter_line(b"a").await.is_err());
        let _other = wait_in(b"b");
        until_waiting(&pool, 3).await;
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_frees_its_place() {
        let pool = Pool::new("tags", 1, 0, WAIT);
        let place = pool.enter().await.unwrap();
        let status = place
            .run(|| panic!("bug"))
            .await
            .map(|((), _)| ())
            .unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(pool.enter().await.is_ok());
    }

    proptest::proptest! {
        /// However callers come, go and give up: no place is lost, and none is given twice.
        #[test]
        fn places_are_never_lost(places in 1usize..4, steps in proptest::collection::vec((0u8..4, 0u8..3), 1..60)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async {
                let pool = Pool::new("tags", places, 6, WAIT);
                let (mut held, mut waiting) = (Vec::new(), Vec::new());
                for (step, line) in steps {
                    match step {
                        0 | 1 => {
                            let pool = pool.clone();
                            waiting.push(tokio::spawn(async move { pool.enter_line(&[line]).await }));
                        }
                        2 => drop(held.pop()),
                        _ => if let Some(task) = waiting.pop() { task.abort() },
                    }
                    for _ in 0..8 { tokio::task::yield_now().await; }
                    for task in std::mem::take(&mut waiting) {
                        if task.is_finished() {
                            if let Ok(Ok(place)) = task.await { held.push(place); }
                        } else {
                            waiting.push(task);
                        }
                    }
                    assert!(held.len() <= places);
                    assert!(waiting.len() <= 6);
                    assert!(waiting.is_empty() || held.len() == places);
                }
                waiting.iter().for_each(tokio::task::JoinHandle::abort);
                for task in waiting { drop(task.await); }
                drop(held);
                let free = pool.0.lock().free;
                assert_eq!((free, pool.waiting()), (places, 0));
            });
        }
    }
}
