//! The runtime as a whole: its interface, its genesis and its blocks.

mod blocks;
mod chain;
mod extrinsic;
mod genesis;
mod interface;
