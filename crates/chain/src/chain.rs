//! The handle to a node.

use crate::{
    blocks::{self, BlockStream},
    connection::{about_block, Connection, Dialer, WebSocket},
    nonce::Nonces,
    runtime::hash_of,
    storage, ChainError,
};
use cess_primitives::{ProtocolParams, Tick};
use codec::Decode;
use sp_core::H256;
use std::{sync::Arc, time::Duration};
use subxt::backend::legacy::rpc_methods::NumberOrHex;

/// How patient a [`Chain`] is.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// For how long a call waits for a node that doesn't answer.
    pub patience: Duration,
    /// For how long [`Chain::submit`] waits for a block that includes the transaction.
    pub inclusion: Duration,
}

impl Default for Options {
    /// 30 s, about what a node needs to restart, and 180 s.
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(30),
            inclusion: Duration::from_secs(180),
        }
    }
}

/// Protocol time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The block's number.
    pub block: u32,
    /// Ticks that root has moved the clock forward, in all.
    pub offset: Tick,
}

impl Clock {
    /// What time it is.
    pub fn tick(&self) -> Tick {
        tick(self.block, self.offset)
    }
}

/// A handle to a node; clones share the connection and the nonces.
#[derive(Clone)]
pub struct Chain {
    pub(crate) shared: Arc<Shared>,
    /// The block that queries read; `None`: the best one.
    pub(crate) at: Option<H256>,
}

pub(crate) struct Shared {
    pub(crate) connection: Connection,
    pub(crate) nonces: Nonces,
}

impl Chain {
    /// Connects to `ws://…` and reads the runtime's metadata. Several nodes of one chain may be named,
    /// separated by commas: when one is lost, the next one that answers takes its place.
    pub async fn connect(url: impl Into<String>) -> Result<Self, ChainError> {
        Self::connect_with(url, Options::default()).await
    }

    /// Connects with other waits.
    pub async fn connect_with(
        url: impl Into<String>,
        options: Options,
    ) -> Result<Self, ChainError> {
        let url = url.into();
        Self::dial(url.clone(), Box::new(WebSocket::new(&url)), options).await
    }

    pub(crate) async fn dial(
        url: String,
        dialer: Box<dyn Dialer>,
        options: Options,
    ) -> Result<Self, ChainError> {
        let connection = Connection::open(url, dialer, options).await?;
        Ok(Self {
            shared: Arc::new(Shared {
                connection,
                nonces: Nonces::default(),
            }),
            at: None,
        })
    }

