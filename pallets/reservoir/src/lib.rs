//! Collateral on loan
#![cfg_attr(not(feature = "std"), no_std)]
