//! A gateway against a chain and miners in memory.

mod api;
mod download;
mod handle;
mod life;
mod memory;
mod restart;
mod resume;
mod sockets;
mod upload;
