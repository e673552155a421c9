//! What a worker reads from the chain and writes to it, as narrow as it can be.

use async_trait::async_trait;
use cess_chain::{Call, Chain, ChainError, Signer};
use cess_primitives::{
    audit::ChallengeInfo, file::FileInfo, miner::MinerInfo, AccountId, Hash, ProtocolParams, Tick,
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::watch;
use tonic::Status;

/// The chain as the services see it: always the best block.
#[async_trait]
pub trait ChainView: Send + Sync + 'static {
    /// The quantities of the protocol.
    async fn params(&self) -> Result<ProtocolParams, ChainError>;
    /// A stored file.
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError>;
    /// How often each fragment is listed for a miner, over all files. Reads every file.
    async fn fragment_counts(&self, miner: &AccountId) -> Result<BTreeMap<Hash, u32>, ChainError>;
    /// A miner.
    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError>;
    /// A miner's open challenge.
    async fn challenge(&self, miner: &AccountId) -> Result<Option<ChallengeInfo>, ChainError>;
    /// All open challenges.
    async fn challenges(&self) -> Result<Vec<(AccountId, ChallengeInfo)>, ChainError>;
    /// Returns when there is a new best block.
    async fn next_block(&self);
    /// Submits a call of the worker and waits until it is in a block.
    async fn submit(&self, call: Call) -> Result<(), ChainError>;
}

/// The services share one view.
pub type View = Arc<dyn ChainView>;

/// A view of a live chain.
pub struct LiveChain {
    chain: Chain,
    signer: Signer,
    now: watch::Receiver<Tick>,
}

impl LiveChain {
    /// A view that takes news of best blocks from `now`.
    pub fn new(chain: Chain, signer: Signer, now: watch::Receiver<Tick>) -> Self {
        Self { chain, signer, now }
    }
}

#[async_trait]
impl ChainView for LiveChain {
    async fn params(&self) -> Result<ProtocolParams, ChainError> {
        self.chain.params().await
    }

    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError> {
        self.chain.file(fid).await
    }

    async fn fragment_counts(&self, miner: &AccountId) -> Result<BTreeMap<Hash, u32>, ChainError> {
        let files = self.chain.files().await?;
        Ok(count_fragments(files.iter().map(|(_, file)| file), miner))
    }

    async fn miner(&self, account: &AccountId) -> Result<Option<MinerInfo>, ChainError> {
        self.chain.miner(account).await
    }

    async fn challenge(&self, miner: &AccountId) -> Result<Option<ChallengeInfo>, ChainError> {
        self.chain.challenge(miner).await
    }

    async fn challenges(&self) -> Result<Vec<(AccountId, ChallengeInfo)>, ChainError> {
        self.chain.challenges().await
    }

    async fn next_block(&self) {
        let mut now = self.now.clone();
        now.mark_unchanged();
        // The sender lives as long as the worker: without it there is nobody to wait for.
        let _ = now.changed().await;
    }

    async fn submit(&self, call: Call) -> Result<(), ChainError> {
        self.chain.submit(&self.signer, call).await.map(drop)
    }
}

/// How often each fragment is listed for a miner in these files.
pub(crate) fn count_fragments<'a>(
    files: impl Iterator<Item = &'a FileInfo>,
    miner: &AccountId,
) -> BTreeMap<Hash, u32> {
    let mut counts = BTreeMap::new();
    let fragments = files
        .flat_map(|file| &file.segment_list)
        .flat_map(|segment| &segment.fragment_list);
    for fragment in fragments.filter(|fragment| fragment.miner == *miner) {
        *counts.entry(fragment.hash).or_insert(0) += 1;
    }
    counts
}

/// What a client is told when the chain doesn't answer the worker.
pub(crate) fn unavailable(error: ChainError) -> Status {
    tracing::warn!(%error, "the chain does not answer");
    Status::unavailable(format!(
        "the worker cannot read the chain, try again: {error}"
    ))
}
