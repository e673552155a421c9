//! A network and a fragment store in memory, for tests: the real protocol over pipes.

use crate::transfer::{self, Budget};
use crate::transport::{get_over, put_over, Dial};
use crate::{
    Address, FragmentHandler, FragmentReader, FragmentSink, FragmentTransport, Identity, PeerBytes,
    Refusal, TransportError,
};
use async_trait::async_trait;
use bytes::Bytes;
use cess_primitives::Hash;
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

/// Bytes that a pipe holds: less than a fragment, so that tests meet partial transfers.
const PIPE: usize = 32 * 1024;
/// Largest fragment that a memory peer accepts, bytes.
const MAX_FRAGMENT: u64 = 8 << 20;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Peers that reach each other within one process.
#[derive(Clone, Default)]
pub struct MemoryNetwork {
    peers: Arc<Mutex<HashMap<PeerBytes, Arc<dyn FragmentHandler>>>>,
}

impl MemoryNetwork {
    /// An empty network.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a peer that serves `handler`; joining again with the same identity replaces it.
    pub fn join(&self, identity: Identity, handler: Arc<dyn FragmentHandler>) -> MemoryPeer {
        let own = identity.peer_id_bytes();
        lock(&self.peers).insert(own, handler);
        let address = match Address::new(identity.peer_id(), None) {
            Ok(address) => address,
            Err(_) => unreachable!("an identity is ed25519"),
        };
        MemoryPeer {
            network: self.clone(),
            own,
            address,
        }
    }

    /// Takes a peer off the network.
    pub fn leave(&self, peer: &PeerBytes) {
        lock(&self.peers).remove(peer);
    }
}

impl std::fmt::Debug for MemoryNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MemoryNetwork({} peers)", lock(&self.peers).len())
    }
}

/// One peer's view of a [`MemoryNetwork`].
#[derive(Clone, Debug)]
pub struct MemoryPeer {
    network: MemoryNetwork,
    own: PeerBytes,
    address: Address,
}

impl MemoryPeer {
    /// Where others reach this peer.
    pub fn address(&self) -> &Address {
        &self.address
    }
}

#[async_trait]
impl Dial for MemoryPeer {
    type Stream = Compat<DuplexStream>;

    async fn dial(&self, to: &Address) -> Result<Self::Stream, TransportError> {
        let handler = lock(&self.network.peers).get(&to.peer_id_bytes()).cloned();
        let handler = handler.ok_or_else(|| TransportError::Unreachable {
            peer: to.peer().to_string(),
            reason: "it is not on the network".into(),
        })?;
        let (ours, theirs) = tokio::io::duplex(PIPE);
        let (from, budget) = (self.own, Budget::new(self.step_timeout()));
        tokio::spawn(async move {
            let work = transfer::serve(
                theirs.compat(),
                from,
                handler.as_ref(),
                MAX_FRAGMENT,
                budget,
            );
            if let Err(error) = work.await {
                tracing::debug!(%error, "an incoming transfer broke off");
            }
        });
        Ok(ours.compat())
    }

    fn step_timeout(&self) -> Duration {
        Duration::from_secs(5)
    }
}

#[async_trait]
impl FragmentTransport for MemoryPeer {
    async fn put(
        &self,
        to: &Address,
        fid: Hash,
        fragment: Hash,
        data: Bytes,
    ) -> Result<(), TransportError> {
        put_over(self, to, fid, fragment, data).await
    }

    async fn get(
        &self,
        from: &Address,
        fid: Hash,
        fragment: Hash,
        max_len: u64,
    ) -> Result<Bytes, TransportError> {
        get_over(self, from, fid, fragment, max_len).await
    }
}

/// A handler that keeps fragments in memory and can be told to misbehave.
#[derive(Clone, Debug, Default)]
pub struct MemoryFragments {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    fragments: HashMap<Hash, Bytes>,
    partial: HashMap<Hash, Vec<u8>>,
    writing: HashSet<Hash>,
    resumed_at: Vec<u64>,
    refuse_writes: Option<Refusal>,
    refuse_reads: Option<Refusal>,
    cut_write_at: Option<u64>,
    cut_read_at: Option<u64>,
    full_at: Option<u64>,
}

impl MemoryFragments {
    /// A handler that accepts every fragment from everybody.
    pub fn accepting() -> Arc<Self> {
        Arc::default()
    }

    /// Puts a fragment in under any name, right or wrong.
    pub fn insert(&self, fragment: Hash, data: Bytes) {
        lock(&self.state).fragments.insert(fragment, data);
    }

