//! A network for one scenario.

use crate::books;
use anyhow::{ensure, Context, Result};
use cess_chain::{calls, Chain, Signer};
use cess_primitives::file::FileInfo;
use cess_primitives::{AccountId, Hash, ProtocolParams, Tick};
use cessnet::client::{Gateway, Upload};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::network::{Action, Network, StartOptions};
use cessnet::process::{self, ProcessState};
use cessnet::quantities::Overrides;
use cessnet::roles::{Role, RoleKind};
use cessnet::travel::{self, Aftermath, Manner};
use cessnet::{Definition, Manifest, Progress};
use rand::{RngCore, SeedableRng};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// One network at a time: two cores cannot run two.
static TURN: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);

/// The territory that scenarios use.
const TERRITORY: &str = "scenario";

/// A running network, its chain and a user with a territory.
pub struct Devnet {
    network: Network,
    /// The chain, through the first validator.
    pub chain: Chain,
    /// The quantities of the network.
    pub params: ProtocolParams,
    /// The gateway.
    pub gateway: Gateway,
    /// Alice, who is also root.
    pub user: Signer,
    folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// Waits until no other scenario runs a network.
pub async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

/// Bytes that depend on the seed alone.
pub fn random_bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rand::rngs::StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}

impl Devnet {
    /// Starts the network of a file in `zombienet/`; Alice authorises the gateway and rents `gib`.
    pub async fn start(file: &str, gib: u32) -> Result<Self> {
        Self::start_with(file, gib, |_| ()).await
    }

    /// The same after a change to what the file says.
    pub async fn start_with(
        file: &str,
        gib: u32,
        change: impl FnOnce(&mut Definition),
    ) -> Result<Self> {
        let turn = turn().await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../zombienet")
            .join(file);
        let folder = tempfile::tempdir()?;
        let mut definition = Definition::load(&path)?;
        change(&mut definition);
        let options = StartOptions {
            definition,
            dir: folder.path().join("network"),
            timeout: Duration::from_secs(180),
        };
        let network = Network::start(options, &Progress::new(false)).await?;
        let manifest = network.manifest();
        let chain = Chain::connect(&manifest.rpc[0]).await?;
        let gateway_role = manifest
            .of_kind(RoleKind::Gateway)
            .next()
            .context("a network has a gateway")?;
        let gateway = Gateway::new(&gateway_role.http().context("a gateway has a port")?)?;
        let user = Signer::from_uri("//Alice")?;
        lifecycle::authorise(&chain, &user, &lifecycle::account_of(gateway_role)?).await?;
        let space = u128::from(gib) * u128::from(cess_primitives::GIB) - 1;
        lifecycle::rent(&chain, &user, TERRITORY, space).await?;
        let params = chain.params().await?;
        Ok(Self {
            network,
            chain,
            params,
            gateway,
            user,
            folder,
            _turn: turn,
        })
    }

    /// The same with some of the protocol's quantities set, each as `name=value`.
    pub async fn start_set(file: &str, gib: u32, quantities: &[&str]) -> Result<Self> {
        let quantities = Overrides::parse(quantities.iter().copied());
        let quantities = quantities.map_err(anyhow::Error::msg)?;
        let mut set = Ok(());
        let net = Self::start_with(file, gib, |definition| {
            set = definition.set_params(None, quantities);
        })
        .await?;
        set.map_err(anyhow::Error::msg)?;
        Ok(net)
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        self.network.manifest()
    }

    /// A process.
    pub fn role(&self, name: &str) -> Result<Role> {
        Ok(self.manifest().role(name)?.clone())
    }

    /// The process of a miner's account.
    pub fn miner(&self, account: &AccountId) -> Result<Role> {
        lifecycle::miner_role(self.manifest(), account)
            .cloned()
            .with_context(|| format!("no process of {account}"))
    }

    /// Kills, pauses, resumes or restarts a process; one that was killed does nothing any more.
    pub async fn act(&mut self, name: &str, action: Action) -> Result<()> {
        self.network.act(name, action).await?;
        if action != Action::Kill {
            return Ok(());
        }
        let role = self.role(name)?;
        let mut look = tokio::time::interval(Duration::from_millis(5));
        let gone = async {
            while process::state(role.pid, &role.command) != ProcessState::Dead {
                look.tick().await;
            }
        };
        tokio::time::timeout(self.ticks(10), gone)
            .await
            .with_context(|| format!("{name} outlives its end"))
    }

    /// So many ticks as time, with half as much again.
    pub fn ticks(&self, ticks: u32) -> Duration {
        Duration::from_millis(self.params.slot_ms) * (ticks + ticks / 2 + 10)
    }

