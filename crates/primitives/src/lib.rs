//! The words of the CESS protocol: hashes, ids, sizes, proofs, signed payloads
#![cfg_attr(not(feature = "std"), no_std)]
