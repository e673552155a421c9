//! What only a real connection can do wrong.

use crate::testing::{alice, noise, signed, Running, World, SEGMENT};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn serve(gateway: &Running) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let router = gateway.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

/// The head of Alice's upload with more headers.
fn head(more: &str) -> String {
    let mut head = "PUT /object/abc HTTP/1.1\r\nHost: gateway\r\nTerritory: home\r\n".to_owned();
    for (name, value) in signed(&alice(), "PUT", "/object/abc") {
        head += &format!("{name}: {value}\r\n");
    }
    format!("{head}{more}\r\n\r\n")
}

async fn read(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut answer));
    let len = read.await.expect("an answer").unwrap();
    String::from_utf8_lossy(&answer[..len]).into_owned()
}

#[tokio::test]
async fn a_connection_that_ends_too_early_leaves_nothing() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let at = serve(&gateway).await;
    for more in ["Content-Length: 20000", "Transfer-Encoding: chunked"] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(head(more).as_bytes()).await.unwrap();
        let start = if more.starts_with('T') {
            "2710\r\n"
        } else {
            ""
        };
        stream.write_all(start.as_bytes()).await.unwrap();
        stream
            .write_all(&noise(SEGMENT as usize + 100, 1))
            .await
            .unwrap();
        world
            .until("the upload has begun", || world.files("spool") == 1)
            .await;
        drop(stream);
        world
            .until("the upload is forgotten", || world.files("spool") == 0)
            .await;
    }
    assert_eq!((world.files("stored"), world.chain.declarations()), (0, 0));
    gateway.stop().await;
}

#[tokio::test]
async fn a_client_that_closes_its_half_too_early_is_told() {
    let world = World::new(12).await;
    let gateway = world.start().await;
    let mut stream = TcpStream::connect(serve(&gateway).await).await.unwrap();
    stream
        .write_all(head("Transfer-Encoding: chunked").as_bytes())
        .await
        .unwrap();
    // The chunk's length is no number.
    stream.write_all(b"zz\r\nabc").await.unwrap();
    let answer = read(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains("cut off"),
        "{answer}"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_client_that_is_still_sending_reads_why_it_was_refused() {
    let world = World::new(0).await;
    let gateway = world.start().await;
    let at = serve(&gateway).await;
    let body = noise(8 << 20, 1);
    let mut stream = TcpStream::connect(at).await.unwrap();
    let head = head(&format!("Content-Length: {}", body.len())).replace("home", "nowhere");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let answer = read(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains("no territory"),
        "{answer}"
    );
    gateway.stop().await;
}
