//! What elections promise, by concern.

mod election;
mod invariants;
mod score;
mod votes;
