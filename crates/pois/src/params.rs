//! Sizes and counts.

use crate::{PoisError, LABEL_LEN};
use cess_primitives::ProtocolParams;

/// Sizes and counts of a network's idle files; prover and verifier must use the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// Bytes of a filler file; a multiple of 64.
    pub file_size: u64,
    /// Most files that are certified in one go.
    pub max_commit: u32,
    /// Nodes of each new file that are opened when it is certified.
    pub commit_nodes: u32,
    /// Most files that one space proof opens.
    pub space_files: u32,
}

impl Params {
    /// The published number of nodes that are opened in each file.
    pub const COMMIT_NODES: u32 = 8;
    /// Files of a space proof: keeps it below 100 KiB for files of 64 KiB.
    pub const SPACE_FILES: u32 = 16;

    /// The sizes and counts of a network.
    ///
    /// # Errors
    /// [`PoisError::Params`] when they can't be used.
    pub fn of(protocol: &ProtocolParams) -> Result<Self, PoisError> {
        let params = Self {
            file_size: protocol.idle_file_size,
            max_commit: protocol.idle_set,
            commit_nodes: Self::COMMIT_NODES,
            space_files: Self::SPACE_FILES,
        };
        params.labels()?;
        Ok(params)
    }

    /// Labels of a file.
    ///
    /// # Errors
    /// [`PoisError::Params`] when a file has none, a part of one, or too many; or a count is zero.
    pub fn labels(&self) -> Result<u32, PoisError> {
        if self.file_size == 0 || self.file_size % LABEL_LEN as u64 != 0 {
            return Err(PoisError::Params(
                "a file is a positive multiple of 64 bytes",
            ));
        }
        if [self.max_commit, self.commit_nodes, self.space_files].contains(&0) {
            return Err(PoisError::Params("every count must be at least one"));
        }
        u32::try_from(self.file_size / LABEL_LEN as u64)
            .map_err(|_| PoisError::Params("a file has at most 2^32 labels"))
    }
}
