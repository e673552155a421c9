//! A running libp2p node.

use crate::limits::TransferLimits;
use crate::swarm::{self, Command};
use crate::transfer::{self, Budget};
use crate::transport::{get_over, put_over, Dial};
use crate::{peer_bytes, Address, FragmentHandler, FragmentTransport, Identity, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use cess_primitives::Hash;
use futures::StreamExt;
use libp2p::{PeerId, Stream, StreamProtocol};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// The name of the fragment protocol.
pub(crate) const FRAGMENT_PROTOCOL: StreamProtocol = StreamProtocol::new("/cess/fragment/1");

/// How a node is set up; [`NodeConfig::new`] fills in sensible limits.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// Who the node is.
    pub identity: Identity,
    /// Where it listens (TCP); port 0 picks a free one.
    pub listen: SocketAddr,
    /// Nodes that are asked for peers whose way is not known.
    pub bootstrap: Vec<Address>,
    /// Connections in all.
    pub max_connections: u32,
    /// Connections with one peer.
    pub max_connections_per_peer: u32,
    /// Transfers that are served at a time.
    pub max_transfers: usize,
    /// Transfers that are served to one peer at a time.
    pub max_transfers_per_peer: usize,
    /// Largest fragment that is accepted, bytes.
    pub max_fragment: u64,
    /// A connection without transfers is closed after this time.
    pub idle_timeout: Duration,
    /// A step of a transfer (a header, 64 KiB, the commit) and a dial may take this long.
    pub step_timeout: Duration,
}

impl NodeConfig {
    /// Limits for a role with about a hundred peers and fragments of at most 8 MiB.
    pub fn new(identity: Identity, listen: SocketAddr) -> Self {
        Self {
            identity,
            listen,
            bootstrap: Vec::new(),
            max_connections: 256,
            max_connections_per_peer: 4,
            max_transfers: 32,
            max_transfers_per_peer: 16,
            max_fragment: 8 << 20,
            idle_timeout: Duration::from_secs(60),
            step_timeout: Duration::from_secs(10),
        }
    }
}

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum P2pError {
    /// The transport (TCP, Noise, Yamux) could not be set up.
    #[error("cannot set up the libp2p transport: {0}")]
    Setup(String),
    /// The address is taken or not ours.
    #[error("cannot listen on {listen}: {reason}; is another process using the port?")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        reason: String,
    },
}

/// A running node. Clones are the same node; it stops when the last one is dropped, or with
/// [`Node::shutdown`].
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    commands: mpsc::Sender<Command>,
    streams: libp2p_stream::Control,
    step_timeout: Duration,
    stop: CancellationToken,
    main: Mutex<Option<JoinHandle<()>>>,
    _guard: DropGuard,
}

impl Node {
    /// Starts a node and returns once it listens. Must run inside a tokio runtime.
    pub async fn start(
        config: NodeConfig,
        handler: Arc<dyn FragmentHandler>,
    ) -> Result<Self, P2pError> {
        let stop = CancellationToken::new();
        let (commands, inbox) = mpsc::channel(64);
        let (driver, address) = swarm::Driver::listen(&config, inbox).await?;
        let mut streams = driver.stream_control();
        let incoming = streams
            .accept(FRAGMENT_PROTOCOL)
            .map_err(|e| P2pError::Setup(e.to_string()))?;
        let serve = serve_streams(incoming, handler, config.clone(), stop.clone());
        let main = tokio::spawn({
            let stop = stop.clone();
            async move {
                tokio::join!(driver.run(stop), serve);
            }
        });
        tracing::info!(%address, "p2p node listens");
        Ok(Self {
            inner: Arc::new(Inner {
                address,
                commands,
                streams,
                step_timeout: config.step_timeout,
                _guard: stop.clone().drop_guard(),
                stop,
                main: Mutex::new(Some(main)),
            }),
        })
    }

    /// Where others reach this node, ending in `/p2p/<peer id>`.
    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// The node's peer id as the chain keeps it.
    pub fn peer_id_bytes(&self) -> crate::PeerBytes {
        self.inner.address.peer_id_bytes()
    }

