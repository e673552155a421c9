//! The runtime of a running network is replaced.
//!
//! The second runtime is the first one with a higher version (`cess_tests::successor`).
//!
//! Phases and what must hold:
//! 1. the runtime that runs already, an older one and a file that is no runtime are refused before
//!    anything is sent;
//! 2. `upgrade` replaces it: nodes, the runtime's own code and its migrations name the new version,
//!    finality goes on;
//! 3. processes that knew the old runtime go on: the old file comes back, a new one is stored,
//!    audits pass.

use anyhow::{bail, ensure, Result};
use cess_tests::{random_bytes, successor, Devnet};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::upgrade::{upgrade, Upgraded};
use cessnet::wasm::{RuntimeWasm, WasmError};
use cessnet::Progress;

#[tokio::test(flavor = "multi_thread")]
async fn the_runtime_is_replaced_while_the_network_runs() -> Result<()> {
    let net = Devnet::start("small.toml", 1).await?;
    let bytes = random_bytes(40, 5 << 20);
    let (fid, file) = net.store("before.bin", &bytes).await?;

    let code = net.chain.runtime_code().await?;
    let old = RuntimeWasm::parse(&code)?;
    let new = RuntimeWasm::parse(&successor(&code)?)?;
    ensure!(new.spec_version == old.spec_version + 1);
    ensure!(matches!(
        RuntimeWasm::parse(b"#!/bin/sh"),
        Err(WasmError::NotWasm)
    ));
    refused(replace(&net, &old).await, "raise `spec_version`")?;
    let foreign = RuntimeWasm {
        spec_name: "polkadot".into(),
        ..new.clone()
    };
    refused(replace(&net, &foreign).await, "`cess-node`")?;
    ensure!(
        net.chain.runtime_code().await? == code,
        "a refusal changes nothing"
    );

    let done = replace(&net, &new).await?;
    ensure!(
        (done.from, done.to) == (old.spec_version, new.spec_version),
        "{done:?}"
    );
    ensure!(
        done.validators == ["alice"] && done.finalized > done.block,
        "{done:?}"
    );
    ensure!(net.chain.runtime_version().await?.spec_version == new.spec_version);
    ensure!(net.chain.executed_version().await? == new.spec_version);
    ensure!(net.chain.last_upgrade().await? == new.spec_version);
    refused(replace(&net, &old).await, "raise `spec_version`")?;

    ensure!(net.fetch(&fid).await? == bytes);
    let bytes = random_bytes(41, 5 << 20);
    let (fid, _) = net.store("after.bin", &bytes).await?;
    ensure!(net.fetch(&fid).await? == bytes);
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();
    for (miner, outcome) in net.audit(&holders).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    net.finish().await
}

async fn replace(net: &Devnet, wasm: &RuntimeWasm) -> Result<Upgraded> {
    upgrade(
        &net.chain,
        &net.user,
        net.manifest(),
        wasm,
        &Progress::new(true),
    )
    .await
}

fn refused(upgrade: Result<Upgraded>, reason: &str) -> Result<()> {
    match upgrade {
        Ok(done) => bail!("{done:?} instead of a refusal"),
        Err(error) => {
            ensure!(error.to_string().contains(reason), "{error:#}");
            Ok(())
        }
    }
}
