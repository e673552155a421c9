//! `cessnet.json`: what a running network tells scripts and SDKs.

use crate::dir::{write_atomically, DirError, NetworkDir};
use crate::roles::{Role, RoleKind};
use cess_primitives::Preset;
use serde::{Deserialize, Serialize};

/// How far a network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkState {
    /// Processes are being started.
    Starting,
    /// Every process reported that it is ready.
    Ready,
}

/// An account that a user may act with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// `Alice`.
    pub name: String,
    /// `//Alice`.
    pub seed: String,
    /// `cX…`.
    pub address: String,
}

/// The manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of cessnet.
    pub version: String,
    /// How far the network is.
    pub state: NetworkState,
    /// The protocol's quantities.
    pub preset: Preset,
    /// The chain's id.
    pub chain: String,
    /// Its folder.
    pub dir: std::path::PathBuf,
    /// The supervising process.
    pub pid: u32,
    /// Seconds since 1970.
    pub started_at: u64,
    /// WebSocket interfaces of the validators.
    pub rpc: Vec<String>,
    /// HTTP interfaces of the gateways.
    pub gateways: Vec<String>,
    /// Accounts for users; the first may use sudo.
    pub accounts: Vec<AccountEntry>,
    /// Every process.
    pub roles: Vec<Role>,
}

/// A role name that the network does not have.
#[derive(Debug, thiserror::Error)]
#[error("there is no process `{name}` in this network; it has {known}")]
pub struct UnknownRole {
    /// What was asked for.
    pub name: String,
    /// What there is.
    pub known: String,
}

impl Manifest {
    /// The process with this name.
    pub fn role(&self, name: &str) -> Result<&Role, UnknownRole> {
        self.roles
            .iter()
            .find(|r| r.name == name)
            .ok_or_else(|| UnknownRole {
                name: name.into(),
                known: self
                    .roles
                    .iter()
                    .map(|r| r.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// The processes of a kind.
    pub fn of_kind(&self, kind: RoleKind) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |r| r.kind == kind)
    }

    /// Writes `cessnet.json`.
    pub fn save(&self, dir: &NetworkDir) -> Result<(), DirError> {
        let path = dir.manifest();
        let text = serde_json::to_vec_pretty(self).expect("a manifest is plain data; qed");
        write_atomically(&path, &text).map_err(|source| DirError::Io { path, source })
    }

    /// Reads `cessnet.json`; an error when there is none or no network runs there.
    pub fn load_running(dir: &NetworkDir) -> Result<Self, DirError> {
        let none = || DirError::NoNetwork(dir.root().display().to_string());
        if !dir.is_running() {
            return Err(none());
        }
        Self::load(dir)?.ok_or_else(none)
    }

    /// Reads `cessnet.json`, whether the network runs or not.
    pub fn load(dir: &NetworkDir) -> Result<Option<Self>, DirError> {
        let path = dir.manifest();
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(DirError::Io { path, source }),
        };
        let manifest = serde_json::from_slice(&text);
        manifest.map(Some).map_err(|e| DirError::Io {
            path,
            source: e.into(),
        })
    }
}
