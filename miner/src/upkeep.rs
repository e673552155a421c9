//! The miner's tasks: what wakes each, and which pass it runs.

use crate::error::MinerError;
use crate::idle::space::IdleSpace;
use crate::miner::Miner;
use crate::work::{Next, Task};
use crate::{audit, events, idle, prune, register, report, restore, scrub, tags};
use async_trait::async_trait;
use cess_p2p::Node;
use cess_primitives::{Balance, Hash};
use std::collections::HashSet;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// See [`register`]. Repeated as a safety net only: a fork may undo a registration.
pub(crate) struct Register {
    pub(crate) miner: Arc<Miner>,
    pub(crate) endpoint: String,
    pub(crate) tib: u32,
    pub(crate) spare: Balance,
    /// Cancelled when the miner is registered for the first time.
    pub(crate) done: CancellationToken,
}

#[async_trait]
impl Task for Register {
    fn name(&self) -> &'static str {
        "register"
    }
    async fn woken(&self) {
        std::future::pending().await
    }
    async fn pass(&mut self) -> Result<Next, MinerError> {
        register::run(&self.miner, &self.endpoint, self.tib, self.spare).await?;
        if !self.done.is_cancelled() {
            events::look_at_everything(&self.miner);
            self.done.cancel();
        }
        Ok(Next::Woken)
    }
}

/// See [`idle`].
pub(crate) struct Idle {
    pub(crate) miner: Arc<Miner>,
    pub(crate) space: IdleSpace,
    /// Bytes to certify, as the chain accounts them.
    pub(crate) target: u128,
}

#[async_trait]
impl Task for Idle {
    fn name(&self) -> &'static str {
        "idle"
    }
    async fn woken(&self) {
        self.miner.wakes.idle.notified().await;
    }
    async fn pass(&mut self) -> Result<Next, MinerError> {
        idle::pass(&self.miner, &self.space, self.target).await
    }
}

macro_rules! tasks {
    ($($(#[$doc:meta])* $task:ident($name:literal $(, $state:ty)*): $this:ident => $woken:expr, $pass:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $task(pub(crate) Arc<Miner> $(, pub(crate) $state)*);

        #[async_trait]
        impl Task for $task {
            fn name(&self) -> &'static str {
                $name
            }
            async fn woken(&self) {
                let $this = self;
                $woken.await;
            }
            async fn pass(&mut self) -> Result<Next, MinerError> {
                let $this = self;
                $pass.await
            }
        }
    )*};
}

tasks! {
    /// See [`report`].
    Report("report"): t => t.0.wakes.report.added(), report::pass(&t.0);
    /// See [`tags`].
    Tags("tags", HashSet<Hash>): t => t.0.wakes.tags.added(), tags::pass(&t.0, &mut t.1);
    /// See [`scrub`].
    Scrub("scrub"): t => t.0.wakes.scrub.added(), scrub::pass(&t.0);
    /// See [`restore`].
    Restore("restore", Node, restore::Orders): t => t.0.wakes.restore.notified(), restore::pass(&t.0, &t.1, &mut t.2);
    /// See [`prune`].
    Prune("prune", prune::Unwanted): t => t.0.wakes.prune.notified(), prune::pass(&t.0, &mut t.1);
    /// See [`audit`].
    Audit("audit", IdleSpace, audit::Answer): t => t.0.wakes.audit.notified(), audit::pass(&t.0, &t.1, &mut t.2);
}
