//! PoIS: proof that a miner keeps its idle space filled.
#![warn(missing_docs)]

pub mod accumulator;
mod book;
pub mod commit;
pub mod deletion;
mod error;
mod generate;
mod graph;
mod group;
mod key;
mod label;
mod layer;
mod levels;
pub mod merkle;
mod params;
mod prime;
mod prover;
pub mod space;
mod store;

pub use accumulator::{element, Append, Branch, Membership, Value};
pub use cess_primitives::miner::{PoISKey, SpaceProofInfo};
pub use error::PoisError;
pub use generate::{Progress, Watch};
pub use group::Group;
pub use key::SecretKey;
pub use merkle::{Node, Opening};
pub use params::{Label, Params, FAN_OUT, GROUP, LABEL_LEN};
pub use prover::{Check, Prover, Repaired};
pub use store::{DirStore, MemoryStore, Record, Store};

use cess_primitives::AccountId;

/// The state of a miner that has certified nothing yet: the accumulator of nothing is the generator.
pub fn new_miner(miner: AccountId, pois_key: PoISKey) -> SpaceProofInfo {
    SpaceProofInfo {
        miner,
        front: 0,
        rear: 0,
        accumulator: pois_key.g,
        pois_key,
    }
}
