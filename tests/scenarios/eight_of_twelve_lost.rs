//! Any four of twelve holders are enough.
//!
//! Phases and what must hold:
//! 1. upload until Active;
//! 2. eight holders lose power at once: the file still comes back byte for byte;
//! 3. they come back by themselves: ready, and every holder passes an audit.

use anyhow::{ensure, Result};
use cess_tests::{random_bytes, Devnet};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::Action;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_survives_the_loss_of_eight_holders() -> Result<()> {
    let mut net = Devnet::start("small.toml", 1).await?;
    // Whoever is audited while it is down fails.
    net.hold_audits().await?;
    let bytes = random_bytes(3, 9 << 20);
    let (fid, file) = net.store("survivor.bin", &bytes).await?;
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();
    let mut lost = Vec::new();
    for holder in &holders[..8] {
        let name = net.miner(holder)?.name;
        net.act(&name, Action::Kill).await?;
        lost.push(name);
    }
    ensure!(
        net.fetch(&fid).await? == bytes,
        "four fragments of each segment rebuild the file"
    );
    for name in &lost {
        net.act(name, Action::Restart).await?;
    }
    for name in &lost {
        net.ready(name).await?;
    }
    for (miner, outcome) in net.audit(&holders).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    net.finish().await
}
