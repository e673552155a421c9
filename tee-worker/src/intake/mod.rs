//! How much a worker takes in at once, whoever sends it.
//!
//! A message is read and decoded whole before its sender can be checked. So the memory of all
//! messages that are being received or answered is counted together, over all connections: their
//! bytes, and what these become when they are decoded ([`cost`]). What goes beyond is refused with
//! "busy, retry after". Messages of a stream are counted one by one, until the next one begins.
//!
//! Who sends too slowly loses his turn: when the time for a message is over, and when memory is short
//! and somebody else could use it, the oldest first. So strangers that begin messages and never
//! end them keep nobody waiting.

mod cost;
mod framing;

use axum::http::{Request, Response};
use bytes::Bytes;
use cess_tee_api::busy;
use cost::{Count, Schema};
use framing::{Framing, Part};
use futures::{future, stream, Stream, StreamExt};
use http_body_util::{BodyStream, StreamBody};
use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{timeout_at, Instant},
};
use tokio_util::sync::CancellationToken;
use tonic::{body::Body, Status};
use tower::{Layer, Service};

/// Memory of all messages: the largest takes 300 MiB, one with a fragment of 8 MiB 24 MiB.
const BYTES: usize = 512 << 20;
/// Requests and streams that are open.
const REQUESTS: usize = 1024;
/// A message is complete so long after it began.
const RECEIVE: Duration = Duration::from_secs(60);
/// For so long nobody else can have the memory of a message that comes in.
const GRACE: Duration = Duration::from_secs(1);
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The bounds, shared by all connections of a server.
#[derive(Clone)]
pub struct Intake {
    bytes: Arc<Semaphore>,
    requests: Arc<Semaphore>,
    receive: Duration,
    grace: Duration,
    incomplete: Arc<Mutex<Incomplete>>,
}

/// Messages that are being received, the oldest first.
#[derive(Default)]
struct Incomplete {
    begun: u64,
    messages: BTreeMap<u64, Arrival>,
}

/// A message that is being received.
struct Arrival {
    since: Instant,
    held: Held,
    dropped: CancellationToken,
}

impl Default for Intake {
    fn default() -> Self {
        Self::new(BYTES, REQUESTS, RECEIVE)
    }
}

impl Intake {
    /// So many bytes and requests at once, and so long for each message.
    pub fn new(bytes: usize, requests: usize, receive: Duration) -> Self {
        Self {
            bytes: Arc::new(Semaphore::new(bytes)),
            requests: Arc::new(Semaphore::new(requests)),
            receive,
            grace: GRACE,
            incomplete: Arc::default(),
        }
    }

    /// Memory for a message, if need be that of slower ones.
    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Status> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        loop {
            match Arc::clone(&self.bytes).try_acquire_many_owned(bytes) {
                Ok(taken) => return Ok(taken),
                Err(_) if self.drop_slowest() => {}
                Err(_) => return Err(busy("messages", RETRY_AFTER)),
            }
        }
    }

    fn drop_slowest(&self) -> bool {
        let mut incomplete = lock(&self.incomplete);
        let Some(oldest) = incomplete.messages.first_entry() else {
            return false;
        };
        let is_slow = oldest.get().since.elapsed() >= self.grace;
        if is_slow {
            let slow = oldest.remove();
            slow.dropped.cancel();
            slow.held.release();
        }
        is_slow
    }
}

impl<S> Layer<S> for Intake {
    type Service = Bounded<S>;

    fn layer(&self, inner: S) -> Bounded<S> {
        Bounded {
            inner,
            intake: self.clone(),
        }
    }
}

/// A service behind an [`Intake`].
#[derive(Clone)]
pub struct Bounded<S> {
    inner: S,
    intake: Intake,
}

