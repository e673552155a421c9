//! TEE workers beside those of the network file.

use crate::Devnet;
use anyhow::Result;
use cess_chain::Signer;
use cess_primitives::tee::WorkerKey;
use cessnet::binaries::Binaries;
use cessnet::lifecycle;
use std::net::TcpListener;

/// A worker that the network file does not know; killed when dropped.
pub struct Outsider {
    /// Its identity key.
    pub key: WorkerKey,
    http: String,
    _process: tokio::process::Child,
    _data: tempfile::TempDir,
}

impl Outsider {
    /// Starts the worker `//Tee//{number}` of `//Alice//stash` with further arguments.
    pub fn start(net: &Devnet, number: u32, args: &[&str]) -> Result<Self> {
        let (data, seed) = (tempfile::tempdir()?, format!("//Tee//{number}"));
        let stash = Signer::from_uri("//Alice//stash")?.ss58();
        let free = || anyhow::Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string());
        let (listen, http) = (free()?, free()?);
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
            _data: data,
        })
    }

    /// Its health, once it is not ready for a reason that contains this.
    pub async fn waits(&self, net: &Devnet, reason: &str) -> Result<serde_json::Value> {
        let what = format!("the worker waits for {reason}");
        lifecycle::until(&net.chain, net.ticks(20), &what, || async {
            let health = tee_health(&self.http).await.unwrap_or_default();
            let step = health["step"].as_str().unwrap_or_default();
            let waits = health["status"] == "starting" && step.contains(reason);
            Ok(waits.then_some(health))
        })
        .await
    }

    /// Waits until it serves.
    pub async fn ready(&self, net: &Devnet) -> Result<()> {
        lifecycle::until(&net.chain, net.ticks(20), "the worker is ready", || async {
            let health = tee_health(&self.http).await?;
            Ok((health["status"] == "ready").then_some(()))
        })
        .await
    }
}

/// What the worker that serves HTTP there says of its health.
pub async fn tee_health(http: &str) -> Result<serde_json::Value> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let answer = client.get(format!("{http}/health")).send().await?;
    Ok(answer.json().await?)
}
