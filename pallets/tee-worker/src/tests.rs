//! What the pallet promises, by subject.

mod admission;
mod attestation;
mod exit;
mod fuzz;
mod handover;
mod interface;
mod invariants;
mod lists;
mod master_key;
mod sponsors;
mod sweeps;
mod verdicts;
mod walk;
mod workers;
