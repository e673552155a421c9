//! Storage rewards by era, penalties and rents
#![cfg_attr(not(feature = "std"), no_std)]
