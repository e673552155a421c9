//! What can go wrong in an experiment.

use crate::ShareError;
use cess_podr2::Podr2Error;
use cess_pois::PoisError;
use std::{io, path::PathBuf};

/// Why an experiment could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// The plan can't be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The proof scheme failed.
    #[error(transparent)]
    Podr2(#[from] Podr2Error),
    /// The proof of idle space failed.
    #[error(transparent)]
    Pois(#[from] PoisError),
    /// The experiment's store can't be written or read.
    #[error("the experiment's store {path}: {source}")]
    Store {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// It was asked to stop.
    #[error("the experiment was stopped")]
    Stopped,
    /// The plot can't be drawn.
    #[error("the plot can't be drawn: {0}")]
    Plot(Box<dyn std::error::Error + Send + Sync>),
}

/// What is wrong with a plan.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A share is none.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// A number is too small or too large.
    #[error("{value} {what}: there must be between {least} and {most}")]
    Range {
        /// What is counted.
        what: &'static str,
        /// What was asked for.
        value: u64,
        /// The least that makes sense.
        least: u64,
        /// The most that is possible.
        most: u64,
    },
    /// A fragment can't be cut so.
    #[error(
        "a fragment of {fragment_size} bytes can't be cut into {chunks} equal chunks of at most 1 MiB: choose \
         another number of chunks, or a fragment size that is a multiple of it"
    )]
    Chunking {
        /// Bytes of a fragment.
        fragment_size: u64,
        /// The chunks.
        chunks: u32,
    },
    /// A challenge would name more chunks than there are.
    #[error(
        "a sample of {sample} chunks is more than the {chunks} that a fragment has: sample fewer, or cut the \
         fragment into more"
    )]
    Sample {
        /// Chunks of a challenge.
        sample: u32,
        /// Chunks of a fragment.
        chunks: u32,
    },
    /// The schemes are about different data.
    #[error(
        "`pois` is about idle files, the other schemes about fragments: measure it on its own"
    )]
    Mixed,
    /// The graph of idle files can't have these sizes.
    #[error("idle files can't have these sizes: {0}")]
    Idle(&'static str),
    /// Idle files are certified and opened in sets.
    #[error(
        "{files} idle files are not 1 to {most} sets of {set}: a challenge opens one set of each 16, and this is \
         about one challenge"
    )]
    Sets {
        /// The files.
        files: u32,
        /// Files of a set.
        set: u32,
        /// Most sets.
        most: u32,
    },
    /// The fragments would fill the disk.
    #[error(
        "{fragments} fragments of {fragment_size} bytes take more than {most} bytes of disk: take fewer, or \
         smaller ones"
    )]
    TooLarge {
        /// The fragments.
        fragments: u32,
        /// Bytes of each.
        fragment_size: u64,
        /// The most in all.
        most: u64,
    },
    /// So many single bytes can't be kept track of.
    #[error(
        "mode `bytes` would change {bytes} single bytes, and can do {most}: damage less, or use `run` or \
         `chunks`"
    )]
    TooManyBytes {
        /// What was asked for.
        bytes: u64,
        /// The most.
        most: u64,
    },
}
