//! One websocket to the node that is opened again whenever it breaks.

use crate::{
    chain::Options,
    error::ChainError,
    runtime::{CessConfig, Runtime},
};
use async_trait::async_trait;
use codec::Decode;
use sp_core::H256;
use std::{
    future::Future,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, PoisonError, RwLock,
    },
    time::Duration,
};
use subxt::{
    backend::{legacy::LegacyRpcMethods, rpc::RpcClient},
    ext::subxt_rpcs,
};
use tokio::{sync::Mutex, time::Instant};

pub(crate) type Rpc = LegacyRpcMethods<CessConfig>;

/// Longest time to open a connection.
const DIAL_TIMEOUT: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Opens connections; tests put a scripted node behind it.
#[async_trait]
pub(crate) trait Dialer: Send + Sync {
    async fn dial(&self) -> Result<RpcClient, subxt_rpcs::Error>;
}

/// Opens websockets: to the node that answered last, else to the next one that does.
pub(crate) struct WebSocket {
    urls: Vec<String>,
    current: AtomicUsize,
}

impl WebSocket {
    /// Nodes of one chain, separated by commas.
    pub(crate) fn new(urls: &str) -> Self {
        let urls = urls.split(',').map(|url| url.trim().to_owned()).collect();
        Self {
            urls,
            current: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl Dialer for WebSocket {
    async fn dial(&self) -> Result<RpcClient, subxt_rpcs::Error> {
        let first = self.current.load(Ordering::Relaxed);
        let mut failure = None;
        for place in (first..).take(self.urls.len()).map(|i| i % self.urls.len()) {
            match RpcClient::from_insecure_url(&self.urls[place]).await {
                Ok(client) => {
                    self.current.store(place, Ordering::Relaxed);
                    return Ok(client);
                }
                Err(e) => failure = Some(e),
            }
        }
        let none = || subxt_rpcs::Error::Client("no node is named".into());
        Err(failure.unwrap_or_else(none))
    }
}

pub(crate) struct Connection {
    url: String,
    dialer: Box<dyn Dialer>,
    pub(crate) options: Options,
    /// The open link; a failed request takes it away, the next one dials.
    link: Mutex<Option<Link>>,
    runtime: RwLock<Option<Runtime>>,
}

#[derive(Clone)]
struct Link {
    rpc: Rpc,
    /// Tells links apart, so that a late failure of an old one doesn't close the new one.
    token: Arc<()>,
}

/// Doubling pauses up to a limit.
pub(crate) struct Backoff(Duration);

impl Backoff {
    pub(crate) fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    pub(crate) async fn pause(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

impl Connection {
    pub(crate) async fn open(
        url: String,
        dialer: Box<dyn Dialer>,
        options: Options,
    ) -> Result<Self, ChainError> {
        let this = Self {
            url,
            dialer,
            options,
            link: Mutex::new(None),
            runtime: RwLock::new(None),
        };
        this.ask("chain_getBlockHash", |rpc| async move {
            rpc.genesis_hash().await
        })
        .await?;
        Ok(this)
    }

    /// The runtime as it was when the connection was opened or when it was last refreshed.
    pub(crate) fn runtime(&self) -> Result<Runtime, ChainError> {
        let runtime = self.runtime.read().unwrap_or_else(PoisonError::into_inner);
        runtime
            .clone()
            .ok_or_else(|| ChainError::Metadata("it was never read".into()))
    }

    /// Reads the metadata again if the runtime was upgraded.
    pub(crate) async fn refresh_runtime(&self) -> Result<Runtime, ChainError> {
        let known = self.runtime()?;
        let runtime = self
            .ask("state_getMetadata", |rpc| {
                let known = known.clone();
                async move { Ok(read_runtime(&rpc, Some(&known)).await) }
            })
            .await??;
        self.set_runtime(runtime.clone());
        Ok(runtime)
    }

    /// Asks the node; a lost connection is opened again until the caller's patience ends.
    pub(crate) async fn ask<T, F, Fut>(
        &self,
        method: &'static str,
        question: F,
    ) -> Result<T, ChainError>
    where
        F: Fn(Rpc) -> Fut,
        Fut: Future<Output = Result<T, subxt_rpcs::Error>>,
    {
        let start = Instant::now();
        let mut backoff = Backoff::new();
        loop {
            let reason = match self.try_ask(&question).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(Failure::Lost(reason))) => reason,
                Ok(Err(Failure::Refused(error))) => {
                    return Err(ChainError::from_rpc(method, error))
                }
                Err(error) => return Err(error),
            };
            let waited = start.elapsed();
            if waited >= self.options.patience {
                return Err(ChainError::Unreachable {
                    url: self.url.clone(),
                    waited,
                    reason,
                });
            }
            tracing::debug!(
                url = self.url,
                method,
                reason,
                "no answer from the node, trying again"
            );
            backoff.pause().await;
        }
    }

    /// Asks once. The outer error is final.
    pub(crate) async fn try_ask<T, F, Fut>(
        &self,
        question: &F,
    ) -> Result<Result<T, Failure>, ChainError>
    where
        F: Fn(Rpc) -> Fut,
        Fut: Future<Output = Result<T, subxt_rpcs::Error>>,
    {
        let link = match self.link().await? {
            Ok(link) => link,
            Err(reason) => return Ok(Err(Failure::Lost(reason))),
        };
        match question(link.rpc.clone()).await {
            Ok(answer) => Ok(Ok(answer)),
            Err(error) if is_lost(&error) => {
                self.close(&link).await;
                Ok(Err(Failure::Lost(error.to_string())))
            }
            Err(error) => Ok(Err(Failure::Refused(error))),
        }
    }

    async fn close(&self, broken: &Link) {
        let mut link = self.link.lock().await;
        if link
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(&current.token, &broken.token))
        {
            *link = None;
        }
    }

    /// The open link, or a new one to the same chain. The inner error is worth another try.
    async fn link(&self) -> Result<Result<Link, String>, ChainError> {
        let mut slot = self.link.lock().await;
        if let Some(link) = &*slot {
            return Ok(Ok(link.clone()));
        }
        let dialled = tokio::time::timeout(DIAL_TIMEOUT, async {
            let rpc = Rpc::new(self.dialer.dial().await?);
            let known = self
                .runtime
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            let runtime = read_runtime(&rpc, known.as_ref()).await;
            Ok::<_, subxt_rpcs::Error>((rpc, runtime))
        });
        let (rpc, runtime) = match dialled.await {
            Ok(Ok(dialled)) => dialled,
            Ok(Err(error)) => return Ok(Err(error.to_string())),
            Err(_) => return Ok(Err("connecting takes too long".into())),
        };
        let runtime = match runtime {
            Err(ChainError::Rpc { message, .. }) => return Ok(Err(message)),
            Err(ChainError::Answer { reason, .. }) => return Ok(Err(reason)),
            other => other?,
        };
        if let Ok(known) = self.runtime() {
            let (expected, found) = (known.genesis_hash(), runtime.genesis_hash());
            if expected != found {
                return Err(ChainError::WrongChain {
                    url: self.url.clone(),
                    expected,
                    found,
                });
            }
            tracing::info!(url = self.url, "connected to the node again");
        }
        self.set_runtime(runtime);
        let link = Link {
            rpc,
            token: Arc::new(()),
        };
        *slot = Some(link.clone());
        Ok(Ok(link))
    }

    fn set_runtime(&self, runtime: Runtime) {
        *self.runtime.write().unwrap_or_else(PoisonError::into_inner) = Some(runtime);
    }
}

/// Why a single question got no answer.
pub(crate) enum Failure {
    /// The connection broke; another one may work.
    Lost(String),
    /// The node answered with an error.
    Refused(subxt_rpcs::Error),
}

fn is_lost(error: &subxt_rpcs::Error) -> bool {
    matches!(
        error,
        subxt_rpcs::Error::Client(_) | subxt_rpcs::Error::DisconnectedWillReconnect(_)
    )
}

/// The node's runtime; `known` is returned as it is when the version is the same.
async fn read_runtime(rpc: &Rpc, known: Option<&Runtime>) -> Result<Runtime, ChainError> {
    let genesis = rpc
        .genesis_hash()
        .await
        .map_err(|e| ChainError::from_rpc("chain_getBlockHash", e))?;
    let version = rpc
        .state_get_runtime_version(None)
        .await
        .map_err(|e| ChainError::from_rpc("state_getRuntimeVersion", e))?;
    if let Some(known) = known {
        if known.spec_version() == version.spec_version && known.genesis_hash() == genesis {
            return Ok(known.clone());
        }
    }
    let metadata = read_metadata(rpc).await?;
    Runtime::new(
        genesis,
        version.spec_version,
        version.transaction_version,
        &metadata,
    )
}

/// Metadata of version 15, or 14 from a node that has nothing newer.
async fn read_metadata(rpc: &Rpc) -> Result<Vec<u8>, ChainError> {
    const METHOD: &str = "Metadata_metadata_at_version";
    if let Ok(answer) = rpc
        .state_call(METHOD, Some(&15u32.to_le_bytes()), None)
        .await
    {
        let metadata =
            Option::<Vec<u8>>::decode(&mut &*answer).map_err(|e| ChainError::Answer {
                method: METHOD,
                reason: e.to_string(),
            })?;
        if let Some(metadata) = metadata {
            return Ok(metadata);
        }
    }
    let answer = rpc.state_get_metadata(None).await;
    Ok(answer
        .map_err(|e| ChainError::from_rpc("state_getMetadata", e))?
        .into_raw())
}

/// What a node says when it no longer has a block's state (`sc-rpc` and `sp-blockchain`).
pub(crate) fn is_pruned(error: &ChainError) -> bool {
    matches!(error, ChainError::Rpc { message, .. }
        if message.contains("State already discarded") || message.contains("UnknownBlock"))
}

/// The error of a question about one block.
pub(crate) fn about_block(error: ChainError, at: Option<H256>) -> ChainError {
    match at {
        Some(hash) if is_pruned(&error) => ChainError::Pruned(hash),
        _ => error,
    }
}
