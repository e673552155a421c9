//! Miners that cheat with the fragments that they are paid for: `drops`, `halves`, `replays`, `copies`.
//!
//! Phases and what must hold:
//! 1. a file is stored; four of its holders take a strain on, a fifth name is refused with the list;
//!    the one that drops has no fragment left, and is the same after a restart;
//! 2. audits, each a little later: `drops` and `copies` fail every one, `replays` passes the first, which it
//!    records, and fails every later one, `halves` fails unless all sampled chunks are in its first half;
//! 3. the first false service verdict is forgiven, the second one in a row costs 5 % of the collateral
//!    for the proven space, a false idle verdict 10 % at once; nobody else pays;
//! 4. none of them reports its loss, so that the file can be read but is not whole; when they are honest
//!    again they do, the file becomes whole, and all pass.

use anyhow::{ensure, Context, Result};
use cess_primitives::file::FileInfo;
use cess_primitives::{AccountId, COLLATERAL_PER_TIB};
use cess_tests::{disk, random_bytes, Devnet, Trial};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::network::Action;
use cessnet::strains;

/// Audits within which `halves` is caught twice in a row: each lets it through with probability 1/8.
const ROUNDS: usize = 10;
const IDLE_FINE: u128 = COLLATERAL_PER_TIB / 10;
const SERVICE_FINE: u128 = COLLATERAL_PER_TIB / 20;

const SERVICE: AuditOutcome = AuditOutcome::Failed {
    idle: false,
    service: true,
};
const BOTH: AuditOutcome = AuditOutcome::Failed {
    idle: true,
    service: true,
};

#[tokio::test(flavor = "multi_thread")]
async fn miners_that_cheat_with_fragments_are_caught_and_pay() -> Result<()> {
    let mut net = Devnet::start("small.toml", 1).await?;
    let bytes = random_bytes(40, 6 << 20);
    let (fid, file) = net.store("coveted.bin", &bytes).await?;
    let trial = Trial::begin(&net).await?;
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();
    let [drops, halves, replays, copies, honest] = &holders[..5] else {
        anyhow::bail!("a file has twelve holders");
    };
    for (miner, strain) in [
        (drops, "drops"),
        (halves, "halves"),
        (replays, "replays"),
        (copies, "copies"),
    ] {
        trial.turn(&net, miner, strain).await?;
    }
    refused(&net, drops).await?;
    restarted(&mut net, drops).await?;

    let suspects = [drops, halves, replays, copies].map(AccountId::clone);
    let mut halves_caught = 0;
    for round in 0..ROUNDS {
        let outcome = trial.audit(&net, &suspects).await?;
        let of = |miner: &AccountId| outcome.get(miner).copied().context("it was audited");
        ensure!(of(drops)? == SERVICE, "drops: {outcome:?}");
        ensure!(of(copies)? == BOTH, "copies: {outcome:?}");
        let recorded = [AuditOutcome::Passed, BOTH][round.min(1)];
        ensure!(of(replays)? == recorded, "replays: {outcome:?}");
        match of(halves)? {
            AuditOutcome::Passed => halves_caught = 0,
            failed => {
                ensure!(failed == SERVICE, "halves: {outcome:?}");
                halves_caught += 1;
            }
        }
        if round == 0 {
            let faults = net.chain.service_faults(drops).await?;
            ensure!(faults == Some(1) && trial.loss(&net, drops).await? == 0);
            ensure!(trial.loss(&net, copies).await? == IDLE_FINE);
        }
        if round >= 2 && halves_caught >= 2 {
            break;
        }
    }
    ensure!(trial.loss(&net, halves).await? >= SERVICE_FINE, "halves");
    // Three audits at least: the first false verdict is free, and the first proof that is replayed true.
    ensure!(trial.loss(&net, drops).await? >= 2 * SERVICE_FINE, "drops");
    ensure!(trial.loss(&net, copies).await? >= 3 * IDLE_FINE + 2 * SERVICE_FINE);
    ensure!(trial.loss(&net, replays).await? >= 2 * IDLE_FINE + SERVICE_FINE);
    ensure!(trial.fined(honest).await? == 0, "an honest miner was fined");

    ensure!(net.chain.restoral_orders().await?.is_empty(), "a liar told");
    ensure!(net.fetch(&fid).await? == bytes, "ten columns are there");
    for miner in &suspects {
        trial.turn(&net, miner, "honest").await?;
    }
    let patience = net.ticks(2 * net.params.restoral_life + net.params.tag_ticks(2));
    let what = "the file is whole: every fragment in place, tagged and on its miner's disk";
    lifecycle::until(&net.chain, patience, what, || async {
        let file = net.chain.file(&fid).await?.context("the file is gone")?;
        Ok(is_whole(&net, &file)?.then_some(()))
    })
    .await?;
    for (miner, outcome) in trial.audit(&net, &suspects).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }
    ensure!(net.fetch(&fid).await? == bytes);
    net.finish().await
}

/// A strain that does not exist is refused with those that do, and changes nothing.
async fn refused(net: &Devnet, miner: &AccountId) -> Result<()> {
    let role = net.miner(miner)?;
    let error = strains::turn(&role, "evil").await.err();
    let error = error.context("there is no such strain")?.to_string();
    ensure!(error.contains("drops, halves"), "{error}");
    ensure!(strains::of(&role).await? == "drops");
    Ok(())
}

/// A strain outlives the process, and does its work at once.
async fn restarted(net: &mut Devnet, miner: &AccountId) -> Result<()> {
    let name = net.miner(miner)?.name;
    net.act(&name, Action::Restart).await?;
    net.ready(&name).await?;
    let role = net.miner(miner)?;
    ensure!(strains::of(&role).await? == "drops");
    let kept = disk::fragments(&role)?;
    ensure!(kept.is_empty(), "it kept {kept:?}");
    Ok(())
}

fn is_whole(net: &Devnet, file: &FileInfo) -> Result<bool> {
    let all = file.segment_list.iter();
    for fragment in all.flat_map(|s| s.fragment_list.iter()) {
        let path = lifecycle::fragment_path(&net.miner(&fragment.miner)?, &fragment.hash);
        if !fragment.avail || fragment.tag.is_none() || !path.is_file() {
            return Ok(false);
        }
    }
    Ok(true)
}
