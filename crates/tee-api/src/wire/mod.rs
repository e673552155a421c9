//! Tags and proofs as messages, and back.
//!
//! The pure crates keep proofs in their own types, the published messages keep them in theirs;
//! miner and worker convert with the functions of these modules, so that they cannot disagree.

pub mod podr2;
pub mod pois;
