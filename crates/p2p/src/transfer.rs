//! The fragment protocol over one stream, both ends of it.

use crate::transport::TransportError;
use crate::wire::{self, ReadReply, Request, WriteReply};
use crate::{FragmentHandler, Refusal};
use bytes::Bytes;
use cess_primitives::oss::PeerId as PeerBytes;
use cess_primitives::Hash;
use futures::future::{select, Either};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use std::future::Future;
use std::io;
use std::time::Duration;

/// Bytes that are moved in one step: all that a transfer buffers.
const CHUNK: usize = 64 * 1024;
/// A transfer slower than this, bytes per second, gives up its place.
const LEAST_RATE: u64 = 32 * 1024;

/// How long a transfer may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// One step: a header, a chunk, the receiver's commit.
    step: Duration,
}

impl Budget {
    pub(crate) fn new(step: Duration) -> Self {
        Self { step }
    }

    /// Limits one step.
    async fn step<T>(&self, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        match tokio::time::timeout(self.step, work).await {
            Ok(result) => result,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    /// Limits a whole transfer of `len` bytes.
    async fn whole<T>(&self, len: u64, work: impl Future<Output = T>) -> Result<T, io::Error> {
        let limit = self.step + Duration::from_secs(len / LEAST_RATE);
        tokio::time::timeout(limit, work)
            .await
            .map_err(|_| io::ErrorKind::TimedOut.into())
    }
}

fn broken(at: u64, error: io::Error) -> TransportError {
    match error.kind() {
        io::ErrorKind::InvalidData => TransportError::Protocol,
        _ => TransportError::Interrupted {
            at,
            reason: error.to_string(),
        },
    }
}

/// Writes `data` to the peer at the other end.
pub(crate) async fn put<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    fid: Hash,
    fragment: Hash,
    data: &Bytes,
    budget: Budget,
) -> Result<(), TransportError> {
    let len = data.len() as u64;
    let ask = async {
        wire::send(&mut stream, &Request::Write { fid, fragment, len }).await?;
        wire::receive::<WriteReply, _>(&mut stream).await
    };
    let offset = match budget.step(ask).await.map_err(|e| broken(0, e))? {
        WriteReply::Resume { offset } if offset <= len => offset,
        WriteReply::Refused(refusal) => return Err(refusal.into()),
        _ => return Err(TransportError::Protocol),
    };
    let (mut from_peer, mut to_peer) = stream.split();
    let send = Box::pin(async {
        for chunk in data[offset as usize..].chunks(CHUNK) {
            budget.step(to_peer.write_all(chunk)).await?;
        }
        budget.step(to_peer.flush()).await
    });
    // The receiver may refuse while we are still sending: listen all the time.
    let answer = Box::pin(wire::receive::<WriteReply, _>(&mut from_peer));
    let answer = match select(send, answer).await {
        Either::Left((Ok(()), answer)) => budget.step(answer).await,
        // A receiver that refuses in the middle closes its side: its reason is on the way.
        Either::Left((Err(error), answer)) => budget.step(answer).await.map_err(|_| error),
        Either::Right((answer, _)) => answer,
    };
    match answer.map_err(|e| broken(offset, e))? {
        WriteReply::Committed => Ok(()),
        WriteReply::Refused(refusal) => Err(refusal.into()),
        WriteReply::Resume { .. } => Err(TransportError::Protocol),
    }
}

/// Reads the rest of a fragment of which `received` is already here.
pub(crate) async fn get<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    fid: Hash,
    fragment: Hash,
    max_len: u64,
    received: &mut Vec<u8>,
    budget: Budget,
) -> Result<(), TransportError> {
    let offset = received.len() as u64;
    let ask = async {
        wire::send(
            &mut stream,
            &Request::Read {
                fid,
                fragment,
                offset,
            },
        )
        .await?;
        wire::receive::<ReadReply, _>(&mut stream).await
    };
    let len = match budget.step(ask).await.map_err(|e| broken(offset, e))? {
        ReadReply::Data { len } if len > max_len => {
            return Err(TransportError::TooLarge { len, max: max_len });
        }
        ReadReply::Data { len } if len < offset => return Err(TransportError::Protocol),
        ReadReply::Data { len } => len,
        ReadReply::Refused(refusal) => return Err(refusal.into()),
    };
    let mut chunk = vec![0; CHUNK];
    let body = async {
        while (received.len() as u64) < len {
            let want = CHUNK.min((len - received.len() as u64) as usize);
            let n = budget.step(stream.read(&mut chunk[..want])).await?;
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            received.extend_from_slice(&chunk[..n]);
        }
        Ok(())
    };
    let result = budget.whole(len - offset, body).await.and_then(|r| r);
    result.map_err(|e| broken(received.len() as u64, e))
}

