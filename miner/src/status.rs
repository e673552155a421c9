//! What operators see of a miner: its step, counters and gauges.

use prometheus::{IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};
use std::sync::{Mutex, PoisonError};

/// How far a miner is; ready means registered and certified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It does this before it can serve.
    Starting(String),
    /// It serves.
    Ready,
}

/// What the miner does about its idle space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleWork {
    /// Nothing: it is as it should be, or waits for the next try.
    None,
    /// Layers of the next set are being made.
    Generating {
        /// So many are there.
        done: usize,
        /// Of so many.
        total: usize,
    },
    /// A set is made, and being certified.
    Certifying,
    /// The next set waits until the open challenge is over.
    Paused,
    /// So many files are being given up for fragments.
    GivingUp(u64),
    /// Sets with lost or damaged files are being made again.
    Repairing {
        /// So many layers of the set at hand are there.
        done: usize,
        /// Of so many.
        total: usize,
    },
}

impl std::fmt::Display for IdleWork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => write!(f, "nothing"),
            Self::Generating { done, total } => {
                write!(f, "making a set: {done} of {total} layers")
            }
            Self::Certifying => write!(f, "certifying a set"),
            Self::Paused => write!(f, "waiting for the open challenge to end"),
            Self::GivingUp(files) => write!(f, "giving up {files} files for fragments"),
            Self::Repairing { done, total } => {
                write!(f, "making lost files again: {done} of {total} layers")
            }
        }
    }
}

/// Counters, gauges and the current step.
pub struct Status {
    registry: Registry,
    step: Mutex<Step>,
    idle_work: Mutex<IdleWork>,
    received: IntCounter,
    reported: IntCounter,
    tagged: IntCounter,
    proofs: IntCounter,
    restored: IntCounter,
    lost: IntCounter,
    pruned: IntCounter,
    certified: IntCounter,
    repaired: IntCounter,
    held: IntGauge,
    strain: IntGaugeVec,
}

impl Status {
    /// Everything at zero.
    pub fn new() -> Self {
        let registry = Registry::new();
        let counter = |name: &str, help: &str| {
            register(&registry, IntCounter::with_opts(Opts::new(name, help)))
        };
        Self {
            step: Mutex::new(Step::Starting("connecting to the chain".into())),
            idle_work: Mutex::new(IdleWork::None),
            received: counter("cess_miner_fragments_received_total", "Fragments received"),
            reported: counter(
                "cess_miner_columns_reported_total",
                "Columns of deals reported",
            ),
            tagged: counter(
                "cess_miner_fragments_tagged_total",
                "Fragments tagged by a TEE worker",
            ),
            proofs: counter(
                "cess_miner_proofs_submitted_total",
                "Idle and service proofs submitted",
            ),
            restored: counter(
                "cess_miner_fragments_restored_total",
                "Fragments restored for the network",
            ),
            lost: counter(
                "cess_miner_fragments_lost_total",
                "Fragments found lost or damaged",
            ),
            pruned: counter(
                "cess_miner_fragments_pruned_total",
                "Fragments removed that nobody wants",
            ),
            certified: counter(
                "cess_miner_idle_sets_certified_total",
                "Sets of idle files certified",
            ),
            repaired: counter(
                "cess_miner_idle_files_repaired_total",
                "Idle files found lost or damaged and made again",
            ),
            held: register(
                &registry,
                IntGauge::with_opts(Opts::new("cess_miner_fragments_held", "Fragments on disk")),
            ),
            strain: register(
                &registry,
                IntGaugeVec::new(
                    Opts::new(
                        "cess_miner_strain",
                        "1 for how the miner cheats, or `honest`",
                    ),
                    &["strain"],
                ),
            ),
            registry,
        }
    }

    /// How far the miner is.
    pub fn step(&self) -> Step {
        self.step
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The miner has come further.
    pub fn set_step(&self, step: Step) {
        let mut current = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != step {
            tracing::info!(?step, "miner");
            *current = step;
        }
    }

    /// What the miner does about its idle space.
    pub fn idle_work(&self) -> IdleWork {
        *self
            .idle_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The miner does this about its idle space.
    pub fn set_idle_work(&self, work: IdleWork) {
        *self
            .idle_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = work;
    }

    /// A fragment came in.
    pub fn received(&self) {
        self.received.inc();
    }
    /// A column was reported.
    pub fn reported(&self) {
        self.reported.inc();
    }
    /// A fragment was tagged.
    pub fn tagged(&self) {
        self.tagged.inc();
    }
    /// A proof was submitted.
    pub fn proof_submitted(&self) {
        self.proofs.inc();
    }
    /// A fragment was restored.
    pub fn restored(&self) {
        self.restored.inc();
    }
    /// A fragment is lost.
    pub fn lost(&self) {
        self.lost.inc();
    }
    /// A fragment was removed that nobody wants.
    pub fn pruned(&self) {
        self.pruned.inc();
    }
    /// A set of idle files was certified.
    pub fn set_certified(&self) {
        self.certified.inc();
    }
    /// So many idle files were made again.
    pub fn idle_repaired(&self, files: u64) {
        self.repaired.inc_by(files);
    }
    /// So many fragments are on disk.
    pub fn set_held(&self, fragments: usize) {
        self.held.set(i64::try_from(fragments).unwrap_or(i64::MAX));
    }

    /// How the miner cheats.
    pub fn set_strain(&self, name: &str) {
        self.strain.reset();
        self.strain.with_label_values(&[name]).set(1);
    }

    /// All counters and gauges in Prometheus' text format.
    pub fn metrics(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

impl Default for Status {
    fn default() -> Self {
        Self::new()
    }
}

/// The names are constants of this file and differ from each other.
fn register<M: prometheus::core::Collector + Clone + 'static>(
    registry: &Registry,
    metric: prometheus::Result<M>,
) -> M {
    let registered = metric.and_then(|m| registry.register(Box::new(m.clone())).map(|()| m));
    match registered {
        Ok(metric) => metric,
        Err(error) => unreachable!("metric names are valid and unique: {error}"),
    }
}
