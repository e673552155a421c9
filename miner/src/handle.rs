//! Starting and stopping a miner.

use crate::byzantine::{Conduct, Reach, World};
use crate::chain::{ChainApi, LiveChain};
use crate::config::Config;
use crate::error::MinerError;
use crate::http::{self, Site};
use crate::idle::space::IdleSpace;
use crate::miner::Miner;
use crate::receive::Receiver;
use crate::state::State;
use crate::status::Step;
use crate::store::FsStore;
use crate::tee::TeePool;
use crate::work::{keep_running, Task};
use crate::{audit, events, prune, restore, upkeep};
use cess_chain::{Chain, Signer};
use cess_p2p::{Identity, Node, NodeConfig};
use cess_primitives::{Balance, TCESS};
use std::collections::HashSet;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// How often tasks look without being woken.
const SAFETY: Duration = Duration::from_secs(60);

/// A running miner; dropping it stops everything.
#[derive(Debug)]
pub struct Handle {
    node: Node,
    http: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
    _guard: DropGuard,
}

impl Handle {
    /// Where the HTTP interface is.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where the miner is reached for fragments.
    pub fn p2p(&self) -> &cess_p2p::Address {
        self.node.address()
    }

    /// Stops everything; returns when the ports are free and the database is closed.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.node.shutdown().await;
        self.tasks.wait().await;
    }
}

/// Starts a miner. Returns as soon as it listens; registration and certification go on in the
/// background, see `/health`.
pub async fn run(config: Config) -> Result<Handle, MinerError> {
    let bad_seed = |e| MinerError::Config(format!("the account `--seed` cannot be used: {e}"));
    let signer = Signer::from_uri(&config.seed).map_err(bad_seed)?;
    let (store, state, space) = open_disk(&config)?;
    let listener = TcpListener::bind(config.http)
        .await
        .map_err(MinerError::io(format!(
            "cannot serve HTTP on {}",
            config.http
        )))?;
    let http_address = listener
        .local_addr()
        .map_err(MinerError::io("cannot read the HTTP address"))?;

    let chain = Chain::connect(config.chain.clone()).await?;
    let live: Arc<dyn ChainApi> = Arc::new(LiveChain::new(chain.clone(), signer.clone()));
    let params = live.params().await?;
    let world = World::new(Arc::clone(&live), store, state);
    let conduct = Arc::new(Conduct::new(world, config.byzantine)?);
    let tee = TeePool::new(live, signer.clone()).with_conduct(Arc::clone(&conduct));
    let miner = Arc::new(Miner::with_conduct(conduct, Arc::new(tee), params));
    let node_config = NodeConfig {
        max_fragment: params.fragment_size,
        ..NodeConfig::new(Identity::from_seed(*signer.mini_secret()), config.p2p)
    };
    let node = Node::start(node_config, Arc::new(Receiver::new(Arc::clone(&miner)))).await?;

    miner.conduct.world().set_reach(Some(Reach {
        transport: Arc::new(node.clone()),
        idle: Arc::new(space.clone()),
    }));
    miner.conduct.begin().await;

    let stop = CancellationToken::new();
    let running = Running {
        miner,
        space,
        chain,
        node: node.clone(),
        config,
        stop: stop.clone(),
        tasks: TaskTracker::new(),
    };
    let site = Site {
        miner: Arc::clone(&running.miner),
        address: signer.ss58(),
        p2p: node.address().to_string(),
    };
    running
        .tasks
        .spawn(http::serve(listener, site, stop.clone()));
    let (conduct, stopped) = (Arc::clone(&running.miner.conduct), stop.clone());
    running.tasks.spawn(async move {
        stopped.cancelled().await;
        conduct.world().set_reach(None);
    });
    let tasks = running.tasks.clone();
    running.spawn_tasks();
    tasks.close();
    Ok(Handle {
        node,
        http: http_address,
        tasks,
        _guard: stop.clone().drop_guard(),
        stop,
    })
}

fn open_disk(config: &Config) -> Result<(Arc<FsStore>, Arc<State>, IdleSpace), MinerError> {
    let dir = &config.data_dir;
    let failed = format!("cannot create the data directory {}", dir.display());
    std::fs::create_dir_all(dir).map_err(MinerError::io(failed))?;
    let store = FsStore::open(dir.join("fragments"))?;
    let state = State::open(dir.join("miner.redb"))?;
    Ok((
        Arc::new(store),
        Arc::new(state),
        IdleSpace::open(dir.join("idle"))?,
    ))
}

struct Running {
    miner: Arc<Miner>,
    space: IdleSpace,
    chain: Chain,
    node: Node,
    config: Config,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Running {
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        });
    }

    fn spawn_tasks(self) {
        let (miner, chain) = (Arc::clone(&self.miner), self.chain.clone());
        self.spawn(async move {
            let mut blocks = chain.blocks();
            while let Some(block) = blocks.next().await {
                events::on_block(&miner, &block);
            }
            miner.status.set_step(Step::Starting(
                "the node serves another chain; restart with fresh data".into(),
            ));
        });
        let registered = CancellationToken::new();
        let (miner, chain, done) = (
            Arc::clone(&self.miner),
            self.chain.clone(),
            registered.clone(),
        );
        let (endpoint, tib) = (self.node.address().to_string(), self.config.space_tib);
        let spare = Balance::from(self.config.spare_stake) * TCESS;
        self.spawn(async move {
            miner
                .status
                .set_step(Step::Starting("waiting for the node to be in sync".into()));
            if let Err(error) = chain.wait_until_synced().await {
                tracing::warn!(%error, "cannot tell whether the node is in sync");
            }
            keep_running(
                upkeep::Register {
                    miner,
                    endpoint,
                    tib,
                    spare,
                    done,
                },
                SAFETY,
            )
            .await;
        });
        let miner = || Arc::clone(&self.miner);
        let target = self.config.idle_target();
        let (space, node) = (self.space.clone(), self.node.clone());
        self.once(&registered, upkeep::Report(miner()));
        self.once(&registered, upkeep::Tags(miner(), HashSet::new()));
        self.once(&registered, upkeep::Scrub(miner()));
        self.once(
            &registered,
            upkeep::Restore(miner(), node, restore::Orders::default()),
        );
        self.once(
            &registered,
            upkeep::Prune(miner(), prune::Unwanted::default()),
        );
        self.once(
            &registered,
            upkeep::Audit(miner(), space.clone(), audit::Answer::default()),
        );
        self.once(
            &registered,
            upkeep::Idle {
                miner: miner(),
                space,
                target,
            },
        );
    }

    /// Runs a task from the time of registration on.
    fn once(&self, registered: &CancellationToken, task: impl Task + 'static) {
        let registered = registered.clone();
        self.spawn(async move {
            registered.cancelled().await;
            keep_running(task, SAFETY).await;
        });
    }
}