    /// Tells the Kademlia table where a peer is; addresses without a way are ignored.
    pub async fn add_address(&self, address: Address) {
        // A closed channel means that the node is shut down: nothing to learn any more.
        let _ = self.inner.commands.send(Command::AddAddress(address)).await;
    }

    /// The peers that are connected now.
    pub async fn connected_peers(&self) -> Vec<PeerId> {
        let (reply, answer) = oneshot::channel();
        if self
            .inner
            .commands
            .send(Command::ConnectedPeers(reply))
            .await
            .is_err()
        {
            return Vec::new();
        }
        answer.await.unwrap_or_default()
    }

    /// Stops the node; returns when its port is free.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        let main = self
            .inner
            .main
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(main) = main {
            if let Err(error) = main.await {
                tracing::error!(%error, "the p2p node ended badly");
            }
        }
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node")
            .field("address", &self.inner.address)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Dial for Node {
    type Stream = Stream;

    async fn dial(&self, to: &Address) -> Result<Stream, TransportError> {
        let unreachable = |reason: String| TransportError::Unreachable {
            peer: to.peer().to_string(),
            reason,
        };
        let (reply, connected) = oneshot::channel();
        let connect = Command::Connect {
            address: to.clone(),
            reply,
        };
        self.inner
            .commands
            .send(connect)
            .await
            .map_err(|_| TransportError::Closed)?;
        match tokio::time::timeout(self.inner.step_timeout, connected).await {
            Ok(Ok(result)) => result.map_err(unreachable)?,
            Ok(Err(_)) => return Err(TransportError::Closed),
            Err(_) => return Err(unreachable("the connection was not made in time".into())),
        }
        let mut streams = self.inner.streams.clone();
        let open = streams.open_stream(to.peer(), FRAGMENT_PROTOCOL);
        match tokio::time::timeout(self.inner.step_timeout, open).await {
            Ok(result) => result.map_err(|e| unreachable(e.to_string())),
            Err(_) => Err(unreachable("the peer opened no stream in time".into())),
        }
    }

    fn step_timeout(&self) -> Duration {
        self.inner.step_timeout
    }
}

#[async_trait]
impl FragmentTransport for Node {
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

/// Serves incoming streams until the node stops; each in a task of its own, within the limits.
async fn serve_streams(
    mut incoming: libp2p_stream::IncomingStreams,
    handler: Arc<dyn FragmentHandler>,
    config: NodeConfig,
    stop: CancellationToken,
) {
    let limits = TransferLimits::new(config.max_transfers, config.max_transfers_per_peer);
    // Those that are turned away need a moment too; beyond this many, streams are just dropped.
    let turned_away = TransferLimits::new(config.max_transfers, config.max_transfers_per_peer);
    let budget = Budget::new(config.step_timeout);
    let tasks = TaskTracker::new();
    loop {
        let (peer, stream) = tokio::select! {
            () = stop.cancelled() => break,
            next = incoming.next() => match next {
                Some(next) => next,
                None => break,
            },
        };
        let Some(from) = peer_bytes(&peer) else {
            continue;
        };
        let (handler, stop) = (Arc::clone(&handler), stop.clone());
        if let Some(place) = limits.enter(from) {
            tasks.spawn(async move {
                let _place = place;
                let work =
                    transfer::serve(stream, from, handler.as_ref(), config.max_fragment, budget);
                tokio::select! {
                    () = stop.cancelled() => {}
                    result = work => if let Err(error) = result {
                        tracing::debug!(%peer, %error, "an incoming transfer broke off");
                    }
                }
            });
        } else if let Some(place) = turned_away.enter(from) {
            tasks.spawn(async move {
                let _place = place;
                let work = transfer::turn_away(stream, budget);
                tokio::select! {
                    () = stop.cancelled() => {}
                    result = work => if let Err(error) = result {
                        tracing::debug!(%peer, %error, "a stream that was turned away broke off");
                    }
                }
            });
        }
    }
    tasks.close();
    tasks.wait().await;
}
