//! What miners, workers and users may rely on.

mod challenge;
mod settle;
mod slips;
mod submit;
mod verdict;
