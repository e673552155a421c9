//! `cessnet up` and `cessnet down`.

use super::Session;
use crate::cli::Up;
use crate::control::{self, Request};
use crate::definition::Definition;
use crate::dir::DirError;
use crate::manifest::{Manifest, NetworkState};
use crate::network::{Network, StartOptions};
use crate::output;
use crate::process::{self, ProcessState};
use crate::progress::Progress;
use crate::quantities::Overrides;
use anyhow::{anyhow, bail, Context, Result};
use cess_primitives::Preset;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::signal::unix::{signal, SignalKind};

const DEFAULT_NETWORK: &str = include_str!("../../network.toml");
/// The default one with the published quantities, as far as a laptop can carry them.
const REFERENCE_NETWORK: &str = include_str!("../../reference.toml");

pub(super) async fn up(session: &Session, up: Up) -> Result<()> {
    if up.detach {
        return detach(session, &up).await;
    }
    let options = StartOptions {
        definition: definition(&up)?,
        dir: session.dir.root().into(),
        timeout: Duration::from_secs(up.timeout),
    };
    let progress = Progress::new(session.json && !up.supervise);
    let network = tokio::select! {
        network = Network::start(options, &progress) => network?,
        () = stop_signal(up.supervise) => bail!("stopped before the network was ready"),
    };
    report(session, network.manifest(), progress.elapsed());
    if !session.json && !up.supervise {
        println!("Ctrl-C stops the network.");
    }
    control::serve(network, stop_signal(up.supervise)).await?;
    if !session.json {
        println!(
            "The network has stopped; its folder is {}.",
            session.dir.root().display()
        );
    }
    Ok(())
}

fn report(session: &Session, manifest: &Manifest, took: Duration) {
    let json = serde_json::json!({ "ready_in_seconds": took.as_secs_f32(), "manifest": manifest });
    session.print(output::banner(manifest, took), json);
}

fn definition(up: &Up) -> Result<Definition> {
    let built_in = |text, name| Definition::parse(text, Path::new(name));
    let mut definition = match (&up.network, up.preset) {
        (Some(path), _) => Definition::load(path)?,
        (None, Some(Preset::Reference)) => {
            built_in(REFERENCE_NETWORK, "reference.toml (built in)")?
        }
        (None, _) => built_in(DEFAULT_NETWORK, "network.toml (built in)")?,
    };
    let params = Overrides::parse(up.params.iter().map(String::as_str));
    params
        .and_then(|params| definition.set_params(up.preset, params))
        .map_err(|e| anyhow!(e))?;
    if let Some(miners) = up.miners {
        definition.set_miners(miners).map_err(|e| anyhow!(e))?;
        if miners < 12 {
            eprintln!("note: with {miners} miners nothing can be stored: an upload needs 12");
        }
    }
    Ok(definition)
}

/// Ctrl-C, or a polite end from outside. A supervisor outlives the terminal that started it.
async fn stop_signal(supervisor: bool) {
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let streams = kinds
        .iter()
        .filter_map(|kind| Some((*kind, signal(*kind).ok()?)));
    let waits = streams.map(|(kind, mut stream)| {
        Box::pin(async move {
            stream.recv().await;
            if supervisor && kind == SignalKind::hangup() {
                std::future::pending::<()>().await;
            }
        })
    });
    futures::future::select_all(waits).await;
}

