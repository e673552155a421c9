//! Proof of idle space
