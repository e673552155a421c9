//! `cessnet` as a user types it.
//!
//! Phases and what must hold:
//! 1. `up --detach` returns when the network is ready, with a manifest;
//! 2. a second `up` in the same folder is refused and names the first; `status` and `files` answer;
//! 3. `demo` passes;
//! 4. `time` tells and moves the protocol's time; it and `upgrade` name what is wrong with their
//!    arguments;
//! 5. `byzantine` lists the strains, gives one to a miner and takes it back; `status` shows it;
//! 6. `down` stops everything: no process is left, and `status` says that nothing runs;
//! 7. mistakes in a network file are named.

use anyhow::{ensure, Context, Result};
use cessnet::binaries::Binaries;
use cessnet::process::{self, ProcessState};
use cessnet::Manifest;
use serde_json::Value;
use std::path::Path;
use std::process::Output;

struct CommandLine {
    dir: tempfile::TempDir,
}

impl CommandLine {
    fn run(&self, args: &[&str]) -> Result<Output> {
        let program = Binaries::locate()?.path("cessnet");
        let dir = self.dir.path().join("net");
        let mut command = std::process::Command::new(program);
        command
            .arg("--dir")
            .arg(dir)
            .args(args)
            .stdin(std::process::Stdio::null());
        command.output().context("cessnet does not start")
    }

    /// The last line of standard output, as JSON.
    fn json(&self, args: &[&str]) -> Result<Value> {
        let output = self.run(&[&["--json"], args].concat())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "{args:?}: {text} {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_str(text.lines().last().unwrap_or_default()).with_context(|| text.clone())
    }

    fn error(&self, args: &[&str]) -> Result<String> {
        let output = self.run(args)?;
        ensure!(!output.status.success(), "{args:?} succeeded");
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_work_as_the_readme_says() -> Result<()> {
    let _turn = cess_tests::turn().await;
    let cli = CommandLine {
        dir: tempfile::tempdir()?,
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../zombienet/small.toml");
    let file = file.to_str().context("the path is text")?;

    ensure!(
        cli.error(&["status"])?.contains("cessnet up"),
        "status says how to start a network"
    );
    let wrong = cli.dir.path().join("wrong.toml");
    std::fs::write(&wrong, "[cessnet]\npreset = \"fast\"\nspeed = 9\n")?;
    let wrong = wrong.to_str().context("the path is text")?;
    ensure!(cli
        .error(&["up", "--detach", "--network", wrong])?
        .contains("speed"));

    let up = cli.json(&["up", "--detach", "--network", file])?;
    let manifest: Manifest = serde_json::from_value(up["manifest"].clone())?;
    let outcome = used(&cli, &manifest);
    let down = cli.json(&["down"]);
    outcome?;
    down?;
    for role in &manifest.roles {
        ensure!(
            process::state(role.pid, &role.command) == ProcessState::Dead,
            "{} is left",
            role.name
        );
    }
    ensure!(cli.error(&["down"])?.contains("no network runs"));
    Ok(())
}

fn used(cli: &CommandLine, manifest: &Manifest) -> Result<()> {
    let busy = cli.error(&["up", "--detach"])?;
    ensure!(
        busy.contains("already runs") && busy.contains(&manifest.pid.to_string()),
        "{busy}"
    );
    let status = cli.json(&["status"])?;
    let states = status["processes"]
        .as_array()
        .context("status lists processes")?;
    ensure!(states.iter().all(|p| p["state"] == "ready"), "{status}");
    ensure!(
        cli.error(&["kill", "miner-99"])?.contains("miner-13"),
        "an unknown process is answered with the known"
    );
    let demo = cli.json(&["demo"])?;
    ensure!(demo["demo"] == "passed", "{demo}");
    let files = cli.json(&["files"])?;
    ensure!(files.as_array().is_some_and(|f| f.len() == 1), "{files}");
    clock(cli)?;
    cheat(cli)?;
    let check = cli.json(&["check"])?;
    ensure!(check["holds"] == true && check["block"].is_u64(), "{check}");
    Ok(())
}

fn cheat(cli: &CommandLine) -> Result<()> {
    let all = cli.json(&["byzantine"])?;
    for (program, strain) in [("cess-miner", "silent"), ("cess-tee", "says-true")] {
        let known = all[program].as_array().context("strains by program")?;
        ensure!(known.iter().any(|s| s["name"] == strain), "{all}");
    }
    for strain in ["silent", "honest"] {
        let turned = cli.json(&["byzantine", "miner-13", strain])?;
        ensure!(turned["strain"] == strain, "{turned}");
        let status = cli.json(&["status"])?;
        let processes = status["processes"].as_array();
        let mut processes = processes.context("status lists processes")?.iter();
        let miner = processes.find(|p| p["name"] == "miner-13");
        ensure!(
            miner.is_some_and(|p| p["strain"] == strain && p["state"] == "ready"),
            "{status}"
        );
    }
    let unknown = cli.error(&["byzantine", "miner-13", "evil"])?;
    ensure!(unknown.contains("drops, halves"), "{unknown}");
    let worker = cli.error(&["byzantine", "tee-1", "drops"])?;
    ensure!(worker.contains("[cessnet.byzantine]"), "{worker}");
    Ok(())
}

fn clock(cli: &CommandLine) -> Result<()> {
    let before = cli.json(&["time"])?;
    ensure!(before["offset"] == 0 && before["overdue"] == 0, "{before}");
    let day = before["one_day"].clone();
    let jump = cli.json(&["time", "+1d"])?;
    ensure!(
        jump["ticks"] == day && jump["to"]["offset"] == day,
        "{jump}"
    );
    ensure!(jump["fell_due"].is_object(), "{jump}");
    let again = cli.json(&["time", "+5", "--at-once", "--no-wait"])?;
    ensure!(
        again["ticks"] == 5 && again["fell_due"].is_null(),
        "{again}"
    );
    let after = cli.json(&["time"])?;
    ensure!(
        after["tick"].as_u64() > before["tick"].as_u64().map(|t| t + 185),
        "{after}"
    );

    for (arguments, word) in [
        (["time", "-1d"], "only goes forward"),
        (["time", "+0t"], "does not move"),
        (["time", "+1w"], "+1w"),
        (["time", "+4000000000t"], "ClockOverflow"),
        (["upgrade", "/nowhere.wasm"], "/nowhere.wasm"),
        (
            [
                "upgrade",
                concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
            ],
            "no wasm",
        ),
    ] {
        let error = cli.error(&arguments)?;
        ensure!(error.contains(word), "{arguments:?}: {error}");
    }
    Ok(())
}
