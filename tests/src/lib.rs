//! What the end-to-end scenarios share: a real network, and the checks that hold after each of them.
//!
//! A scenario is one file in `scenarios/`. It starts real processes ([`Devnet::start`]), asserts on
//! the chain's storage, on typed events and on bytes that came back, never on log lines, and ends
//! with [`Devnet::finish`], which checks the books of the chain and that nothing stays behind.

mod books;
mod devnet;
pub mod disk;
mod outsider;
mod successor;
mod trial;
mod watch;

pub use devnet::{random_bytes, turn, Devnet};
pub use outsider::{tee_health, Outsider};
pub use successor::successor;
pub use trial::Trial;
pub use watch::Watch;
