//! Credit for TEE work
#![cfg_attr(not(feature = "std"), no_std)]
