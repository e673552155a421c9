//! Gateways and who authorised them
#![cfg_attr(not(feature = "std"), no_std)]
