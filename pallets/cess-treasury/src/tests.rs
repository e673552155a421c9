//! What the pallet promises, by subject.

mod interface;
mod pools;
mod rounds;
mod walk;
