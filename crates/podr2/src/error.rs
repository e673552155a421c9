//! What can go wrong apart from a proof being false.

use cess_primitives::Hash;
use openssl::error::ErrorStack;

/// Why a tag or a proof could not be made or judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Podr2Error {
    /// The bytes are not a key that can be used.
    #[error("the PoDR2 key can't be used: {0}")]
    Key(&'static str),
    /// A fragment can't be cut into that many chunks.
    #[error("{len} bytes can't be cut into {chunks} equal chunks of at most 1 MiB")]
    Chunking {
        /// Bytes of the fragment.
        len: u64,
        /// The chunks.
        chunks: u32,
    },
    /// The key is for chunks of another size.
    #[error("a chunk has {size} bytes, the key is for chunks of {expected}")]
    ChunkSize {
        /// Bytes of the chunk.
        size: usize,
        /// Bytes of the chunks that the key is for.
        expected: usize,
    },
    /// The data is not the fragment of that name.
    #[error("the data has the hash {actual}, the fragment is {name}")]
    WrongData {
        /// The fragment's name.
        name: Hash,
        /// What the data hashes to.
        actual: Hash,
    },
    /// A challenge needs at least one index, and every index once.
    #[error("the challenge can't be used: {0}")]
    Challenge(&'static str),
    /// The tag has no such chunk.
    #[error("the tag of {name} has {chunks} chunks, chunk {index} is challenged")]
    NoSuchChunk {
        /// The fragment.
        name: Hash,
        /// Chunks of its tag.
        chunks: usize,
        /// The chunk asked for.
        index: u32,
    },
    /// A tag holds text that is no authenticator: it is damaged and must be made anew.
    #[error("the tag of {0} is damaged: request a new one")]
    DamagedTag(Hash),
    /// The tag was not made by the network's key, or not for this fragment.
    #[error("the tag of {name} is false: {what}")]
    FalseTag {
        /// The fragment.
        name: Hash,
        /// What doesn't hold.
        what: &'static str,
    },
    /// The fragment could not be read.
    #[error("fragment {name} can't be read: {source}")]
    Read {
        /// The fragment.
        name: Hash,
        /// Why.
        source: std::io::Error,
    },
    /// A text is not the sigma of a proof.
    #[error("a sigma is malformed or out of range")]
    Sigma,
    /// OpenSSL failed.
    #[error("arithmetic failed: {0}")]
    OpenSsl(#[from] ErrorStack),
}
