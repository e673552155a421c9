//! What the pallet promises, by subject.

mod audits;
mod collateral;
mod exit;
mod faucet;
mod interface;
mod invariants;
mod registration;
mod space;
