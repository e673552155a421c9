//! TEE workers beside those of the network file.

use crate::Devnet;
use anyhow::Result;
use cess_chain::Signer;
use cess_primitives::tee::WorkerKey;
use cessnet::binaries::Binaries;
use cessnet::lifecycle;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpSocket;

/// A worker that the network file does not know; killed when dropped.
pub struct Outsider {
    /// Its identity key.
    pub key: WorkerKey,
    http: String,
    _process: tokio::process::Child,
    _ports: [TcpSocket; 2],
    _data: tempfile::TempDir,
}

impl Outsider {
    /// Starts the worker `//Tee//{number}` of `//Alice//stash` with further arguments.
    pub fn start(net: &Devnet, number: u32, args: &[&str]) -> Result<Self> {
        let (data, seed) = (tempfile::tempdir()?, format!("//Tee//{number}"));
        let stash = Signer::from_uri("//Alice//stash")?.ss58();
        let ports = [reserve()?, reserve()?];
        let address = |port: &TcpSocket| port.local_addr().map(|address| address.to_string());
        let (listen, http) = (address(&ports[0])?, address(&ports[1])?);
        let process = tokio::process::Command::new(Binaries::locate()?.path("cess-tee"))
            .args(["--chain", &net.manifest().rpc[0], "--seed", &seed])
            .args(["--stash", &stash, "--listen", &listen, "--http", &http])
            .arg("--data-dir")
            .arg(data.path())
            .args(args)
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self {
            key: Signer::from_uri(&seed)?.public_key(),
            http: format!("http://{http}"),
            _process: process,
            _ports: ports,
            _data: data,
        })
    }

    /// Its health, once it is not ready for a reason that contains this.
    pub async fn waits(&self, net: &Devnet, reason: &str) -> Result<serde_json::Value> {
        let what = format!("the worker waits for {reason}");
        lifecycle::until(&net.chain, net.ticks(60), &what, || async {
            let health = tee_health(&self.http).await.unwrap_or_default();
            let step = health["step"].as_str().unwrap_or_default();
            let waits = health["status"] == "starting" && step.contains(reason);
            Ok(waits.then_some(health))
        })
        .await
    }

    /// Waits until it serves.
    pub async fn ready(&self, net: &Devnet) -> Result<()> {
        lifecycle::until(&net.chain, net.ticks(60), "the worker is ready", || async {
            let health = tee_health(&self.http).await.unwrap_or_default();
            Ok((health["status"] == "ready").then_some(()))
        })
        .await
    }
}

/// A port that nobody else is given, and on which a worker may listen all the same.
fn reserve() -> Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    Ok(socket)
}

/// What the worker that serves HTTP there says of its health.
pub async fn tee_health(http: &str) -> Result<serde_json::Value> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let answer = client.get(format!("{http}/health")).send().await?;
    Ok(answer.json().await?)
}
