//! Cachers: who sells cached slices of files (pallet cacher; spec chain 10).

use crate::{AccountId, Balance};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// Where a cacher is reached: address and port.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum IpAddress {
    /// Four bytes and a port.
    IPV4([u8; 4], u16),
    /// Eight groups and a port.
    IPV6([u16; 8], u16),
}

/// A cacher's offer.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct CacherInfo {
    /// Receives what downloads cost.
    pub payee: AccountId,
    /// Where it is reached.
    pub ip: IpAddress,
    /// What a byte costs.
    pub byte_price: Balance,
}

/// A payment for one cached slice.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Bill {
    /// Names the bill; unique between payer and payee until it expires.
    pub id: [u8; 16],
    /// Who is paid: the payee that a registered cacher names.
    pub to: AccountId,
    /// How much.
    pub amount: Balance,
    /// The file.
    pub file_hash: H256,
    /// The slice of it.
    pub slice_hash: H256,
    /// The bill's last moment, seconds since 1970.
    pub expiration_time: u64,
}
