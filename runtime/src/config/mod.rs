//! What each pallet of the runtime runs with.
#![warn(missing_docs)]

mod base;
mod consensus;
mod money;
mod storage;

pub use base::{BlockHashCount, RuntimeBlockLength, RuntimeBlockWeights};
pub use consensus::SESSIONS_PER_ERA;
pub use money::{treasury_account, DealWithFees, LengthToFee, TimeToFee, EXISTENTIAL_DEPOSIT};
