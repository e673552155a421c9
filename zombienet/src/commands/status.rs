//! `cessnet status`.

use super::Session;
use crate::health::{readiness, Readiness};
use crate::lifecycle::account_of;
use crate::output::bytes;
use crate::process::{self, ProcessState};
use crate::roles::{Role, RoleKind};
use crate::strains;
use anyhow::Result;
use cess_chain::Chain;
use cess_primitives::miner::MinerInfo;
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) async fn status(session: &Session) -> Result<()> {
    let manifest = session.manifest()?;
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(2))
        .build()?;
    let chain = session.chain(&manifest).await;
    let miners: BTreeMap<_, _> = match &chain {
        Ok(chain) => chain.miners().await?.into_iter().collect(),
        Err(_) => BTreeMap::new(),
    };
    let mut text = format!(
        "{:<12} {:>8} {:>9} {:<10} {}",
        "process", "pid", "memory", "state", ""
    );
    let mut rows = Vec::new();
    for role in &manifest.roles {
        let process = process::state(role.pid, &role.command);
        let ready = match process {
            ProcessState::Running => Some(readiness(&http, role).await),
            _ => None,
        };
        let memory = role
            .pid
            .and_then(process::resident_bytes)
            .filter(|_| process != ProcessState::Dead);
        let state = match (&process, &ready) {
            (ProcessState::Running, Some(Readiness::Ready)) => "ready".to_owned(),
            (ProcessState::Running, Some(Readiness::Starting(_))) => "starting".to_owned(),
            (other, _) => format!("{other:?}").to_lowercase(),
        };
        let mut detail = match ready {
            Some(Readiness::Starting(step)) => step,
            _ => detail(role, &miners),
        };
        let strain = match (role.kind, process) {
            (RoleKind::Miner | RoleKind::Tee, ProcessState::Running) => {
                strains::of(role).await.ok()
            }
            _ => None,
        };
        if let Some(strain) = strain.as_deref().filter(|strain| *strain != "honest") {
            detail.push_str(&format!(", cheats: {strain}"));
        }
        text.push_str(&format!(
            "\n{:<12} {:>8} {:>9} {state:<10} {detail}",
            role.name,
            role.pid.map_or("-".into(), |p| p.to_string()),
            memory.map_or("-".into(), |m| bytes(m.into())),
        ));
        rows.push(serde_json::json!({
            "name": role.name, "kind": role.kind, "pid": role.pid, "state": state,
            "resident_bytes": memory, "detail": detail, "address": role.address,
            "strain": strain,
        }));
    }
    let summary = match &chain {
        Ok(chain) => summary(chain).await?,
        Err(e) => serde_json::json!({ "error": format!("{e:#}") }),
    };
    text.push('\n');
    for (key, value) in summary.as_object().into_iter().flatten() {
        let plain = value.as_str().map_or_else(|| value.to_string(), Into::into);
        text.push_str(&format!("\n{:<20} {plain}", key.replace('_', " ")));
    }
    session.print(
        text,
        serde_json::json!({ "chain": summary, "processes": rows }),
    );
    Ok(())
}

fn detail(role: &Role, miners: &BTreeMap<cess_primitives::AccountId, MinerInfo>) -> String {
    let miner = account_of(role)
        .ok()
        .and_then(|account| miners.get(&account));
    match (role.kind, miner) {
        (RoleKind::Miner, Some(m)) => format!(
            "{}, idle {}, service {}, locked {}",
            String::from_utf8_lossy(&m.state),
            bytes(m.idle_space),
            bytes(m.service_space),
            bytes(m.lock_space)
        ),
        (RoleKind::Miner, None) => "not registered".into(),
        (RoleKind::Node, _) => role.ws().unwrap_or_default(),
        _ => role.http().unwrap_or_default(),
    }
}

async fn summary(chain: &Chain) -> Result<serde_json::Value> {
    Ok(serde_json::json!({
        "best_block": chain.best_number().await?,
        "finalized_block": chain.finalized_number().await?,
        "tick": chain.now().await?,
        "era": chain.active_era().await?,
        "idle_space": bytes(chain.total_idle_space().await?),
        "service_space": bytes(chain.total_service_space().await?),
        "rented_space": bytes(chain.purchased_space().await?),
        "files": chain.files().await?.len(),
        "open_deals": chain.deals().await?.len(),
        "open_challenges": chain.challenges().await?.len(),
        "open_restoral_orders": chain.restoral_orders().await?.len(),
    }))
}
