//! The TEE worker: tags, certificates and verdicts.
//!
//! The network trusts its TEE workers to hold one key, the **master key**, and to use it only as
//! the protocol says. A worker
//!
//! * **enrols** ([`enrol`]): it registers on the chain ([`registration`], with a simulated quote of
//!   [`attestation`]), and makes, unseals or is given the master key ([`master`], sealed by [`seal`],
//!   handed over by [`identity`]);
//! * **tags** the fragments that the chain lists for a miner ([`podr2::Tagger`]);
//! * **certifies** idle files and takes them back ([`pois::Certifier`]);
//! * **judges** the proofs of challenged miners ([`podr2::Verifier`], [`pois::Verifier`]), when the
//!   chain names it as the one who owes the verdict, and **posts** the verdicts itself
//!   ([`verdicts`]); a proof that a miner never delivered is reported in time ([`duties`]).
//!
//! Services read the chain through the narrow [`view::ChainView`] and do their work in bounded
//! places ([`pool`]), so that tags never keep an audit waiting; what they take in at once is bounded
//! ([`intake`]). What miners send is never trusted:
//! names, states, challenges and sums are compared with the chain's, and every conversion from
//! message bytes can fail but not panic.
//!
//! Two rules keep a client from making somebody else fail: requests that can end in a `false`
//! verdict are signed by the miner, and a request that is not can only help it.
//!
//! The enclave is simulated: the sealing key is derived from the worker's seed and the binary's
//! measurement, and quotes are signed with a key that everybody knows.
#![warn(missing_docs)]

pub mod attestation;
pub mod byzantine;
pub mod config;
pub mod duties;
pub mod enrol;
pub mod http;
pub mod identity;
pub mod intake;
pub mod master;
pub mod metrics;
pub mod podr2;
pub mod pois;
pub mod pool;
pub mod pubkeys;
pub mod registration;
pub mod seal;
pub mod services;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod verdicts;
pub mod view;
mod worker;

pub use config::Config;
pub use worker::{run, Handle};
