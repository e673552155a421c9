use anyhow::Context;
use cess_gateway::Config;
use clap::Parser;
use tokio::signal::unix::{signal, SignalKind};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut handle = cess_gateway::run(Config::parse()).await?;
    let failure = tokio::select! {
        reason = handle.failed() => Some(reason),
        _ = terminate.recv() => None,
        _ = tokio::signal::ctrl_c() => None,
    };
    handle.shutdown().await;
    failure.map_or(Ok(()), |reason| Err(anyhow::anyhow!(reason)))
}
