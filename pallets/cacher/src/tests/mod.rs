//! What cachers and those who pay them may rely on, by subject.

mod bills;
mod forget;
mod interface;
mod invariants;
mod registry;
mod walk;
