//! PoIS: proof that a miner keeps its idle space filled.
#![warn(missing_docs)]

pub mod accumulator;
pub mod commit;
pub mod deletion;
mod error;
mod group;
mod key;
pub mod merkle;
mod params;
mod prover;
pub mod space;
mod store;

pub use accumulator::{Append, Branch, Membership, Value};
pub use cess_primitives::miner::{PoISKey, SpaceProofInfo};
pub use error::PoisError;
pub use group::Group;
pub use key::SecretKey;
pub use merkle::{Node, Opening};
pub use params::{Label, Params, FAN_OUT, GROUP, LABEL_LEN};
pub use prover::{Progress, Prover, Repaired};
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

/// The accumulator's element for a file: `sha512(miner || i64 number || root)`.
pub fn element(miner: &AccountId, file: u64, root: &Node) -> Label {
    todo!()
}
