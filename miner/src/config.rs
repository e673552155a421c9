//! How a miner is set up.

use crate::byzantine::{find, known, Entry, HONEST};
use cess_primitives::{GIB, MIB};
use clap::Parser;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A storage miner of the CESS network.
#[derive(Clone, Debug, Parser)]
#[command(name = "cess-miner", version)]
pub struct Config {
    /// WebSocket address of a node.
    #[arg(long, env = "CESS_CHAIN", default_value = "ws://127.0.0.1:9944")]
    pub chain: String,
    /// The account's secret: a URI with hard junctions, for example //Miner//1.
    #[arg(
        long,
        env = "CESS_SEED",
        default_value = "//Miner//1",
        hide_env_values = true
    )]
    pub seed: String,
    /// Where to listen for fragments (libp2p over TCP); port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:15001")]
    pub p2p: SocketAddr,
    /// Where to serve /health, /metrics and /status; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:15101")]
    pub http: SocketAddr,
    /// Where fragments, idle files and the database are kept.
    #[arg(long, default_value = "data")]
    pub data_dir: PathBuf,
    /// Space to declare on the chain, TiB; each takes 4000 TCESS of collateral.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub space_tib: u32,
    /// Collateral beyond that, TCESS: fines come out of it before they freeze the miner.
    #[arg(long, default_value_t = 0)]
    pub spare_stake: u32,
    /// Space to certify, GiB as the chain accounts it; fragments count towards it. Only whole sets of idle files
    /// are certified.
    #[arg(long, default_value_t = 4)]
    pub idle_gib: u64,
    /// The same in MiB instead, for networks with a small idle unit.
    #[arg(long, conflicts_with = "idle_gib")]
    pub idle_mib: Option<u64>,
    /// Cheat in this way (see --list-strains), or be `honest`; what was chosen while the miner ran
    /// counts more.
    #[arg(long, value_name = "STRAIN", value_parser = strain, default_value = HONEST.name)]
    pub byzantine: &'static Entry,
    /// Print the ways of cheating as JSON, and end.
    #[arg(long)]
    pub list_strains: bool,
}

impl Config {
    /// Space to certify, bytes.
    pub fn idle_target(&self) -> u128 {
        match self.idle_mib {
            Some(mib) => u128::from(mib) * u128::from(MIB),
            None => u128::from(self.idle_gib) * u128::from(GIB),
        }
    }
}

fn strain(name: &str) -> Result<&'static Entry, String> {
    find(name).ok_or_else(|| format!("there are {}", known()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_flags_are_consistent_and_have_defaults() {
        Config::command().debug_assert();
        let config = Config::parse_from(["cess-miner"]);
        assert_eq!((config.space_tib, config.seed.as_str()), (1, "//Miner//1"));
        assert!(Config::try_parse_from(["cess-miner", "--space-tib", "0"]).is_err());
        assert_eq!(config.idle_target(), 4 << 30);
        let fine = Config::parse_from(["cess-miner", "--idle-mib", "96"]);
        assert_eq!(fine.idle_target(), 96 << 20);
        let both = ["cess-miner", "--idle-mib", "96", "--idle-gib", "1"];
        assert!(Config::try_parse_from(both).is_err());
    }

    #[test]
    fn an_unknown_strain_is_refused_with_those_that_there_are() {
        let parse = |name| Config::try_parse_from(["cess-miner", "--byzantine", name]);
        assert_eq!(parse("drops").unwrap().byzantine.name, "drops");
        let error = parse("evil").unwrap_err().to_string();
        assert!(
            error.contains("drops, halves") && error.contains("honest"),
            "{error}"
        );
    }
}
