//! The processes of a network.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoleKind {
    /// A validator.
    Node,
    /// A TEE worker.
    Tee,
    /// A storage miner.
    Miner,
    /// A gateway.
    Gateway,
}

impl RoleKind {
    /// The role that a binary plays, by its file name.
    pub fn of_command(command: &str) -> Option<Self> {
        match command.rsplit('/').next()? {
            "cess-node" => Some(Self::Node),
            "cess-tee" => Some(Self::Tee),
            "cess-miner" => Some(Self::Miner),
            "cess-gateway" => Some(Self::Gateway),
            _ => None,
        }
    }
}

/// One process of a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// `alice`, `miner-3`, `gateway-1`, `tee-1`.
    pub name: String,
    /// What it is.
    pub kind: RoleKind,
    /// Its binary's name.
    pub command: String,
    /// Its process, once started.
    pub pid: Option<i32>,
    /// Its ports on 127.0.0.1, by name.
    pub ports: BTreeMap<String, u16>,
    /// The seed of its account.
    pub seed: Option<String>,
    /// The address of its account.
    pub address: Option<String>,
    /// Its data directory.
    pub data: PathBuf,
    /// Its log.
    pub log: PathBuf,
}

impl Role {
    /// A process that has not started.
    pub fn new(name: &str, kind: RoleKind, command: &str) -> Self {
        Self {
            name: name.into(),
            kind,
            command: command.into(),
            pid: None,
            ports: BTreeMap::new(),
            seed: None,
            address: None,
            data: PathBuf::new(),
            log: PathBuf::new(),
        }
    }

    /// `http://127.0.0.1:PORT` of its HTTP interface.
    pub fn http(&self) -> Option<String> {
        self.ports
            .get("http")
            .map(|p| format!("http://127.0.0.1:{p}"))
    }

    /// `ws://127.0.0.1:PORT` of a validator.
    pub fn ws(&self) -> Option<String> {
        self.ports.get("rpc").map(|p| format!("ws://127.0.0.1:{p}"))
    }
}
