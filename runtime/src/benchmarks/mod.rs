//! What the calls and hooks of our pallets cost: `scripts/weights` runs this.
//!
//! The benchmarks stand beside the runtime rather than in each pallet, because a call's cost is that
//! of all pallets that take part: a report of a fragment reaches miners, territories and the ledger
//! of credit. Each file measures one pallet, sets its stage through the pallets' own calls, and takes
//! for each call the dearest way through it. Signatures are made with keys in the bencher's keystore
//! and checked like any other.
//!
//! A hook is measured with `n` things due; what one more of them costs is what the hook charges.

pub(crate) mod audits;
pub(crate) mod cachers;
pub(crate) mod clock;
pub(crate) mod credits;
pub(crate) mod deadlines;
pub(crate) mod elections;
mod enclave;
pub(crate) mod files;
pub(crate) mod fragments;
pub(crate) mod gateways;
pub(crate) mod loans;
pub(crate) mod miners;
mod rewards;
mod stage;
pub(crate) mod territories;
pub(crate) mod treasuries;
mod warehouse;
pub(crate) mod workers;

use crate::*;
use core::marker::PhantomData;
use stage::*;

/// All pallets that are measured.
pub(crate) trait Config:
    pallet_audit::Config
    + pallet_cacher::Config
    + pallet_cess_election::Config
    + pallet_cess_treasury::Config
    + pallet_file_bank::Config
    + pallet_oss::Config
    + pallet_protocol::Config
    + pallet_reservoir::Config
    + pallet_scheduler_credit::Config
    + pallet_sminer::Config
    + pallet_storage_handler::Config
    + pallet_tee_worker::Config
{
}

impl Config for Runtime {}

frame_benchmarking::define_benchmarks!(
    [pallet_audit, crate::benchmarks::audits::Pallet::<Runtime>]
    [pallet_cacher, crate::benchmarks::cachers::Pallet::<Runtime>]
    [pallet_cess_election, crate::benchmarks::elections::Pallet::<Runtime>]
    [pallet_cess_treasury, crate::benchmarks::treasuries::Pallet::<Runtime>]
    [pallet_file_bank, crate::benchmarks::files::Pallet::<Runtime>]
    [pallet_file_bank, crate::benchmarks::fragments::Pallet::<Runtime>]
    [pallet_file_bank, crate::benchmarks::deadlines::Pallet::<Runtime>]
    [pallet_oss, crate::benchmarks::gateways::Pallet::<Runtime>]
    [pallet_protocol, crate::benchmarks::clock::Pallet::<Runtime>]
    [pallet_reservoir, crate::benchmarks::loans::Pallet::<Runtime>]
    [pallet_scheduler_credit, crate::benchmarks::credits::Pallet::<Runtime>]
    [pallet_sminer, crate::benchmarks::miners::Pallet::<Runtime>]
    [pallet_storage_handler, crate::benchmarks::territories::Pallet::<Runtime>]
    [pallet_tee_worker, crate::benchmarks::workers::Pallet::<Runtime>]
);