impl<S> Service<Request<Body>> for Bounded<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Ok(open) = Arc::clone(&self.intake.requests).try_acquire_owned() else {
            return Box::pin(future::ready(Ok(busy("requests", RETRY_AFTER).into_http())));
        };
        let held = Held::default();
        let meter = Meter {
            intake: self.intake.clone(),
            held: held.clone(),
            framing: Framing::default(),
            streams: Schema::get().streams(request.uri().path()),
            path: request.uri().path().to_owned(),
            count: None,
            arrival: None,
            dropped: CancellationToken::new(),
            deadline: Some(Instant::now() + self.intake.receive),
            _open: open,
        };
        let (head, body) = request.into_parts();
        let body = Body::new(StreamBody::new(metered(body, meter)));
        let answer = self.inner.call(Request::from_parts(head, body));
        Box::pin(async move {
            let answer = answer.await;
            // The handler of a single message is done with it; a stream's body goes on counting.
            held.release();
            answer
        })
    }
}

/// Bytes that are counted for a message.
#[derive(Clone, Default)]
struct Held(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Held {
    fn add(&self, more: OwnedSemaphorePermit) {
        match &mut *lock(&self.0) {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
    }

    fn release(&self) {
        *lock(&self.0) = None;
    }
}

/// Counts what one body brings.
struct Meter {
    intake: Intake,
    held: Held,
    framing: Framing,
    path: String,
    /// There may be several messages.
    streams: bool,
    /// What the message takes decoded; `None` for a method that there is not.
    count: Option<Count>,
    /// The message that is being received.
    arrival: Option<u64>,
    /// The memory was given to somebody else.
    dropped: CancellationToken,
    /// When the message that is being received must be complete.
    deadline: Option<Instant>,
    _open: OwnedSemaphorePermit,
}

impl Meter {
    fn admit(&mut self, mut data: &[u8]) -> Result<(), Status> {
        while let Some(part) = self.framing.next(&mut data) {
            match part {
                Part::Begin => self.begin(),
                Part::Content(content) => {
                    let decoded = self.count.as_mut().map_or(0, |count| count.follow(content));
                    let taken = self.intake.take(content.len().saturating_add(decoded))?;
                    self.held.add(taken);
                }
            }
            // A single message is there when its body has ended, for which its handler waits.
            if self.streams && !self.framing.in_message() {
                self.end();
            }
        }
        match self.dropped.is_cancelled() {
            true => Err(busy("messages", RETRY_AFTER)),
            false => Ok(()),
        }
    }

    fn begin(&mut self) {
        if self.arrival.is_some() {
            self.end();
        }
        self.held.release();
        self.count = Schema::get().count(&self.path);
        let since = Instant::now();
        self.deadline.get_or_insert(since + self.intake.receive);
        let mut incomplete = lock(&self.intake.incomplete);
        incomplete.begun += 1;
        let arrival = incomplete.begun;
        incomplete.messages.insert(
            arrival,
            Arrival {
                since,
                held: self.held.clone(),
                dropped: self.dropped.clone(),
            },
        );
        self.arrival = Some(arrival);
    }

    fn end(&mut self) {
        self.deadline = None;
        if let Some(arrival) = self.arrival.take() {
            lock(&self.intake.incomplete).messages.remove(&arrival);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.end();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The frames of a body, until one goes beyond the bounds.
fn metered(
    body: Body,
    meter: Meter,
) -> impl Stream<Item = Result<http_body::Frame<Bytes>, Status>> {
    stream::unfold(Some((BodyStream::new(body), meter)), |state| async {
        let (mut body, mut meter) = state?;
        let frame = async {
            match meter.deadline {
                Some(deadline) => timeout_at(deadline, body.next()).await,
                None => Ok(body.next().await),
            }
        };
        let next = tokio::select! {
            () = meter.dropped.cancelled() => Err(busy("messages", RETRY_AFTER)),
            next = frame => {
                next.map_err(|_| Status::deadline_exceeded("the message did not arrive in time"))
            }
        };
        let next = match next {
            Ok(next) => next,
            Err(status) => return Some((Err(status), None)),
        };
        let frame = match next? {
            Ok(frame) => frame,
            Err(status) => return Some((Err(status), None)),
        };
        let admitted = frame.data_ref().map_or(Ok(()), |data| meter.admit(data));
        match admitted {
            Ok(()) => Some((Ok(frame), Some((body, meter)))),
            Err(status) => Some((Err(status), None)),
        }
    })
}

#[cfg(test)]
mod tests;
