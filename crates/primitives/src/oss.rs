//! Gateways (pallet oss; spec chain 10).

use crate::{AccountId, BVec, Tick};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A libp2p peer id of an ed25519 key: identity multihash of its protobuf, 38 bytes.
pub type PeerId = [u8; 38];
/// A gateway's domain or URL.
pub type Domain = BVec<u8, 50>;

/// A registered gateway.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct OssInfo {
    /// Its libp2p identity.
    pub peer_id: PeerId,
    /// Where its HTTP interface is.
    pub domain: Domain,
}

/// What a user signs to authorise a gateway without a transaction.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ProxyAuthPayload {
    /// The gateway.
    pub oss: AccountId,
    /// The signature is good until here.
    pub exp: Tick,
}
