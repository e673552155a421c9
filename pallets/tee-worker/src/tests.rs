//! What the pallet promises, by subject.

mod lists;
mod master_key;
mod verdicts;
mod workers;
