//! Best blocks as a stream.

use crate::{
    chain::{decode_or_zero, tick},
    connection::{is_pruned, Backoff, Failure},
    event::{self, Event},
    runtime::{hash_of, Header},
    storage, Chain, ChainError,
};
use cess_primitives::Tick;
use futures::Stream;
use sp_core::H256;
use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};
use subxt::config::substrate::DigestItem;
use tokio::{sync::mpsc, task::JoinHandle};

/// Hashes that are remembered in order not to report a block twice.
const REMEMBERED: usize = 1024;
/// Blocks that are reported after the fact; older ones only leave [`Block::follows`] false.
const CATCH_UP: usize = 512;
/// Blocks that wait for a slow reader.
const AHEAD: usize = 4;

/// A block of the best chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its height.
    pub number: u32,
    /// Its hash.
    pub hash: H256,
    /// Its parent's hash.
    pub parent: H256,
    /// Protocol time.
    pub tick: Tick,
    /// Whether its parent was reported before it and its own events are complete. When it is
    /// false (the first block, or after a long absence) events were missed: read the state anew.
    pub follows: bool,
    /// What happened in it.
    pub events: Vec<Event>,
}

/// Every best block once per hash, parents first.
///
/// After a fork the blocks of the new branch are reported too; what was reported of the old branch
/// is not taken back. The stream outlives lost connections and ends only when the node comes back
/// with another chain. Dropping it stops its task.
pub struct BlockStream {
    blocks: mpsc::Receiver<Block>,
    task: JoinHandle<()>,
}

impl BlockStream {
    /// The next best block; `None` when the chain is gone for good.
    pub async fn next(&mut self) -> Option<Block> {
        self.blocks.recv().await
    }
}

impl Stream for BlockStream {
    type Item = Block;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Block>> {
        self.blocks.poll_recv(cx)
    }
}

impl Drop for BlockStream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts a stream at the current best block.
pub(crate) fn follow(chain: Chain) -> BlockStream {
    let (sender, blocks) = mpsc::channel(AHEAD);
    let follower = Follower {
        chain,
        sender,
        reported: VecDeque::new(),
    };
    BlockStream {
        blocks,
        task: tokio::spawn(follower.run()),
    }
}

struct Follower {
    chain: Chain,
    sender: mpsc::Sender<Block>,
    reported: VecDeque<H256>,
}

/// The reader went away.
struct Gone;

impl Follower {
    async fn run(mut self) {
        let mut backoff = Backoff::new();
        loop {
            let question =
                |rpc: crate::connection::Rpc| async move { rpc.chain_subscribe_new_heads().await };
            let reason = match self.chain.connection().try_ask(&question).await {
                Err(error) => return tracing::error!(%error, "blocks can no longer be followed"),
                Ok(Err(Failure::Lost(reason))) => reason,
                Ok(Err(Failure::Refused(error))) => error.to_string(),
                // The node starts with its current best block, so nothing is missed in between.
                Ok(Ok(mut heads)) => loop {
                    match heads.next().await {
                        Some(Ok(head)) => match self.report_up_to(head).await {
                            Ok(Ok(())) => backoff = Backoff::new(),
                            Ok(Err(Gone)) => return,
                            Err(error) => break error.to_string(),
                        },
                        Some(Err(error)) => break error.to_string(),
                        None => break "the node closed the subscription".into(),
                    }
                },
            };
            tracing::debug!(reason, "lost the stream of blocks, subscribing again");
            backoff.pause().await;
        }
    }

    /// Reports this block, after all its ancestors that were not reported yet.
    async fn report_up_to(&mut self, head: Header) -> Result<Result<(), Gone>, ChainError> {
        let mut branch = vec![(hash_of(&head), head)];
        if self.reported.contains(&branch[0].0) {
            return Ok(Ok(()));
        }
        let mut follows = false;
        while let Some((_, oldest)) = branch.last() {
            let parent = oldest.parent_hash;
            follows = self.reported.contains(&parent);
            let first_ever = self.reported.is_empty();
            if follows || first_ever || oldest.number <= 1 || branch.len() >= CATCH_UP {
                break;
            }
            branch.push((parent, self.chain.header(Some(parent)).await?));
        }
        while let Some((hash, header)) = branch.pop() {
            let block = self.read(hash, header, follows).await?;
            if self.sender.send(block).await.is_err() {
                return Ok(Err(Gone));
            }
            self.reported.push_back(hash);
            if self.reported.len() > REMEMBERED {
                self.reported.pop_front();
            }
            follows = true;
        }
        Ok(Ok(()))
    }

    async fn read(&self, hash: H256, header: Header, follows: bool) -> Result<Block, ChainError> {
        let parent = header.parent_hash;
        let empty = |tick| Block {
            number: header.number,
            hash,
            parent,
            tick,
            follows: false,
            events: Vec::new(),
        };
        let keys = vec![
            storage::item("System", "Events"),
            storage::item("Protocol", "ClockOffset"),
        ];
        let values: [Option<Vec<u8>>; 2] = match self.chain.at(hash).raw_values(keys).await {
            Ok(values) => values
                .try_into()
                .map_err(|_| ChainError::decode("a block's state", "keys are missing"))?,
            Err(error @ ChainError::Pruned(_)) => {
                tracing::warn!(%error, number = header.number, "the block's events are lost");
                return Ok(empty(header.number));
            }
            Err(error) if is_pruned(&error) => return Ok(empty(header.number)),
            Err(error) => return Err(error),
        };
        let [events, offset] = values;
        let tick = tick(
            header.number,
            decode_or_zero(offset, "Protocol.ClockOffset")?,
        );
        match self.events(events.unwrap_or_default()).await {
            Ok(events) => {
                if header
                    .digest
                    .logs
                    .contains(&DigestItem::RuntimeEnvironmentUpdated)
                {
                    self.chain.connection().refresh_runtime().await?;
                }
                Ok(Block {
                    number: header.number,
                    hash,
                    parent,
                    tick,
                    follows,
                    events,
                })
            }
            Err(error @ ChainError::Decode { .. }) => {
                tracing::warn!(%error, number = header.number, "the block's events cannot be read");
                Ok(empty(tick))
            }
            Err(error) => Err(error),
        }
    }

    /// Decodes events; when they don't fit the metadata, the runtime may have been upgraded.
    async fn events(&self, bytes: Vec<u8>) -> Result<Vec<Event>, ChainError> {
        let connection = self.chain.connection();
        let raw = match event::split(bytes.clone(), connection.runtime()?.metadata()) {
            Err(_) => event::split(bytes, connection.refresh_runtime().await?.metadata())?,
            Ok(raw) => raw,
        };
        Ok(raw.iter().map(event::Raw::typed).collect())
    }
}