/// Starts a process of its own that supervises the network, and returns when the network is ready.
async fn detach(session: &Session, up: &Up) -> Result<()> {
    definition(up)?;
    if session.dir.is_running() {
        // The same message as from `up` itself.
        session.dir.claim()?;
    }
    let log = tempfile::Builder::new()
        .prefix("cessnet-up-")
        .suffix(".log")
        .tempfile()?;
    let mut command = tokio::process::Command::new(std::env::current_exe()?);
    command
        .arg("--dir")
        .arg(session.dir.root())
        .args(["up", "--supervise"]);
    command.args(["--timeout", &up.timeout.to_string()]);
    if let Some(path) = &up.network {
        command.arg("--network").arg(std::path::absolute(path)?);
    }
    if let Some(miners) = up.miners {
        command.args(["--miners", &miners.to_string()]);
    }
    if let Some(preset) = up.preset {
        command.args(["--preset", &format!("{preset:?}").to_lowercase()]);
    }
    for param in &up.params {
        command.args(["--param", param]);
    }
    command
        .stdin(Stdio::null())
        .stdout(log.reopen()?)
        .stderr(log.reopen()?)
        .process_group(0);
    let mut child = command
        .spawn()
        .context("cannot start the supervising process")?;

    let progress = Progress::new(session.json);
    let read = || std::fs::read_to_string(log.path()).unwrap_or_default();
    loop {
        let said = read();
        if let Some(line) = said.lines().rev().find(|l| l.starts_with('[')) {
            show(&progress, line);
        }
        if let Some(status) = child.try_wait()? {
            progress.finish();
            let error = said.lines().rev().find_map(|l| l.strip_prefix("error: "));
            bail!(
                "{}",
                error.map_or_else(
                    || format!("the network ended with {status}: {said}"),
                    Into::into
                )
            );
        }
        match Manifest::load(&session.dir)? {
            Some(m) if m.state == NetworkState::Ready && Some(m.pid) == child.id() => {
                progress.finish();
                keep_log(session, log)?;
                report(session, &m, progress.elapsed());
                return Ok(());
            }
            _ => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

/// The supervisor goes on writing to its log, which moves into the network's folder.
fn keep_log(session: &Session, log: tempfile::NamedTempFile) -> Result<()> {
    let (_, path) = log.keep()?;
    let target = session.dir.log();
    if std::fs::rename(&path, &target).is_err() {
        // Another file system: the open file cannot move, a link shows where it is.
        std::os::unix::fs::symlink(&path, &target)?;
    }
    Ok(())
}

/// A line `[ 1.2 s] 3/18 what` of the supervisor.
fn show(progress: &Progress, line: &str) {
    let parts = line
        .split_once("] ")
        .and_then(|(_, rest)| rest.split_once(' '));
    let counts = parts.and_then(|(counts, what)| Some((counts.split_once('/')?, what)));
    if let Some(((done, all), what)) = counts {
        if let (Ok(done), Ok(all)) = (done.parse(), all.parse()) {
            progress.step(done, all, what);
        }
    }
}

pub(super) async fn down(session: &Session) -> Result<()> {
    let outcome = match control::ask(&session.dir, &Request::Stop).await {
        Ok(()) => "stopped",
        Err(control::ControlError::Dir(DirError::NoNetwork(_))) if orphans(session).await? > 0 => {
            "stopped processes that an earlier supervisor left"
        }
        Err(e) => return Err(e.into()),
    };
    session.print(outcome, serde_json::json!({ "outcome": outcome }));
    Ok(())
}

/// Ends processes of a network whose supervisor was killed; returns how many there were.
async fn orphans(session: &Session) -> Result<usize> {
    let Some(manifest) = Manifest::load(&session.dir)? else {
        return Ok(0);
    };
    let left: Vec<_> = manifest
        .roles
        .iter()
        .filter(|r| process::state(r.pid, &r.command) != ProcessState::Dead)
        .filter_map(|r| Some((r.pid?, r.command.clone())))
        .collect();
    process::terminate(&left, Duration::from_secs(10)).await?;
    Ok(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn parse(args: &[&str]) -> Definition {
        let all = ["cessnet", "up"].iter().chain(args);
        match Cli::parse_from(all).command {
            Command::Up(up) => definition(&up).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_preset_alone_chooses_a_network_that_a_laptop_can_carry() {
        let fast = parse(&[]).params().unwrap();
        assert_eq!((fast.preset, fast.idle_file_size), (Preset::Fast, 64 << 10));
        let reference = parse(&["--preset", "reference"]).params().unwrap();
        assert_eq!(reference.segment_size, 32 << 20);
        assert_eq!(reference.idle_file_size, 64 << 10);
    }

    #[test]
    fn a_quantity_on_the_command_line_counts_more_than_the_files() {
        let params = ["--preset", "reference", "--param", "idle_set=64"];
        assert_eq!(parse(&params).params().unwrap().idle_set, 64);
    }
}
