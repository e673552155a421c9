//! Miners that cheat, to see what the protocol does about it.
//!
//! A **strain** is one way of cheating, in one file. The honest code of the miner runs unchanged: it
//! reaches the chain, its fragments and the TEE workers through [`Conduct`], which lets the strain
//! change what passes. An honest miner's strain changes nothing.
//!
//! ```text
//!  tasks ──ChainApi──────► chain::Masked ─┐ challenge, submit, tagged, certified, admits_losses
//!        ──FragmentStore─► store::Masked ─┼──► Strain ──► World: the true chain, store, database
//!        ──TeePool::signed ───────────────┘ tell
//! ```
//!
//! # Write your own
//!
//! 1. A file here with a type that implements [`Strain`]: override only what your miner does
//!    otherwise. [`World`] is what it may use: the chain and the store as they are, the database (and
//!    in it [`State::keep`] for what it must remember over a restart), the transport to other miners,
//!    the idle files.
//! 2. A line in [`STRAINS`]: its name, what it does, how to make it.
//! 3. A scenario in `tests/scenarios/` that shows when it is caught and what it loses, and a row in
//!    `docs/adversaries.md`.
//!
//! The shortest example is the miner that never answers a challenge:
//!
//! ```
//! use async_trait::async_trait;
//! use cess_miner::byzantine::{Strain, World};
//! use cess_miner::MinerError;
//! use cess_primitives::audit::ChallengeInfo;
//!
//! struct Silent;
//!
//! #[async_trait]
//! impl Strain for Silent {
//!     async fn challenge(
//!         &self,
//!         _: &World,
//!         _: Option<ChallengeInfo>,
//!     ) -> Result<Option<ChallengeInfo>, MinerError> {
//!         Ok(None)
//!     }
//! }
//! ```
//!
//! A node of a network file gets a strain by `[cessnet.byzantine]`, a running one by
//! `cessnet byzantine miner-3 silent`; the choice survives a restart of the process.

mod chain;
mod conduct;
mod copies;
mod drops;
mod garbage;
mod halves;
mod hollow;
mod idle;
mod message;
mod on_demand;
mod outsources;
mod replays;
mod silent;
mod store;
mod strains;
mod withholds;
mod world;

#[cfg(test)]
mod tests;

pub use conduct::{turn, Conduct, TurnError};
pub use idle::IdleFiles;
pub use message::Message;
pub use strains::{find, known, list, Entry, HONEST, STRAINS};
pub use world::{Reach, World};

use crate::error::MinerError;
#[cfg(doc)]
use crate::state::State;
use crate::store::StoreError;
use async_trait::async_trait;
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::Hash;

/// Which of a challenge's two proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Idle space.
    Idle,
    /// Stored fragments.
    Service,
}

/// One way of cheating. Every method is honest unless a strain says otherwise; when one fails, the
/// miner does the honest thing, except that failures of the chain are passed on.
#[async_trait]
pub trait Strain: Send + Sync + 'static {
    /// The miner takes this strain on: by a switch, or because its process starts.
    async fn begin(&self, _: &World) -> Result<(), MinerError> {
        Ok(())
    }

    /// The chain has the tags of these fragments: from now on they count as service space.
    async fn tagged(&self, _: &World, _: &[Hash]) -> Result<(), MinerError> {
        Ok(())
    }

    /// The chain has taken more idle files: from now on they count as idle space.
    async fn certified(&self, _: &World) -> Result<(), MinerError> {
        Ok(())
    }

    /// What the miner is to see of its open challenge. Asked at every block and before every step of
    /// the answer; while it is `None` nothing is answered.
    async fn challenge(
        &self,
        _: &World,
        open: Option<ChallengeInfo>,
    ) -> Result<Option<ChallengeInfo>, MinerError> {
        Ok(open)
    }

    /// What is submitted to the chain where an honest miner would submit `proof`.
    async fn submit(&self, _: &World, _: Side, proof: Vec<u8>) -> Result<Vec<u8>, MinerError> {
        Ok(proof)
    }

    /// Changes a message to a TEE worker before the miner signs it.
    fn tell(&self, _: &World, _: Message<'_>) -> Result<(), MinerError> {
        Ok(())
    }

    /// Bytes of a fragment, for proofs and for whoever fetches it; see
    /// [`FragmentStore::read`](crate::store::FragmentStore::read). Blocks.
    fn read(
        &self,
        world: &World,
        fragment: &Hash,
        offset: u64,
        max: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        world.store.read(fragment, offset, max)
    }

    /// The size of a fragment that the miner claims to hold. Blocks.
    fn size(&self, world: &World, fragment: &Hash) -> Result<Option<u64>, StoreError> {
        world.store.size(fragment)
    }

    /// Whether the miner tells the chain which fragments it lost.
    fn admits_losses(&self) -> bool {
        true
    }

    /// Whether the miner makes certified idle files again that are missing.
    fn repairs_idle(&self) -> bool {
        true
    }
}
