//! What a node does with the requests of others.

use async_trait::async_trait;
use bytes::Bytes;
use cess_primitives::oss::PeerId as PeerBytes;
use cess_primitives::Hash;
use codec::{Decode, Encode};
use std::io;

/// Why a node does not do what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The node does not hold the fragment.
    #[error("the peer does not hold this fragment")]
    #[codec(index = 0)]
    NotFound,
    /// Somebody else may write this fragment, not the asking peer.
    #[error("the peer accepts this fragment from the deal's operator only")]
    #[codec(index = 1)]
    NotAuthorised,
    /// The chain knows no such deal (any more).
    #[error("the peer finds no such deal on the chain")]
    #[codec(index = 2)]
    UnknownDeal,
    /// The deal does not list the fragment.
    #[error("the deal does not list this fragment")]
    #[codec(index = 3)]
    NotInDeal,
    /// Fragments have another size.
    #[error("a fragment has {expected} bytes")]
    #[codec(index = 4)]
    WrongSize {
        /// Bytes of a fragment.
        expected: u64,
    },
    /// The bytes are not the fragment's; what was received is dropped.
    #[error("the bytes do not have the fragment's hash")]
    #[codec(index = 5)]
    WrongHash,
    /// Too much is going on; try again later.
    #[error("the peer is busy; try again later")]
    #[codec(index = 6)]
    Busy,
    /// The disk is full, or all promised space is in use.
    #[error("the peer has no space left")]
    #[codec(index = 7)]
    NoSpace,
    /// The node cannot ask its chain; try again later.
    #[error("the peer cannot reach its chain; try again later")]
    #[codec(index = 8)]
    ChainUnavailable,
    /// The node reads no request of this kind or content.
    #[error("the peer does not understand the request")]
    #[codec(index = 9)]
    BadRequest,
    /// The node failed.
    #[error("the peer failed to handle the request")]
    #[codec(index = 10)]
    Internal,
    /// The node takes no fragments for now: it starts up, or its account may not store.
    #[error("the peer is not ready to hold fragments")]
    #[codec(index = 11)]
    NotReady,
    /// The node holds another column of this deal, and one is all that it may hold.
    #[error("the peer holds another column of this deal")]
    #[codec(index = 12)]
    OtherColumn,
}

impl Refusal {
    /// Whether the same request may succeed a little later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::ChainUnavailable | Self::Internal | Self::NotReady
        )
    }
}

/// Serves the fragment protocol: one implementation for each role.
#[async_trait]
pub trait FragmentHandler: Send + Sync + 'static {
    /// Whether `from` may write this fragment of `len` bytes.
    ///
    /// The sink that is returned is the only one for this fragment as long as it lives (answer
    /// [`Refusal::Busy`] to a second writer), and continues what an earlier, broken transfer left.
    async fn admit(
        &self,
        from: PeerBytes,
        fid: Hash,
        fragment: Hash,
        len: u64,
    ) -> Result<Box<dyn FragmentSink>, Refusal>;

    /// Opens a fragment for `from` to read.
    async fn open(
        &self,
        from: PeerBytes,
        fid: Hash,
        fragment: Hash,
    ) -> Result<Box<dyn FragmentReader>, Refusal>;
}

/// Receives the bytes of one fragment. Dropping it before the commit keeps what was received.
#[async_trait]
pub trait FragmentSink: Send {
    /// Bytes that are here already; the sender continues behind them.
    fn resume_offset(&self) -> u64;

    /// Appends bytes. [`io::ErrorKind::StorageFull`] refuses the fragment with
    /// [`Refusal::NoSpace`], every other error breaks the stream so that the sender tries again.
    async fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// All bytes are here: checks the hash and makes the fragment durable. On
    /// [`Refusal::WrongHash`] the received bytes are forgotten.
    async fn commit(self: Box<Self>) -> Result<(), Refusal>;
}

/// Reads one fragment.
#[async_trait]
#[allow(clippy::len_without_is_empty)]
pub trait FragmentReader: Send {
    /// Bytes of the whole fragment.
    fn len(&self) -> u64;

    /// Between one and `max` bytes from `offset < len()` on. An error breaks the stream.
    async fn read_at(&mut self, offset: u64, max: usize) -> io::Result<Bytes>;
}

/// A handler that holds nothing and accepts nothing, for nodes that only send and fetch.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServesNothing;

#[async_trait]
impl FragmentHandler for ServesNothing {
    async fn admit(
        &self,
        _: PeerBytes,
        _: Hash,
        _: Hash,
        _: u64,
    ) -> Result<Box<dyn FragmentSink>, Refusal> {
        Err(Refusal::NotAuthorised)
    }

    async fn open(
        &self,
        _: PeerBytes,
        _: Hash,
        _: Hash,
    ) -> Result<Box<dyn FragmentReader>, Refusal> {
        Err(Refusal::NotFound)
    }
}
