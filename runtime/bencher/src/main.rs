//! Measures what the calls and hooks of one pallet cost, and writes it as the pallet's `weights.rs`.
//!
//! ```sh
//! cess-bencher --runtime cess_runtime.wasm --pallet pallet_sminer --output weights.rs
//! ```
//!
//! The runtime is one that was built with its benchmarks; `scripts/weights` does all of it. It runs
//! in the executor of the node, on a state in memory: what reading and writing costs on a disk is no
//! part of the time, and counts by the runtime's `DbWeight` instead.
//!
//! ```text
//!  chain    the runtime, and its genesis state twice: to take times, and to track accesses
//!  sample   runs a benchmark at a number of points
//!  fit      draws straight lines through what was measured
//!  render   writes them as Rust
//! ```

mod chain;
mod fit;
mod render;
mod sample;

use anyhow::{ensure, Context};
use chain::Chain;
use clap::Parser;
use frame_benchmarking::BenchmarkList;
use std::path::PathBuf;

/// Measures what the calls and hooks of one pallet cost.
#[derive(Parser)]
struct Options {
    /// The runtime, built with the feature `runtime-benchmarks`.
    #[arg(long)]
    runtime: PathBuf,
    /// The genesis preset that the chain begins with.
    #[arg(long, default_value = "reference-3")]
    preset: String,
    /// The pallet's crate, as Rust spells it.
    #[arg(long)]
    pallet: String,
    /// Measure only benchmarks whose names contain this.
    #[arg(long, default_value = "")]
    only: String,
    /// Values that each component takes.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..))]
    steps: u32,
    /// Runs with the same values.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// The day, as the file is to say it.
    #[arg(long)]
    date: String,
    /// The file to write.
    #[arg(long)]
    output: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let wasm = std::fs::read(&options.runtime)
        .with_context(|| format!("the runtime {}", options.runtime.display()))?;
    let chain = Chain::new(wasm, &options.preset)?;
    let (pallets, storage) = chain.benchmarks()?;
    let of_pallet = |list: &&BenchmarkList| list.pallet == options.pallet.as_bytes();
    let lists: Vec<_> = pallets.iter().filter(of_pallet).collect();
    ensure!(
        !lists.is_empty(),
        "the runtime has no benchmarks of {}",
        options.pallet
    );

    let (mut costs, mut failed) = (Vec::new(), Vec::new());
    for list in lists {
        for benchmark in &list.benchmarks {
            let name = String::from_utf8_lossy(&benchmark.name).into_owned();
            if !name.contains(&options.only) {
                continue;
            }
            let cost = sample::take(&chain, list, benchmark, options.steps, options.repeat)
                .and_then(|samples| fit::fit(name.clone(), benchmark, &samples, &storage));
            match cost {
                Ok(cost) => {
                    eprintln!("{name}: {:.1} µs", cost.at_most() / 1e6);
                    costs.push(cost);
                }
                // The others are run all the same: a run takes long, and tells all that is wrong.
                Err(error) => {
                    eprintln!("{name}: {error}");
                    failed.push(name);
                }
            }
        }
    }
    ensure!(failed.is_empty(), "these failed: {}", failed.join(", "));
    let head = render::Head {
        date: options.date,
        processor: processor(),
        steps: options.steps,
        repeat: options.repeat,
    };
    std::fs::write(&options.output, render::file(&head, &costs))
        .with_context(|| format!("the output {}", options.output.display()))
}

/// What the machine calls its processor.
fn processor() -> String {
    let known = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = known
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = line.and_then(|line| line.split(':').nth(1));
    name.unwrap_or("an unknown processor").trim().to_owned()
}
