//! A running network: started by zombienet, watched and stopped by us.

use crate::binaries::{Binaries, MissingBinary};
use crate::chain_spec::{self, ChainSpecError};
use crate::definition::{Definition, DefinitionError, EnvVar, Plan};
use crate::dir::{write_atomically, DirError, DirLock, NetworkDir};
use crate::health::{self, HealthError};
use crate::manifest::{AccountEntry, Manifest, NetworkState, UnknownRole};
use crate::ports::{self, PortError};
use crate::process::{self, ProcessState};
use crate::progress::Progress;
use crate::roles::{Role, RoleKind};
use cess_chain::Signer;
use nix::sys::signal::Signal;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use zombienet_sdk::{LocalFileSystem, NetworkConfig, NetworkConfigExt, NetworkNode};

/// How long processes get to end by themselves.
const PATIENCE: Duration = Duration::from_secs(15);

/// What to start, and where.
#[derive(Clone, Debug)]
pub struct StartOptions {
    /// The network.
    pub definition: Definition,
    /// Its folder.
    pub dir: PathBuf,
    /// Give up when the network is not ready after this time.
    pub timeout: Duration,
}

/// Why a network could not be started or steered.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The network file is wrong.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The folder cannot be used.
    #[error(transparent)]
    Dir(#[from] DirError),
    /// A program is missing.
    #[error(transparent)]
    Binary(#[from] MissingBinary),
    /// A port cannot be used.
    #[error(transparent)]
    Port(#[from] PortError),
    /// No such process.
    #[error(transparent)]
    Role(#[from] UnknownRole),
    /// A process is not ready, or died.
    #[error(transparent)]
    Health(#[from] HealthError),
    /// The chain spec could not be made.
    #[error(transparent)]
    ChainSpec(#[from] ChainSpecError),
    /// zombienet gave up.
    #[error("zombienet could not start the network: {0}. The logs are in the network's folder, see `cessnet logs`")]
    Spawn(String),
    /// A process could not be steered.
    #[error("cannot {action} {role}: {reason}")]
    Steer {
        /// What was asked.
        action: &'static str,
        /// The process.
        role: String,
        /// Why not.
        reason: String,
    },
}

/// What can be done to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Ends it at once, like a power cut.
    Kill,
    /// Stops it where it is.
    Pause,
    /// Lets it go on.
    Resume,
    /// Ends it, politely if it runs, and starts it again.
    Restart,
}

impl Action {
    /// The command's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Restart => "restart",
        }
    }
}

/// A running network. [`Network::stop`] ends it cleanly; dropping it kills every process.
pub struct Network {
    dir: NetworkDir,
    manifest: Manifest,
    inner: Option<zombienet_sdk::Network<LocalFileSystem>>,
    _lock: DirLock,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network")
            .field("manifest", &self.manifest)
            .finish_non_exhaustive()
    }
}

impl Network {
    /// Starts every process and waits until all are ready.
    pub async fn start(options: StartOptions, progress: &Progress) -> Result<Self, NetworkError> {
        let started = tokio::time::Instant::now();
        let binaries = Binaries::locate()?;
        let dir = NetworkDir::new(&options.dir)?;
        let lock = dir.claim()?;
        let definition = &options.definition;

        progress.step(0, 1, "making the chain spec");
        chain_spec::make(&binaries, definition, &dir).await?;

        let mut roles = definition.roles();
        let guards = ports::choose(&mut roles)?;
        for role in &mut roles {
            let home = dir.net().join(&role.name);
            role.data = home.join("data");
            role.log = home.join(format!("{}.log", role.name));
            role.address = role
                .seed
                .as_deref()
                .and_then(|s| Signer::from_uri(s).ok())
                .map(|s| s.ss58());
        }
        let net = dir.net();
        std::fs::create_dir_all(&net).map_err(|source| DirError::Io {
            path: net.clone(),
            source,
        })?;
        let spec = dir.chain_spec();
        let plan = Plan {
            roles: &roles,
            binaries: &binaries,
            base_dir: &net,
            chain_spec: &spec,
            env: environment(),
        };
        let text = definition.expand(&plan);
        let path = dir.definition();
        write_atomically(&path, text.as_bytes()).map_err(|source| DirError::Io {
            path: path.clone(),
            source,
        })?;
        let config = NetworkConfig::load_from_toml(&path.display().to_string())
            .map_err(|e| NetworkError::Spawn(format!("{e:#}")))?;

        let mut manifest = new_manifest(definition, &dir, roles);
        manifest.save(&dir)?;
        let all = manifest.roles.len();
        progress.step(0, all, "starting the chain");
        drop(guards);
        let spawn = config.spawn_native();
        let inner = tokio::time::timeout(options.timeout, spawn)
            .await
            .map_err(|_| {
                NetworkError::Spawn(format!("not up after {} s", options.timeout.as_secs()))
            })?
            .map_err(|e| NetworkError::Spawn(explain(&e)))?;
        for role in &mut manifest.roles {
            role.pid = pid_of(&inner, role);
        }
        manifest.save(&dir)?;

        let left = options.timeout.saturating_sub(started.elapsed());
        health::wait_ready(&manifest.roles, left, progress).await?;
        manifest.state = NetworkState::Ready;
        manifest.save(&dir)?;
        progress.finish();
        Ok(Self {
            dir,
            manifest,
            inner: Some(inner),
            _lock: lock,
        })
    }

    /// The manifest as it is now.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The network's folder.
    pub fn dir(&self) -> &NetworkDir {
        &self.dir
    }

    /// Does something to a process.
    pub async fn act(&mut self, name: &str, action: Action) -> Result<(), NetworkError> {
        let role = self.manifest.role(name)?.clone();
        let steer = |reason: String| NetworkError::Steer {
            action: action.name(),
            role: role.name.clone(),
            reason,
        };
        let state = process::state(role.pid, &role.command);
        let send = |signal| match role.pid {
            Some(pid) if state != ProcessState::Dead => {
                process::signal(pid, signal).map_err(|e| steer(e.to_string()))
            }
            _ => Err(steer(
                "it does not run; start it with `cessnet restart`".into(),
            )),
        };
        match action {
            Action::Kill => send(Signal::SIGKILL),
            Action::Pause => send(Signal::SIGSTOP),
            Action::Resume => send(Signal::SIGCONT),
            Action::Restart => {
                if let Some(pid) = role.pid {
                    let process = [(pid, role.command.clone())];
                    process::terminate(&process, PATIENCE)
                        .await
                        .map_err(|e| steer(e.to_string()))?;
                }
                let inner = self
                    .inner
                    .as_ref()
                    .ok_or_else(|| steer("the network is stopping".into()))?;
                restart(inner, &role)
                    .await
                    .map_err(|e| steer(format!("{e:#}")))?;
                let pid = pid_of(inner, &role);
                if let Some(entry) = self.manifest.roles.iter_mut().find(|r| r.name == name) {
                    entry.pid = pid;
                }
                Ok(self.manifest.save(&self.dir)?)
            }
        }
    }

    /// Ends every process, asking first, and leaves the folder for inspection.
    pub async fn stop(mut self) -> Result<(), NetworkError> {
        let fail = |reason: String| NetworkError::Steer {
            action: "stop",
            role: "the network".into(),
            reason,
        };
        // The chain outlives those that talk to it, so that nobody stops in the middle of a retry.
        for nodes in [false, true] {
            let processes: Vec<_> = self
                .manifest
                .roles
                .iter()
                .filter(|r| (r.kind == RoleKind::Node) == nodes)
                .filter_map(|r| Some((r.pid?, r.command.clone())))
                .collect();
            process::terminate(&processes, PATIENCE)
                .await
                .map_err(|e| fail(e.to_string()))?;
        }
        if let Some(inner) = self.inner.take() {
            inner.destroy().await.map_err(|e| fail(e.to_string()))?;
        }
        let socket = self.dir.socket();
        match std::fs::remove_file(&socket) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(DirError::Io {
                path: socket,
                source: e,
            }
            .into()),
            _ => Ok(()),
        }
    }
}

