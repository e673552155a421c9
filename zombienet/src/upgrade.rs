//! Replacing the runtime of a running network.

use crate::lifecycle;
use crate::manifest::Manifest;
use crate::process::{self, ProcessState};
use crate::progress::Progress;
use crate::roles::RoleKind;
use crate::wasm::RuntimeWasm;
use anyhow::{bail, ensure, Context, Result};
use cess_chain::{calls, Chain, Event, Signer};
use std::time::Duration;

/// Slots within which validators and finality follow.
const PATIENCE: u32 = 120;
/// Blocks after the upgrade that must be final: the first is the last one of the old runtime.
const FINAL: u32 = 2;

/// The runtime was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgraded {
    /// The chain that it is made for.
    pub spec_name: String,
    /// The version before.
    pub from: u32,
    /// The version now.
    pub to: u32,
    /// The block that carried it.
    pub block: u32,
    /// Validators that run it.
    pub validators: Vec<String>,
    /// The last final block.
    pub finalized: u32,
}

/// Replaces the runtime, and waits until every validator runs the new one and finality has passed
/// the upgrade.
pub async fn upgrade(
    chain: &Chain,
    root: &Signer,
    manifest: &Manifest,
    wasm: &RuntimeWasm,
    progress: &Progress,
) -> Result<Upgraded> {
    let before = chain.runtime_version().await?;
    ensure!(
        wasm.spec_name == before.spec_name,
        "the wasm is a runtime of `{}`, and the network runs `{}`",
        wasm.spec_name,
        before.spec_name
    );
    ensure!(
        wasm.spec_version > before.spec_version,
        "the wasm has version {}, and the network runs {}: raise `spec_version` in runtime/src/lib.rs and build again",
        wasm.spec_version,
        before.spec_version
    );
    progress.step(0, 3, &format!("sending {} KiB", wasm.blob.len() >> 10));
    let done = chain
        .submit_sudo(root, calls::system::set_code(&wasm.blob))
        .await?;
    let updated = done.events.iter().any(
        |event| matches!(event, Event::Other { pallet, name } if pallet == "System" && name == "CodeUpdated"),
    );
    ensure!(updated, "the chain took the call but not the runtime");

    progress.step(1, 3, "waiting for the validators");
    let patience = Duration::from_millis(chain.params().await?.slot_ms) * PATIENCE;
    let validators = running(manifest);
    ensure!(!validators.is_empty(), "no validator runs");
    for (name, url) in &validators {
        let validator = Chain::connect(url).await?;
        let what = format!("{name} runs version {}", wasm.spec_version);
        lifecycle::until(&validator, patience, &what, || async {
            // The new runtime must have executed a block, with its migrations.
            let version = validator.last_upgrade().await?;
            Ok((version == wasm.spec_version).then_some(()))
        })
        .await?;
    }
    progress.step(2, 3, "waiting for finality");
    let target = done.number + FINAL;
    let what = format!("block {target} is final");
    let finalized = lifecycle::until(chain, patience, &what, || async {
        let number = chain.finalized_number().await?;
        Ok((number >= target).then_some(number))
    })
    .await
    .context("the runtime was replaced, but finality does not follow: see `cessnet status`")?;
    let now = chain.runtime_version().await?;
    if now.spec_version != wasm.spec_version {
        bail!(
            "a fork undid the upgrade: the network runs version {}; try again",
            now.spec_version
        );
    }
    Ok(Upgraded {
        spec_name: before.spec_name,
        from: before.spec_version,
        to: now.spec_version,
        block: done.number,
        validators: validators.into_iter().map(|(name, _)| name).collect(),
        finalized,
    })
}

/// Names and addresses of the validators that run; one that was killed follows when it is back.
fn running(manifest: &Manifest) -> Vec<(String, String)> {
    manifest
        .of_kind(RoleKind::Node)
        .filter(|role| process::state(role.pid, &role.command) == ProcessState::Running)
        .filter_map(|role| Some((role.name.clone(), role.ws()?)))
        .collect()
}
