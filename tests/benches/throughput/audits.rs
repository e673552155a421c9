//! Challenges that follow one another without a pause.

use crate::load;
use crate::rate::{Rate, Sample};
use anyhow::{ensure, Result};
use cess_chain::event::AuditEvent;
use cess_chain::{calls, Event};
use cess_primitives::{AccountId, ProtocolParams, Tick};
use cess_tests::Devnet;
use cessnet::lifecycle;
use std::collections::BTreeSet;
use std::time::Instant;

/// Blocks over which challenges are counted.
const BLOCKS: usize = 60;

/// What the challenges came to.
pub(crate) struct Audits {
    pub(crate) opened: Rate,
    /// Idle and service proofs on the chain.
    pub(crate) proofs: Rate,
    /// Both proofs in, both verdicts given, both true.
    pub(crate) passed: Rate,
}

/// Challenges every miner, and each again as soon as its challenge has ended.
pub(crate) async fn run(net: &Devnet, miners: &[AccountId]) -> Result<Audits> {
    let mut blocks = net.chain.blocks();
    load::next(&mut blocks).await?;
    let mut nonce = net.chain.next_nonce(&net.user.account_id()).await?;
    let running = net.chain.challenges().await?;
    let running: BTreeSet<AccountId> = running.into_iter().map(|(miner, _)| miner).collect();
    let mut next: Vec<AccountId> = miners.to_vec();
    next.retain(|miner| !running.contains(miner));
    let (mut opened, mut proofs, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    let mut failed = 0;
    while passed.len() < BLOCKS {
        // One that is challenged at random meanwhile ends all the same, and is challenged then.
        for miner in next.drain(..) {
            let challenge = calls::audit::point_miner_challenge(&miner).sudo();
            let challenge = net.chain.sign(&net.user, &challenge, nonce)?;
            net.chain.send(&challenge).await?;
            nonce += 1;
        }
        let block = load::next(&mut blocks).await?;
        let at = Instant::now();
        let (mut begun, mut proven, mut settled) = (0, 0, 0);
        for event in block.events {
            let Event::Audit(event) = event else { continue };
            match event {
                AuditEvent::GenerateChallenge { .. } => begun += 1,
                AuditEvent::SubmitIdleProof { .. } | AuditEvent::SubmitServiceProof { .. } => {
                    proven += 1
                }
                AuditEvent::ChallengePassed { miner } => {
                    settled += 1;
                    next.push(miner);
                }
                AuditEvent::ChallengeFailed { miner, .. } => {
                    failed += 1;
                    next.push(miner);
                }
                _ => {}
            }
        }
        opened.push(Sample { at, done: begun });
        proofs.push(Sample { at, done: proven });
        passed.push(Sample { at, done: settled });
    }
    ensure!(failed == 0, "{failed} challenges of honest miners failed");
    Ok(Audits {
        opened: Rate::over("challenges opened", &opened)?,
        proofs: Rate::over("proofs", &proofs)?,
        passed: Rate::over("challenges settled", &passed)?,
    })
}

/// Ends challenges at random, and waits for those that are open: miners that are paused could not
/// answer, and their fines would be part of what is measured next.
pub(crate) async fn cease(net: &Devnet) -> Result<()> {
    let rare = ProtocolParams {
        challenge_period: Tick::MAX,
        ..net.params
    };
    let rare = calls::protocol::set_params(&rare);
    net.chain.submit_sudo(&net.user, rare).await?;
    let patience = net.ticks(net.params.challenge_window + 3 * net.params.verify_window);
    lifecycle::until(&net.chain, patience, "no challenge is open", || async {
        Ok(net.chain.challenges().await?.is_empty().then_some(()))
    })
    .await
}
