//! `cessnet lab`: experiments on the network's code.

use super::Session;
use crate::cli::Detect;
use crate::progress::Progress;
use anyhow::{ensure, Context, Result};
use cess_chain::{calls, Call};
use cess_lab::{
    plot, published_sample, report, row, Fee, Fees, Layout, Plan, ResultFile, Row, Scheme, Trial,
    Watch,
};
use cess_primitives::{AccountId, BloomFilter, Preset, ProtocolParams};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// How much the experiment gives way to other programs: half of what is possible.
const NICENESS: i32 = 10;

/// `cessnet lab detect`
pub(super) async fn detect(session: &Session, detect: Detect) -> Result<()> {
    let plan = plan(&detect)?;
    // Everything that can be refused is, before the long work.
    plan.check()?;
    let csv = detect.csv.as_deref().map(prepare).transpose()?;
    let plot = detect
        .plot
        .as_deref()
        .map(|path| prepare_plot(path, &plan))
        .transpose()?;

    let seed = plan.seed;
    let trials = run(plan, Progress::new(session.json)).await?;
    let rows = rows(session, &trials).await;
    if let (Some(file), Some(path)) = (csv, &detect.csv) {
        file.write(&row::csv(&rows))
            .with_context(|| path.display().to_string())?;
    }
    if let (Some(file), Some(path)) = (plot, &detect.plot) {
        file.write(&plot::svg(&rows)?)
            .with_context(|| path.display().to_string())?;
    }
    let text = format!("seed {seed}: the same number gives the same data, damage and challenges\n");
    session.print(
        text + report::text(&rows).trim_end(),
        serde_json::json!({ "seed": seed, "rows": rows }),
    );
    Ok(())
}

fn plan(detect: &Detect) -> Result<Plan> {
    let is_idle = detect.scheme.contains(&Scheme::Pois);
    let preset = detect.preset.unwrap_or(match is_idle {
        true => Preset::Fast,
        false => Preset::Reference,
    });
    let usual = Plan {
        damages: detect.damage.clone(),
        mode: detect.damage_mode,
        audits: detect.audits,
        ..Plan::of(preset, detect.seed.unwrap_or_else(rand::random))?
    };
    let plan = match is_idle {
        true => over_idle_files(detect, usual, preset)?,
        false => over_fragments(detect, usual),
    };
    Ok(Plan {
        schemes: detect.scheme.clone(),
        ..plan
    })
}

fn over_fragments(detect: &Detect, usual: Plan) -> Plan {
    let Layout {
        fragments,
        fragment_size,
        chunks,
        ..
    } = usual.layout;
    let chunks = detect.chunks.unwrap_or(chunks);
    let samples = match detect.sample.is_empty() {
        true => vec![published_sample(chunks)],
        false => detect.sample.clone(),
    };
    let layout = Layout::of_fragments(
        detect.fragments.unwrap_or(fragments),
        detect.fragment_size.unwrap_or(fragment_size),
        chunks,
    );
    Plan {
        layout,
        samples,
        ..usual
    }
}

fn over_idle_files(detect: &Detect, usual: Plan, preset: Preset) -> Result<Plan> {
    ensure!(
        detect.chunks.is_none() && detect.sample.is_empty(),
        "--chunks and --sample are for fragments: of an idle file eight labels are opened, and damage takes the 8 \
         KiB around it with it; leave them out"
    );
    let params = ProtocolParams::of(preset);
    let files = detect.fragments.unwrap_or(params.idle_set);
    let size = detect.fragment_size.unwrap_or(params.idle_file_size);
    Ok(usual.over_idle_files(files, size, params.idle_set))
}

fn prepare(path: &Path) -> Result<ResultFile> {
    ResultFile::prepare(path).with_context(|| format!("{} cannot be written", path.display()))
}

fn prepare_plot(path: &Path, plan: &Plan) -> Result<ResultFile> {
    let is_svg = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("svg"));
    ensure!(
        is_svg,
        "{}: plots are drawn as SVG only, which every browser shows: name a file that ends in .svg",
        path.display()
    );
    ensure!(
        plan.samples.len() <= plot::MOST_SAMPLES,
        "a plot tells {} samples apart, not {}: take fewer, or leave --plot out",
        plot::MOST_SAMPLES,
        plan.samples.len()
    );
    ensure!(
        plan.layout.set == plan.layout.fragments,
        "over several sets of idle files theory is no one curve: take --fragments {}, or leave --plot out",
        plan.layout.set
    );
    prepare(path)
}

/// Runs the plan on all cores with low priority; Ctrl-C ends it and its files.
async fn run(plan: Plan, progress: Progress) -> Result<Vec<Trial>> {
    // Where that is not allowed, the experiment is a worse neighbour and nothing else.
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "the experiment keeps its priority");
    }
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let mut work = tokio::task::spawn_blocking(move || {
        let tell =
            |done: u64, all: u64, what: &str| progress.step(done as usize, all as usize, what);
        let watch = Watch {
            progress: &tell,
            stop: &stopped,
        };
        let result = plan.run(watch);
        progress.finish();
        result
    });
    let result = tokio::select! {
        result = &mut work => result,
        _ = tokio::signal::ctrl_c() => {
            stop.store(true, Ordering::Relaxed);
            work.await
        }
    };
    Ok(result??)
}

/// The numbers of each trial, with the fees of the network that runs, if one does.
async fn rows(session: &Session, trials: &[Trial]) -> Vec<Row> {
    let mut known: Option<(Scheme, Option<Fees>)> = None;
    let mut rows = Vec::new();
    for trial in trials {
        // The fee follows from the length, which is one for each scheme but for a digit.
        let fees = match known {
            Some((scheme, fees)) if scheme == trial.scheme => fees,
            _ => fees(session, trial).await,
        };
        known = Some((trial.scheme, fees));
        rows.push(Row::of(trial, fees.as_ref()));
    }
    rows
}

