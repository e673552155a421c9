//! How much a worker takes in at once, whoever sends it.
//!
//! A message is read whole before its sender can be checked, and may have [`MAX_MESSAGE`] bytes. So
//! the bytes of all messages that are being received or answered are counted together, over all
//! connections: what goes beyond is refused with "busy, retry after", and who sends too slowly
//! loses his turn. Messages of a stream are counted one by one, until the next one begins.
//!
//! [`MAX_MESSAGE`]: cess_tee_api::MAX_MESSAGE

use axum::http::{Request, Response};
use bytes::Bytes;
use cess_tee_api::busy;
use futures::{future, stream, Stream, StreamExt};
use http_body_util::{BodyStream, StreamBody};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{timeout_at, Instant},
};
use tonic::{body::Body, Status};
use tower::{Layer, Service};

/// Bytes of all messages in memory: one of the largest, and many small ones. Decoded they may take forty
/// times as much, when they consist of empty parts.
const BYTES: usize = 128 << 20;
/// Requests and streams that are open.
const REQUESTS: usize = 1024;
/// A message is complete so long after it began.
const RECEIVE: Duration = Duration::from_secs(60);
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// A gRPC message begins with a flag and its length.
const HEAD: usize = 5;

/// The bounds, shared by all connections of a server.
#[derive(Clone)]
pub struct Intake {
    bytes: Arc<Semaphore>,
    requests: Arc<Semaphore>,
    receive: Duration,
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
        }
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
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *held {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
    }

    fn release(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Counts what one body brings.
struct Meter {
    intake: Intake,
    held: Held,
    framing: Framing,
    /// When the message that is being received must be complete.
    deadline: Option<Instant>,
    _open: OwnedSemaphorePermit,
}

impl Meter {
    fn admit(&mut self, data: &Bytes) -> Result<(), Status> {
        if self.framing.follow(data) {
            self.held.release();
        }
        let now = Instant::now();
        self.deadline = match (self.framing.in_message(), self.deadline) {
            (true, None) => Some(now + self.intake.receive),
            (true, deadline) => deadline,
            (false, _) => None,
        };
        let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let more = Arc::clone(&self.intake.bytes).try_acquire_many_owned(length);
        self.held
            .add(more.map_err(|_| busy("messages", RETRY_AFTER))?);
        Ok(())
    }
}

/// The frames of a body, until one goes beyond the bounds.
fn metered(
    body: Body,
    meter: Meter,
) -> impl Stream<Item = Result<http_body::Frame<Bytes>, Status>> {
    stream::unfold(Some((BodyStream::new(body), meter)), |state| async {
        let (mut body, mut meter) = state?;
        let next = match meter.deadline {
            Some(deadline) => match timeout_at(deadline, body.next()).await {
                Ok(next) => next,
                Err(_) => {
                    let late = Status::deadline_exceeded("the message did not arrive in time");
                    return Some((Err(late), None));
                }
            },
            None => body.next().await,
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

/// Where one message ends and the next begins.
#[derive(Default)]
struct Framing {
    head: Vec<u8>,
    left: u64,
}

impl Framing {
    /// Whether a message begins in these bytes.
    fn follow(&mut self, mut data: &[u8]) -> bool {
        let mut begins = false;
        while !data.is_empty() {
            if self.left > 0 {
                let taken = data
                    .len()
                    .min(usize::try_from(self.left).unwrap_or(usize::MAX));
                data = &data[taken..];
                self.left -= taken as u64;
                continue;
            }
            begins |= self.head.is_empty();
            let taken = data.len().min(HEAD - self.head.len());
            self.head.extend_from_slice(&data[..taken]);
            data = &data[taken..];
            if let [_, a, b, c, d] = self.head[..] {
                self.left = u32::from_be_bytes([a, b, c, d]).into();
                self.head.clear();
            }
        }
        begins
    }

    fn in_message(&self) -> bool {
        self.left > 0 || !self.head.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use tonic::Code;

    fn message(length: u32) -> Vec<u8> {
        let head = [&[0][..], &length.to_be_bytes()].concat();
        [head, vec![7; length as usize]].concat()
    }

    /// Answers when the whole body was read, or with what went wrong.
    #[derive(Clone)]
    struct Reader;

    impl Service<Request<Body>> for Reader {
        type Response = Response<Body>;
        type Error = std::convert::Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Self::Error>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request<Body>) -> Self::Future {
            Box::pin(async {
                let read = request.into_body().collect().await;
                Ok(read.map_or_else(|status| status.into_http(), |_| Response::default()))
            })
        }
    }

    async fn send(intake: &Intake, body: Body) -> Code {
        let answer = intake.layer(Reader).call(Request::new(body)).await;
        let Ok(answer) = answer;
        let status = answer.extensions().get::<Status>();
        status.map_or(Code::Ok, Status::code)
    }

    fn whole(bytes: Vec<u8>) -> Body {
        Body::new(http_body_util::Full::new(Bytes::from(bytes)))
    }

    /// A body that begins a message and never goes on.
    fn stuck(length: u32) -> Body {
        let start = message(length)[..length as usize].to_vec();
        let first = stream::iter([Ok::<_, Status>(http_body::Frame::data(Bytes::from(start)))]);
        Body::new(StreamBody::new(first.chain(stream::pending())))
    }

    #[tokio::test]
    async fn what_all_senders_send_together_is_bounded() {
        let intake = Intake::new(1000, 10, RECEIVE);
        assert_eq!(send(&intake, whole(message(900))).await, Code::Ok);
        assert_eq!(
            send(&intake, whole(message(1000))).await,
            Code::ResourceExhausted
        );
        let slow = tokio::spawn({
            let intake = intake.clone();
            async move { send(&intake, stuck(600)).await }
        });
        while intake.bytes.available_permits() > 400 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            send(&intake, whole(message(500))).await,
            Code::ResourceExhausted
        );
        slow.abort();
        let _ = slow.await;
        assert_eq!(send(&intake, whole(message(500))).await, Code::Ok);
        assert_eq!(intake.bytes.available_permits(), 1000);
    }

    #[tokio::test]
    async fn requests_that_are_open_are_bounded() {
        let intake = Intake::new(1000, 1, RECEIVE);
        let open = tokio::spawn({
            let intake = intake.clone();
            async move { send(&intake, stuck(10)).await }
        });
        while intake.requests.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            send(&intake, whole(message(1))).await,
            Code::ResourceExhausted
        );
        open.abort();
        let _ = open.await;
        assert_eq!(send(&intake, whole(message(1))).await, Code::Ok);
    }

    #[tokio::test]
    async fn who_sends_too_slowly_loses_his_turn() {
        let intake = Intake::new(1000, 10, Duration::from_millis(20));
        assert_eq!(send(&intake, stuck(10)).await, Code::DeadlineExceeded);
        let silent = Body::new(StreamBody::new(stream::pending::<
            Result<http_body::Frame<Bytes>, Status>,
        >()));
        assert_eq!(send(&intake, silent).await, Code::DeadlineExceeded);
        assert_eq!(intake.requests.available_permits(), 10);
    }

    #[tokio::test]
    async fn messages_of_a_stream_are_counted_one_by_one() {
        let intake = Intake::new(1000, 10, RECEIVE);
        let frames = std::iter::repeat_n(message(900), 5)
            .flat_map(|message| [message[..3].to_vec(), message[3..].to_vec()])
            .map(|bytes| Ok::<_, Status>(http_body::Frame::data(Bytes::from(bytes))));
        let body = Body::new(StreamBody::new(stream::iter(frames)));
        assert_eq!(send(&intake, body).await, Code::Ok);
    }

    proptest::proptest! {
        #[test]
        fn messages_are_told_apart_however_they_are_cut(
            lengths in proptest::collection::vec(0u32..40, 1..8), cut in 1usize..17,
        ) {
            let bytes: Vec<u8> = lengths.iter().flat_map(|length| message(*length)).collect();
            let mut framing = Framing::default();
            let begun = bytes.chunks(cut).filter(|data| framing.follow(data)).count();
            assert!(!framing.in_message());
            assert!(begun <= lengths.len());
            let mut single = Framing::default();
            let begun = bytes.iter().filter(|byte| single.follow(&[**byte])).count();
            assert_eq!(begun, lengths.len());
        }
    }
}
