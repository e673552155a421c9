//! Territories: the storage that users rent
#![cfg_attr(not(feature = "std"), no_std)]
