//! Starting and stopping a gateway.

use crate::chain::{ChainApi, LiveChain};
use crate::gateway::{Gateway, Store};
use crate::metrics::Metrics;
use crate::routes::{router, Shell};
use crate::status::Status;
use crate::{drive, Config, GatewayError};
use cess_chain::{Chain, ChainError, Signer};
use cess_p2p::{Address, Identity, Node, NodeConfig, ServesNothing};
use cess_primitives::oss::Domain;
use cess_primitives::AccountId;
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Requests under way may take this long to end when the gateway stops.
const GRACE: Duration = Duration::from_secs(5);
/// How long the start waits before it tries again what the chain refused.
const RETRY: Duration = Duration::from_secs(2);

/// A running gateway. Dropping it stops everything; [`Handle::shutdown`] also waits for that.
pub struct Handle {
    listen: SocketAddr,
    address: Address,
    account: AccountId,
    status: watch::Receiver<Status>,
    stop: CancellationToken,
    _guard: DropGuard,
    main: Option<JoinHandle<()>>,
}

impl Handle {
    /// Where HTTP is served.
    pub fn http(&self) -> SocketAddr {
        self.listen
    }

    /// The libp2p address.
    pub fn p2p(&self) -> &Address {
        &self.address
    }

    /// The gateway's account.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Where the gateway stands.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Returns when the gateway is ready, or with the reason why it never will be.
    pub async fn ready(&mut self) -> Result<(), String> {
        let settled = self
            .status
            .wait_for(|s| !matches!(s, Status::Starting(_)))
            .await;
        match settled.map(|s| s.clone()) {
            Ok(Status::Failed(reason)) => Err(reason),
            Ok(_) => Ok(()),
            Err(_) => Err("the gateway was stopped".into()),
        }
    }

    /// Returns when the gateway cannot go on, with the reason.
    pub async fn failed(&mut self) -> String {
        let failed = self
            .status
            .wait_for(|s| matches!(s, Status::Failed(_)))
            .await;
        failed.map_or_else(|_| "the gateway was stopped".into(), |s| s.step())
    }

    /// Stops the gateway; returns when its ports are free and its data is safe.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(main) = self.main.take() {
            if let Err(error) = main.await {
                tracing::error!(%error, "the gateway ended badly");
            }
        }
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handle(http {}, p2p {})", self.listen, self.address)
    }
}

/// Starts a gateway. Returns as soon as its ports are open and its data directory is in use; until
/// the chain is reached and the gateway registered, every request is answered with 503.
///
/// # Errors
/// What the configuration got wrong: secret, ports, data directory, domain.
pub async fn run(config: Config) -> Result<Handle, GatewayError> {
    let signer = Signer::from_uri(&config.seed)?;
    let store = Store::open(&config.data_dir).await?;
    let listener = TcpListener::bind(config.listen).await;
    let listen_error = |source| GatewayError::Listen {
        listen: config.listen,
        source,
    };
    let listener = listener.map_err(listen_error)?;
    let listen = listener.local_addr()?;
    let domain = config
        .domain
        .clone()
        .unwrap_or_else(|| format!("http://{listen}"));
    let domain =
        Domain::try_from(domain.clone().into_bytes()).map_err(|_| GatewayError::Domain(domain))?;
    let identity = Identity::from_seed(*signer.mini_secret());
    let node = Node::start(
        NodeConfig::new(identity, config.p2p),
        Arc::new(ServesNothing),
    )
    .await?;

    let shell = Shell::new(Arc::new(Metrics::new()?));
    let stop = CancellationToken::new();
    let handle = Handle {
        listen,
        address: node.address().clone(),
        account: signer.account_id(),
        status: shell.status.subscribe(),
        _guard: stop.clone().drop_guard(),
        stop: stop.clone(),
        main: None,
    };
    tracing::info!(%listen, account = signer.ss58(), "gateway listens");
    let life = Life {
        config,
        signer,
        domain,
        node,
        shell,
        stop,
    };
    let main = tokio::spawn(life.run(listener, store));
    Ok(Handle {
        main: Some(main),
        ..handle
    })
}

struct Life {
    config: Config,
    signer: Signer,
    domain: Domain,
    node: Node,
    shell: Arc<Shell>,
    stop: CancellationToken,
}

