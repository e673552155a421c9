//! Segments of stored files: from the cache, else from any four of the twelve miners.

use crate::gateway::Gateway;
use crate::refusal::ss58;
use bytes::Bytes;
use cess_p2p::TransportError;
use cess_primitives::file::{DealInfo, FileInfo};
use cess_primitives::{AccountId, Hash, DATA_SHARDS, FRAGMENT_COUNT};
use cess_segment::{rebuild_segment, Fragments, SegmentError};
use futures::stream::FuturesUnordered;
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;

/// When the asked miners take longer than this, another one is asked too.
const HEDGE: Duration = Duration::from_secs(2);

/// A fragment, and who is to hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub(crate) hash: Hash,
    /// `None`: nobody yet.
    pub(crate) miner: Option<AccountId>,
    pub(crate) available: bool,
    pub(crate) tagged: bool,
}

/// A segment of a file on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) hash: Hash,
    pub(crate) fragments: Vec<Fragment>,
}

/// A file on the chain, stored or being stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OnChain {
    pub(crate) fid: Hash,
    pub(crate) size: u64,
    pub(crate) segments: Vec<Segment>,
}

impl OnChain {
    /// A stored file.
    pub(crate) fn of_file(fid: Hash, file: &FileInfo) -> Self {
        let segments = file.segment_list.iter().map(|segment| {
            let fragments = segment.fragment_list.iter().map(|f| Fragment {
                hash: f.hash,
                miner: Some(f.miner.clone()),
                available: f.avail,
                tagged: f.tag.is_some(),
            });
            Segment {
                hash: segment.hash,
                fragments: fragments.collect(),
            }
        });
        Self {
            fid,
            size: saturate(file.file_size),
            segments: segments.collect(),
        }
    }

    /// A file that is being stored: columns that were reported have a holder.
    pub(crate) fn of_deal(fid: Hash, deal: &DealInfo) -> Self {
        let holder = |column: u8| {
            let report = deal.complete_list.iter().find(|r| r.index == column);
            report.map(|r| r.miner.clone())
        };
        let segments = deal.segment_list.iter().map(|segment| {
            let fragments = segment
                .fragment_list
                .iter()
                .zip(1u8..)
                .map(|(hash, column)| {
                    let miner = holder(column);
                    Fragment {
                        hash: *hash,
                        available: miner.is_some(),
                        miner,
                        tagged: false,
                    }
                });
            Segment {
                hash: segment.hash,
                fragments: fragments.collect(),
            }
        });
        Self {
            fid,
            size: saturate(deal.file_size),
            segments: segments.collect(),
        }
    }
}

fn saturate(size: u128) -> u64 {
    size.try_into().unwrap_or(u64::MAX)
}

/// Why a segment could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// Fewer than four fragments are to be had.
    #[error("only {have} of the {DATA_SHARDS} fragments that segment {segment} needs can be fetched ({causes}): try again later")]
    TooFew {
        segment: usize,
        have: usize,
        causes: String,
    },
    /// The fragments don't give the segment.
    #[error("segment {segment} cannot be rebuilt: {source}")]
    Rebuild {
        segment: usize,
        source: SegmentError,
    },
    /// The file has no such segment.
    #[error("the file has no segment {0}")]
    NoSuch(usize),
    /// The gateway stops.
    #[error("the gateway is being stopped")]
    CutOff,
}

impl Gateway {
    /// The stored bytes of a segment; its hash was checked.
    pub(crate) async fn segment(
        &self,
        file: &OnChain,
        index: usize,
    ) -> Result<Arc<Vec<u8>>, FetchError> {
        let segment = file.segments.get(index).ok_or(FetchError::NoSuch(index))?;
        let count = |source| {
            self.metrics
                .segments_read
                .with_label_values(&[source])
                .inc()
        };
        if let Some(bytes) = self.cache.read(file.fid, index, segment.hash).await {
            count("cache");
            return Ok(Arc::new(bytes));
        }
        let bytes = {
            let _place = self.limits.fetched.acquire().await;
            Arc::new(self.fetch(file.fid, index, segment).await?)
        };
        count("miners");
        self.cache
            .write(file.fid, file.segments.len(), index, Arc::clone(&bytes))
            .await;
        Ok(bytes)
    }

