//! What the pallet promises, by subject.

mod interface;
mod invariants;
mod periods;
mod scores;
mod sweep;
mod walk;
mod work;
