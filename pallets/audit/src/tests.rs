//! What miners, workers and users may rely on.

mod challenge;
mod interface;
mod settle;
mod slips;
mod submit;
mod verdict;
