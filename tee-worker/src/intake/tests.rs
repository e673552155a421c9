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
    send_to(intake, "/", body).await
}

async fn send_to(intake: &Intake, path: &str, body: Body) -> Code {
    let request = Request::builder().uri(path).body(body).unwrap();
    let answer = intake.layer(Reader).call(request).await;
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
        send(&intake, whole(message(1001))).await,
        Code::ResourceExhausted
    );
    let slow = tokio::spawn({
        let intake = intake.clone();
        async move { send(&intake, stuck(600)).await }
    });
    while intake.bytes.available_permits() > 405 {
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

/// Nothings in a proof: two bytes each.
fn nothings(count: usize) -> Vec<u8> {
    let content = [3 << 3 | 2, 0].repeat(count);
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[0][..], &length, &content].concat()
}

#[tokio::test]
async fn messages_are_counted_as_what_they_become() {
    const BYTES: usize = 64 << 20;
    const VERIFY: &str = "/podr2.Podr2VerifierApi/request_batch_verify";
    let intake = Intake::new(BYTES, 100, RECEIVE);
    // Together less than the bound as they come, and forty times as much when they are decoded.
    let flood = nothings(100_000);
    assert!(flood.len() * 20 < BYTES);
    let mut senders = Vec::new();
    for _ in 0..20 {
        let begun = stream::iter([Ok::<_, Status>(http_body::Frame::data(Bytes::from(
            flood.clone(),
        )))]);
        let never_ends = Body::new(StreamBody::new(begun.chain(stream::pending())));
        let intake = intake.clone();
        senders.push(tokio::spawn(async move {
            send_to(&intake, VERIFY, never_ends).await
        }));
        tokio::task::yield_now().await;
    }
    let some_refused = async {
        while !senders.iter().any(|sender| sender.is_finished()) {
            tokio::task::yield_now().await;
        }
    };
    let patience = Duration::from_secs(60);
    let waited = tokio::time::timeout(patience, some_refused).await;
    waited.expect("the bytes of some do not fit");
    let refused = senders.iter().filter(|sender| sender.is_finished()).count();
    let held = BYTES - intake.bytes.available_permits();
    let received = senders.len() - refused;
    let decoded = crate::testing::memory::peak(|| {
        use prost::Message;
        cess_tee_api::podr2::RequestBatchVerify::decode(&flood[5..]).unwrap()
    });
    assert!(
        received * (flood.len() + decoded) <= held,
        "{received} messages, {held} bytes"
    );
    for sender in senders {
        sender.abort();
        let _ = sender.await;
    }
    assert_eq!(intake.bytes.available_permits(), BYTES);
}

#[tokio::test]
async fn whoever_is_slow_makes_room_for_others() {
    let intake = Intake {
        grace: Duration::ZERO,
        ..Intake::new(1000, 10, RECEIVE)
    };
    let slow: Vec<_> = (0..3)
        .map(|_| {
            let intake = intake.clone();
            tokio::spawn(async move { send(&intake, stuck(300)).await })
        })
        .collect();
    while intake.bytes.available_permits() > 100 + 3 * 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(send(&intake, whole(message(600))).await, Code::Ok);
    let two_dropped = async {
        while slow[..2].iter().any(|sender| !sender.is_finished()) {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), two_dropped).await;
    waited.expect("the two oldest make room");
    assert!(!slow[2].is_finished(), "no more than needed");
    for sender in slow {
        sender.abort();
        let _ = sender.await;
    }
    assert_eq!(intake.bytes.available_permits(), 1000);
}

#[tokio::test]
async fn a_message_that_is_there_but_whose_body_never_ends_is_dropped() {
    let intake = Intake::new(1000, 10, Duration::from_millis(20));
    let begun = stream::iter([Ok::<_, Status>(http_body::Frame::data(Bytes::from(
        message(10),
    )))]);
    let body = Body::new(StreamBody::new(begun.chain(stream::pending())));
    assert_eq!(send(&intake, body).await, Code::DeadlineExceeded);
    assert_eq!(intake.bytes.available_permits(), 1000);
}
