//! Why a proof can't be made, or does not hold.

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
    /// The miner's own record differs from the certified state: it must be rebuilt from the files.
    #[error("the miner's list of live files is not the certified one")]
    NotMyState,
    /// An idle file could not be read.
    #[error("idle file {index} can't be read: {source}")]
    Read {
        /// The file's number.
        index: u64,
        /// Why.
        source: std::io::Error,
    },
    /// An idle file is not what was certified: it must be made again.
    #[error("idle file {0} is damaged: generate it again")]
    Damaged(u64),
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
    /// The live roots don't have the certified accumulator.
    #[error("the live files' roots don't belong to the certified accumulator")]
    WrongAccumulator,
    /// A Merkle path does not lead where it should.
    #[error("node {node} of idle file {index} does not belong to the file's root")]
    WrongNode {
        /// The file's number.
        index: u64,
        /// The node.
        node: u32,
    },
    /// A file's root is not under the accumulator.
    #[error("idle file {0} does not belong to the certified accumulator")]
    WrongFile(u64),
    /// A label was not made as it must be.
    #[error("node {node} of idle file {index} has the wrong label")]
    WrongLabel {
        /// The file's number.
        index: u64,
        /// The node.
        node: u32,
    },
}
