//! Sending fragments to peers and fetching them.

use crate::transfer::{self, Budget};
use crate::{Address, Refusal};
use async_trait::async_trait;
use bytes::Bytes;
use cess_primitives::Hash;
use futures::{AsyncRead, AsyncWrite};
use std::time::Duration;

/// How often a broken transfer is taken up again before it is given up.
const ATTEMPTS: u32 = 4;

/// Moves fragments between peers.
#[async_trait]
pub trait FragmentTransport: Send + Sync {
    /// Writes a fragment to a peer; returns when the peer has checked it and made it durable.
    ///
    /// A transfer that breaks continues where the receiver stands, a few times. What is left when
    /// it fails stays with the receiver, so that a later `put` continues there.
    async fn put(
        &self,
        to: &Address,
        fid: Hash,
        fragment: Hash,
        data: Bytes,
    ) -> Result<(), TransportError>;

    /// Fetches a fragment of at most `max_len` bytes; what is returned has the fragment's hash.
    async fn get(
        &self,
        from: &Address,
        fid: Hash,
        fragment: Hash,
        max_len: u64,
    ) -> Result<Bytes, TransportError>;
}

/// Why a transfer failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The peer said no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// There is no connection to the peer and none can be made.
    #[error("peer {peer} cannot be reached: {reason}")]
    Unreachable {
        /// The peer.
        peer: String,
        /// What went wrong.
        reason: String,
    },
    /// The stream broke, repeatedly; a later try continues.
    #[error("the transfer broke off after {at} bytes: {reason}")]
    Interrupted {
        /// Bytes that have arrived.
        at: u64,
        /// What went wrong.
        reason: String,
    },
    /// The peer sent bytes that are not the fragment.
    #[error("the peer sent bytes that do not have the fragment's hash")]
    WrongHash,
    /// The fragment is larger than expected.
    #[error("the peer's fragment has {len} bytes, at most {max} were expected")]
    TooLarge {
        /// Bytes that the peer announced.
        len: u64,
        /// Bytes that were allowed.
        max: u64,
    },
    /// The peer does not keep to the protocol.
    #[error("the peer does not keep to the protocol")]
    Protocol,
    /// The own node was shut down.
    #[error("the node was shut down")]
    Closed,
}

impl TransportError {
    /// The peer does not hold the fragment.
    pub fn is_not_found(&self) -> bool {
        *self == Self::Refused(Refusal::NotFound)
    }

    /// Whether the same transfer with the same peer may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.is_transient(),
            Self::Unreachable { .. } | Self::Interrupted { .. } => true,
            _ => false,
        }
    }
}

/// Opens streams to peers; what a network has to bring along to move fragments.
#[async_trait]
pub(crate) trait Dial: Send + Sync {
    /// A stream that speaks the fragment protocol.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send;

    /// Connects if necessary and opens a stream.
    async fn dial(&self, to: &Address) -> Result<Self::Stream, TransportError>;

    /// How long one step may take.
    fn step_timeout(&self) -> Duration;
}

/// [`FragmentTransport::put`] over any network.
pub(crate) async fn put_over(
    network: &impl Dial,
    to: &Address,
    fid: Hash,
    fragment: Hash,
    data: Bytes,
) -> Result<(), TransportError> {
    let budget = Budget::new(network.step_timeout());
    let mut attempt = 1;
    loop {
        let result = match network.dial(to).await {
            Ok(stream) => transfer::put(stream, fid, fragment, &data, budget).await,
            Err(error) => return Err(error),
        };
        match result {
            Err(TransportError::Interrupted { at, reason }) if attempt < ATTEMPTS => {
                tracing::debug!(%fid, %fragment, peer = %to.peer(), at, reason, "put broke off, continuing");
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// [`FragmentTransport::get`] over any network.
pub(crate) async fn get_over(
    network: &impl Dial,
    from: &Address,
    fid: Hash,
    fragment: Hash,
    max_len: u64,
) -> Result<Bytes, TransportError> {
    let budget = Budget::new(network.step_timeout());
    let mut received = Vec::new();
    let mut attempt = 1;
    loop {
        let stream = network.dial(from).await?;
        match transfer::get(stream, fid, fragment, max_len, &mut received, budget).await {
            Ok(()) => break,
            Err(TransportError::Interrupted { at, reason }) if attempt < ATTEMPTS => {
                tracing::debug!(%fid, %fragment, peer = %from.peer(), at, reason, "get broke off, continuing");
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
    if Hash::of(&received) != fragment {
        return Err(TransportError::WrongHash);
    }
    Ok(received.into())
}
