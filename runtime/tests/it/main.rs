//! The runtime as a whole: its interface, its genesis and its blocks.

mod blocks;
mod books;
mod chain;
mod crowded;
mod eras;
mod extrinsic;
mod genesis;
mod interface;
mod jump;
mod life;
mod offences;
mod stakers;
mod upgrade;
mod walk;
mod world;
