//! Miners that cheat in what they answer, and with idle space: `silent`, `garbage`, `withholds`,
//! `hollow`, `on-demand`.
//!
//! Phases and what must hold:
//! 1. a file is stored; five of its holders take a strain on; the two that deal in idle space have no idle
//!    file left;
//! 2. an audit of all. `silent` fails both sides when the time for proofs is over. `garbage` and `withholds`
//!    have submitted, but the worker got nothing that it can judge: it reports them, and at the end of its
//!    time they fail, both sides of `garbage`, the service side of `withholds`. `hollow` has nothing to submit
//!    for its idle side and fails when the time is over. `on-demand` passes: in this preset idle files are small
//!    enough to be made again in time;
//! 3. a bad idle proof costs 10 % of the collateral for the proven space at once, a missing service proof
//!    nothing the first time;
//! 4. the same a little later: the second missing service proof in a row costs 5 %;
//! 5. all are honest again and pass.

use anyhow::{ensure, Context, Result};
use cess_chain::event::AuditEvent;
use cess_chain::{calls, Event};
use cess_primitives::audit::ChallengeInfo;
use cess_primitives::file::FragmentInfo;
use cess_primitives::{AccountId, Tick, COLLATERAL_PER_TIB};
use cess_tests::{disk, random_bytes, Devnet, Trial, Watch};
use cessnet::lifecycle::{self, AuditOutcome};
use std::collections::{BTreeMap, BTreeSet};

const IDLE_FINE: u128 = COLLATERAL_PER_TIB / 10;
const SERVICE_FINE: u128 = COLLATERAL_PER_TIB / 20;

#[tokio::test(flavor = "multi_thread")]
async fn miners_that_do_not_answer_or_have_no_idle_space_are_caught_and_pay() -> Result<()> {
    let net = Devnet::start("small.toml", 1).await?;
    let (_, file) = net.store("asked.bin", &random_bytes(41, 3 << 20)).await?;
    let trial = Trial::begin(&net).await?;
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().take(5).collect();
    let [silent, garbage, withholds, hollow, on_demand] = &holders[..] else {
        anyhow::bail!("a file has twelve holders");
    };
    let strains = ["silent", "garbage", "withholds", "hollow", "on-demand"];
    for (miner, strain) in holders.iter().zip(strains) {
        trial.turn(&net, miner, strain).await?;
    }
    for miner in [hollow, on_demand] {
        let left = disk::clusters(&net.miner(miner)?)?;
        ensure!(left.is_empty(), "{miner} has idle files: {left:?}");
    }
    let reports = Watch::start(&net.chain, |event| {
        matches!(event, Event::Audit(AuditEvent::ProofReportedMissing { .. }))
    })
    .await?;
    let failed = |idle, service| AuditOutcome::Failed { idle, service };
    for round in 1..=2u128 {
        let outcome = hurried(&net, &trial, &holders).await?;
        for (miner, expected) in [
            (silent, failed(true, true)),
            (garbage, failed(true, true)),
            (withholds, failed(false, true)),
            (hollow, failed(true, false)),
            (on_demand, AuditOutcome::Passed),
        ] {
            ensure!(outcome.get(miner) == Some(&expected), "{outcome:?}");
        }
        for miner in [silent, garbage, withholds] {
            let missing = net.chain.missing_proofs(miner).await?;
            ensure!(missing.map(u128::from) == Some(round), "{missing:?}");
        }
        let service = (round - 1) * SERVICE_FINE;
        for (miner, fine) in [
            (silent, round * IDLE_FINE + service),
            (garbage, round * IDLE_FINE + service),
            (withholds, service),
            (hollow, round * IDLE_FINE),
            (on_demand, 0),
        ] {
            let loss = trial.loss(&net, miner).await?;
            ensure!(loss == fine, "{miner} lost {loss} instead of {fine}");
        }
    }
    let reports = reports.seen().await?;
    for miner in [garbage, withholds] {
        let reported = reports.iter().filter(|event| {
            matches!(event, Event::Audit(AuditEvent::ProofReportedMissing { miner: m, .. }) if m == miner)
        });
        ensure!(reported.count() == 2, "{reports:?}");
    }

    for miner in &holders {
        trial.turn(&net, miner, "honest").await?;
    }
    made_again(&net, &[hollow, on_demand]).await?;
    whole_again(&net, withholds).await?;
    for (miner, outcome) in trial.audit(&net, &holders).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    net.finish().await
}

