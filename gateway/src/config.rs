//! What a gateway is told when it starts.

use clap::Parser;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The DeOSS gateway: files in over HTTP, fragments out to miners.
#[derive(Clone, Debug, Parser)]
#[command(name = "cess-gateway", version)]
pub struct Config {
    /// The node's WebSocket address.
    #[arg(long, default_value = "ws://127.0.0.1:9944")]
    pub chain: String,
    /// Secret URI of the gateway's account: it declares deals and pays the fees.
    #[arg(long, default_value = "//Gateway//1")]
    pub seed: String,
    /// Where HTTP is served; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where libp2p listens; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:15001")]
    pub p2p: SocketAddr,
    /// Where uploads, the cache and the database are kept.
    #[arg(long, default_value = "data")]
    pub data_dir: PathBuf,
    /// GiB that stored files may occupy in the cache. Files that are still being distributed are
    /// kept whatever this says.
    #[arg(long, default_value_t = 1.0)]
    pub cache_gib: f64,
    /// URL under which users reach this gateway, as it is registered on the chain, at most 50
    /// bytes. Default: `http://` and the address of `--listen`.
    #[arg(long)]
    pub domain: Option<String>,
}

impl Config {
    /// The cache's limit in bytes; nonsense counts as zero.
    pub fn cache_bytes(&self) -> u64 {
        (self.cache_gib.max(0.0) * (1u64 << 30) as f64) as u64
    }
}
