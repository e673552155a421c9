//! Behaviour of a worker over a chain in memory, through its gRPC interface.

mod bls;
mod certificates;
mod crash;
mod fuzz;
mod hostile;
mod idle_proofs;
mod lifecycle;
mod missing_proofs;
mod posting;
mod pubkeys;
mod repeated_names;
mod roles;
mod service_proofs;
mod tags;
mod wire;
