//! Files: deals, fragments, restoral orders
#![cfg_attr(not(feature = "std"), no_std)]