async fn fees(session: &Session, trial: &Trial) -> Option<Fees> {
    // That no network runs is nothing to complain of.
    let manifest = session.manifest().ok()?;
    let asked = async {
        let chain = session.chain(&manifest).await?;
        // Whoever signs, the fee is the same.
        let signer = session.root(&manifest)?;
        let fee = |call: Call| {
            let (chain, signer) = (&chain, &signer);
            async move {
                let transaction = chain.sign(signer, &call, 0)?;
                let amount = chain.fee(&transaction).await?;
                let length = transaction.size() as u64;
                anyhow::Ok(Fee { length, amount })
            }
        };
        let (proof, verdict) = transactions(trial);
        anyhow::Ok(Fees {
            proof: fee(proof).await?,
            verdict: fee(verdict).await?,
        })
    };
    match asked.await {
        Ok(fees) => Some(fees),
        Err(error) => {
            tracing::warn!("the network does not tell fees: {error:#}");
            None
        }
    }
}

/// The miner's transaction with the proof, and the worker's with a verdict.
fn transactions(trial: &Trial) -> (Call, Call) {
    let (proof, nobody) = (&trial.measured.traffic.submitted, AccountId::new([0; 32]));
    let (signature, worker) = ([0; 64], [0; 32]);
    match trial.scheme {
        Scheme::Rsa | Scheme::Bls12381 => {
            let filter = BloomFilter::default();
            (
                calls::audit::submit_service_proof(proof),
                calls::audit::post_service_verdict(&nobody, false, &signature, &filter, &worker),
            )
        }
        Scheme::Pois => {
            let (front, rear, accumulator) = (0, trial.layout.fragments.into(), [0; 256]);
            (
                calls::audit::submit_idle_proof(proof),
                calls::audit::post_idle_verdict(
                    &nobody,
                    proof,
                    front,
                    rear,
                    &accumulator,
                    false,
                    &signature,
                    &worker,
                ),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command, Lab};
    use crate::dir::NetworkDir;
    use clap::Parser;

    fn parse(line: &str) -> Detect {
        let words = ["cessnet", "lab", "detect"]
            .into_iter()
            .chain(line.split_whitespace());
        match Cli::try_parse_from(words).unwrap().command {
            Command::Lab(Lab::Detect(detect)) => detect,
            other => panic!("{other:?}"),
        }
    }

    fn session(dir: &Path) -> Session {
        Session {
            dir: NetworkDir::new(&dir.join("network")).unwrap(),
            json: true,
        }
    }

    #[tokio::test]
    async fn what_cannot_be_done_is_refused_before_the_work() {
        let dir = tempfile::tempdir().unwrap();
        for (line, reason) in [
            ("--sample 2000", "2000 chunks is more than the 1024"),
            ("--chunks 1000", "equal chunks"),
            ("--chunks 0", "between 1 and"),
            ("--sample 0", "between 1 and"),
            ("--audits 0", "between 1 and"),
            ("--fragments 0", "between 1 and"),
            ("--fragments 10000", "chunks of all fragments"),
            ("--fragments 10000 --chunks 64", "bytes of disk"),
            ("--damage 100% --damage-mode bytes", "`run`"),
            ("--scheme rsa,pois", "measure it on its own"),
            ("--scheme pois --sample 3", "leave them out"),
            ("--scheme pois --fragments 33", "sets of 32"),
            ("--scheme pois --fragment-size 9KiB", "multiple of 8 KiB"),
            (
                "--scheme pois --fragments 64 --plot x.svg",
                "take --fragments 32",
            ),
            ("--plot x.png", ".svg"),
            ("--plot no-such-folder/x.svg", "cannot be written"),
            ("--csv no-such-folder/x.csv", "cannot be written"),
            ("--plot x.svg --sample 1,2,3,4,5,6,7", "a plot tells 6"),
        ] {
            let error = detect(&session(dir.path()), parse(line))
                .await
                .expect_err(line);
            let error = format!("{error:#}");
            assert!(error.contains(reason), "{line}: {error}");
        }
        assert!(!Path::new("x.svg").exists());
    }

    #[tokio::test]
    async fn an_experiment_writes_its_rows_and_its_plot() {
        let dir = tempfile::tempdir().unwrap();
        let (csv, svg) = (dir.path().join("rows.csv"), dir.path().join("plot.svg"));
        let line = format!(
            "--fragment-size 1KiB --chunks 16 --damage 0%,100% --sample 2,16 --audits 5 --seed 1 --csv {} --plot {}",
            csv.display(),
            svg.display()
        );
        detect(&session(dir.path()), parse(&line)).await.unwrap();
        let rows = std::fs::read_to_string(csv).unwrap();
        assert_eq!(rows.lines().count(), 1 + 4, "{rows}");
        assert!(std::fs::read_to_string(svg).unwrap().starts_with("<svg"));
    }

    #[test]
    fn the_sample_follows_from_the_chunks_unless_it_is_given() {
        assert_eq!(plan(&parse("")).unwrap().samples, [47]);
        assert_eq!(plan(&parse("--preset fast")).unwrap().samples, [3]);
        assert_eq!(plan(&parse("--chunks 2048")).unwrap().samples, [94]);
        assert_eq!(plan(&parse("--chunks 4294967295")).unwrap().samples, [1024]);
        assert_eq!(plan(&parse("--sample 5")).unwrap().samples, [5]);
        assert_eq!(plan(&parse("--seed 7")).unwrap().seed, 7);
    }
}