/// An audit in which the time that workers have for verdicts is short: the clock moves when everybody who
/// wants to has submitted, and what can be judged is.
async fn hurried(
    net: &Devnet,
    trial: &Trial,
    miners: &[AccountId],
) -> Result<BTreeMap<AccountId, AuditOutcome>> {
    trial.later(net).await?;
    let opened = Watch::start(&net.chain, |event| challenged(event).is_some()).await?;
    let everybody = miners.iter().cloned().collect();
    let hurry = async {
        let what = "all are challenged, have submitted what they will, and good proofs are judged";
        let patience = net.ticks(2 * net.params.challenge_window);
        let due = lifecycle::until(&net.chain, patience, what, || async {
            let opened = opened.seen().await?;
            let opened: BTreeSet<_> = opened.iter().filter_map(challenged).collect();
            if opened != everybody {
                return Ok(None);
            }
            let open: BTreeMap<_, _> = net.chain.challenges().await?.into_iter().collect();
            let slips = open.values().map(|c| c.challenge_element.verify_slip);
            Ok(slips.min().filter(|_| only_lies_are_open(&open, miners)))
        })
        .await?;
        let left = due.saturating_sub(net.chain.now().await?);
        let hop = calls::protocol::advance_clock(left.saturating_sub(margin(net)));
        net.chain.submit_sudo(&net.user, hop).await?;
        anyhow::Ok(())
    };
    let (outcome, ()) = tokio::try_join!(net.audit(miners), hurry)?;
    Ok(outcome)
}

fn challenged(event: &Event) -> Option<AccountId> {
    match event {
        Event::Audit(AuditEvent::GenerateChallenge { miner }) => Some(miner.clone()),
        _ => None,
    }
}

/// Whether nothing is missing but what the cheaters will never give: of challenges that were all opened,
/// those that are left.
fn only_lies_are_open(open: &BTreeMap<AccountId, ChallengeInfo>, miners: &[AccountId]) -> bool {
    let [_, garbage, withholds, hollow, on_demand] = miners else {
        return false;
    };
    let idle = |c: &ChallengeInfo| c.prove_info.idle_prove.as_ref().map(|p| p.verify_result);
    let service = |c: &ChallengeInfo| c.prove_info.service_prove.as_ref().map(|p| p.verify_result);
    let submitted = |miner| {
        let challenge = open.get(miner);
        challenge.is_some_and(|c| idle(c).is_some() && service(c).is_some())
    };
    let judged = |verdict: Option<Option<bool>>| verdict.flatten().is_some();
    submitted(garbage)
        && submitted(withholds)
        && open.get(withholds).is_some_and(|c| judged(idle(c)))
        // It is over by itself when its time for an idle proof is.
        && open.get(hollow).is_none_or(|c| judged(service(c)))
        && !open.contains_key(on_demand)
}

/// Ticks before the end of their time at which workers report what they did not get, and a few more.
fn margin(net: &Devnet) -> Tick {
    net.params.verify_window / 5 + 5
}

async fn made_again(net: &Devnet, miners: &[&AccountId]) -> Result<()> {
    let what = "the idle files are there again";
    lifecycle::until(&net.chain, net.ticks(60), what, || async {
        for miner in miners {
            let info = net.chain.miner(miner).await?.context("it is a miner")?;
            let state = info.space_proof_info.context("it has idle space")?;
            let files = disk::idle_files(&net.miner(miner)?, &net.params)?;
            if (files.len() as u64) < state.rear - state.front {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
    .await
}

/// What the miner dropped is restored by somebody, and tagged again.
async fn whole_again(net: &Devnet, miner: &AccountId) -> Result<()> {
    let patience = net.ticks(2 * net.params.restoral_life + net.params.tag_ticks(1));
    let what = format!("what {miner} dropped is restored");
    let role = net.miner(miner)?;
    let is_there = |f: &FragmentInfo| {
        let held = f.miner != *miner || lifecycle::fragment_path(&role, &f.hash).is_file();
        f.avail && f.tag.is_some() && held
    };
    lifecycle::until(&net.chain, patience, &what, || async {
        let files = net.chain.files().await?;
        let segments = files.iter().flat_map(|(_, file)| file.segment_list.iter());
        let mut all = segments.flat_map(|s| s.fragment_list.iter());
        Ok(all.all(is_there).then_some(()))
    })
    .await
}
