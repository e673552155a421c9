//! TEE workers and the master key
#![cfg_attr(not(feature = "std"), no_std)]
