//! `cess-tee`: see the library.

use cess_tee::Config;
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
    let config = Config::parse();
    if config.list_strains {
        println!("{}", cess_tee::byzantine::list());
        return Ok(());
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut handle = cess_tee::run(config).await?;
    tracing::info!(grpc = %handle.grpc(), http = %handle.http(), "listening");
    tokio::select! {
        ended = handle.wait() => return ended,
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
    handle.shutdown().await;
    Ok(())
}
