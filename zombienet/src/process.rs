//! Processes of this machine, by pid.

use nix::errno::Errno;
use nix::sys::signal::{kill, Signal};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// What a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProcessState {
    /// It runs.
    Running,
    /// It was stopped and can go on.
    Paused,
    /// It is gone.
    Dead,
}

/// What the process with this id is doing; `program` guards against an id that was given out again.
pub fn state(pid: Option<i32>, program: &str) -> ProcessState {
    let Some(pid) = pid else {
        return ProcessState::Dead;
    };
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}"));
    let (Ok(stat), Ok(cmdline)) = (read("stat"), read("cmdline")) else {
        return ProcessState::Dead;
    };
    // The state follows the program's name, which stands in brackets and may hold anything.
    match stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next())
    {
        Some('Z' | 'X') | None => ProcessState::Dead,
        // A process that is just being started has no command line yet.
        _ if !cmdline.is_empty() && !is_program(&cmdline, program) => ProcessState::Dead,
        Some('T' | 't') => ProcessState::Paused,
        Some(_) => ProcessState::Running,
    }
}

fn is_program(cmdline: &str, program: &str) -> bool {
    cmdline
        .split('\0')
        .next()
        .is_some_and(|command| command.ends_with(program))
}

/// Resident memory of a process in bytes, as far as it can be read.
pub fn resident_bytes(pid: i32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    line.split_whitespace()
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}

/// Sends a signal; a process that is gone already is no error.
pub fn signal(pid: i32, signal: Signal) -> nix::Result<()> {
    match kill(Pid::from_raw(pid), signal) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(e) => Err(e),
    }
}

/// Asks processes to end and waits; those that have not ended when `patience` is over are killed.
/// Paused ones are woken first, so that they can obey.
pub async fn terminate(processes: &[(i32, String)], patience: Duration) -> nix::Result<()> {
    let alive = |(pid, program): &&(i32, String)| state(Some(*pid), program) != ProcessState::Dead;
    for (pid, _) in processes.iter().filter(alive) {
        signal(*pid, Signal::SIGTERM)?;
        signal(*pid, Signal::SIGCONT)?;
    }
    let started = Instant::now();
    while processes.iter().any(|p| alive(&p)) && started.elapsed() < patience {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (pid, _) in processes.iter().filter(alive) {
        signal(*pid, Signal::SIGKILL)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn states_follow_signals_and_termination_ends_a_paused_process() {
        let mut child = std::process::Command::new("sleep")
            .arg("1000")
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let pid = child.id() as i32;
        assert_eq!(state(Some(pid), "sleep"), ProcessState::Running);
        signal(pid, Signal::SIGSTOP).unwrap();
        let started = Instant::now();
        while state(Some(pid), "sleep") != ProcessState::Paused {
            assert!(
                started.elapsed() < Duration::from_secs(5),
                "SIGSTOP must pause the process"
            );
            tokio::task::yield_now().await;
        }
        assert_eq!(
            state(Some(pid), "cess-miner"),
            ProcessState::Dead,
            "another program's pid"
        );
        terminate(&[(pid, "sleep".into())], Duration::from_secs(5))
            .await
            .unwrap();
        child.wait().unwrap();
        assert_eq!(state(Some(pid), "sleep"), ProcessState::Dead);
        assert_eq!(state(None, "sleep"), ProcessState::Dead);
    }
}
