//! The CESS runtime: pallets put together, parameters, genesis presets
#![cfg_attr(not(feature = "std"), no_std)]
