//! The storage miner.
//!
//! A miner promises space to the chain and fills it with sets of **idle files** that a TEE worker
//! certifies. Gateways write **fragments** of declared deals to it over libp2p; when it holds a
//! whole column it **reports** it, and when all columns of a file were reported it has its fragments
//! **tagged**, which turns them into service space, and gives idle files up for them. It answers
//! **challenges** over both, looks after its fragments (**scrub**), tells the chain what it lost, and
//! **restores** what others lost from any four fragments of a segment.
//!
//! Each of these is a task ([`report`], [`tags`], [`idle`], [`audit`], [`scrub`], [`restore`],
//! [`prune`]) that compares what the chain says with what is on the disk and takes the next step.
//! Events of new blocks wake the tasks, a timer is only a safety net, and nothing that a task needs
//! exists in memory alone: a miner that is killed anywhere goes on where the chain and its disk are.
//!
//! The tasks see the world through narrow traits: [`chain::ChainApi`], [`store::FragmentStore`],
//! [`tee::TeeApi`], [`cess_p2p::FragmentTransport`]. Between them and a task stands
//! [`byzantine::Conduct`], which lets a miner cheat in one of several ways; usually in none.
#![warn(missing_docs)]

pub mod audit;
pub mod byzantine;
pub mod chain;
mod config;
pub mod deals;
pub mod error;
pub mod events;
mod handle;
pub mod http;
pub mod idle;
pub mod miner;
pub mod prune;
pub mod rebuild;
pub mod receive;
pub mod register;
pub mod report;
pub mod restore;
pub mod scrub;
pub mod service;
pub mod state;
pub mod status;
pub mod store;
pub mod tags;
pub mod tee;
mod upkeep;
pub mod work;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use config::Config;
pub use error::MinerError;
pub use handle::{run, Handle};
