//! Challenges, proofs, verdicts and penalties
#![cfg_attr(not(feature = "std"), no_std)]
