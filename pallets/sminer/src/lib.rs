//! Storage miners: registration, collateral, space
#![cfg_attr(not(feature = "std"), no_std)]
