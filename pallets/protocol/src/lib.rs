//! The parameters of the protocol and its clock
#![cfg_attr(not(feature = "std"), no_std)]
