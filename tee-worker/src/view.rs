//! What a worker reads from the chain and writes to it, as narrow as it can be.

use async_trait::async_trait;
use cess_chain::{Call, Chain, ChainError, Signer};
use cess_primitives::{
    audit::ChallengeInfo,
    file::{FileInfo, FragmentInfo},
    miner::MinerInfo,
    AccountId, Hash, ProtocolParams, Tick,
};
use std::{collections::BTreeMap, future::Future, sync::Arc};
use tokio::sync::watch;
use tonic::Status;

/// The chain as the services see it: the best block, unless said otherwise.
#[async_trait]
pub trait ChainView: Send + Sync + 'static {
    /// The quantities of the protocol.
    async fn params(&self) -> Result<ProtocolParams, ChainError>;
    /// A stored file.
    async fn file(&self, fid: &Hash) -> Result<Option<FileInfo>, ChainError>;
    /// How often each tagged fragment was listed for a miner, over all files, when the challenge was
    /// made that began at `start`. Reads every file.
    async fn fragment_counts(
        &self,
        miner: &AccountId,
        start: Tick,
    ) -> Result<BTreeMap<Hash, u32>, ChainError>;
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

    async fn fragment_counts(
        &self,
        miner: &AccountId,
        start: Tick,
    ) -> Result<BTreeMap<Hash, u32>, ChainError> {
        match self.counts_at_challenge(miner, start).await {
            // What is still listed with an older tag was there, too; only what was deleted is missed.
            Err(error @ ChainError::Pruned(_)) => {
                tracing::warn!(%error, start, "counting the fragments that are left of a challenge's");
                counts_of(&self.chain, miner, start).await
            }
            counted => counted,
        }
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

impl LiveChain {
    /// A challenge is made amid its block, so that what was listed before or after the block counts.
    async fn counts_at_challenge(
        &self,
        miner: &AccountId,
        start: Tick,
    ) -> Result<BTreeMap<Hash, u32>, ChainError> {
        let (best, hash) = self.chain.best().await?;
        let offset = self.chain.at(hash).clock().await?.offset;
        // The clock only ever went forward, so that no block before this one can have had the tick.
        let earliest = start.saturating_sub(offset).min(best);
        let block = first_at(start, earliest, best, |number| async move {
            Ok(self.at(number).await?.clock().await?.tick())
        })
        .await?;
        let before = self.at(block.saturating_sub(1)).await?;
        let mut counts = counts_of(&before, miner, start).await?;
        for (name, count) in counts_of(&self.at(block).await?, miner, start).await? {
            let most = counts.entry(name).or_insert(0);
            *most = count.max(*most);
        }
        Ok(counts)
    }

    async fn at(&self, number: u32) -> Result<Chain, ChainError> {
        let hash = self.chain.block_hash(number).await?;
        let hash = hash.ok_or_else(|| ChainError::Answer {
            method: "chain_getBlockHash",
            reason: format!("no block {number}"),
        })?;
        Ok(self.chain.at(hash))
    }
}

async fn counts_of(
    chain: &Chain,
    miner: &AccountId,
    start: Tick,
) -> Result<BTreeMap<Hash, u32>, ChainError> {
    let files = chain.files().await?;
    let files = files.iter().map(|(_, file)| file);
    Ok(count_fragments(files, miner, start))
}

/// The first block of these at whose end it was `tick` or later; the last one, if it never was.
async fn first_at<F>(
    tick: Tick,
    mut first: u32,
    mut last: u32,
    tick_of: impl Fn(u32) -> F,
) -> Result<u32, ChainError>
where
    F: Future<Output = Result<Tick, ChainError>>,
{
    // Most often the clock was not set since, and it is the first.
    let mut probe = first;
    while first < last {
        match tick_of(probe).await? >= tick {
            true => last = probe,
            false => first = probe + 1,
        }
        probe = first + (last - first) / 2;
    }
    Ok(first)
}

/// How often each fragment that was tagged until then is listed for a miner in these files.
pub(crate) fn count_fragments<'a>(
    files: impl Iterator<Item = &'a FileInfo>,
    miner: &AccountId,
    until: Tick,
) -> BTreeMap<Hash, u32> {
    let mut counts = BTreeMap::new();
    let fragments = files
        .flat_map(|file| &file.segment_list)
        .flat_map(|segment| &segment.fragment_list);
    let held = |fragment: &&FragmentInfo| {
        fragment.miner == *miner && fragment.tag.is_some_and(|tagged| tagged <= until)
    };
    for fragment in fragments.filter(held) {
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

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_block_of_a_tick_is_found_however_the_clock_was_set(
            steps in proptest::collection::vec(1u32..5, 1..60), at in 0usize..60, amid in 0u32..5,
        ) {
            // The tick at the end of each block; in a block it may be anything since the one before.
            let ends: Vec<Tick> = steps
                .iter()
                .scan(0, |tick, step| { *tick += step; Some(*tick) })
                .collect();
            let at = at % ends.len();
            let tick = ends[at] - amid % steps[at];
            let best = ends.len() as u32 - 1;
            let offset = ends[ends.len() - 1] - best;
            let asked = std::cell::Cell::new(0);
            let found = futures::executor::block_on(first_at(tick, tick.saturating_sub(offset).min(best), best, |n| {
                asked.set(asked.get() + 1);
                futures::future::ready(Ok(ends[n as usize]))
            }));
            assert_eq!(found.unwrap(), at as u32);
            assert!(asked.get() <= 8);
        }
    }
}
