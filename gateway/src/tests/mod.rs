//! A gateway against a chain and miners in memory.

mod api;
mod download;
mod life;
mod memory;
mod restart;
mod upload;
