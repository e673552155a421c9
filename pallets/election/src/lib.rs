//! R2S: validators elected by credit, stake and chance
#![cfg_attr(not(feature = "std"), no_std)]
