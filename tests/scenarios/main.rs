//! End-to-end scenarios: real processes, a real chain. One file each.

mod bad_input;
mod bls_scheme;
mod byzantine_answers;
mod byzantine_data;
mod byzantine_workers;
mod command_line;
mod corrupted_fragment;
mod eight_of_twelve_lost;
mod election;
mod gateway_killed;
mod idle_space;
mod life_cycle;
mod miner_killed;
mod miner_leaves;
mod rewards;
mod tee_workers;
mod territory_exhausted;
mod territory_market;
mod time_travel;
mod upgrade;
mod validator_killed;
