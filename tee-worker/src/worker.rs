//! Starting and stopping a worker.

use crate::{
    attestation,
    config::Config,
    duties::Duties,
    enrol::{EnrolError, Enrolment, Progress},
    http::{self, Health},
    identity::Identity,
    master::{Keyring, MasterFile},
    metrics::Metrics,
    registration::Registration,
    services::{Pools, Services},
    verdicts::Verdicts,
    view::{LiveChain, View},
};
use anyhow::{bail, Context};
use cess_chain::{Chain, ChainError, Signer};
use cess_primitives::{tee::attestation::Measurement, Tick};
use std::{net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// A running worker. Dropping it stops everything and frees the ports.
pub struct Handle {
    grpc: SocketAddr,
    http: SocketAddr,
    health: Health,
    stop: CancellationToken,
    tasks: JoinSet<anyhow::Result<()>>,
}

impl Handle {
    /// Where gRPC is served.
    pub fn grpc(&self) -> SocketAddr {
        self.grpc
    }

    /// Where `/health` and `/metrics` are served.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where the worker stands.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Returns when the worker ends by itself, which it does only on an error.
    pub async fn wait(&mut self) -> anyhow::Result<()> {
        match self.tasks.join_next().await {
            Some(ended) => ended.context("a task of the worker broke")?,
            None => Ok(()),
        }
    }

    /// Stops everything: what is being served is finished, posts go on after the next start.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        // Clients that keep their connections open are not waited for.
        let grace = std::time::Duration::from_secs(2);
        let ended = tokio::time::timeout(grace, async {
            while self.tasks.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // The tasks are aborted with their set.
        self.stop.cancel();
    }
}

/// Starts a worker: `/health` answers from now on, gRPC when the chain is reached.
///
/// # Errors
/// A bad seed, a port that is taken, a binary that cannot be measured.
pub async fn run(config: Config) -> anyhow::Result<Handle> {
    let signer = Signer::from_uri(&config.seed)?;
    let identity = Identity::new(signer.clone()).context("the keys cannot be derived")?;
    let bind = |address: SocketAddr, flag: &'static str| async move {
        let bound = TcpListener::bind(address).await;
        bound.with_context(|| format!("cannot listen on {address}: choose another {flag}"))
    };
    let grpc_listener = bind(config.listen, "--listen").await?;
    let http_listener = bind(config.http, "--http").await?;
    let (grpc, http) = (grpc_listener.local_addr()?, http_listener.local_addr()?);
    let role = format!("{:?}", config.role).to_lowercase();
    let mut enclave = match config.measurement {
        Some(mr_enclave) => attestation::measurement(mr_enclave),
        None => tokio::task::spawn_blocking(attestation::measure_self).await??,
    };
    enclave.mr_enclave = config.byzantine.measured(enclave.mr_enclave);
    let health = Health::new(signer.ss58(), role, config.byzantine, &enclave);
    let metrics = Metrics::new()?;
    let stop = CancellationToken::new();

    let mut tasks = JoinSet::new();
    let served = http::serve(http_listener, health.clone(), metrics.clone(), stop.clone());
    tasks.spawn(async move { Ok(served.await?) });
    let worker = Worker {
        config,
        enclave,
        identity,
        health: health.clone(),
        metrics,
        stop: stop.clone(),
    };
    tasks.spawn(async move {
        let stop = worker.stop.clone();
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            ended = worker.live(grpc_listener, grpc) => ended,
        }
    });
    Ok(Handle {
        grpc,
        http,
        health,
        stop,
        tasks,
    })
}

struct Worker {
    config: Config,
    enclave: Measurement,
    identity: Identity,
    health: Health,
    metrics: Metrics,
    stop: CancellationToken,
}

