//! # The CESS node
//!
//! A validator or full node of the CESS chain: BABE claims the slots, GRANDPA makes blocks final,
//! the runtime of [`cess_runtime`] says what a block means. The pieces:
//!
//! - [`cli`] and [`command`]: what the binary can be asked to do;
//! - [`chain_spec`]: the networks it knows by name (`fast-3`, `reference-1`, …) or reads from a file;
//! - [`service`]: client, pool, network, consensus and RPC, wired together;
//! - [`rpc`]: the methods that it answers beside the standard ones.
//!
//! ```text
//! cess-node --chain fast-1 --alice --tmp
//! cess-node export-chain-spec --chain fast-3 --raw > network.json
//! ```
#![warn(missing_docs)]

pub mod chain_spec;
pub mod cli;
pub mod command;
pub mod rpc;
pub mod service;

pub use command::run;
