//! The cores that tags or verdicts spread over.

use std::{num::NonZeroUsize, sync::Arc, thread::available_parallelism};

/// A thread for each core. Work that finds the others idle takes them as well; however much there is
/// of it, it never runs on more threads than these. Tags and verdicts have cores of their own, so that
/// a verdict waits for no tag.
#[derive(Clone)]
pub(super) struct Cores(Option<Arc<rayon::ThreadPool>>);

impl Cores {
    /// Threads that are named after their work.
    pub(super) fn new(what: &'static str) -> Self {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(available_parallelism().map_or(1, NonZeroUsize::get))
            .thread_name(move |number| format!("{what}-{number}"))
            .build();
        if let Err(error) = &pool {
            tracing::warn!(%error, what, "no threads can be started: a single one is used");
        }
        Self(pool.ok().map(Arc::new))
    }

    /// Does work on these threads, or on the caller's if they could not be started.
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
