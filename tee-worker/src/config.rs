//! What a worker is started with.

use crate::attestation::Attestation;
use crate::byzantine::Strain;
use cess_primitives::{tee::WorkerRole, AccountId};
use clap::{Parser, ValueEnum};
use std::{net::SocketAddr, path::PathBuf};

/// Version that the worker registers with, `major << 16 | minor << 8 | patch`.
pub const VERSION: u32 = 1 << 8;

/// What a worker is started with.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "cess-tee",
    about = "A TEE worker of a CESS network: tags, certificates, verdicts",
    version
)]
pub struct Config {
    /// WebSocket address of a node.
    #[arg(long, env = "CESS_CHAIN", default_value = "ws://127.0.0.1:9944")]
    pub chain: String,
    /// Secret of the account; it is the identity key, and it pays the fees.
    #[arg(
        long,
        env = "CESS_SEED",
        default_value = "//Tee//1",
        hide_env_values = true
    )]
    pub seed: String,
    /// Where gRPC is served.
    #[arg(long, default_value = "127.0.0.1:19999")]
    pub listen: SocketAddr,
    /// Where /health and /metrics are served.
    #[arg(long, default_value = "127.0.0.1:19998")]
    pub http: SocketAddr,
    /// Where the sealed master key and the verdicts are kept.
    #[arg(long, default_value = "data/tee")]
    pub data_dir: PathBuf,
    /// What the worker does: `full` everything, `verifier` verdicts, `marker` tags and certificates.
    #[arg(long, value_parser = parse_role, default_value = "full")]
    pub role: WorkerRole,
    /// Address of the bonded account that answers for the worker: its credit counts in elections,
    /// and it pays when the worker fails [default: the worker's own account]
    #[arg(long, env = "CESS_STASH")]
    pub stash: Option<AccountId>,
    /// How the worker shows the chain what it runs on [default: `simulated` where the chain believes
    /// simulated quotes, else `none`]
    #[arg(long)]
    pub attestation: Option<Attestation>,
    /// MRENCLAVE to run as, 64 hex digits [default: SHA-256 of the running binary]
    #[arg(long, value_parser = parse_measurement, value_name = "HEX")]
    pub measurement: Option<[u8; 32]>,
    /// Lie about the proofs that are judged; the measurement changes with it.
    #[arg(long, value_enum, value_name = "STRAIN", default_value_t)]
    pub byzantine: Strain,
    /// Print the ways of lying as JSON, and end.
    #[arg(long)]
    pub list_strains: bool,
}

fn parse_measurement(text: &str) -> Result<[u8; 32], String> {
    let bytes = hex::decode(text.trim_start_matches("0x")).unwrap_or_default();
    bytes
        .try_into()
        .map_err(|_| "a measurement has 64 hex digits".into())
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Full,
    Verifier,
    Marker,
}

fn parse_role(text: &str) -> Result<WorkerRole, String> {
    RoleName::from_str(text, true)
        .map(|name| match name {
            RoleName::Full => WorkerRole::Full,
            RoleName::Verifier => WorkerRole::Verifier,
            RoleName::Marker => WorkerRole::Marker,
        })
        .map_err(|_| "a role is `full`, `verifier` or `marker`".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_default_and_roles_are_spelt_in_lower_case() {
        let config = Config::parse_from(["cess-tee"]);
        assert_eq!(
            (config.role, config.listen.port()),
            (WorkerRole::Full, 19999)
        );
        let config = Config::parse_from(["cess-tee", "--role", "marker", "--seed", "//Tee//2"]);
        assert_eq!(
            (config.role, config.seed.as_str()),
            (WorkerRole::Marker, "//Tee//2")
        );
        assert_eq!(config.stash, None);
        let error = Config::try_parse_from(["cess-tee", "--role", "king"]).unwrap_err();
        assert!(
            error.to_string().contains("`full`, `verifier` or `marker`"),
            "{error}"
        );
    }

    #[test]
    fn a_measurement_is_64_hex_digits() {
        let config = |text: &str| Config::try_parse_from(["cess-tee", "--measurement", text]);
        for text in ["07".repeat(32), format!("0x{}", "07".repeat(32))] {
            assert_eq!(config(&text).unwrap().measurement, Some([7; 32]));
        }
        for text in ["", "07", "zz"] {
            let error = config(text).unwrap_err();
            assert!(error.to_string().contains("64 hex digits"), "{error}");
        }
    }

    #[test]
    fn a_stash_is_named_by_its_address_with_either_prefix() {
        let alice = cess_chain::Signer::from_uri("//Alice").unwrap();
        for address in [
            alice.ss58(),
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY".into(),
        ] {
            let config = Config::parse_from(["cess-tee", "--stash", &address]);
            assert_eq!(config.stash, Some(alice.account_id()), "{address}");
        }
        for nonsense in ["//Alice", "5Grwva", ""] {
            Config::try_parse_from(["cess-tee", "--stash", nonsense]).unwrap_err();
        }
    }
}