impl Worker {
    async fn live(self, listener: TcpListener, address: SocketAddr) -> anyhow::Result<()> {
        let chain = self.connect().await?;
        self.health.starting("waiting until the node has caught up");
        retry(&self.health, || chain.wait_until_synced()).await?;
        let (now, now_seen) = watch::channel(0);
        let (master, keyring) = Keyring::new();
        let me = self.identity.key();
        let view: View = Arc::new(LiveChain::new(
            chain.clone(),
            self.identity.signer().clone(),
            now_seen,
        ));
        let verdicts = Verdicts::open(
            &self.config.data_dir,
            View::clone(&view),
            me,
            self.stop.clone(),
        )?
        .with_strain(self.config.byzantine);
        let registration = Registration::new(
            chain.clone(),
            self.identity.clone(),
            &self.config,
            self.enclave,
            format!("http://{address}"),
        )?;
        let signer = self.identity.signer();
        let file = MasterFile::new(&self.config.data_dir, signer, &self.enclave);
        let enrolment = Enrolment::new(
            chain.clone(),
            self.identity.clone(),
            registration,
            file,
            master,
        );
        let duties = Duties::new(View::clone(&view), keyring.clone(), verdicts.clone(), me);
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let services = Services {
            view,
            identity: self.identity,
            keyring: keyring.clone(),
            verdicts,
            metrics: self.metrics,
            pools: Pools::new(cores),
        };

        let mut parts = JoinSet::new();
        parts.spawn({
            let (role, stop) = (self.config.role, self.stop.clone());
            async move {
                services
                    .serve(role, listener, stop)
                    .await
                    .context("the gRPC server ended")
            }
        });
        parts.spawn(follow(chain.clone(), now, duties));
        parts.spawn(enrol(chain, enrolment, keyring, self.health));
        match parts.join_next().await {
            Some(ended) => ended.context("a part of the worker broke")?,
            None => Ok(()),
        }
    }

    async fn connect(&self) -> anyhow::Result<Chain> {
        retry(&self.health, || Chain::connect(self.config.chain.clone())).await
    }
}

/// Tries again for as long as the node is away; other errors are final.
async fn retry<T, F>(health: &Health, mut attempt: impl FnMut() -> F) -> anyhow::Result<T>
where
    F: std::future::Future<Output = Result<T, ChainError>>,
{
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            // Each attempt has waited already.
            Err(error) if error.is_unreachable() => health.starting(error.to_string()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Tells the services of new blocks, and does the duties that they bring.
async fn follow(chain: Chain, now: watch::Sender<Tick>, mut duties: Duties) -> anyhow::Result<()> {
    let mut blocks = chain.blocks();
    let mut missed = false;
    while let Some(mut block) = blocks.next().await {
        now.send_replace(block.tick);
        block.follows &= !missed;
        let done = duties.on_block(&block).await;
        missed = done.is_err();
        if let Err(error) = done {
            tracing::warn!(%error, block = block.number, "duties wait for the next block");
        }
    }
    bail!("the node serves another chain now")
}

/// Blocks after which a call that the chain refused is sent again: a refusal costs a fee, and what
/// helps is most often announced by an event.
const AFTER_A_REFUSAL: u32 = 20;

/// Makes the worker ready, and keeps it so.
async fn enrol(
    chain: Chain,
    enrolment: Enrolment,
    keyring: Keyring,
    health: Health,
) -> anyhow::Result<()> {
    let mut blocks = chain.blocks();
    loop {
        // `None`: until an event calls for it.
        let (ready, again_after) = match enrolment.step().await {
            Ok(Progress::Ready) => (keyring.master().ok(), None),
            Ok(Progress::Waiting(why)) => {
                health.starting(why);
                (None, Some(1))
            }
            Err(error) => {
                health.starting(error.to_string());
                match error {
                    EnrolError::Chain(ChainError::Dispatch { .. }) => (None, Some(AFTER_A_REFUSAL)),
                    _ => (None, Some(1)),
                }
            }
        };
        if let Some(master) = &ready {
            health.ready(&master.public());
        }
        for seen in 1.. {
            let Some(block) = blocks.next().await else {
                bail!("the node serves another chain now")
            };
            let waited = again_after.is_some_and(|blocks| seen >= blocks);
            if waited || !block.follows || block.events.iter().any(Enrolment::concerns) {
                break;
            }
        }
    }
}
