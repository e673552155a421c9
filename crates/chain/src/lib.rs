//! The one way in which a process talks to the chain.
//!
//! A [`Chain`] is a cheap handle to one node. It reads storage into the types of
//! [`cess_primitives`], follows best blocks with their typed [`Event`]s, and submits [`Call`]s
//! signed by a [`Signer`]. Nothing is generated from metadata at compile time: calls are encoded
//! and keys are built from the published interface, and indices are looked up in the metadata of
//! the node, so that a process works with every runtime that keeps the interface.
//!
//! * **Reading.** Every query reads the best block; [`Chain::at`] gives a handle that is pinned to
//!   one block, so that several reads agree with each other.
//! * **Following.** [`Chain::blocks`] reports every best block once per hash, in order, and fills
//!   the gaps that a lost connection leaves.
//! * **Writing.** [`Chain::submit`] waits until the call is in a best block and decodes a failure
//!   to `pallet::Error`. Concurrent submissions of one account get consecutive nonces; a
//!   transaction that the pool loses is signed again with the same nonce, so that it can never be
//!   executed twice. [`Chain::sign`] and [`Chain::send`] are the two halves for a load generator.
//! * **Losing the node.** A closed connection is opened again; calls wait for it for a bounded
//!   time ([`Options::patience`]), streams for ever.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use cess_chain::{calls, Chain, Signer};
//!
//! let chain = Chain::connect("ws://127.0.0.1:9944").await?;
//! let alice = Signer::from_uri("//Alice")?;
//! let gateway = Signer::from_uri("//Gateway//1")?;
//! chain.submit(&alice, calls::oss::authorize(&gateway.account_id())).await?;
//! let mut blocks = chain.blocks();
//! while let Some(block) = blocks.next().await {
//!     println!("{} {:?}", block.number, block.events);
//! }
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

mod blocks;
mod bookings;
mod books;
mod call;
pub mod calls;
mod chain;
mod connection;
mod error;
pub mod event;
mod nonce;
mod query;
mod runtime;
mod signer;
mod staking;
mod storage;
mod submit;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transaction;
mod version;

pub use blocks::{Block, BlockStream};
pub use bookings::{Booking, Due};
pub use call::Call;
pub use chain::{Chain, Clock, Options};
pub use error::{ChainError, PoolError};
pub use event::Event;
pub use query::AccountInfo;
pub use signer::{verify, Signer, SignerError};
pub use sp_core::H256;
pub use staking::{Election, Score};
pub use submit::Included;
pub use transaction::Transaction;
pub use version::RuntimeVersion;
