//! Network definitions: zombienet's TOML, checked strictly, with two shorthands of our own.
//!
//! A definition is a zombienet network file in which `[cessnet]` names the preset and
//! `[cessnet.params]` quantities that differ from it, a custom process
//! may carry a `count`, `{n}` stands for its running number, and `{chain}` for the WebSocket addresses
//! of all validators, beginning with another one for each process. [`Definition::expand`] turns it into a plain zombienet file:
//! unknown keys, which zombienet would ignore, are errors here.

use crate::quantities::Overrides;
use crate::roles::{Role, RoleKind};
use cess_primitives::{Preset, ProtocolParams};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Why a network definition was refused.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// The file could not be read.
    #[error("cannot read the network file {path}: {source}. Give one with --network FILE")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Not TOML, or a key that is not known.
    #[error("the network file {path} is wrong: {source}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// The cause, with line and column.
        source: toml::de::Error,
    },
    /// TOML, but not a network.
    #[error("the network file {path} is wrong: {reason}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        reason: String,
    },
}

/// A parsed network file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What zombienet does not know.
    pub cessnet: Section,
    /// zombienet's settings.
    #[serde(default)]
    pub settings: Settings,
    /// The validators.
    pub relaychain: Validators,
    /// All other processes.
    #[serde(default)]
    pub custom_processes: Vec<Process>,
}

/// The `[cessnet]` table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The protocol's quantities.
    pub preset: Preset,
    /// Quantities that differ from the preset's.
    #[serde(default)]
    pub params: Overrides,
    /// Miners and TEE workers that cheat: the name of the process and of its strain.
    #[serde(default)]
    pub byzantine: BTreeMap<String, String>,
}

/// The `[settings]` table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Seconds for the whole start.
    pub timeout: u32,
    /// Seconds for each process.
    pub node_spawn_timeout: u32,
    /// Processes that are started at once.
    pub spawn_concurrency: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: 300,
            node_spawn_timeout: 120,
            spawn_concurrency: 8,
        }
    }
}

/// The `[relaychain]` table: zombienet's word for the chain.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validators {
    /// The node's binary.
    #[serde(default = "default_node")]
    pub default_command: String,
    /// Its arguments.
    #[serde(default)]
    pub default_args: Vec<String>,
    /// The validators; their names are the development accounts, in order.
    pub nodes: Vec<Validator>,
}

fn default_node() -> String {
    "cess-node".into()
}

/// A validator.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validator {
    /// `alice`, `bob`, ...
    pub name: String,
    /// Fixed port of the WebSocket interface.
    pub rpc_port: Option<u16>,
}

/// A process beside the chain, or `count` of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Its name, with `{n}` when there are several.
    pub name: String,
    /// How many.
    #[serde(default = "one")]
    pub count: u32,
    /// The binary.
    pub command: String,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// Its ports.
    #[serde(default)]
    pub ports: Vec<Port>,
    /// More environment for it.
    #[serde(default)]
    pub env: Vec<EnvVar>,
}

fn one() -> u32 {
    1
}

/// A port of a process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its number; 0: any.
    #[serde(default)]
    pub port: u16,
}

/// An environment variable of a process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The accounts that validators may be, in the order of the chain's genesis.
pub const VALIDATORS: [&str; 6] = ["alice", "bob", "charlie", "dave", "eve", "ferdie"];

