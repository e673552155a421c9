//! Cachers and their bills
#![cfg_attr(not(feature = "std"), no_std)]