    /// So many of the protocol's days, in ticks.
    pub fn days(&self, days: u32) -> Tick {
        self.params.one_day * days
    }

    /// Moves the clock as `cessnet time` does, and waits until everything that fell due is done.
    pub async fn jump(&self, ticks: Tick) -> Result<Aftermath> {
        let quiet = Progress::new(true);
        travel::jump(&self.chain, &self.user, ticks, Manner::Careful, &quiet)
            .await?
            .settle(&self.chain, &quiet)
            .await
    }

    /// The account of a miner's process.
    pub fn miner_signer(&self, miner: &AccountId) -> Result<Signer> {
        let seed = self.miner(miner)?.seed.context("a miner has a seed")?;
        Ok(Signer::from_uri(&seed)?)
    }

    /// A file of the scenario.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes)?;
        Ok(path)
    }

    /// Sends a file to the gateway.
    pub async fn put(&self, name: &str, bytes: &[u8]) -> Result<Hash> {
        self.put_into(TERRITORY, name, bytes).await
    }

    /// Sends a file to the gateway, for another territory of the user.
    pub async fn put_into(&self, territory: &str, name: &str, bytes: &[u8]) -> Result<Hash> {
        let file = self.file(name, bytes)?;
        let upload = Upload {
            file: &file,
            name,
            territory,
            cipher: None,
        };
        Ok(self.gateway.put(&self.user, &upload).await?)
    }

    /// Sends a file and waits until it is Active.
    pub async fn store(&self, name: &str, bytes: &[u8]) -> Result<(Hash, FileInfo)> {
        let fid = self.put(name, bytes).await?;
        let file = self.active(&fid).await?;
        Ok((fid, file))
    }

    /// Waits until a file is Active.
    pub async fn active(&self, fid: &Hash) -> Result<FileInfo> {
        let segments = 50;
        let ticks = self.params.deal_ticks(segments) + self.params.tag_ticks(segments);
        lifecycle::wait_active(&self.chain, fid, self.ticks(ticks)).await
    }

    /// Fetches a file from the miners, past the gateway's cache.
    pub async fn fetch(&self, fid: &Hash) -> Result<Vec<u8>> {
        let copy = self.folder.path().join("copy");
        self.gateway.get(fid, None, true, &copy).await?;
        Ok(std::fs::read(copy)?)
    }

    /// Lets no audit begin but those of the scenario, and returns when none is under way.
    pub async fn hold_audits(&self) -> Result<()> {
        let held = ProtocolParams {
            challenge_start: Tick::MAX,
            ..self.params
        };
        let hold = calls::protocol::set_params(&held);
        self.chain.submit_sudo(&self.user, hold).await?;
        let patience = self.ticks(self.params.challenge_window + 3 * self.params.verify_window);
        lifecycle::until(&self.chain, patience, "no audit is under way", || async {
            Ok(self.chain.challenges().await?.is_empty().then_some(()))
        })
        .await
    }

    /// Audits these miners and waits for the outcomes.
    pub async fn audit(
        &self,
        miners: &[AccountId],
    ) -> Result<std::collections::BTreeMap<AccountId, AuditOutcome>> {
        let patience = self.ticks(2 * self.params.challenge_window + 3 * self.params.verify_window);
        lifecycle::audit(&self.chain, &self.user, miners, patience).await
    }

    /// Waits until a process is ready again.
    pub async fn ready(&self, name: &str) -> Result<()> {
        let role = self.role(name)?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(2))
            .build()?;
        lifecycle::until(
            &self.chain,
            self.ticks(60),
            &format!("{name} is ready again"),
            || async {
                let ready = cessnet::health::readiness(&http, &role).await;
                Ok((ready == cessnet::health::Readiness::Ready).then_some(()))
            },
        )
        .await
    }

    /// What is left and locked in the scenario's territory.
    pub async fn territory(&self) -> Result<cess_primitives::territory::TerritoryInfo> {
        let name = lifecycle::name(TERRITORY)?;
        let territory = self.chain.territory(&self.user.account_id(), &name).await?;
        territory.context("the scenario has a territory")
    }

    /// Checks the books, stops the network, and checks that no process and no port stays behind.
    pub async fn finish(self) -> Result<()> {
        books::check(&self.chain).await?;
        let manifest = self.network.manifest().clone();
        self.network.stop().await?;
        for role in &manifest.roles {
            let state = process::state(role.pid, &role.command);
            ensure!(
                state == ProcessState::Dead,
                "{} is {state:?} after the stop",
                role.name
            );
            for port in role.ports.values() {
                ensure!(
                    TcpListener::bind(("127.0.0.1", *port)).is_ok(),
                    "port {port} of {} is taken",
                    role.name
                );
            }
        }
        Ok(())
    }
}
