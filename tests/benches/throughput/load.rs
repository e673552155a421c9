//! Many transactions in flight, and how many of them each block took.

use crate::rate::Sample;
use anyhow::{ensure, Context, Result};
use cess_chain::{Block, BlockStream, Chain, ChainError, Event, PoolError, Signer, Transaction};
use cess_tests::Devnet;
use cessnet::lifecycle;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Transactions that wait for a block at a time: more than any block takes, and half of what the
/// node's pool holds.
const IN_FLIGHT: usize = 4000;
/// Blocks after which no more is sent.
const BLOCKS: usize = 40;
/// A chain that makes no block for so long has stopped.
const BLOCK_PATIENCE: Duration = Duration::from_secs(30);
/// Pause before a full pool is tried again.
const FULL_PAUSE: Duration = Duration::from_millis(50);

/// Transactions of one account, with consecutive nonces.
pub(crate) type Lane = Vec<Transaction>;

/// What became of a load.
pub(crate) struct Outcome {
    pub(crate) samples: Vec<Sample>,
    pub(crate) sent: usize,
    pub(crate) done: usize,
    pub(crate) failed: usize,
}

/// The next block.
pub(crate) async fn next(blocks: &mut BlockStream) -> Result<Block> {
    let block = tokio::time::timeout(BLOCK_PATIENCE, blocks.next()).await;
    let late = || format!("no block for {} s", BLOCK_PATIENCE.as_secs());
    block
        .with_context(late)?
        .context("the chain's blocks ended")
}

/// Sends all lanes at once, as fast as the node takes them, until everything is in blocks or enough
/// blocks have passed; counts the events that `wanted` names.
pub(crate) async fn run(
    net: &Devnet,
    lanes: Vec<Lane>,
    wanted: fn(&Event) -> bool,
) -> Result<Outcome> {
    // A connection of its own, so that the blocks do not wait behind the transactions.
    let node = Chain::connect(&net.manifest().rpc[0]).await?;
    let mut blocks = net.chain.blocks();
    next(&mut blocks).await?;
    let mut outcome = Outcome {
        samples: Vec::new(),
        sent: lanes.iter().map(Vec::len).sum(),
        done: 0,
        failed: 0,
    };
    let room = Arc::new(Semaphore::new(IN_FLIGHT));
    let mut senders = JoinSet::new();
    for lane in lanes {
        senders.spawn(send_all(node.clone(), lane, Arc::clone(&room)));
    }
    while outcome.done + outcome.failed < outcome.sent && outcome.samples.len() < BLOCKS {
        let block = next(&mut blocks).await?;
        let at = Instant::now();
        while let Some(sender) = senders.try_join_next() {
            sender??;
        }
        let done = block.events.iter().filter(|event| wanted(event)).count();
        let failed = block.events.iter().filter(|event| failed(event)).count();
        room.add_permits(done + failed);
        outcome.done += done;
        outcome.failed += failed;
        let done = u32::try_from(done)?;
        outcome.samples.push(Sample { at, done });
    }
    // Failed calls would make the rate one of something else; a few may be of other processes.
    ensure!(
        outcome.failed * 100 <= outcome.done,
        "{} transactions failed and {} did not",
        outcome.failed,
        outcome.done
    );
    Ok(outcome)
}

async fn send_all(node: Chain, lane: Lane, room: Arc<Semaphore>) -> Result<()> {
    for transaction in &lane {
        room.acquire().await?.forget();
        send(&node, transaction).await?;
    }
    Ok(())
}

/// Hands a transaction in; waits while the pool is full.
async fn send(node: &Chain, transaction: &Transaction) -> Result<(), ChainError> {
    loop {
        match node.send(transaction).await {
            Err(ChainError::Pool {
                source: PoolError::Full,
                ..
            }) => tokio::time::sleep(FULL_PAUSE).await,
            other => return other,
        }
    }
}

/// Whether a transaction was executed and failed.
fn failed(event: &Event) -> bool {
    matches!(event, Event::Other { pallet, name } if pallet == "System" && name == "ExtrinsicFailed")
}

/// Waits until no transaction of these accounts is in the pool; gives their next nonces.
pub(crate) async fn idle_nonces(net: &Devnet, accounts: &[Signer]) -> Result<Vec<u64>> {
    let what = "the pool has nothing of those that will sign";
    lifecycle::until(&net.chain, net.ticks(60), what, || async {
        let mut nonces = Vec::with_capacity(accounts.len());
        for signer in accounts {
            let account = signer.account_id();
            let used = u64::from(net.chain.account(&account).await?.nonce);
            if net.chain.next_nonce(&account).await? != used {
                return Ok(None);
            }
            nonces.push(used);
        }
        Ok(Some(nonces))
    })
    .await
}
