//! How likely an audit finds damage, and what it costs: measured on the code that runs in the network.
//!
//! # The question
//!
//! A miner's fragments have `n` chunks each. A challenge names `s` distinct chunk indices, drawn evenly,
//! the same for every fragment of the miner. If in at least one fragment the chunks at `d` different
//! indices are damaged, a challenge that names one of these `d` can't be answered, and one that names
//! none is answered as if nothing was wrong. So one audit finds the damage with probability
//!
//! ```text
//! p = 1 - C(n - d, s) / C(n, s)
//! ```
//!
//! ([`statistics::detection`]), whatever the proof scheme. That holds if the scheme is sound: a proof over
//! a damaged chunk never passes, and one over whole chunks always does. The theory is simple; the lab
//! shows that the code keeps to it.
//!
//! # An experiment
//!
//! A [`Plan`] makes pseudo-random fragments in a temporary folder, tags them as a TEE worker does, damages
//! files as a [`DamageMode`] says, and audits: a challenge drawn as the chain draws it ([`Draw`]), a proof
//! by the miner's prover that reads the damaged files, a verdict by the worker's verifier. An audit knows
//! nothing of the damage. The share of verdicts that are `false` is set against `p` with an interval
//! ([`statistics::Interval`]); meanwhile the thread's CPU time, the bytes read and the bytes sent are
//! counted. Each scheme sees the same damage and the same challenges, so that sound schemes find exactly
//! the same.
//!
//! [`Row`]s are what comes out: as a text ([`report::text`]), as CSV ([`row::csv`]) and as a plot
//! ([`plot::svg`]). What is audited is behind the trait [`Subject`]: [`Service`] is PoDR2 over fragments,
//! [`IdleSpace`] PoIS over idle files. Of these a challenge names labels, 128 of which are a chunk, and
//! chooses one of several sets, so that `p` is a mean over sets ([`Trial::theory`]).
//!
//! ```
//! use cess_lab::{report, Layout, Plan, Row, Share, Watch};
//! use cess_primitives::Preset;
//! use std::sync::atomic::AtomicBool;
//!
//! let plan = Plan {
//!     layout: Layout::of_fragments(2, 1024, 16),
//!     samples: vec![3],
//!     damages: vec![Share::percent(10.0).unwrap()],
//!     audits: 20,
//!     ..Plan::of(Preset::Fast, 1).unwrap()
//! };
//! let watch = Watch { progress: &|_, _, _| {}, stop: &AtomicBool::new(false) };
//! let trials = plan.run(watch).unwrap();
//! let rows: Vec<Row> = trials.iter().map(|trial| Row::of(trial, None)).collect();
//! println!("{}", report::text(&rows));
//! assert_eq!(rows[0].audits, 20);
//! ```
#![warn(missing_docs)]

mod clock;
mod damage;
mod draw;
mod error;
mod experiment;
mod file;
mod idle;
mod plan;
pub mod plot;
pub mod report;
pub mod row;
mod scheme;
mod service;
mod share;
pub mod statistics;
mod store;
mod subject;
#[cfg(test)]
mod testing;
mod trial;
mod units;

pub use damage::{Damage, DamageMode, Hit, Layout, UnknownMode, Wound};
pub use draw::Draw;
pub use error::{LabError, PlanError};
pub use experiment::{audit, Measured, Steps, Watch};
pub use file::ResultFile;
pub use idle::IdleSpace;
pub use plan::{published_sample, Graph, Plan};
pub use row::{Fee, Fees, Row};
pub use scheme::{Scheme, UnknownScheme};
pub use service::Service;
pub use share::{Share, ShareError};
pub use subject::{Subject, Traffic};
pub use trial::{time_of, TagCost, Trial, CONFIDENCE, WANTED};
