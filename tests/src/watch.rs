//! Events that a scenario collects while it does something else.

use anyhow::{Context, Result};
use cess_chain::{Chain, Event};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A stream of blocks that is so far behind the chain has stopped.
const PATIENCE: Duration = Duration::from_secs(120);

/// Collects events from best blocks until it is dropped.
pub struct Watch {
    chain: Chain,
    seen: watch::Receiver<Seen>,
    task: JoinHandle<()>,
}

/// The events of all blocks up to a height.
struct Seen {
    height: u32,
    events: Vec<Event>,
}

impl Watch {
    /// Collects the events that `wanted` names, of blocks after the current one.
    pub async fn start(chain: &Chain, wanted: fn(&Event) -> bool) -> Result<Self> {
        let mut blocks = chain.blocks();
        // A stream begins with the current block, which belongs to what the scenario did before.
        let past = blocks.next().await.context("the chain's blocks ended")?;
        let (into, seen) = watch::channel(Seen {
            height: past.number,
            events: Vec::new(),
        });
        let task = tokio::spawn(async move {
            while let Some(block) = blocks.next().await {
                into.send_modify(|seen| {
                    seen.height = seen.height.max(block.number);
                    seen.events.extend(block.events.into_iter().filter(wanted));
                });
            }
        });
        Ok(Self {
            chain: chain.clone(),
            seen,
            task,
        })
    }

    /// What was seen so far: at least everything that led to what the chain says now. A watch learns of
    /// a block a moment later than who asks the chain, so this waits for that moment.
    pub async fn seen(&self) -> Result<Vec<Event>> {
        let best = self.chain.best_number().await?;
        let mut seen = self.seen.clone();
        let caught_up = seen.wait_for(|seen| seen.height >= best);
        let seen = tokio::time::timeout(PATIENCE, caught_up)
            .await
            .with_context(|| format!("block {best} is not seen"))?
            .context("the chain's blocks ended")?;
        Ok(seen.events.clone())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}
