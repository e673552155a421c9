//! The tasks, against a chain, TEE workers, a network and disks in memory.

mod holding;
mod idle;
pub(crate) mod proving;
mod restoring;
mod tee;