impl Definition {
    /// Reads and checks a file.
    pub fn load(path: &Path) -> Result<Self, DefinitionError> {
        let text = std::fs::read_to_string(path).map_err(|source| DefinitionError::Read {
            path: path.into(),
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Checks a text; `path` is for messages only.
    pub fn parse(text: &str, path: &Path) -> Result<Self, DefinitionError> {
        let definition: Self = toml::from_str(text).map_err(|source| DefinitionError::Parse {
            path: path.into(),
            source,
        })?;
        definition
            .check()
            .map_err(|reason| DefinitionError::Invalid {
                path: path.into(),
                reason,
            })?;
        Ok(definition)
    }

    /// The quantities that the network starts with.
    pub fn params(&self) -> Result<ProtocolParams, String> {
        self.cessnet.params.apply(self.cessnet.preset)
    }

    /// Asks for another preset or other quantities than the file's.
    pub fn set_params(&mut self, preset: Option<Preset>, params: Overrides) -> Result<(), String> {
        self.cessnet.preset = preset.unwrap_or(self.cessnet.preset);
        self.cessnet.params.extend(params);
        self.check()
    }

    fn check(&self) -> Result<(), String> {
        self.params()?;
        let names: Vec<_> = self
            .relaychain
            .nodes
            .iter()
            .map(|n| n.name.as_str())
            .collect();
        if names.is_empty()
            || names.len() > VALIDATORS.len()
            || names[..] != VALIDATORS[..names.len()]
        {
            return Err(format!(
                "relaychain.nodes must be the first of {} in this order, it has {names:?}",
                VALIDATORS.join(", ")
            ));
        }
        for process in &self.custom_processes {
            if RoleKind::of_command(&process.command).is_none() {
                return Err(format!(
                    "custom process `{}` runs `{}`; a network knows cess-tee, cess-miner and cess-gateway",
                    process.name, process.command
                ));
            }
            if process.count > 1 && !process.name.contains("{n}") {
                return Err(format!(
                    "custom process `{}` has count = {}: its name needs a `{{n}}`",
                    process.name, process.count
                ));
            }
            if !process.ports.iter().any(|p| p.name == "http") {
                return Err(format!(
                    "custom process `{}` needs a port named `http`",
                    process.name
                ));
            }
        }
        for cheat in self.cessnet.byzantine.keys() {
            let instances = self.instances();
            let found = instances.iter().find(|(_, name, _)| name == cheat);
            let kind = found.and_then(|(p, ..)| RoleKind::of_command(&p.command));
            if !matches!(kind, Some(RoleKind::Miner | RoleKind::Tee)) {
                return Err(format!(
                    "cessnet.byzantine names `{cheat}`, which is no miner and no TEE worker of this network"
                ));
            }
        }
        let mut all: Vec<_> = self
            .instances()
            .into_iter()
            .map(|(_, name, _)| name)
            .collect();
        all.sort();
        match all.windows(2).find(|w| w[0] == w[1]) {
            Some(pair) => Err(format!("two processes are named `{}`", pair[0])),
            None => Ok(()),
        }
    }

    /// What tells a process to cheat.
    fn strain_of(&self, name: &str) -> Option<String> {
        let strain = self.cessnet.byzantine.get(name)?;
        Some(format!("--byzantine={strain}"))
    }

    /// Asks for another number of miners.
    pub fn set_miners(&mut self, miners: u32) -> Result<(), String> {
        let mut miner = self
            .custom_processes
            .iter_mut()
            .filter(|p| p.command == "cess-miner");
        match (miner.next(), miner.next()) {
            (Some(only), None) => only.count = miners,
            _ => return Err("--miners needs a network file with one `cess-miner` entry".into()),
        }
        self.check()
    }

    /// The chain id that `cess-node` builds for this network.
    pub fn chain_id(&self) -> String {
        let preset = match self.cessnet.preset {
            Preset::Fast => "fast",
            Preset::Reference => "reference",
        };
        format!("{preset}-{}", self.relaychain.nodes.len())
    }

    /// `(definition, name, running number)` of every process beside the validators.
    fn instances(&self) -> Vec<(&Process, String, u32)> {
        let each =
            |p| (1..=Process::count(p)).map(move |n| (p, p.name.replace("{n}", &n.to_string()), n));
        self.custom_processes.iter().flat_map(each).collect()
    }

    /// Every process of the network, without ports and pids.
    pub fn roles(&self) -> Vec<Role> {
        let nodes = self.relaychain.nodes.iter().map(|n| {
            let mut role = Role::new(&n.name, RoleKind::Node, &self.relaychain.default_command);
            role.ports.insert("rpc".into(), n.rpc_port.unwrap_or(0));
            role.ports.insert("prometheus".into(), 0);
            role.seed = Some(format!("//{}", capitalised(&n.name)));
            role
        });
        let processes = self
            .instances()
            .into_iter()
            .filter_map(|(process, name, n)| {
                let kind = RoleKind::of_command(&process.command)?;
                let mut role = Role::new(&name, kind, &process.command);
                role.ports = process
                    .ports
                    .iter()
                    .map(|p| (p.name.clone(), p.port))
                    .collect();
                role.seed = seed_of(&process.args, n);
                Some(role)
            });
        nodes.chain(processes).collect()
    }

    /// The plain zombienet file of this network: absolute binaries, chosen ports, counts written out.
    pub fn expand(&self, plan: &Plan<'_>) -> String {
        let chain_of = |n: u32| {
            let nodes = &self.relaychain.nodes;
            let turn = nodes
                .iter()
                .cycle()
                .skip((n as usize - 1) % nodes.len())
                .take(nodes.len());
            let urls: Vec<_> = turn
                .map(|node| format!("{{{{ZOMBIE:{}:ws_uri}}}}", node.name))
                .collect();
            urls.join(",")
        };
        let port = |role: &str, port: &str| plan.port(role, port);
        let nodes = self.relaychain.nodes.iter().map(|n| zombienet::Node {
            name: n.name.clone(),
            rpc_port: port(&n.name, "rpc"),
            prometheus_port: port(&n.name, "prometheus"),
            keystore_key_types: vec!["babe".into(), "gran".into()],
            env: plan.env(&[]),
        });
        let processes = self
            .instances()
            .into_iter()
            .map(|(process, name, n)| zombienet::Process {
                command: plan.binary(&process.command),
                args: process
                    .args
                    .iter()
                    .map(|a| {
                        a.replace("{n}", &n.to_string())
                            .replace("{chain}", &chain_of(n))
                    })
                    .chain(self.strain_of(&name))
                    .collect(),
                ports: process
                    .ports
                    .iter()
                    .map(|p| Port {
                        name: p.name.clone(),
                        port: port(&name, &p.name),
                    })
                    .collect(),
                ready_check: zombienet::ReadyCheck { tcp: "http".into() },
                env: plan.env(&process.env),
                name,
            });
        let file = zombienet::File {
            settings: zombienet::Settings {
                timeout: self.settings.timeout,
                node_spawn_timeout: self.settings.node_spawn_timeout,
                spawn_concurrency: self.settings.spawn_concurrency,
                base_dir: plan.base_dir.display().to_string(),
                tear_down_on_failure: false,
            },
            relaychain: zombienet::Relaychain {
                chain: "cess".into(),
                chain_spec_path: plan.chain_spec.display().to_string(),
                default_command: plan.binary(&self.relaychain.default_command),
                default_args: self.relaychain.default_args.clone(),
                nodes: nodes.collect(),
            },
            custom_processes: processes.collect(),
        };
        toml::to_string_pretty(&file).expect("strings, numbers and tables are TOML; qed")
    }
}

impl Process {
    fn count(p: &Self) -> u32 {
        p.count
    }
}

/// What an expansion needs to know of this machine.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The processes with their chosen ports.
    pub roles: &'a [Role],
    /// Where the binaries are.
    pub binaries: &'a crate::binaries::Binaries,
    /// zombienet's folder.
    pub base_dir: &'a Path,
    /// The raw chain spec.
    pub chain_spec: &'a Path,
    /// Environment of every process.
    pub env: Vec<EnvVar>,
}

impl Plan<'_> {
    fn port(&self, role: &str, port: &str) -> u16 {
        let role = self.roles.iter().find(|r| r.name == role);
        role.and_then(|r| r.ports.get(port).copied()).unwrap_or(0)
    }

    fn binary(&self, command: &str) -> String {
        self.binaries.path(command).display().to_string()
    }

    fn env(&self, more: &[EnvVar]) -> Vec<EnvVar> {
        self.env.iter().chain(more).cloned().collect()
    }
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn seed_of(args: &[String], n: u32) -> Option<String> {
    let seed = args.iter().find_map(|a| a.strip_prefix("--seed="))?;
    Some(seed.replace("{n}", &n.to_string()))
}

/// The part of zombienet's file format that we write.
mod zombienet {
    use super::{EnvVar, Port};
    use serde::Serialize;

    #[derive(Serialize)]
    pub(super) struct File {
        pub(super) settings: Settings,
        pub(super) relaychain: Relaychain,
        pub(super) custom_processes: Vec<Process>,
    }

    #[derive(Serialize)]
    pub(super) struct Settings {
        pub(super) timeout: u32,
        pub(super) node_spawn_timeout: u32,
        pub(super) spawn_concurrency: u32,
        pub(super) base_dir: String,
        pub(super) tear_down_on_failure: bool,
    }

    #[derive(Serialize)]
    pub(super) struct Relaychain {
        pub(super) chain: String,
        pub(super) chain_spec_path: String,
        pub(super) default_command: String,
        pub(super) default_args: Vec<String>,
        pub(super) nodes: Vec<Node>,
    }

    #[derive(Serialize)]
    pub(super) struct Node {
        pub(super) name: String,
        pub(super) rpc_port: u16,
        pub(super) prometheus_port: u16,
        pub(super) keystore_key_types: Vec<String>,
        pub(super) env: Vec<EnvVar>,
    }

    #[derive(Serialize)]
    pub(super) struct Process {
        pub(super) name: String,
        pub(super) command: String,
        pub(super) args: Vec<String>,
        pub(super) ports: Vec<Port>,
        pub(super) ready_check: ReadyCheck,
        pub(super) env: Vec<EnvVar>,
    }

    #[derive(Serialize)]
    pub(super) struct ReadyCheck {
        pub(super) tcp: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::Podr2Scheme;

    fn parse(text: &str) -> Result<Definition, String> {
        Definition::parse(text, Path::new("test.toml")).map_err(|e| e.to_string())
    }

    const SMALL: &str = r#"
        [cessnet]
        preset = "fast"
        [[relaychain.nodes]]
        name = "alice"
        [[relaychain.nodes]]
        name = "bob"
        [[custom_processes]]
        name = "miner-{n}"
        count = 3
        command = "cess-miner"
        args = ["--seed=//Miner//{n}", "--chain={chain}"]
        ports = [{ name = "http" }, { name = "p2p" }]
    "#;

    #[test]
    fn the_shipped_definitions_parse() {
        for name in [
            "network.toml",
            "small.toml",
            "reference.toml",
            "workers.toml",
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            let definition = Definition::load(&path).unwrap();
            assert!(
                definition
                    .roles()
                    .iter()
                    .any(|r| r.kind == RoleKind::Gateway),
                "{name}"
            );
        }
    }

    #[test]
    fn counts_become_roles_with_seeds() {
        let roles = parse(SMALL).unwrap().roles();
        let names: Vec<_> = roles.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["alice", "bob", "miner-1", "miner-2", "miner-3"]);
        assert_eq!(roles[0].seed.as_deref(), Some("//Alice"));
        assert_eq!(roles[4].seed.as_deref(), Some("//Miner//3"));
    }

    #[test]
    fn an_expansion_is_a_zombienet_file_with_everything_filled_in() {
        let mut definition = parse(SMALL).unwrap();
        let cheat = ("miner-2".to_owned(), "drops".to_owned());
        definition.cessnet.byzantine.extend([cheat]);
        let mut roles = definition.roles();
        let ports = roles.iter_mut().flat_map(|r| r.ports.values_mut());
        ports.zip(1001..).for_each(|(port, number)| *port = number);
        let binaries = crate::binaries::Binaries::in_dir(Path::new("/opt/bin"));
        let plan = Plan {
            roles: &roles,
            binaries: &binaries,
            base_dir: Path::new("/net"),
            chain_spec: Path::new("/spec.json"),
            env: vec![],
        };
        let text = definition.expand(&plan);
        assert!(text.contains(r#""--seed=//Miner//2""#), "{text}");
        let chain = r#""--chain={{ZOMBIE:bob:ws_uri}},{{ZOMBIE:alice:ws_uri}}""#;
        assert!(text.contains(chain), "{text}");
        assert!(text.contains("rpc_port = 1002"), "{text}");
        assert_eq!(text.matches("--byzantine=drops").count(), 1, "{text}");
        assert!(text.contains("/opt/bin/cess-miner"), "{text}");
        assert!(!text.contains("count"), "{text}");
        zombienet_sdk::NetworkConfig::load_from_toml_string(&text).unwrap();
    }

    #[test]
    fn mistakes_are_named() {
        let unknown = SMALL.replace("preset =", "preset_name =");
        assert!(parse(&unknown).unwrap_err().contains("preset_name"));
        let misspelt = SMALL.replace("command =", "comand =");
        assert!(parse(&misspelt).unwrap_err().contains("comand"));
        let order = SMALL.replace("\"alice\"", "\"carol\"");
        assert!(parse(&order).unwrap_err().contains("alice, bob"));
        let program = SMALL.replace("cess-miner", "bitcoind");
        assert!(parse(&program).unwrap_err().contains("bitcoind"));
        let twins = SMALL.replace("miner-{n}", "miner");
        assert!(parse(&twins).unwrap_err().contains("{n}"));
        let cheat = SMALL.replace(
            "[[relaychain.nodes]]\n        name = \"alice\"",
            "byzantine = { miner-9 = \"drops\" }\n        [[relaychain.nodes]]\n        name = \"alice\"",
        );
        assert!(parse(&cheat).unwrap_err().contains("`miner-9`"));
        let preset = SMALL.replace("\"fast\"", "\"slow\"");
        assert!(parse(&preset).unwrap_err().contains("slow"));
    }

    #[test]
    fn quantities_may_differ_from_the_preset() {
        let other = SMALL.replace(
            "[[relaychain.nodes]]\n        name = \"alice\"",
            "[cessnet.params]\nchallenge_period = 7\npodr2_scheme = \"bls12381\"\n[[relaychain.nodes]]\nname = \"alice\"",
        );
        let mut definition = parse(&other).unwrap();
        let params = definition.params().unwrap();
        let fast = ProtocolParams {
            challenge_period: 7,
            podr2_scheme: Podr2Scheme::Bls12381,
            ..ProtocolParams::fast()
        };
        assert_eq!(params, fast);
        let more = Overrides::parse(["challenge_period=9", "one_day=60"]).unwrap();
        definition.set_params(None, more).unwrap();
        let params = definition.params().unwrap();
        assert_eq!((params.challenge_period, params.one_day), (9, 60));
        let misspelt = other.replace("challenge_period", "challenge_perod");
        assert!(parse(&misspelt).unwrap_err().contains("challenge_perod"));
    }

    #[test]
    fn the_number_of_miners_can_be_changed() {
        let mut definition = parse(SMALL).unwrap();
        definition.set_miners(1).unwrap();
        assert_eq!(definition.roles().len(), 3);
    }
}
