//! Starting and stopping in one process, without a chain.

use crate::{run, Config, GatewayError, Status};
use std::net::SocketAddr;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn config(dir: &Path) -> Config {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    Config {
        // Nothing listens on the discard port.
        chain: "ws://127.0.0.1:9".into(),
        seed: "//Gateway//1".into(),
        listen: any,
        p2p: any,
        data_dir: dir.to_owned(),
        cache_gib: 1.0,
        domain: None,
    }
}

async fn get(at: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn before_the_chain_is_reached_the_gateway_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let handle = run(config(dir.path())).await.unwrap();
    let health = get(handle.http(), "/health").await;
    assert!(
        health.starts_with("HTTP/1.1 503") && health.contains("\"starting\""),
        "{health}"
    );
    let file = get(handle.http(), &format!("/file/download/{}", "0".repeat(64))).await;
    assert!(
        file.starts_with("HTTP/1.1 503") && file.contains("the gateway is starting"),
        "{file}"
    );
    assert!(matches!(handle.status(), Status::Starting(_)));
    assert!(get(handle.http(), "/version")
        .await
        .starts_with("HTTP/1.1 200"));
    handle.shutdown().await;
}

#[tokio::test]
async fn shutdown_frees_the_ports_and_the_data() {
    let dir = tempfile::tempdir().unwrap();
    let handle = run(config(dir.path())).await.unwrap();
    let (http, p2p) = (handle.http(), handle.p2p().clone());
    handle.shutdown().await;
    TcpListener::bind(http).await.unwrap();
    let again = run(Config {
        listen: http,
        ..config(dir.path())
    })
    .await
    .unwrap();
    assert_eq!(
        again.p2p().peer(),
        p2p.peer(),
        "the identity belongs to the account"
    );
    again.shutdown().await;
}

#[tokio::test]
async fn what_the_configuration_got_wrong_is_said_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let good = config(dir.path());
    let bad_seed = Config {
        seed: "zebra".into(),
        ..good.clone()
    };
    assert!(matches!(run(bad_seed).await, Err(GatewayError::Signer(_))));
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = Config {
        listen: taken.local_addr().unwrap(),
        ..good.clone()
    };
    let error = run(port).await.unwrap_err();
    assert!(error.to_string().contains("another process"), "{error}");
    let long = Config {
        domain: Some("x".repeat(51)),
        ..good.clone()
    };
    assert!(matches!(run(long).await, Err(GatewayError::Domain(_))));
    std::fs::write(dir.path().join("file"), b"").unwrap();
    let blocked = Config {
        data_dir: dir.path().join("file/below"),
        ..good
    };
    assert!(matches!(
        run(blocked).await,
        Err(GatewayError::DataDir { .. })
    ));
}

#[tokio::test]
async fn data_of_another_chain_is_not_touched() {
    use crate::gateway::{Gateway, Store};
    use crate::testing::World;
    let world = World::new(0).await;
    let store = Store::open(world.dir.path()).await.unwrap();
    assert!(store
        .records
        .belong_to(cess_chain::H256([1; 32]))
        .await
        .unwrap());
    let peer = world.network.join(
        cess_p2p::Identity::from_seed([255; 32]),
        cess_p2p::memory::MemoryFragments::accepting(),
    );
    let metrics = std::sync::Arc::new(crate::metrics::Metrics::new().unwrap());
    let opened = Gateway::open(
        store,
        world.chain.clone(),
        std::sync::Arc::new(peer),
        metrics,
        0,
    )
    .await;
    assert!(matches!(
        opened.err(),
        Some(GatewayError::OtherChain { .. })
    ));
}
