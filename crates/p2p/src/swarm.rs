//! The swarm and its event loop.

use crate::node::{NodeConfig, P2pError};
use crate::Address;
use futures::StreamExt;
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::core::ConnectedPoint;
use libp2p::kad::{self, store::MemoryStore, Mode, QueryId, QueryResult};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{DialError, NetworkBehaviour, SwarmEvent};
use libp2p::{
    identify, noise, ping, tcp, yamux, Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder,
};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

const KAD_PROTOCOL: StreamProtocol = StreamProtocol::new("/cess/kad/1");
const IDENTIFY_PROTOCOL: &str = "/cess/id/1";
/// Streams that one connection may hold open.
const MAX_STREAMS: usize = 64;
/// Addresses that are believed of one peer's word about itself.
const MAX_ADDRESSES: usize = 8;
/// Callers that may wait for connections at a time.
const MAX_WAITING: usize = 1024;
/// How often the Kademlia table is refreshed; it also is whenever a peer is met.
const REFRESH: Duration = Duration::from_secs(300);

/// What the node's handle asks of the loop.
#[derive(Debug)]
pub(crate) enum Command {
    /// Be connected with a peer; the error is for people.
    Connect {
        address: Address,
        reply: oneshot::Sender<Result<(), String>>,
    },
    /// Remember where a peer is.
    AddAddress(Address),
    /// Say who is connected.
    ConnectedPeers(oneshot::Sender<Vec<PeerId>>),
}

#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    limits: connection_limits::Behaviour,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    kad: kad::Behaviour<MemoryStore>,
    streams: libp2p_stream::Behaviour,
}

/// Owns the swarm.
pub(crate) struct Driver {
    swarm: Swarm<Behaviour>,
    inbox: mpsc::Receiver<Command>,
    /// Callers that wait for a connection with a peer.
    waiting: HashMap<PeerId, Vec<oneshot::Sender<Result<(), String>>>>,
    /// Kademlia look-ups for peers of whom only the id is known.
    lookups: HashMap<QueryId, PeerId>,
}

impl Driver {
    /// Sets the swarm up and waits until it listens.
    pub(crate) async fn listen(
        config: &NodeConfig,
        inbox: mpsc::Receiver<Command>,
    ) -> Result<(Self, Address), P2pError> {
        let setup = |e: &dyn std::fmt::Display| P2pError::Setup(e.to_string());
        let mut swarm = SwarmBuilder::with_existing_identity(config.identity.keypair().clone())
            .with_tokio()
            .with_tcp(
                tcp::Config::default().nodelay(true),
                noise::Config::new,
                yamux_config,
            )
            .map_err(|e| setup(&e))?
            .with_behaviour(|_| behaviour(config))
            .map_err(|e| setup(&e))?
            .with_swarm_config(|c| c.with_idle_connection_timeout(config.idle_timeout))
            .build();
        let refused = |reason: String| P2pError::Listen {
            listen: config.listen,
            reason,
        };
        // libp2p shares ports (SO_REUSEPORT): a second node on this one would go unnoticed.
        std::net::TcpListener::bind(config.listen).map_err(|e| refused(e.to_string()))?;
        swarm
            .listen_on(tcp_address(config.listen))
            .map_err(|e| refused(e.to_string()))?;
        let route = loop {
            match swarm.select_next_some().await {
                SwarmEvent::NewListenAddr { address, .. } => break address,
                SwarmEvent::ListenerError { error, .. } => return Err(refused(error.to_string())),
                SwarmEvent::ListenerClosed { reason, .. } => {
                    return Err(refused(format!("{reason:?}")))
                }
                _ => {}
            }
        };
        let peer = *swarm.local_peer_id();
        let address = Address::new(peer, Some(route)).map_err(|e| setup(&e))?;
        let mut driver = Self {
            swarm,
            inbox,
            waiting: HashMap::new(),
            lookups: HashMap::new(),
        };
        for bootstrap in &config.bootstrap {
            driver.add_address(bootstrap);
        }
        Ok((driver, address))
    }

    pub(crate) fn stream_control(&self) -> libp2p_stream::Control {
        self.swarm.behaviour().streams.new_control()
    }