/// Handles the one request that comes in on `stream`; an error says why the stream is dropped.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    from: PeerBytes,
    handler: &dyn FragmentHandler,
    max_len: u64,
    budget: Budget,
) -> io::Result<()> {
    match budget
        .step(wire::receive::<Request, _>(&mut stream))
        .await?
    {
        Request::Write { fid, fragment, len } => {
            let accept = accept(
                &mut stream,
                from,
                handler,
                (fid, fragment, len),
                max_len,
                budget,
            );
            if let Err(refusal) = budget.whole(len.min(max_len), accept).await?? {
                budget
                    .step(wire::send(&mut stream, &WriteReply::Refused(refusal)))
                    .await?;
            }
        }
        Request::Read {
            fid,
            fragment,
            offset,
        } => {
            if fid.validate().is_err() || fragment.validate().is_err() {
                let answer = ReadReply::Refused(Refusal::BadRequest);
                return budget.step(wire::send(&mut stream, &answer)).await;
            }
            let mut reader = match handler.open(from, fid, fragment).await {
                Ok(reader) if offset <= reader.len() => reader,
                Ok(_) => return refuse_read(&mut stream, Refusal::BadRequest, budget).await,
                Err(refusal) => return refuse_read(&mut stream, refusal, budget).await,
            };
            let len = reader.len();
            let body = async {
                wire::send(&mut stream, &ReadReply::Data { len }).await?;
                let mut at = offset;
                while at < len {
                    let want = CHUNK.min(usize::try_from(len - at).unwrap_or(CHUNK));
                    let bytes = reader.read_at(at, want).await?;
                    if bytes.is_empty() || bytes.len() > want {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    budget.step(stream.write_all(&bytes)).await?;
                    at += bytes.len() as u64;
                }
                stream.flush().await
            };
            budget.whole(len - offset, body).await??;
        }
    }
    budget.step(stream.close()).await
}

/// Tells the opener of a stream that there is no room for its request.
pub(crate) async fn turn_away<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    budget: Budget,
) -> io::Result<()> {
    match budget
        .step(wire::receive::<Request, _>(&mut stream))
        .await?
    {
        Request::Write { .. } => {
            budget
                .step(wire::send(&mut stream, &WriteReply::Refused(Refusal::Busy)))
                .await?;
        }
        Request::Read { .. } => refuse_read(&mut stream, Refusal::Busy, budget).await?,
    }
    budget.step(stream.close()).await
}

async fn refuse_read<S: AsyncWrite + Unpin>(
    stream: &mut S,
    refusal: Refusal,
    budget: Budget,
) -> io::Result<()> {
    budget
        .step(wire::send(stream, &ReadReply::Refused(refusal)))
        .await?;
    budget.step(stream.close()).await
}

/// Receives a fragment. The outer error breaks the stream, the inner one is told to the sender.
async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    from: PeerBytes,
    handler: &dyn FragmentHandler,
    (fid, fragment, len): (Hash, Hash, u64),
    max_len: u64,
    budget: Budget,
) -> io::Result<Result<(), Refusal>> {
    if fid.validate().is_err() || fragment.validate().is_err() {
        return Ok(Err(Refusal::BadRequest));
    }
    if len > max_len {
        return Ok(Err(Refusal::WrongSize { expected: max_len }));
    }
    let mut sink = match handler.admit(from, fid, fragment, len).await {
        Ok(sink) => sink,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut at = sink.resume_offset().min(len);
    budget
        .step(wire::send(stream, &WriteReply::Resume { offset: at }))
        .await?;
    let mut chunk = vec![0; CHUNK];
    while at < len {
        let want = CHUNK.min(usize::try_from(len - at).unwrap_or(CHUNK));
        let n = budget.step(stream.read(&mut chunk[..want])).await?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match sink.write(&chunk[..n]).await {
            Ok(()) => at += n as u64,
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                return Ok(Err(Refusal::NoSpace))
            }
            Err(error) => return Err(error),
        }
    }
    match sink.commit().await {
        Ok(()) => budget
            .step(wire::send(stream, &WriteReply::Committed))
            .await
            .map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}