    /// The same chain, pinned to one block: every query reads its state.
    pub fn at(&self, block: H256) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            at: Some(block),
        }
    }

    /// The chain's identity.
    pub fn genesis_hash(&self) -> Result<H256, ChainError> {
        Ok(self.connection().runtime()?.genesis_hash())
    }

    /// The quantities of the protocol.
    pub async fn params(&self) -> Result<ProtocolParams, ChainError> {
        let value = self
            .value(storage::item("Protocol", "Params"), "Protocol.Params")
            .await?;
        value.ok_or_else(|| ChainError::decode("Protocol.Params", "it is not set"))
    }

    /// Protocol time: block number plus the clock's offset.
    pub async fn now(&self) -> Result<Tick, ChainError> {
        Ok(self.clock().await?.tick())
    }

    /// The two parts of protocol time, of one block.
    pub async fn clock(&self) -> Result<Clock, ChainError> {
        let keys = [
            storage::item("System", "Number"),
            storage::item("Protocol", "ClockOffset"),
        ];
        let [number, offset]: [Option<Vec<u8>>; 2] = self
            .raw_values(keys.to_vec())
            .await?
            .try_into()
            .map_err(|_| ChainError::decode("the clock", "the node left keys out"))?;
        Ok(Clock {
            block: decode_or_zero(number, "System.Number")?,
            offset: decode_or_zero(offset, "Protocol.ClockOffset")?,
        })
    }

    /// Number of the best block.
    pub async fn best_number(&self) -> Result<u32, ChainError> {
        Ok(self.header(None).await?.number)
    }

    /// Number and hash of the best block.
    pub async fn best(&self) -> Result<(u32, H256), ChainError> {
        let header = self.header(None).await?;
        Ok((header.number, hash_of(&header)))
    }

    /// Number of the last finalized block.
    pub async fn finalized_number(&self) -> Result<u32, ChainError> {
        let head = self
            .connection()
            .ask("chain_getFinalizedHead", |rpc| async move {
                rpc.chain_get_finalized_head().await
            })
            .await?;
        Ok(self.header(Some(head)).await?.number)
    }

    /// Hash of the best chain's block of this number; `None` when there is none yet.
    pub async fn block_hash(&self, number: u32) -> Result<Option<H256>, ChainError> {
        self.connection()
            .ask("chain_getBlockHash", |rpc| async move {
                rpc.chain_get_block_hash(Some(NumberOrHex::Number(number.into())))
                    .await
            })
            .await
    }

    /// Returns when the node has caught up with its peers.
    pub async fn wait_until_synced(&self) -> Result<(), ChainError> {
        // The node has no event for this, so it is asked until it says so.
        let mut pause = tokio::time::interval(Duration::from_millis(500));
        loop {
            pause.tick().await;
            let health = self
                .connection()
                .ask(
                    "system_health",
                    |rpc| async move { rpc.system_health().await },
                )
                .await?;
            if !health.is_syncing && (health.peers > 0 || !health.should_have_peers) {
                return Ok(());
            }
            tracing::debug!(
                peers = health.peers,
                syncing = health.is_syncing,
                "the node is not in sync yet"
            );
        }
    }

    /// Best blocks from the current one on; see [`BlockStream`].
    pub fn blocks(&self) -> BlockStream {
        blocks::follow(Self {
            shared: Arc::clone(&self.shared),
            at: None,
        })
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.shared.connection
    }

    pub(crate) async fn header(
        &self,
        at: Option<H256>,
    ) -> Result<crate::runtime::Header, ChainError> {
        let header = self
            .connection()
            .ask("chain_getHeader", |rpc| async move {
                rpc.chain_get_header(at).await
            })
            .await?;
        header.ok_or_else(|| match at {
            Some(hash) => ChainError::Pruned(hash),
            None => ChainError::Answer {
                method: "chain_getHeader",
                reason: "no best block".into(),
            },
        })
    }

    /// The value under a key, typed; `None` when nothing is stored.
    pub(crate) async fn value<T: Decode>(
        &self,
        key: Vec<u8>,
        what: &str,
    ) -> Result<Option<T>, ChainError> {
        let at = self.at;
        let key = &key;
        let bytes = self
            .connection()
            .ask("state_getStorage", |rpc| async move {
                rpc.state_get_storage(key, at).await
            })
            .await
            .map_err(|e| about_block(e, at))?;
        bytes.map(|bytes| decode_exact(&bytes, what)).transpose()
    }

    /// Several values of one block in one question, in the order of the keys.
    pub(crate) async fn raw_values(
        &self,
        keys: Vec<Vec<u8>>,
    ) -> Result<Vec<Option<Vec<u8>>>, ChainError> {
        let at = self.at;
        let asked = &keys;
        let sets = self
            .connection()
            .ask("state_queryStorageAt", |rpc| async move {
                rpc.state_query_storage_at(asked.iter().map(Vec::as_slice), at)
                    .await
            })
            .await
            .map_err(|e| about_block(e, at))?;
        let mut found: std::collections::HashMap<Vec<u8>, Vec<u8>> = sets
            .into_iter()
            .flat_map(|set| set.changes)
            .filter_map(|(key, value)| Some((key.0, value?.0)))
            .collect();
        Ok(keys.iter().map(|key| found.remove(key)).collect())
    }
}

/// Protocol time at a block.
pub(crate) fn tick(number: u32, offset: u32) -> Tick {
    number.saturating_add(offset)
}

pub(crate) fn decode_exact<T: Decode>(mut bytes: &[u8], what: &str) -> Result<T, ChainError> {
    let value = T::decode(&mut bytes).map_err(|e| ChainError::decode(what, e))?;
    if bytes.is_empty() {
        Ok(value)
    } else {
        Err(ChainError::decode(
            what,
            format!("{} bytes too many", bytes.len()),
        ))
    }
}

pub(crate) fn decode_or_zero(bytes: Option<Vec<u8>>, what: &str) -> Result<u32, ChainError> {
    bytes.map_or(Ok(0), |bytes| decode_exact(&bytes, what))
}
