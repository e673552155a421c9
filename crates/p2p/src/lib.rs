//! Fragments between peers over libp2p: identity, discovery, resumable transfer
