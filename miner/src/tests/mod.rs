//! The tasks, against a chain, TEE workers, a network and disks in memory.

mod holding;
mod idle;
mod proving;
mod restoring;
mod tee;
