//! Why a gateway does not start, or could not do something of its own.

use crate::db::DbError;
use cess_chain::{ChainError, SignerError};
use cess_p2p::P2pError;
use cess_segment::SegmentError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Everything that may go wrong inside a gateway, apart from what a request did wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// The account's secret is no secret.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The chain did not answer, or refused.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// libp2p did not start.
    #[error(transparent)]
    P2p(#[from] P2pError),
    /// The chain's sizes can't be used.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The HTTP port is taken or not ours.
    #[error("cannot listen on {listen}: {source}; is another process using the port?")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The data directory cannot be used.
    #[error("cannot use {path}: {source}")]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data belongs to another chain.
    #[error("{path} holds data of another chain: give another --data-dir, or delete it")]
    OtherChain {
        /// The directory.
        path: PathBuf,
    },
    /// The chain stores at most 50 bytes.
    #[error("the domain `{0}` has more than 50 bytes: give a shorter --domain")]
    Domain(String),
    /// A file of ours could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Metrics could not be set up.
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// A blocking task was cut off, which happens when the process ends.
    #[error("a task was cut off")]
    CutOff,
}