    /// The fragment, if it is held.
    pub fn fragment(&self, fragment: &Hash) -> Option<Bytes> {
        lock(&self.state).fragments.get(fragment).cloned()
    }

    /// Refuses all writes from now on; `None` accepts them again.
    pub fn refuse_writes(&self, reason: Option<Refusal>) {
        lock(&self.state).refuse_writes = reason;
    }

    /// Refuses all reads from now on; `None` serves them again.
    pub fn refuse_reads(&self, reason: Option<Refusal>) {
        lock(&self.state).refuse_reads = reason;
    }

    /// Breaks the next write once that many bytes of the fragment have arrived.
    pub fn cut_next_write_at(&self, bytes: u64) {
        lock(&self.state).cut_write_at = Some(bytes);
    }

    /// Breaks the next read once that many bytes of the fragment were sent.
    pub fn cut_next_read_at(&self, bytes: u64) {
        lock(&self.state).cut_read_at = Some(bytes);
    }

    /// The disk is full once a fragment has that many bytes; `None` makes it endless again.
    pub fn full_at(&self, bytes: Option<u64>) {
        lock(&self.state).full_at = bytes;
    }

    /// The offsets at which writes were taken up so far, in order.
    pub fn resumed_at(&self) -> Vec<u64> {
        lock(&self.state).resumed_at.clone()
    }
}

#[async_trait]
impl FragmentHandler for MemoryFragments {
    async fn admit(
        &self,
        _: PeerBytes,
        _: Hash,
        fragment: Hash,
        len: u64,
    ) -> Result<Box<dyn FragmentSink>, Refusal> {
        let mut state = lock(&self.state);
        if let Some(refusal) = state.refuse_writes {
            return Err(refusal);
        }
        if !state.writing.insert(fragment) {
            return Err(Refusal::Busy);
        }
        let offset = match state.fragments.contains_key(&fragment) {
            true => len,
            false => state.partial.get(&fragment).map_or(0, |p| p.len() as u64),
        };
        state.resumed_at.push(offset);
        Ok(Box::new(MemorySink {
            store: self.clone(),
            fragment,
            offset,
        }))
    }

    async fn open(
        &self,
        _: PeerBytes,
        _: Hash,
        fragment: Hash,
    ) -> Result<Box<dyn FragmentReader>, Refusal> {
        let state = lock(&self.state);
        if let Some(refusal) = state.refuse_reads {
            return Err(refusal);
        }
        let data = state
            .fragments
            .get(&fragment)
            .cloned()
            .ok_or(Refusal::NotFound)?;
        Ok(Box::new(MemoryReader {
            store: self.clone(),
            data,
        }))
    }
}

struct MemorySink {
    store: MemoryFragments,
    fragment: Hash,
    offset: u64,
}

#[async_trait]
impl FragmentSink for MemorySink {
    fn resume_offset(&self) -> u64 {
        self.offset
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = lock(&self.store.state);
        let (cut, full) = (state.cut_write_at, state.full_at);
        let partial = state.partial.entry(self.fragment).or_default();
        partial.extend_from_slice(bytes);
        let have = partial.len() as u64;
        if full.is_some_and(|at| have > at) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        if cut.is_some_and(|at| have >= at) {
            state.cut_write_at = None;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), Refusal> {
        let mut state = lock(&self.store.state);
        if state.fragments.contains_key(&self.fragment) {
            return Ok(());
        }
        let data = state.partial.remove(&self.fragment).unwrap_or_default();
        if Hash::of(&data) != self.fragment {
            return Err(Refusal::WrongHash);
        }
        state.fragments.insert(self.fragment, data.into());
        Ok(())
    }
}

impl Drop for MemorySink {
    fn drop(&mut self) {
        lock(&self.store.state).writing.remove(&self.fragment);
    }
}

struct MemoryReader {
    store: MemoryFragments,
    data: Bytes,
}

#[async_trait]
impl FragmentReader for MemoryReader {
    fn len(&self) -> u64 {
        self.data.len() as u64
    }

    async fn read_at(&mut self, offset: u64, max: usize) -> io::Result<Bytes> {
        let mut state = lock(&self.store.state);
        if state.cut_read_at.is_some_and(|at| offset >= at) {
            state.cut_read_at = None;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
        let end = self.data.len().min(start.saturating_add(max));
        Ok(self.data.slice(start.min(end)..end))
    }
}
