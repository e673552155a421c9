//! The gRPC surface of a TEE worker.
//!
//! The modules [`podr2`], [`pois`] and [`pubkeys`] are generated from the proto files, which keep
//! the published packages, names and field numbers. By hand there is only what both sides need to
//! agree on: how client bytes become protocol types ([`convert`], [`wire`]), what a miner signs
//! ([`MinerSigned`]), how a busy worker says when to come back ([`busy`], [`retry_after`]), and
//! the size of a message.
#![warn(missing_docs)]

mod busy;
pub mod convert;
#[cfg(test)]
mod published;
mod signed;
pub mod wire;

pub use busy::{busy, retry_after};
pub use signed::MinerSigned;

/// Largest message, bytes (published).
pub const MAX_MESSAGE: usize = 100 << 20;
/// Largest message about certificates, bytes. The published quantities need 28 MiB: 16 nodes of 32 clusters
/// with 65 parents and 5 elders each, every one with 20 siblings. Anything larger is not worth the memory
/// that its empty items would take.
pub const MAX_CERTIFICATE: usize = 32 << 20;
/// Largest message about proofs of idle space, bytes. The published quantities need 2 MiB: 256 files with 8
/// paths of 20 siblings each.
pub const MAX_SPACE_PROOF: usize = 8 << 20;

/// Most fragments in one proof: more would not fit into a message (spec off-chain 4.4).
pub const MOST_NAMES: usize = 10_000;

/// All services and messages as a `google.protobuf.FileDescriptorSet`, for clients and tests that read
/// them at run time.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Tags and proofs over service fragments (`package podr2`).
#[allow(missing_docs, non_camel_case_types, unreachable_pub)] // generated; the proto files document it
pub mod podr2 {
    tonic::include_proto!("podr2");
}

/// Certificates and proofs of idle space (`package pois`).
#[allow(missing_docs, unreachable_pub)] // generated; the proto files document it
pub mod pois {
    tonic::include_proto!("pois");
}

/// Public keys (`package ceseal.pubkeys`).
#[allow(missing_docs, unreachable_pub)] // generated; the proto files document it
pub mod pubkeys {
    tonic::include_proto!("ceseal.pubkeys");
}