fn new_manifest(definition: &Definition, dir: &NetworkDir, roles: Vec<Role>) -> Manifest {
    let users = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
    let accounts = users.iter().filter_map(|name| {
        let seed = format!("//{name}");
        let address = Signer::from_uri(&seed).ok()?.ss58();
        Some(AccountEntry {
            name: (*name).into(),
            seed,
            address,
        })
    });
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Manifest {
        version: env!("CARGO_PKG_VERSION").into(),
        state: NetworkState::Starting,
        preset: definition.cessnet.preset,
        chain: definition.chain_id(),
        dir: dir.root().into(),
        pid: std::process::id(),
        started_at: now.as_secs(),
        rpc: roles.iter().filter_map(Role::ws).collect(),
        gateways: roles
            .iter()
            .filter(|r| r.kind == RoleKind::Gateway)
            .filter_map(Role::http)
            .collect(),
        accounts: accounts.collect(),
        roles,
    }
}

/// zombienet clears the environment of its children; this is what they get.
fn environment() -> Vec<EnvVar> {
    let log = std::env::var("RUST_LOG")
        .unwrap_or_else(|_| "info,libp2p=warn,subxt=warn,jsonrpsee=warn".into());
    let var = |name: &str, value: String| EnvVar {
        name: name.into(),
        value,
    };
    // Few arenas keep eighteen processes small.
    let plain = [
        ("RUST_BACKTRACE", "1"),
        ("MALLOC_ARENA_MAX", "2"),
        ("NO_COLOR", "1"),
    ];
    let plain = plain.map(|(name, value)| var(name, value.into()));
    plain.into_iter().chain([var("RUST_LOG", log)]).collect()
}

fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}

fn pid_of(network: &zombienet_sdk::Network<LocalFileSystem>, role: &Role) -> Option<i32> {
    let value = match role.kind {
        RoleKind::Node => serde_json::to_value(network.get_node(&role.name).ok()?.core()),
        _ => serde_json::to_value(network.get_custom_process(&role.name).ok()?.core()),
    };
    value
        .ok()?
        .pointer("/inner/process_handle")?
        .as_i64()?
        .try_into()
        .ok()
}

async fn restart(
    network: &zombienet_sdk::Network<LocalFileSystem>,
    role: &Role,
) -> anyhow::Result<()> {
    match role.kind {
        RoleKind::Node => NetworkNode::restart(network.get_node(&role.name)?, None).await,
        _ => {
            network
                .get_custom_process(&role.name)?
                .core()
                .restart(None)
                .await
        }
    }
}
