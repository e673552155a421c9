//! What each pallet of the runtime runs with.
#![warn(missing_docs)]

mod accounts;
mod base;
mod consensus;
mod governance;
mod money;
mod staking;
mod storage;

pub use accounts::ProxyType;
pub use base::{BlockHashCount, RuntimeBlockLength, RuntimeBlockWeights};
pub use consensus::MAX_AUTHORITIES;
pub use money::{
    treasury_account, DealWithFees, LengthToFee, TimeToFee, TreasuryAccount, EXISTENTIAL_DEPOSIT,
};
pub use staking::{era_rewards, ERAS_PER_YEAR, MAX_CANDIDATES, MAX_VOTERS, MIN_ELECTABLE_STAKE};
pub use storage::{
    MinerRewardId, PunishTreasuryId, ReserveRewardId, SpaceTreasuryId, MAX_FILES_OF_USER,
};
