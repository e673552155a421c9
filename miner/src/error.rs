//! What can go wrong in a miner's tasks.

use crate::state::StateError;
use crate::store::StoreError;
use crate::tee::TeeError;
use cess_chain::ChainError;
use cess_p2p::{P2pError, TransportError};

/// A task's failure; the task tries again later.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MinerError {
    /// The chain did not answer, or refused a call.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The fragment store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// No TEE worker helped.
    #[error(transparent)]
    Tee(#[from] TeeError),
    /// The p2p node did not start.
    #[error(transparent)]
    P2p(#[from] P2pError),
    /// A fragment could not be fetched.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// A fragment could not be rebuilt.
    #[error("the fragment cannot be rebuilt: {0}")]
    Segment(#[from] cess_segment::SegmentError),
    /// Idle files could not be made or proven.
    #[error("idle space: {0}")]
    Idle(#[from] cess_pois::PoisError),
    /// A proof could not be made.
    #[error("proof: {0}")]
    Proof(String),
    /// Files outside of the store.
    #[error("{what}: {source}")]
    Io {
        /// What was done.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A configuration that cannot work.
    #[error("{0}")]
    Config(String),
    /// A blocking task was cut off.
    #[error("a task was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

impl MinerError {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
