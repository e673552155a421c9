//! What the pallet promises, by subject.

mod audits;
mod collateral;
mod directory;
mod exit;
mod faucet;
mod interface;
mod invariants;
mod loans;
mod registration;
mod returns;
mod rewards;
mod space;
mod states;
mod time;
mod walk;
