//! Where a peer is.

use crate::identity::peer_bytes;
use cess_primitives::oss::PeerId as PeerBytes;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use std::fmt;
use std::str::FromStr;

/// A peer and, if known, the way to it.
///
/// Texts are `/ip4/127.0.0.1/tcp/15001/p2p/12D3Koo…` or, when the way is to be looked up in the
/// Kademlia table, `/p2p/12D3Koo…` or `12D3Koo…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address {
    peer: PeerId,
    route: Option<Multiaddr>,
}

/// The text or the bytes are not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is neither a multiaddress nor a peer id.
    #[error("`{0}` is not an address; expected /ip4/<ip>/tcp/<port>/p2p/<peer id>")]
    Malformed(String),
    /// It does not say which peer lives there.
    #[error("`{0}` names no peer; append /p2p/<peer id>")]
    NoPeer(String),
    /// The peer's key is not ed25519.
    #[error("peer `{0}` has no ed25519 key")]
    NotEd25519(String),
}

impl Address {
    /// A peer whose way is to be looked up.
    pub fn of_peer(peer: &PeerBytes) -> Result<Self, AddressError> {
        let peer =
            PeerId::from_bytes(peer).map_err(|_| AddressError::Malformed(hex::encode(peer)))?;
        Self::new(peer, None)
    }

    /// A peer at the end of `route` (a multiaddress without `/p2p`).
    pub fn new(peer: PeerId, route: Option<Multiaddr>) -> Result<Self, AddressError> {
        if peer_bytes(&peer).is_none() {
            return Err(AddressError::NotEd25519(peer.to_string()));
        }
        Ok(Self { peer, route })
    }

    /// The peer.
    pub fn peer(&self) -> PeerId {
        self.peer
    }

    /// The peer's id as the chain keeps it.
    pub fn peer_id_bytes(&self) -> PeerBytes {
        match peer_bytes(&self.peer) {
            Some(bytes) => bytes,
            None => unreachable!("checked when the address was made"),
        }
    }

    /// The way to the peer, without `/p2p`.
    pub fn route(&self) -> Option<&Multiaddr> {
        self.route.as_ref()
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Ok(peer) = text.parse::<PeerId>() {
            return Self::new(peer, None);
        }
        let mut route: Multiaddr = text
            .parse()
            .map_err(|_| AddressError::Malformed(text.into()))?;
        match route.pop() {
            Some(Protocol::P2p(peer)) => Self::new(peer, (!route.is_empty()).then_some(route)),
            _ => Err(AddressError::NoPeer(text.into())),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.route {
            Some(route) => write!(f, "{route}/p2p/{}", self.peer),
            None => write!(f, "/p2p/{}", self.peer),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Identity;

    #[test]
    fn texts_round_trip() {
        let peer = Identity::from_seed([1; 32]).peer_id();
        for text in [
            format!("/ip4/127.0.0.1/tcp/15001/p2p/{peer}"),
            format!("/p2p/{peer}"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        let bare: Address = peer.to_string().parse().unwrap();
        assert_eq!((bare.peer(), bare.route()), (peer, None));
        assert_eq!(Address::of_peer(&bare.peer_id_bytes()).unwrap(), bare);
    }

    #[test]
    fn bad_texts_are_refused_with_the_reason() {
        assert!(matches!(
            "".parse::<Address>(),
            Err(AddressError::NoPeer(_))
        ));
        assert!(matches!(
            "127.0.0.1:5000".parse::<Address>(),
            Err(AddressError::Malformed(_))
        ));
        assert!(matches!(
            "/ip4/127.0.0.1/tcp/5".parse::<Address>(),
            Err(AddressError::NoPeer(_))
        ));
        assert!(matches!(
            Address::of_peer(&[0xff; 38]),
            Err(AddressError::Malformed(_))
        ));
    }
}
