//! Why a proof can't be made, or does not hold.

use crate::Record;

/// What is wrong with files, claims or proofs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoisError {
    /// The sizes don't fit together.
    #[error("the sizes of idle files can't be used: {0}")]
    Params(&'static str),
    /// Numbers that no honest state has.
    #[error("the state says that files {front}+1..={rear} are live, which can't be")]
    State {
        /// Files given up.
        front: u64,
        /// Files certified.
        rear: u64,
    },
    /// There is no live file: nothing is to be proven, and nothing would be.
    #[error("no idle file is live, so there is nothing to prove")]
    Empty,
    /// Too few or too many files in one go.
    #[error("{asked} files can't be handled in one go; between 1 and {most} can")]
    Count {
        /// Files in the request.
        asked: u64,
        /// Most that are allowed.
        most: u64,
    },
    /// The files on disk don't give the certified state.
    #[error("the files on disk don't give the certified accumulator")]
    NotMyState,
    /// The disk refused.
    #[error("idle space on disk can't be read or written ({record:?}): {source}")]
    Store {
        /// What was wanted; nothing for a list of all records.
        record: Option<Record>,
        /// Why.
        source: std::io::Error,
    },
    /// Something is not there, or not what it was: it must be made again.
    #[error("{0:?} is missing or damaged: recover the set")]
    Missing(Record),
    /// The caller stopped the work; what is done stays.
    #[error("stopped as asked; the work goes on from here next time")]
    Cancelled,
    /// New files must follow the last certified one.
    #[error("the new files start at {first}, the next file is {next}")]
    Gap {
        /// First new file.
        first: u64,
        /// The number that is next.
        next: u64,
    },
    /// The proof has another shape than the challenge asks for.
    #[error("the proof does not answer the challenge: {0}")]
    WrongShape(&'static str),
    /// A range is not the one that the challenge asks for.
    #[error("the proof covers files {left}..{right}, which is not the range that is asked for")]
    WrongRange {
        /// Its first file.
        left: u64,
        /// The file after its last.
        right: u64,
    },
    /// A Merkle path does not lead where it should.
    #[error("node {node} does not belong to the root that it should")]
    WrongNode {
        /// The node.
        node: u32,
    },
    /// A label was not made as it must be.
    #[error("node {node} of cluster {cluster} has the wrong label")]
    WrongLabel {
        /// The cluster.
        cluster: u64,
        /// The node.
        node: u32,
    },
    /// A file is not under the accumulator, or the accumulator not the certified one.
    #[error("the accumulator does not hold: {0}")]
    WrongAccumulator(&'static str),
    /// A key that no worker made.
    #[error("the key can't be one of an accumulator: {0}")]
    Key(&'static str),
    /// The arithmetic library failed.
    #[error("big numbers: {0}")]
    Arithmetic(#[from] openssl::error::ErrorStack),
}

impl PoisError {
    pub(crate) fn store(record: Record) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Store {
            record: Some(record),
            source,
        }
    }

    pub(crate) fn listing(source: std::io::Error) -> Self {
        Self::Store {
            record: None,
            source,
        }
    }
}