    /// Rebuilds a segment from the first four fragments that arrive intact. Data fragments are asked
    /// for first, four at a time; each failure, and each pause, brings the next of the twelve in.
    async fn fetch(
        &self,
        fid: Hash,
        index: usize,
        segment: &Segment,
    ) -> Result<Vec<u8>, FetchError> {
        let mut queue: Vec<usize> = (0..segment.fragments.len().min(FRAGMENT_COUNT)).collect();
        // A fragment under restoral may be there all the same, and a miner that failed a moment ago may
        // be back, but they are asked for last.
        let now = self.tick();
        queue.sort_by_key(|i| {
            let Fragment {
                available, miner, ..
            } = &segment.fragments[*i];
            let failed = |miner: &AccountId| self.directory.is_blamed(miner, now);
            (!available, miner.as_ref().is_some_and(failed))
        });
        let mut queue = queue.into_iter();
        let mut fragments = Fragments::default();
        let mut causes = Vec::new();
        let mut asked = FuturesUnordered::new();
        let (mut have, mut extra) = (0, 0);
        while have < DATA_SHARDS {
            while asked.len() < DATA_SHARDS - have + extra {
                let Some(i) = queue.next() else { break };
                let fragment = &segment.fragments[i];
                asked.push(async move { (i, self.fetch_fragment(fid, fragment).await) });
            }
            let next = tokio::time::timeout(HEDGE, asked.next());
            match next.await {
                Err(_) => extra += 1,
                Ok(Some((i, Ok(bytes)))) => {
                    fragments[i] = Some(bytes.into());
                    have += 1;
                }
                Ok(Some((i, Err(cause)))) => causes.push(format!("{}: {cause}", i + 1)),
                Ok(None) => {
                    let causes = causes.join("; ");
                    return Err(FetchError::TooFew {
                        segment: index,
                        have,
                        causes,
                    });
                }
            }
        }
        drop(asked);
        let (layout, expected) = (self.layout, segment.hash);
        let rebuild = move || rebuild_segment(&mut fragments, layout, &expected);
        let rebuilt = tokio::task::spawn_blocking(rebuild)
            .await
            .map_err(|_| FetchError::CutOff)?;
        rebuilt.map_err(|source| FetchError::Rebuild {
            segment: index,
            source,
        })
    }

    /// The bytes of a fragment; the transport checks their hash.
    async fn fetch_fragment(&self, fid: Hash, fragment: &Fragment) -> Result<Bytes, String> {
        let miner = fragment.miner.as_ref().ok_or("no miner holds it yet")?;
        let size = self.layout.fragment_size() as u64;
        let mut result = Err(String::new());
        // The second try is for a miner that moved since its address was learned.
        for _ in 0..2 {
            let address = self
                .directory
                .address(miner)
                .await
                .map_err(|e| e.to_string())?;
            let got = self.transport.get(&address, fid, fragment.hash, size).await;
            let label = if got.is_ok() { "ok" } else { "failed" };
            self.metrics
                .fragments_fetched
                .with_label_values(&[label])
                .inc();
            let moved = matches!(got, Err(TransportError::Unreachable { .. }));
            result = match got {
                Ok(bytes) if bytes.len() as u64 == size => Ok(bytes),
                Ok(bytes) => Err(format!("{} bytes instead of {size}", bytes.len())),
                Err(error) => Err(error.to_string()),
            };
            if !moved {
                break;
            }
            self.directory.forget(miner);
        }
        if let Err(cause) = &result {
            self.directory.blame(miner, self.tick());
            tracing::debug!(%fid, fragment = %fragment.hash, miner = ss58(miner), cause, "not fetched");
        }
        result
    }
}
