//! Events that a scenario collects while it does something else.

use anyhow::{Context, Result};
use cess_chain::{Chain, Event};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinHandle;

/// Collects events from best blocks until it is dropped.
pub struct Watch {
    seen: Arc<Mutex<Vec<Event>>>,
    task: JoinHandle<()>,
}

impl Watch {
    /// Collects the events that `wanted` names, of blocks after the current one.
    pub async fn start(chain: &Chain, wanted: fn(&Event) -> bool) -> Result<Self> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut blocks, into) = (chain.blocks(), Arc::clone(&seen));
        // A stream begins with the current block, which belongs to what the scenario did before.
        blocks.next().await.context("the chain's blocks ended")?;
        let task = tokio::spawn(async move {
            while let Some(block) = blocks.next().await {
                let events = block.events.into_iter().filter(wanted);
                into.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(events);
            }
        });
        Ok(Self { seen, task })
    }

    /// What was seen so far.
    pub fn seen(&self) -> Vec<Event> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}
