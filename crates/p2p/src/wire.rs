//! The headers of `/cess/fragment/1`.
//!
//! A header is a `u16` big-endian length and that many bytes of SCALE; bytes after the last field
//! are an error. One stream carries one transfer:
//!
//! * write: `Request::Write` → `WriteReply` → the bytes from the offset on → `WriteReply::Committed`;
//! * read: `Request::Read` → `ReadReply` → the bytes from the offset on.

use crate::Refusal;
use cess_primitives::Hash;
use codec::{Decode, DecodeAll, Encode};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use std::io;

/// Longest header, bytes.
pub(crate) const MAX_HEADER: usize = 256;

/// What a stream is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Request {
    /// The opener wants to write a fragment.
    #[codec(index = 0)]
    Write { fid: Hash, fragment: Hash, len: u64 },
    /// The opener wants the bytes of a fragment from `offset` on.
    #[codec(index = 1)]
    Read {
        fid: Hash,
        fragment: Hash,
        offset: u64,
    },
}

/// The receiver's answers to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum WriteReply {
    /// Send the bytes from this offset on.
    #[codec(index = 0)]
    Resume { offset: u64 },
    /// The fragment is durable.
    #[codec(index = 1)]
    Committed,
    /// No.
    #[codec(index = 2)]
    Refused(Refusal),
}

/// The holder's answer to a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum ReadReply {
    /// The fragment has this many bytes; those from the asked offset on follow.
    #[codec(index = 0)]
    Data { len: u64 },
    /// No.
    #[codec(index = 1)]
    Refused(Refusal),
}

/// Sends a header.
pub(crate) async fn send<W: AsyncWrite + Unpin>(
    stream: &mut W,
    header: &impl Encode,
) -> io::Result<()> {
    let body = header.encode();
    let len =
        u16::try_from(body.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut frame = Vec::with_capacity(2 + body.len());
    frame.extend_from_slice(&len.to_be_bytes());
    frame.extend_from_slice(&body);
    stream.write_all(&frame).await?;
    stream.flush().await
}

/// Receives a header; [`io::ErrorKind::InvalidData`] when it is too long or not one.
pub(crate) async fn receive<T: Decode, R: AsyncRead + Unpin>(stream: &mut R) -> io::Result<T> {
    let mut len = [0; 2];
    stream.read_exact(&mut len).await?;
    let len = usize::from(u16::from_be_bytes(len));
    if len > MAX_HEADER {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; len];
    stream.read_exact(&mut body).await?;
    T::decode_all(&mut &body[..]).map_err(|_| io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::io::Cursor;
    use proptest::prelude::*;

    fn round_trip<T: Encode + Decode + PartialEq + std::fmt::Debug>(header: T) {
        let mut wire = Vec::new();
        block_on(send(&mut wire, &header)).unwrap();
        assert!(wire.len() <= MAX_HEADER + 2);
        assert_eq!(
            block_on(receive::<T, _>(&mut Cursor::new(wire))).unwrap(),
            header
        );
    }

    fn hash() -> impl Strategy<Value = Hash> {
        any::<[u8; 32]>().prop_map(|digest| Hash::from_digest(&digest))
    }

    proptest! {
        #[test]
        fn headers_round_trip(fid in hash(), fragment in hash(), n in any::<u64>()) {
            round_trip(Request::Write { fid, fragment, len: n });
            round_trip(Request::Read { fid, fragment, offset: n });
            round_trip(WriteReply::Resume { offset: n });
            round_trip(WriteReply::Committed);
            round_trip(WriteReply::Refused(Refusal::WrongSize { expected: n }));
            round_trip(ReadReply::Data { len: n });
            round_trip(ReadReply::Refused(Refusal::NotFound));
        }

        #[test]
        fn arbitrary_bytes_are_a_header_or_an_error_but_never_a_panic(
            wire in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            let _ = block_on(receive::<Request, _>(&mut Cursor::new(&wire)));
            let _ = block_on(receive::<WriteReply, _>(&mut Cursor::new(&wire)));
            let _ = block_on(receive::<ReadReply, _>(&mut Cursor::new(&wire)));
        }

        #[test]
        fn trailing_bytes_are_refused(n in any::<u64>(), extra in proptest::collection::vec(any::<u8>(), 1..20)) {
            let mut body = WriteReply::Resume { offset: n }.encode();
            body.extend(extra);
            let mut wire = (body.len() as u16).to_be_bytes().to_vec();
            wire.extend(body);
            let answer = block_on(receive::<WriteReply, _>(&mut Cursor::new(wire)));
            prop_assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn a_header_that_claims_to_be_long_is_refused_before_it_is_read() {
        let wire = [0xff, 0xff, 0, 0];
        let answer = block_on(receive::<Request, _>(&mut Cursor::new(wire)));
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
