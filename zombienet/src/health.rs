//! Waiting until a network is ready.

use crate::process::{self, ProcessState};
use crate::progress::Progress;
use crate::roles::{Role, RoleKind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Why a network is not ready.
#[derive(Debug, thiserror::Error)]
pub enum HealthError {
    /// A process ended.
    #[error("{role} ended while the network was starting; its log {log} ends with: {tail}")]
    Died {
        /// The process.
        role: String,
        /// Its log.
        log: PathBuf,
        /// The last lines.
        tail: String,
    },
    /// Time is over.
    #[error("the network was not ready after {seconds} s; still waiting for {waiting}")]
    Timeout {
        /// The time.
        seconds: u64,
        /// Who, and in which step.
        waiting: String,
    },
}

/// How ready a process is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Entirely.
    Ready,
    /// Not yet; what it is doing.
    Starting(String),
}

/// Asks a process how ready it is.
pub async fn readiness(client: &reqwest::Client, role: &Role) -> Readiness {
    match role.kind {
        RoleKind::Node => node_readiness(client, role).await,
        _ => role_readiness(client, role).await,
    }
}

async fn role_readiness(client: &reqwest::Client, role: &Role) -> Readiness {
    let Some(url) = role.http() else {
        return Readiness::Ready;
    };
    let Ok(response) = client.get(format!("{url}/health")).send().await else {
        return Readiness::Starting("starting".into());
    };
    if response.status().is_success() {
        return Readiness::Ready;
    }
    let body: serde_json::Value = response.json().await.unwrap_or_default();
    let step = body["step"]
        .as_str()
        .or(body["data"]["step"].as_str())
        .unwrap_or("starting");
    Readiness::Starting(step.to_owned())
}

/// A validator is ready when it has finalized a block.
async fn node_readiness(client: &reqwest::Client, role: &Role) -> Readiness {
    let Some(port) = role.ports.get("prometheus") else {
        return Readiness::Ready;
    };
    let response = client
        .get(format!("http://127.0.0.1:{port}/metrics"))
        .send()
        .await;
    let text = match response {
        Ok(response) => response.text().await.unwrap_or_default(),
        Err(_) => return Readiness::Starting("starting".into()),
    };
    let height = text
        .lines()
        .find(|l| l.starts_with("substrate_block_height{status=\"finalized\""));
    match height
        .and_then(|l| l.rsplit(' ').next())
        .and_then(|n| n.parse::<f64>().ok())
    {
        Some(height) if height >= 1.0 => Readiness::Ready,
        _ => Readiness::Starting("waiting for the first finalized block".into()),
    }
}

/// Waits until every process is ready; an error as soon as one ends.
pub async fn wait_ready(
    roles: &[Role],
    patience: Duration,
    progress: &Progress,
) -> Result<(), HealthError> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(2))
        .build()
        .unwrap_or_default();
    let started = Instant::now();
    let mut waiting: Vec<&Role> = roles.iter().collect();
    loop {
        if let Some(dead) = waiting
            .iter()
            .find(|r| process::state(r.pid, &r.command) == ProcessState::Dead)
        {
            return Err(HealthError::Died {
                role: dead.name.clone(),
                log: dead.log.clone(),
                tail: tail(&dead.log, 3),
            });
        }
        let answers =
            futures::future::join_all(waiting.iter().map(|r| readiness(&client, r))).await;
        let steps: Vec<_> = waiting
            .iter()
            .zip(&answers)
            .filter_map(|(role, answer)| match answer {
                Readiness::Ready => None,
                Readiness::Starting(step) => Some((*role, step.clone())),
            })
            .collect();
        waiting = steps.iter().map(|(role, _)| *role).collect();
        let Some((first, step)) = steps.first() else {
            progress.step(roles.len(), roles.len(), "ready");
            return Ok(());
        };
        progress.step(
            roles.len() - waiting.len(),
            roles.len(),
            &format!("{}: {step}", first.name),
        );
        if started.elapsed() > patience {
            let waiting: Vec<_> = steps
                .iter()
                .map(|(r, step)| format!("{} ({step})", r.name))
                .collect();
            return Err(HealthError::Timeout {
                seconds: patience.as_secs(),
                waiting: waiting.join(", "),
            });
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The last lines of a file.
fn tail(path: &std::path::Path, lines: usize) -> String {
    let text = std::fs::read(path)
        .map(|t| String::from_utf8_lossy(&t).into_owned())
        .unwrap_or_default();
    let all: Vec<_> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join(" | ")
}
