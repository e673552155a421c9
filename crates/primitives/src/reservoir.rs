//! Collateral on loan (pallet reservoir; spec chain 10).

use crate::{AccountId, Balance, Tick};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// All money of the reservoir, by what it is there for.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct ReservoirInfo {
    /// Can be lent.
    pub free_balance: Balance,
    /// Is lent.
    pub borrow_balance: Balance,
    /// Belongs to depositors.
    pub store_balance: Balance,
}

/// A loan.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct BorrowInfo {
    /// Not staked yet.
    pub free: Balance,
    /// Who lends.
    pub lender: AccountId,
    /// Staked for the miner.
    pub staking: Balance,
    /// What is not staked goes back at this tick, and what is redeemed later too.
    pub deadline: Tick,
}

/// A depositor's money.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct UserHold {
    /// Can be withdrawn.
    pub free: Balance,
    /// Staked for the depositor's miner.
    pub staking: Balance,
}

/// What loans of an event are for.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum UseType {
    /// A miner's collateral.
    MinerStaking,
}

/// An offer of loans.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EventInfo {
    /// Loans that are left.
    pub quota: u32,
    /// The offer ends at this tick.
    pub deadline: Tick,
    /// The amount of each loan.
    pub unit_amount: Balance,
    /// Ticks of a loan.
    pub borrow_period: Tick,
    /// What for.
    pub use_type: UseType,
}
