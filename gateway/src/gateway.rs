//! What all parts of a running gateway share.

use crate::cache::Cache;
use crate::chain::ChainApi;
use crate::db::Db;
use crate::directory::Directory;
use crate::envelope::ApiError;
use crate::metrics::Metrics;
use crate::parts::Parts;
use crate::records::Records;
use crate::signals::{EndedBy, Signals};
use crate::spool::Spool;
use crate::{drive, GatewayError};
use cess_chain::event::{FileBankEvent, SminerEvent};
use cess_chain::{Block, Event};
use cess_p2p::FragmentTransport;
use cess_primitives::{AccountId, Hash, Tick};
use cess_segment::Layout;
use futures::StreamExt;
use std::collections::HashMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{watch, OwnedMutexGuard, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Bytes of segments and their fragments that each kind of work may hold.
const BUDGET: usize = 64 << 20;
/// Deals whose fragments are sent at the same time.
const DEALS_AT_ONCE: usize = 8;

/// The durable parts of a gateway, open before the chain is reached.
pub(crate) struct Store {
    pub(crate) dir: PathBuf,
    pub(crate) db: Db,
    pub(crate) records: Records,
    pub(crate) spool: Spool,
    pub(crate) parts: Parts,
}

impl Store {
    /// Opens the data directory.
    pub(crate) async fn open(dir: &Path) -> Result<Self, GatewayError> {
        let failed = |source| GatewayError::DataDir {
            path: dir.to_owned(),
            source,
        };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let db = Db::open(&dir.join("gateway.redb"))?;
        let records = Records::open(db.clone()).await?;
        let spool = Spool::open(dir.join("spool")).map_err(failed)?;
        let parts = Parts::open(dir.join("parts")).map_err(failed)?;
        Ok(Self {
            dir: dir.to_owned(),
            db,
            records,
            spool,
            parts,
        })
    }
}

/// How much may go on at a time, so that memory does not depend on the number of requests.
pub(crate) struct Limits {
    /// Uploads that are cut and encoded; each holds a segment and its fragments.
    pub(crate) uploads: Arc<Semaphore>,
    /// Segments on their way to miners, with their fragments.
    pub(crate) encoded: Arc<Semaphore>,
    /// Segments on their way from miners.
    pub(crate) fetched: Arc<Semaphore>,
    /// Downloads; each holds a few segments.
    pub(crate) downloads: Arc<Semaphore>,
    /// Deals whose fragments are sent.
    pub(crate) deals: Arc<Semaphore>,
}

impl Limits {
    fn new(segment_size: usize) -> Self {
        let places = |segments: usize| {
            Arc::new(Semaphore::new(
                (BUDGET / (segments * segment_size)).clamp(1, 64),
            ))
        };
        Self {
            uploads: places(4),
            encoded: places(4),
            fetched: places(2),
            downloads: places(2),
            deals: Arc::new(Semaphore::new(DEALS_AT_ONCE)),
        }
    }
}

/// Requests under way may take this long to end when the gateway stops.
const GRACE: Duration = Duration::from_secs(5);

struct Driven {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// A gateway that has reached its chain.
pub(crate) struct Gateway {
    pub(crate) chain: Arc<dyn ChainApi>,
    pub(crate) transport: Arc<dyn FragmentTransport>,
    pub(crate) layout: Layout,
    pub(crate) records: Records,
    pub(crate) spool: Spool,
    /// Uploads in several requests.
    pub(crate) parts: Parts,
    pub(crate) cache: Cache,
    pub(crate) directory: Directory,
    pub(crate) signals: Signals,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    tasks: TaskTracker,
    ticks: watch::Sender<Tick>,
    driven: Mutex<HashMap<Hash, Driven>>,
    locks: Mutex<HashMap<Hash, Weak<tokio::sync::Mutex<()>>>>,
    /// Background work ends.
    stop: CancellationToken,
    /// Requests that should have ended by now end.
    cut: CancellationToken,
    /// The chain can no longer be followed.
    lost: CancellationToken,
}

impl Gateway {
    /// Puts the parts together; reads the chain's sizes and time.
    pub(crate) async fn open(
        store: Store,
        chain: Arc<dyn ChainApi>,
        transport: Arc<dyn FragmentTransport>,
        metrics: Arc<Metrics>,
        cache_bytes: u64,
    ) -> Result<Arc<Self>, GatewayError> {
        let Store {
            dir,
            db,
            records,
            spool,
            parts,
        } = store;
        if !records.belong_to(chain.genesis_hash()?).await? {
            return Err(GatewayError::OtherChain { path: dir });
        }
        let layout = Layout::of(&chain.params().await?)?;
        let uploads = records.uploads().await?;
        let size = layout.segment_size() as u64;
        let cache = Cache::open(dir.join("stored"), db, size, cache_bytes, uploads).await?;
        let ticks = watch::Sender::new(chain.now().await?);
        Ok(Arc::new(Self {
            directory: Directory::new(Arc::clone(&chain)),
            chain,
            transport,
            layout,
            records,
            spool,
            parts,
            cache,
            signals: Signals::default(),
            metrics,
            limits: Limits::new(layout.segment_size()),
            tasks: TaskTracker::new(),
            ticks,
            driven: Mutex::default(),
            locks: Mutex::default(),
            stop: CancellationToken::new(),
            cut: CancellationToken::new(),
            lost: CancellationToken::new(),
        }))
    }

    /// The gateway's account.
    pub(crate) fn account(&self) -> AccountId {
        self.chain.account()
    }

    /// Follows the chain and takes up what an earlier life left.
    pub(crate) async fn resume(self: &Arc<Self>) -> Result<(), GatewayError> {
        let follower = Arc::clone(self);
        self.tasks.spawn(async move {
            tokio::select! {
                () = follower.stop.cancelled() => {}
                () = follower.follow() => follower.lost.cancel(),
            }
        });
        let uploads = self.records.uploads().await?;
        for (fid, _) in &uploads {
            tracing::info!(%fid, "taking an upload up again");
            self.drive(*fid);
        }
        Ok(())
    }

    async fn follow(&self) {
        let mut blocks = self.chain.blocks();
        while let Some(block) = blocks.next().await {
            self.hear(&block);
        }
    }

    fn hear(&self, block: &Block) {
        if !block.follows {
            self.signals.wake_all();
        }
        for event in &block.events {
            match event {
                Event::FileBank(event) => self.hear_of_file(event),
                Event::Sminer(SminerEvent::UpdateEndPoint { acc, .. }) => {
                    self.directory.forget(acc)
                }
                _ => {}
            }
        }
        self.metrics.tick.set(block.tick.into());
        self.ticks.send_replace(block.tick);
    }

    fn hear_of_file(&self, event: &FileBankEvent) {
        match event {
            FileBankEvent::DealCancelled { deal_hash } => {
                self.signals.end(deal_hash, EndedBy::Cancellation);
            }
            FileBankEvent::DealExpired { deal_hash } => {
                self.signals.end(deal_hash, EndedBy::Deadline);
            }
            FileBankEvent::TransferReport { deal_hash: fid, .. }
            | FileBankEvent::StorageCompleted { file_hash: fid }
            | FileBankEvent::FileActivated { file_hash: fid } => self.signals.wake(fid),
            _ => {}
        }
    }

    /// Returns when the chain can no longer be followed, because the node serves another one.
    pub(crate) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Does what a request began even when its client leaves; only the end of the gateway cuts it
    /// off, and then the records say at the next start what is to be done.
    pub(crate) async fn see_through<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
    ) -> Result<T, ApiError> {
        let cut = self.cut.clone();
        let task = self.tasks.spawn(async move {
            tokio::select! {
                () = cut.cancelled() => Err(ApiError::unavailable("the gateway is being stopped")),
                done = work => done,
            }
        });
        task.await
            .unwrap_or_else(|_| Err(ApiError::internal("the work was broken off")))
    }

    /// Protocol time as of the last block.
    pub(crate) fn tick(&self) -> Tick {
        *self.ticks.borrow()
    }

    /// Returns when the clock has moved.
    pub(crate) async fn next_tick(&self) {
        let mut ticks = self.ticks.subscribe();
        // The sender lives as long as `self`.
        let _ = ticks.changed().await;
    }

    /// Returns when the clock shows at least this.
    pub(crate) async fn tick_reaches(&self, tick: Tick) {
        let _ = self.ticks.subscribe().wait_for(|now| *now >= tick).await;
    }

    /// Sees an upload through in the background.
    pub(crate) fn drive(self: &Arc<Self>, fid: Hash) {
        if self.stop.is_cancelled() {
            return;
        }
        let mut driven = self.driven.lock().unwrap_or_else(PoisonError::into_inner);
        driven.retain(|_, d| !d.task.is_finished());
        let before = driven.remove(&fid).map(|d| d.task);
        let stop = self.stop.child_token();
        let (gateway, stopped) = (Arc::clone(self), stop.clone());
        let task = self.tasks.spawn(async move {
            // The one before sees the same records, and ends when they are settled.
            if let Some(before) = before {
                if let Err(error) = before.await {
                    tracing::error!(%fid, %error, "an upload's task ended badly");
                }
            }
            tokio::select! {
                () = stopped.cancelled() => {}
                () = drive::drive(&gateway, fid) => {}
            }
            gateway.signals.remove(&fid);
        });
        driven.insert(fid, Driven { stop, task });
    }

    /// Ends the background work for an upload.
    pub(crate) async fn halt(&self, fid: &Hash) {
        let driven = self
            .driven
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(fid);
        if let Some(Driven { stop, task }) = driven {
            stop.cancel();
            if let Err(error) = task.await {
                tracing::error!(%fid, %error, "an upload's task ended badly");
            }
        }
    }

    /// One at a time decides what becomes of a fid.
    pub(crate) async fn lock(&self, fid: Hash) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.retain(|_, lock| lock.strong_count() > 0);
            match locks.get(&fid).and_then(Weak::upgrade) {
                Some(lock) => lock,
                None => {
                    let lock = Arc::default();
                    locks.insert(fid, Arc::downgrade(&lock));
                    lock
                }
            }
        };
        lock.lock_owned().await
    }

    /// Stops all background work, and makes the cache's index safe.
    pub(crate) async fn shutdown(&self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait())
            .await
            .is_err()
        {
            self.cut.cancel();
            self.tasks.wait().await;
        }
        if let Err(error) = self.cache.flush().await {
            tracing::warn!(%error, "the cache's index cannot be saved");
        }
    }
}