impl Life {
    async fn run(self, listener: TcpListener, store: Store) {
        let stopped = self.stop.clone().cancelled_owned();
        let server = axum::serve(listener, router(Arc::clone(&self.shell)));
        let mut server = tokio::spawn(server.with_graceful_shutdown(stopped).into_future());
        tokio::select! {
            () = self.stop.cancelled() => {}
            result = self.start(store) => {
                match result {
                    Ok(()) => {
                        tracing::info!("gateway is ready");
                        self.shell.status.send_replace(Status::Ready);
                    }
                    Err(error) => {
                        tracing::error!(%error, "the gateway cannot start");
                        self.shell.status.send_replace(Status::Failed(error.to_string()));
                    }
                }
                self.watch_over().await;
            }
        }
        if tokio::time::timeout(GRACE, &mut server).await.is_err() {
            server.abort();
        }
        if let Some(gateway) = self.shell.gateway.get() {
            gateway.shutdown().await;
        }
        self.node.shutdown().await;
        tracing::info!("gateway stopped");
    }

    /// Returns when the gateway is to stop.
    async fn watch_over(&self) {
        let lost = async {
            match self.shell.gateway.get() {
                Some(gateway) => gateway.lost().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.stop.cancelled() => return,
            () = lost => {}
        }
        let reason = "the node serves another chain now: start the gateway with fresh data";
        tracing::error!(reason);
        self.shell
            .status
            .send_replace(Status::Failed(reason.into()));
        self.stop.cancelled().await;
    }

    fn step(&self, step: impl Into<String>) {
        let step = step.into();
        tracing::info!(step, "starting");
        self.shell.status.send_replace(Status::Starting(step));
    }

    /// Tries until it works; what goes wrong is shown as the step.
    async fn insist<T, F>(
        &self,
        what: &str,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, GatewayError>
    where
        F: std::future::Future<Output = Result<T, GatewayError>>,
    {
        self.step(what);
        loop {
            match attempt().await {
                Err(GatewayError::Chain(error)) if !is_hopeless(&error) => {
                    self.step(format!("{what}: {error}"));
                    // The chain gives no sign when it would accept what it refused.
                    tokio::time::sleep(RETRY).await;
                }
                other => return other,
            }
        }
    }

    async fn start(&self, store: Store) -> Result<(), GatewayError> {
        let url = &self.config.chain;
        let chain = self.insist("connecting to the node", || async {
            Ok(Chain::connect(url.as_str()).await?)
        });
        let chain = chain.await?;
        let synced = || async { Ok(chain.wait_until_synced().await?) };
        self.insist("waiting for the node to catch up", synced)
            .await?;
        // The sizes must be readable before the store is given away.
        self.insist("reading the protocol's quantities", || async {
            Ok(chain.params().await?)
        })
        .await?;
        let live: Arc<dyn ChainApi> = Arc::new(LiveChain::new(chain, self.signer.clone()));
        let transport = Arc::new(self.node.clone());
        let metrics = Arc::clone(&self.shell.metrics);
        self.step("opening the cache");
        let cache_bytes = self.config.cache_bytes();
        let gateway = Gateway::open(store, live, transport, metrics, cache_bytes).await?;
        self.insist("registering the gateway", || self.register(&gateway))
            .await?;
        gateway.resume().await?;
        self.insist("ending deals whose data is lost", || {
            drive::cancel_orphans(&gateway)
        })
        .await?;
        // Only this task ever sets it.
        let _ = self.shell.gateway.set(gateway);
        Ok(())
    }

    /// Makes the chain know this gateway under its present peer id and domain.
    async fn register(&self, gateway: &Gateway) -> Result<(), GatewayError> {
        let peer = self.node.peer_id_bytes();
        match gateway.chain.registration().await? {
            Some(known) if known.peer_id == peer && known.domain == self.domain => {}
            Some(_) => gateway.chain.update(&peer, &self.domain).await?,
            None => gateway.chain.register(&peer, &self.domain).await?,
        }
        Ok(())
    }
}

/// Whether trying again cannot help: another chain, or another release of it.
fn is_hopeless(error: &ChainError) -> bool {
    matches!(
        error,
        ChainError::WrongChain { .. }
            | ChainError::Decode { .. }
            | ChainError::NoSuchCall { .. }
            | ChainError::Metadata(_)
    )
}
