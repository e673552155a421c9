//! Processes that cheat: which ways there are, and who does.
//!
//! A miner takes a strain on while it runs, over its HTTP interface; a TEE worker has the one that the
//! network file gives it (`[cessnet.byzantine]`).

use crate::binaries::Binaries;
use crate::roles::{Role, RoleKind};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The programs that know strains.
const PROGRAMS: [&str; 2] = ["cess-miner", "cess-tee"];
/// A switch may have to delete what the miner holds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a strain could not be listed, seen or changed.
#[derive(Debug, thiserror::Error)]
pub enum StrainError {
    /// Only miners change while they run.
    #[error("{0} is no miner: only miners change their strain while they run; a TEE worker gets one by [cessnet.byzantine] in the network file")]
    NotAMiner(String),
    /// The miner could not be reached, or answered nonsense.
    #[error("{role} does not answer: {source}")]
    Unreachable {
        /// The miner.
        role: String,
        /// The cause.
        source: reqwest::Error,
    },
    /// It refused.
    #[error("{0}")]
    Refused(String),
    /// A program could not be asked for its strains.
    #[error("cannot ask {program} for its strains: {reason}. Build it again with ./scripts/build")]
    Program {
        /// The program.
        program: &'static str,
        /// What went wrong.
        reason: String,
    },
}

/// A way of cheating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strain {
    /// Its name.
    pub name: String,
    /// What it does.
    pub does: String,
}

/// The ways that miners and TEE workers have, by program.
pub fn list(binaries: &Binaries) -> Result<Vec<(&'static str, Vec<Strain>)>, StrainError> {
    let ask = |program| {
        let failed = |reason: String| StrainError::Program { program, reason };
        let mut command = std::process::Command::new(binaries.path(program));
        let output = command.arg("--list-strains").output();
        let output = output.map_err(|e| failed(e.to_string()))?;
        let strains = serde_json::from_slice(&output.stdout);
        Ok((program, strains.map_err(|e| failed(e.to_string()))?))
    };
    PROGRAMS.into_iter().map(ask).collect()
}

/// The strain of a running miner or TEE worker; `honest` for none.
pub async fn of(role: &Role) -> Result<String, StrainError> {
    let (client, url) = reach(role, "health")?;
    answer(role, client.get(url)).await
}

/// Makes a running miner cheat, or honest again; in effect and durable when this returns.
pub async fn turn(miner: &Role, strain: &str) -> Result<String, StrainError> {
    if miner.kind != RoleKind::Miner {
        return Err(StrainError::NotAMiner(miner.name.clone()));
    }
    let (client, mut url) = reach(miner, "byzantine")?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(strain);
    }
    answer(miner, client.put(url)).await
}

fn reach(role: &Role, path: &str) -> Result<(reqwest::Client, reqwest::Url), StrainError> {
    let cheats = matches!(role.kind, RoleKind::Miner | RoleKind::Tee);
    let http = role.http().filter(|_| cheats);
    let url = http.and_then(|http| reqwest::Url::parse(&format!("{http}/{path}")).ok());
    let url = url.ok_or_else(|| StrainError::NotAMiner(role.name.clone()))?;
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|e| unreachable(role, e))?;
    Ok((client, url))
}

fn unreachable(miner: &Role, source: reqwest::Error) -> StrainError {
    StrainError::Unreachable {
        role: miner.name.clone(),
        source,
    }
}

async fn answer(miner: &Role, request: reqwest::RequestBuilder) -> Result<String, StrainError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Answer {
        Done { strain: String },
        Refused { error: String },
    }
    let response = request.send().await.map_err(|e| unreachable(miner, e))?;
    let answer = response.json().await;
    match answer.map_err(|e| unreachable(miner, e))? {
        Answer::Done { strain } => Ok(strain),
        Answer::Refused { error } => Err(StrainError::Refused(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_miners_change_their_strain() {
        let worker = Role::new("tee-1", RoleKind::Tee, "cess-tee");
        let error = turn(&worker, "drops").await.unwrap_err().to_string();
        assert!(
            error.contains("tee-1") && error.contains("[cessnet.byzantine]"),
            "{error}"
        );
    }
}