    /// Runs until `stop`; dropping the swarm at the end closes connections and listeners.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut refresh = tokio::time::interval(REFRESH);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = refresh.tick() => {
                    // Fails only when no peer is known, and then there is nothing to refresh.
                    let _ = self.swarm.behaviour_mut().kad.bootstrap();
                }
                command = self.inbox.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => break,
                },
                event = self.swarm.select_next_some() => self.on_event(event),
            }
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Connect { address, reply } => self.connect(address, reply),
            Command::AddAddress(address) => self.add_address(&address),
            Command::ConnectedPeers(reply) => {
                // The caller may have gone away meanwhile.
                let _ = reply.send(self.swarm.connected_peers().copied().collect());
            }
        }
    }

    fn add_address(&mut self, address: &Address) {
        if let Some(route) = address.route() {
            self.swarm
                .behaviour_mut()
                .kad
                .add_address(&address.peer(), route.clone());
        }
    }

    fn connect(&mut self, address: Address, reply: oneshot::Sender<Result<(), String>>) {
        let peer = address.peer();
        if self.swarm.is_connected(&peer) {
            let _ = reply.send(Ok(()));
            return;
        }
        self.waiting
            .values_mut()
            .for_each(|w| w.retain(|r| !r.is_closed()));
        self.waiting.retain(|_, w| !w.is_empty());
        if self.waiting.values().map(Vec::len).sum::<usize>() >= MAX_WAITING {
            let _ = reply.send(Err("too many connections are being made".into()));
            return;
        }
        let waiting = self.waiting.entry(peer).or_default();
        waiting.push(reply);
        if waiting.len() == 1 {
            let routes = address.route().cloned().into_iter().collect();
            self.dial(peer, routes, true);
        }
    }

    /// Dials `routes` and what Kademlia knows; when nothing is known, asks others if `may_ask`.
    fn dial(&mut self, peer: PeerId, routes: Vec<Multiaddr>, may_ask: bool) {
        let opts = DialOpts::peer_id(peer)
            .condition(PeerCondition::DisconnectedAndNotDialing)
            .addresses(routes)
            .extend_addresses_through_behaviour()
            .build();
        match self.swarm.dial(opts) {
            // Somebody else dials already: the event that follows settles it.
            Ok(()) | Err(DialError::DialPeerConditionFalse(_)) => {}
            Err(DialError::NoAddresses) if may_ask => {
                let query = self.swarm.behaviour_mut().kad.get_closest_peers(peer);
                self.lookups.insert(query, peer);
            }
            Err(error) => self.settle(&peer, Err(error.to_string())),
        }
    }

    fn settle(&mut self, peer: &PeerId, result: Result<(), String>) {
        for reply in self.waiting.remove(peer).unwrap_or_default() {
            let _ = reply.send(result.clone());
        }
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::ConnectionEstablished {
                peer_id, endpoint, ..
            } => {
                if let ConnectedPoint::Dialer { address, .. } = &endpoint {
                    tracing::debug!(peer = %peer_id, %address, "connected");
                }
                self.settle(&peer_id, Ok(()));
            }
            SwarmEvent::OutgoingConnectionError {
                peer_id: Some(peer),
                error,
                ..
            } => {
                if matches!(error, DialError::DialPeerConditionFalse(_)) {
                    return;
                }
                tracing::debug!(%peer, %error, "dial failed");
                if !self.lookups.values().any(|p| *p == peer) {
                    self.settle(&peer, Err(error.to_string()));
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received {
                peer_id,
                info,
                ..
            })) => {
                if info.protocols.contains(&KAD_PROTOCOL) {
                    for route in info.listen_addrs.into_iter().take(MAX_ADDRESSES) {
                        self.swarm.behaviour_mut().kad.add_address(&peer_id, route);
                    }
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event {
                peer,
                connection,
                result: Err(error),
            })) => {
                tracing::debug!(%peer, %error, "no answer to a ping, closing the connection");
                self.swarm.close_connection(connection);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed {
                id,
                result,
                step,
                ..
            })) if step.last => {
                if let Some(peer) = self.lookups.remove(&id) {
                    self.on_lookup(peer, result);
                }
            }
            SwarmEvent::ListenerError { error, .. } => {
                tracing::warn!(%error, "p2p listener failed")
            }
            SwarmEvent::ListenerClosed { reason, .. } => {
                tracing::error!(?reason, "p2p listener closed")
            }
            _ => {}
        }
    }

    fn on_lookup(&mut self, peer: PeerId, result: QueryResult) {
        let found = match result {
            QueryResult::GetClosestPeers(Ok(closest)) => closest.peers,
            QueryResult::GetClosestPeers(Err(kad::GetClosestPeersError::Timeout {
                peers, ..
            })) => peers,
            _ => Vec::new(),
        };
        let routes = found
            .into_iter()
            .find(|p| p.peer_id == peer)
            .map(|p| p.addrs)
            .unwrap_or_default();
        if routes.is_empty() {
            self.settle(&peer, Err("no known peer knows the way to it".into()));
        } else {
            self.dial(peer, routes, false);
        }
    }
}

fn behaviour(config: &NodeConfig) -> Behaviour {
    let peer = config.identity.peer_id();
    let limits = ConnectionLimits::default()
        .with_max_established(Some(config.max_connections))
        .with_max_established_per_peer(Some(config.max_connections_per_peer))
        .with_max_pending_incoming(Some(config.max_connections.min(64)))
        .with_max_pending_outgoing(Some(config.max_connections.min(64)));
    let identify =
        identify::Config::new(IDENTIFY_PROTOCOL.into(), config.identity.keypair().public());
    let mut kad_config = kad::Config::new(KAD_PROTOCOL);
    // Only the routing table is of use: records that others want to leave here are not kept.
    kad_config
        .set_record_filtering(kad::StoreInserts::FilterBoth)
        .set_periodic_bootstrap_interval(None)
        .set_query_timeout(config.step_timeout / 2);
    let mut kad = kad::Behaviour::with_config(peer, MemoryStore::new(peer), kad_config);
    kad.set_mode(Some(Mode::Server));
    Behaviour {
        limits: connection_limits::Behaviour::new(limits),
        identify: identify::Behaviour::new(identify),
        ping: ping::Behaviour::default(),
        kad,
        streams: libp2p_stream::Behaviour::new(),
    }
}

fn yamux_config() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(MAX_STREAMS);
    config
}

fn tcp_address(listen: SocketAddr) -> Multiaddr {
    Multiaddr::from(listen.ip()).with(Protocol::Tcp(listen.port()))
}
