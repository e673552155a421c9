//! Territories (pallet storage-handler; spec chain 5).

use crate::{file::Name, AccountId, Balance, Tick};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// Where a territory stands.
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
pub enum TerritoryState {
    /// Paid.
    Active,
    /// Past its deadline: its files stay, nothing new comes in.
    Frozen,
    /// Past its grace: its files are being deleted.
    Expired,
    /// For sale.
    OnConsignment,
}

/// A user's rented space, bytes; total = used + locked + remaining.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TerritoryInfo {
    /// Its id.
    pub token: H256,
    /// In all.
    pub total_space: u128,
    /// Holds files.
    pub used_space: u128,
    /// Kept for deals.
    pub locked_space: u128,
    /// Free.
    pub remaining_space: u128,
    /// When the rent began.
    pub start: Tick,
    /// When the rent ends.
    pub deadline: Tick,
    /// Its state.
    pub state: TerritoryState,
}

/// A territory for sale.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ConsignmentInfo {
    /// The seller.
    pub user: AccountId,
    /// The price.
    pub price: Balance,
    /// The buyer, while a sale is under way.
    pub buyers: Option<AccountId>,
    /// When the sale takes effect.
    pub exec: Option<Tick>,
    /// Whether a sale is under way.
    pub locked: bool,
}

/// What an order does once it is paid.
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
pub enum OrderType {
    /// Mints a territory.
    Buy,
    /// Makes it larger.
    Expansion,
    /// Makes it last longer.
    Renewal,
}

/// An order that anyone may pay.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct OrderInfo {
    /// The territory.
    pub territory_name: Name,
    /// The price.
    pub pay: Balance,
    /// GiB that the price covers; for a renewal, the whole territory.
    pub gib_count: u32,
    /// Days that the price covers; for an expansion, what is left of the lease.
    pub days: u32,
    /// The order can be paid until here.
    pub expired: Tick,
    /// The territory's owner.
    pub target_acc: AccountId,
    /// What it does.
    pub order_type: OrderType,
}
