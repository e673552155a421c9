//! Who a peer is.

use cess_primitives::oss::PeerId as PeerBytes;
use libp2p::identity::{ed25519, Keypair};
use libp2p::PeerId;
use sha2::{Digest, Sha256};

/// Keeps the libp2p key apart from every other use of the account's seed.
const DOMAIN: &[u8] = b"cess-p2p";

/// An ed25519 libp2p identity.
#[derive(Clone)]
pub struct Identity {
    keypair: Keypair,
}

impl Identity {
    /// The identity that belongs to an account: its key is `sha256("cess-p2p" ++ seed)`.
    ///
    /// `seed` is the account's 32-byte mini-secret, so that a process that starts again with the
    /// same account keeps its peer id.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let mut secret: [u8; 32] = Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(seed)
            .finalize()
            .into();
        let keypair = match ed25519::SecretKey::try_from_bytes(&mut secret) {
            Ok(key) => Keypair::from(ed25519::Keypair::from(key)),
            Err(_) => unreachable!("any 32 bytes are an ed25519 secret key"),
        };
        Self { keypair }
    }

    /// The peer id.
    pub fn peer_id(&self) -> PeerId {
        self.keypair.public().to_peer_id()
    }

    /// The peer id as the chain keeps it.
    pub fn peer_id_bytes(&self) -> PeerBytes {
        match peer_bytes(&self.peer_id()) {
            Some(bytes) => bytes,
            None => unreachable!("the id of an ed25519 key has 38 bytes"),
        }
    }

    pub(crate) fn keypair(&self) -> &Keypair {
        &self.keypair
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.peer_id())
    }
}

/// The 38 bytes of an ed25519 peer id; `None` for an id of another kind of key.
pub fn peer_bytes(peer: &PeerId) -> Option<PeerBytes> {
    peer.to_bytes().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_peer_id() {
        let (a, b) = (Identity::from_seed([7; 32]), Identity::from_seed([7; 32]));
        assert_eq!(a.peer_id(), b.peer_id());
        assert_ne!(a.peer_id(), Identity::from_seed([8; 32]).peer_id());
        assert_eq!(PeerId::from_bytes(&a.peer_id_bytes()).unwrap(), a.peer_id());
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let identity = Identity::from_seed([7; 32]);
        assert_eq!(
            format!("{identity:?}"),
            format!("Identity({})", identity.peer_id())
        );
    }
}
