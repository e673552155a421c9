//! What only a node on real sockets can show: look-up by id, limits, restart, release of the port.

use bytes::Bytes;
use cess_p2p::memory::MemoryFragments;
use cess_p2p::{
    Address, FragmentTransport, Identity, Node, NodeConfig, P2pError, Refusal, ServesNothing,
    TransportError,
};
use cess_primitives::Hash;
use std::sync::Arc;
use std::time::Duration;

fn config(seed: u8) -> NodeConfig {
    NodeConfig::new(
        Identity::from_seed([seed; 32]),
        "127.0.0.1:0".parse().unwrap(),
    )
}

fn fragment() -> (Hash, Bytes) {
    let data = Bytes::from(vec![5; 1 << 20]);
    (Hash::of(&data), data)
}

#[tokio::test]
async fn a_peer_is_found_by_its_id_alone_through_another_node() {
    let (hash, data) = fragment();
    let store = MemoryFragments::accepting();
    store.insert(hash, data.clone());
    let hub = Node::start(config(1), Arc::new(ServesNothing))
        .await
        .unwrap();
    let known_to_hub = |seed| NodeConfig {
        bootstrap: vec![hub.address().clone()],
        ..config(seed)
    };
    let holder = Node::start(known_to_hub(2), store).await.unwrap();
    // A transfer, though refused, makes the hub know the holder (identify).
    let refused = holder.get(hub.address(), hash, hash, 1).await;
    assert!(refused.unwrap_err().is_not_found());
    let asker = Node::start(config(3), Arc::new(ServesNothing))
        .await
        .unwrap();
    asker.add_address(hub.address().clone()).await;
    let id_only = Address::of_peer(&holder.peer_id_bytes()).unwrap();
    // Identify runs beside the transfer: ask until the hub has learnt the holder's address.
    let found = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            if let Ok(found) = asker.get(&id_only, hash, hash, 1 << 20).await {
                break found;
            }
        }
    });
    assert_eq!(
        found
            .await
            .expect("found within the time of a few look-ups"),
        data
    );
}

#[tokio::test]
async fn a_peer_beyond_its_share_is_told_to_come_back_later() {
    let (hash, data) = fragment();
    let store = MemoryFragments::accepting();
    store.insert(hash, data);
    let limited = NodeConfig {
        max_transfers_per_peer: 0,
        ..config(1)
    };
    let holder = Node::start(limited, store).await.unwrap();
    let asker = Node::start(config(2), Arc::new(ServesNothing))
        .await
        .unwrap();
    // With no place at all even the turning away has none: the stream is dropped.
    let error = asker
        .get(holder.address(), hash, hash, 1 << 20)
        .await
        .unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_refused_and_the_others_live() {
    let (hash, data) = fragment();
    let store = MemoryFragments::accepting();
    store.insert(hash, data.clone());
    let limited = NodeConfig {
        max_connections: 1,
        ..config(1)
    };
    let holder = Node::start(limited, store).await.unwrap();
    let first = Node::start(config(2), Arc::new(ServesNothing))
        .await
        .unwrap();
    let second = Node::start(config(3), Arc::new(ServesNothing))
        .await
        .unwrap();
    assert_eq!(
        first.get(holder.address(), hash, hash, 1 << 20).await,
        Ok(data.clone())
    );
    let error = second
        .get(holder.address(), hash, hash, 1 << 20)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            TransportError::Unreachable { .. } | TransportError::Interrupted { .. }
        ),
        "{error}"
    );
    assert_eq!(
        first.get(holder.address(), hash, hash, 1 << 20).await,
        Ok(data)
    );
}

#[tokio::test]
async fn a_node_that_restarts_keeps_its_address_and_transfers_go_on() {
    let (hash, data) = fragment();
    let store = MemoryFragments::accepting();
    let holder = Node::start(config(1), store.clone()).await.unwrap();
    let asker = Node::start(config(2), Arc::new(ServesNothing))
        .await
        .unwrap();
    store.refuse_writes(Some(Refusal::Busy));
    let busy = asker.put(holder.address(), hash, hash, data.clone()).await;
    assert_eq!(busy, Err(Refusal::Busy.into()));
    let address = holder.address().clone();
    holder.shutdown().await;
    let gone = asker.get(&address, hash, hash, 1 << 20).await.unwrap_err();
    assert!(gone.is_transient(), "{gone}");
    let port = address.route().unwrap().iter().find_map(|p| match p {
        libp2p::multiaddr::Protocol::Tcp(port) => Some(port),
        _ => None,
    });
    let listen = format!("127.0.0.1:{}", port.unwrap()).parse().unwrap();
    store.refuse_writes(None);
    let again = Node::start(
        NodeConfig {
            listen,
            ..config(1)
        },
        store.clone(),
    )
    .await
    .unwrap();
    assert_eq!(again.address(), &address);
    asker.put(&address, hash, hash, data.clone()).await.unwrap();
    assert_eq!(store.fragment(&hash), Some(data));
}

#[tokio::test]
async fn a_taken_port_is_reported_and_dropping_a_node_frees_it() {
    let holder = Node::start(config(1), Arc::new(ServesNothing))
        .await
        .unwrap();
    let text = holder.address().to_string();
    let port = text.split('/').nth(4).unwrap();
    let listen: std::net::SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    let taken = Node::start(
        NodeConfig {
            listen,
            ..config(2)
        },
        Arc::new(ServesNothing),
    )
    .await;
    assert!(matches!(taken, Err(P2pError::Listen { .. })));
    holder.shutdown().await;
    Node::start(
        NodeConfig {
            listen,
            ..config(2)
        },
        Arc::new(ServesNothing),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let (hash, _) = fragment();
    let idle = |seed| NodeConfig {
        idle_timeout: Duration::from_millis(100),
        ..config(seed)
    };
    let holder = Node::start(idle(1), Arc::new(ServesNothing)).await.unwrap();
    let asker = Node::start(idle(2), Arc::new(ServesNothing)).await.unwrap();
    let refused = asker.get(holder.address(), hash, hash, 1).await;
    assert!(refused.unwrap_err().is_not_found());
    let closed = async {
        while !asker.connected_peers().await.is_empty() {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(Duration::from_secs(30), closed)
        .await
        .expect("closed soon after 100 ms without work");
}
