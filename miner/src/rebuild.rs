//! Computing a fragment from any four others of its segment.

use crate::chain::ChainApi;
use crate::error::MinerError;
use crate::miner::Miner;
use crate::store::{FragmentStore, Loaded};
use cess_p2p::{Address, FragmentTransport};
use cess_primitives::file::FileInfo;
use cess_primitives::{AccountId, Hash, ProtocolParams, DATA_SHARDS};
use cess_segment::{rebuild_fragment, Fragments, Layout};
use futures::stream::FuturesUnordered;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Fetches what a fragment can be computed from.
pub struct Rebuilder {
    /// Who holds what, and where.
    pub chain: Arc<dyn ChainApi>,
    /// Fragments that need not be fetched.
    pub store: Arc<dyn FragmentStore>,
    /// The quantities in force.
    pub params: ProtocolParams,
}

impl Rebuilder {
    /// Acts for a miner.
    pub fn of(miner: &Miner) -> Self {
        Self {
            chain: Arc::clone(&miner.chain),
            store: Arc::clone(&miner.store),
            params: miner.params(),
        }
    }

    /// Fetches any four other fragments of the segment and computes this one from them.
    pub async fn fragment(
        &self,
        transport: &dyn FragmentTransport,
        fid: &Hash,
        file: &FileInfo,
        fragment: &Hash,
    ) -> Result<Vec<u8>, MinerError> {
        let me = self.chain.account();
        let segment = file
            .segment_list
            .iter()
            .find(|s| s.fragment_list.iter().any(|f| f.hash == *fragment));
        let lost = || {
            MinerError::Config(format!(
                "the file {fid} has no fragment {fragment} any more"
            ))
        };
        let segment = segment.ok_or_else(lost)?;
        let index = segment
            .fragment_list
            .iter()
            .position(|f| f.hash == *fragment)
            .ok_or_else(lost)?;
        let mut sources: Vec<_> = segment
            .fragment_list
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != index)
            .collect();
        // Whoever is said to have lost it may have it nevertheless, but is asked last; the order of the
        // others differs from restorer to restorer.
        sources.sort_by_key(|(_, f)| (!f.avail || f.miner == me, draw(&f.miner, fragment, 0)));
        let mut sources = sources.into_iter();
        let mut shards: Fragments = Default::default();
        let mut found = 0;
        let mut fetching = FuturesUnordered::new();
        loop {
            while found + fetching.len() < DATA_SHARDS {
                let Some((i, source)) = sources.next() else {
                    break;
                };
                let (hash, holder) = (source.hash, source.miner.clone());
                fetching.push(async move { (i, self.fetch(transport, fid, hash, &holder).await) });
            }
            match fetching.next().await {
                Some((i, Ok(data))) => {
                    shards[i] = Some(data);
                    found += 1;
                }
                Some((i, Err(error))) => {
                    tracing::debug!(shard = i, %error, "a holder did not help")
                }
                None => break,
            }
            if found == DATA_SHARDS {
                break;
            }
        }
        drop(fetching);
        let (layout, wanted) = (Layout::of(&self.params)?, *fragment);
        let rebuild = move || rebuild_fragment(&mut shards, index, layout, &wanted);
        Ok(tokio::task::spawn_blocking(rebuild).await??)
    }

    async fn fetch(
        &self,
        transport: &dyn FragmentTransport,
        fid: &Hash,
        fragment: Hash,
        holder: &AccountId,
    ) -> Result<Vec<u8>, MinerError> {
        let (store, size) = (Arc::clone(&self.store), self.params.fragment_size);
        let own = tokio::task::spawn_blocking(move || store.load(&fragment, size)).await??;
        if let Loaded::Intact(data) = own {
            return Ok(data);
        }
        let info = self.chain.miner(holder).await?;
        let endpoint = info.map(|m| m.endpoint.to_vec()).unwrap_or_default();
        let address: Address = String::from_utf8_lossy(&endpoint).parse().map_err(|e| {
            MinerError::Config(format!("miner {holder:?} has no usable endpoint: {e}"))
        })?;
        Ok(transport.get(&address, *fid, fragment, size).await?.into())
    }
}

/// A number that every miner draws for itself.
pub(crate) fn draw(miner: &AccountId, fragment: &Hash, round: u32) -> u64 {
    let seed: &[u8] = miner.as_ref();
    let digest: [u8; 32] = Sha256::new()
        .chain_update(seed)
        .chain_update(fragment.0)
        .chain_update(round.to_le_bytes())
        .finalize()
        .into();
    digest[..8]
        .iter()
        .fold(0, |n, byte| n << 8 | u64::from(*byte))
}
