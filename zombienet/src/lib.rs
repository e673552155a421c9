//! The whole CESS network on one machine.
//!
//! A [`definition::Definition`] (zombienet's TOML with two shorthands) says which validators, TEE
//! workers, miners and gateways there are; [`network::Network::start`] starts them through
//! zombienet and waits until all are ready; [`control`] lets later commands reach the process that
//! supervises them; [`commands`] are what a user types. Everything that a network writes is in its
//! folder ([`dir::NetworkDir`]); scripts read `cessnet.json` there ([`manifest::Manifest`]).
//! [`travel`] moves the protocol's clock, [`upgrade`] replaces the runtime of a network that runs, and
//! [`strains`] makes its miners cheat.

pub mod binaries;
pub mod chain_spec;
pub mod cli;
pub mod client;
pub mod commands;
pub mod control;
pub mod definition;
pub mod dir;
#[cfg(test)]
mod docs;
pub mod health;
pub mod lifecycle;
pub mod manifest;
pub mod network;
pub mod output;
pub mod ports;
pub mod process;
pub mod progress;
pub mod quantities;
pub mod roles;
pub mod span;
pub mod strains;
pub mod travel;
pub mod upgrade;
pub mod wasm;

pub use definition::Definition;
pub use manifest::Manifest;
pub use network::{Action, Network, StartOptions};
pub use progress::Progress;
