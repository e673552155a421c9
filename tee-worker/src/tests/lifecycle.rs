use crate::{run, Config};
use clap::Parser;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A worker whose node is not there.
fn config(directory: &tempfile::TempDir) -> Config {
    let mut config = Config::parse_from(["cess-tee", "--chain", "ws://127.0.0.1:1"]);
    config.listen.set_port(0);
    config.http.set_port(0);
    config.data_dir = directory.path().into();
    config
}

#[tokio::test]
async fn a_worker_without_a_node_says_that_it_is_not_ready() {
    let directory = tempfile::tempdir().unwrap();
    let worker = run(config(&directory)).await.unwrap();
    let mut stream = TcpStream::connect(worker.http()).await.unwrap();
    stream
        .write_all(b"GET /health HTTP/1.0\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.0 503"), "{answer}");
    assert!(
        answer.contains(r#""status":"starting","step":"connecting to the chain""#),
        "{answer}"
    );
    worker.shutdown().await;
}

#[tokio::test]
async fn shutting_down_frees_the_ports() {
    let directory = tempfile::tempdir().unwrap();
    let worker = run(config(&directory)).await.unwrap();
    let (grpc, http) = (worker.grpc(), worker.http());
    worker.shutdown().await;
    let again = Config {
        listen: grpc,
        http,
        ..config(&directory)
    };
    run(again).await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_taken_port_and_a_bad_seed_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let worker = run(config(&directory)).await.unwrap();
    let taken = Config {
        http: worker.http(),
        ..config(&directory)
    };
    let error = run(taken).await.err().unwrap();
    assert!(
        format!("{error:#}").contains("choose another --http"),
        "{error:#}"
    );
    let bad = Config {
        seed: "zebra".into(),
        ..config(&directory)
    };
    assert!(run(bad)
        .await
        .err()
        .unwrap()
        .to_string()
        .contains("the secret is not valid"));
}
