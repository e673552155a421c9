//! A whole network in memory: a chain whose blocks a test makes, miners that report what they hold,
//! and a gateway on a temporary directory.

mod chain;
mod client;
mod miner;

pub(crate) use chain::{FakeChain, Mishap};
pub(crate) use client::{form, signed, Answer, Put};
pub(crate) use miner::{miner_info, SinkMiner};

use crate::drive;
use crate::gateway::{Gateway, Store};
use crate::metrics::Metrics;
use crate::routes::{router, Shell};
use crate::status::Status;
use axum::Router;
use cess_chain::Signer;
use cess_p2p::memory::{MemoryFragments, MemoryNetwork};
use cess_p2p::{FragmentTransport, Identity};
use cess_primitives::{AccountId, Hash};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::AbortHandle;

/// Nothing that a test waits for takes longer; a block comes every few milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
const BLOCK: Duration = Duration::from_millis(4);
/// Most of the tests' bodies are a few of these segments.
pub(crate) const SEGMENT: u64 = 4096;
pub(crate) const CACHE: u64 = 1 << 20;

/// A chain and miners.
pub(crate) struct World {
    pub(crate) chain: Arc<FakeChain>,
    pub(crate) network: MemoryNetwork,
    pub(crate) miners: Vec<Arc<MemoryFragments>>,
    pub(crate) dir: TempDir,
    clock: Option<AbortHandle>,
}

/// A running gateway and its routes.
pub(crate) struct Running {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) router: Router,
}

pub(crate) fn alice() -> Signer {
    Signer::from_uri("//Alice").unwrap()
}

pub(crate) fn bob() -> Signer {
    Signer::from_uri("//Bob").unwrap()
}

pub(crate) fn miner_account(index: usize) -> AccountId {
    AccountId::new([index as u8; 32])
}

/// Bytes without repetition.
pub(crate) fn noise(len: usize, seed: u8) -> Vec<u8> {
    use rand::{rngs::StdRng, RngCore, SeedableRng};
    let mut bytes = vec![0; len];
    StdRng::seed_from_u64(seed.into()).fill_bytes(&mut bytes);
    bytes
}

impl World {
    /// A network with so many honest miners; Alice has a territory and authorised the gateway.
    pub(crate) async fn new(miners: usize) -> Self {
        Self::with_segments(miners, SEGMENT).await
    }

    pub(crate) async fn with_segments(miners: usize, segment_size: u64) -> Self {
        let gateway = Signer::from_uri("//Gateway//1").unwrap().account_id();
        let chain = FakeChain::new(gateway, segment_size);
        let network = MemoryNetwork::new();
        let mut handlers = Vec::new();
        for index in 0..miners {
            let fragments = MemoryFragments::accepting();
            network.join(Identity::from_seed([index as u8; 32]), fragments.clone());
            let held = fragments.clone();
            chain.add_miner(
                miner_account(index),
                miner_info(index as u8, 1 << 40),
                move |hash| held.fragment(hash).is_some(),
            );
            handlers.push(fragments);
        }
        chain.rent(&alice().account_id(), "home", 1 << 40);
        chain.authorise(&alice().account_id());
        let mut world = Self {
            chain,
            network,
            miners: handlers,
            dir: tempfile::tempdir().unwrap(),
            clock: None,
        };
        world.start_clock();
        world
    }

    /// Blocks come by themselves from now on.
    pub(crate) fn start_clock(&mut self) {
        let chain = Arc::clone(&self.chain);
        let clock = tokio::spawn(async move {
            let mut interval = tokio::time::interval(BLOCK);
            loop {
                interval.tick().await;
                chain.make_block();
            }
        });
        self.clock = Some(clock.abort_handle());
    }

    /// No more blocks come.
    pub(crate) fn stop_clock(&mut self) {
        if let Some(clock) = self.clock.take() {
            clock.abort();
        }
    }

    /// A gateway on this world's data directory; there must be no other one.
    pub(crate) async fn start(&self) -> Running {
        let peer = self
            .network
            .join(Identity::from_seed([255; 32]), MemoryFragments::accepting());
        self.start_with(Arc::new(peer), CACHE).await
    }

    pub(crate) async fn start_with(
        &self,
        transport: Arc<dyn FragmentTransport>,
        cache: u64,
    ) -> Running {
        let store = Store::open(self.dir.path()).await.unwrap();
        let metrics = Arc::new(Metrics::new().unwrap());
        let chain = Arc::clone(&self.chain) as Arc<dyn crate::ChainApi>;
        let gateway = Gateway::open(store, chain, transport, Arc::clone(&metrics), cache)
            .await
            .unwrap();
        gateway.resume().await.unwrap();
        drive::cancel_orphans(&gateway).await.unwrap();
        let shell = Shell::new(metrics);
        assert!(shell.gateway.set(Arc::clone(&gateway)).is_ok());
        shell.status.send_replace(Status::Ready);
        Running {
            gateway,
            router: router(shell),
        }
    }

    /// Files in one of the gateway's folders.
    pub(crate) fn files(&self, folder: &str) -> usize {
        std::fs::read_dir(self.dir.path().join(folder))
            .unwrap()
            .count()
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, what: &str, mut so: impl FnMut() -> bool) {
        let wait = async {
            while !so() {
                self.chain.next_block().await;
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, wait).await.is_ok(),
            "waited in vain: {what}"
        );
    }

    /// Waits until miners hold a file.
    pub(crate) async fn until_stored(&self, fid: Hash) {
        self.until("the file is stored", || self.chain.is_stored(&fid))
            .await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop_clock();
    }
}

impl Running {
    /// Waits until the gateway has settled an upload's record.
    pub(crate) async fn until_settled(&self, world: &World, fid: Hash) {
        let wait = async {
            while self.gateway.records.upload(fid).await.unwrap().is_some() {
                world.chain.next_block().await;
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, wait).await.is_ok(),
            "the upload was never settled"
        );
    }

    /// Stops the gateway wherever it stands.
    pub(crate) async fn stop(self) {
        self.gateway.shutdown().await;
    }
}
