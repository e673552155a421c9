//! Idle space from its first certificate to the loss of a disk, with files that count little enough for
//! fragments to push them out.
//!
//! Phases and what must hold:
//! 1. start: every miner has its target certified, in whole sets;
//! 2. a file comes in: each holder gives up as many idle files as its fragments take, and still passes an audit;
//! 3. a holder is killed while the file is deleted; the others' idle space comes back in a new set, and so does
//!    its own once it runs again;
//! 4. every idle file of a miner is damaged on disk: it is repaired in time for the audit, or the audit fails for
//!    idle space alone and the next one passes; on disk is again what was certified;
//! 5. a miner loses its disk, and is killed again while it makes the files anew: it comes back with the same
//!    certified state, and passes an audit.

use anyhow::{ensure, Context, Result};
use cess_chain::event::FileBankEvent;
use cess_chain::Event;
use cess_primitives::miner::MinerInfo;
use cess_primitives::{AccountId, MIB};
use cess_tests::{disk, random_bytes, Devnet, Watch};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::quantities::Overrides;
use cessnet::roles::{Role, RoleKind};
use cessnet::{Action, Definition};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Idle files of each miner, of a MiB each as the chain counts: twelve sets of eight.
const FILES: u64 = 96;
const SET: u64 = 8;
/// How often a miner is killed until it has not made all files again by then.
const ATTEMPTS: usize = 10;

fn small_units(definition: &mut Definition) -> Result<()> {
    let quantities = ["idle_unit=1048576", "idle_set=8"];
    let quantities = Overrides::parse(quantities).map_err(anyhow::Error::msg)?;
    definition
        .set_params(None, quantities)
        .map_err(anyhow::Error::msg)?;
    let arguments = definition.custom_processes.iter_mut();
    for argument in arguments.flat_map(|process| process.args.iter_mut()) {
        if argument.starts_with("--idle-gib=") {
            *argument = format!("--idle-mib={FILES}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_space_gives_way_comes_back_and_outlives_damage() -> Result<()> {
    let mut refused = Ok(());
    let mut net = Devnet::start_with("small.toml", 1, |definition| {
        refused = small_units(definition);
    })
    .await?;
    refused?;
    net.hold_audits().await?;
    let miners: Vec<_> = net.manifest().of_kind(RoleKind::Miner).cloned().collect();
    for role in &miners {
        let account = lifecycle::account_of(role)?;
        until_files(&net, &account, 0, FILES, FILES).await?;
    }

    let watch = Watch::start(&net.chain, |event| {
        matches!(
            event,
            Event::FileBank(FileBankEvent::ReplaceIdleSpace { .. })
        )
    })
    .await?;
    // A fragment for each segment, of a MiB: as many as a set has files.
    let bytes = random_bytes(11, (SET * 4 * MIB) as usize);
    let (fid, file) = net.store("pushy.bin", &bytes).await?;
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();
    for holder in &holders {
        let info = until_files(&net, holder, SET, FILES, FILES - SET).await?;
        ensure!(info.service_space == u128::from(SET * MIB));
    }
    let given_up: BTreeMap<AccountId, u128> =
        watch
            .seen()
            .await?
            .into_iter()
            .fold(BTreeMap::new(), |mut sum, event| {
                if let Event::FileBank(FileBankEvent::ReplaceIdleSpace { acc, space }) = event {
                    *sum.entry(acc).or_default() += space;
                }
                sum
            });
    for holder in &holders {
        ensure!(given_up.get(holder) == Some(&u128::from(SET * MIB)));
    }
    for (miner, outcome) in net.audit(&holders).await? {
        ensure!(outcome == AuditOutcome::Passed, "{miner}: {outcome:?}");
    }

    let victim = net.miner(&holders[0])?;
    net.act(&victim.name, Action::Kill).await?;
    net.gateway.delete(&net.user, &fid).await?;
    for holder in &holders[1..] {
        until_files(&net, holder, SET, FILES + SET, FILES).await?;
    }
    let info = miner(&net, &holders[0]).await?;
    let state = info.space_proof_info.context("it is certified")?;
    ensure!((state.front, state.rear) == (SET, FILES));
    net.act(&victim.name, Action::Restart).await?;
    net.ready(&victim.name).await?;
    until_files(&net, &holders[0], SET, FILES + SET, FILES).await?;

    let damaged = &holders[1];
    damage_everything(&net, damaged).await?;

    loses_its_disk(&mut net, &holders[2]).await?;
    net.finish().await
}

async fn miner(net: &Devnet, account: &AccountId) -> Result<MinerInfo> {
    let info = net.chain.miner(account).await?;
    info.with_context(|| format!("{account} is a miner"))
}

/// Waits until the chain has these idle files of a miner, and `idle` of them free.
async fn until_files(
    net: &Devnet,
    account: &AccountId,
    front: u64,
    rear: u64,
    idle: u64,
) -> Result<MinerInfo> {
    let what = format!("{account} has idle files {front} to {rear}, {idle} of them free");
    let patience = net.ticks(2 * net.params.verify_window);
    lifecycle::until(&net.chain, patience, &what, || async {
        let info = miner(net, account).await?;
        let files = info.space_proof_info.as_ref().map(|s| (s.front, s.rear));
        let there = files == Some((front, rear)) && info.idle_space == u128::from(idle * MIB);
        Ok(there.then_some(info))
    })
    .await
}

async fn damage_everything(net: &Devnet, account: &AccountId) -> Result<()> {
    let role = net.miner(account)?;
    let patience = net.ticks(net.params.one_day);
    let what = "nothing but the live files is on disk";
    let files = lifecycle::until(&net.chain, patience, what, || async {
        let files = disk::idle_files(&role, &net.params)?;
        Ok((files.len() as u64 == FILES).then_some(files))
    })
    .await?;
    let originals = files.iter().map(std::fs::read);
    let originals = originals.collect::<std::io::Result<Vec<_>>>()?;
    for (path, original) in files.iter().zip(&originals) {
        std::fs::write(path, random_bytes(12, original.len()))?;
    }
    let outcome = net.audit(std::slice::from_ref(account)).await?;
    let caught = AuditOutcome::Failed {
        idle: true,
        service: false,
    };
    let outcome = outcome.get(account).context("the audit has an outcome")?;
    ensure!(
        *outcome == AuditOutcome::Passed || *outcome == caught,
        "{outcome:?}"
    );
    let what = "every idle file is again what was certified";
    lifecycle::until(&net.chain, patience, what, || async {
        let whole = |(path, original): (&PathBuf, &Vec<u8>)| {
            std::fs::read(path).is_ok_and(|bytes| bytes == *original)
        };
        Ok(files.iter().zip(&originals).all(whole).then_some(()))
    })
    .await?;
    let outcome = net.audit(std::slice::from_ref(account)).await?;
    ensure!(
        outcome.get(account) == Some(&AuditOutcome::Passed),
        "{outcome:?}"
    );
    Ok(())
}

async fn loses_its_disk(net: &mut Devnet, account: &AccountId) -> Result<()> {
    let role = net.miner(account)?;
    let before = miner(net, account).await?.space_proof_info;
    net.act(&role.name, Action::Kill).await?;
    let mut attempts = 0;
    while !dies_while_it_makes_files(net, &role).await? {
        attempts += 1;
        ensure!(attempts < ATTEMPTS, "it makes all its files in no time");
    }
    net.act(&role.name, Action::Restart).await?;
    net.ready(&role.name).await?;
    ensure!(miner(net, account).await?.space_proof_info == before);
    let what = "all its files are there again";
    lifecycle::until(&net.chain, net.ticks(60), what, || async {
        let files = disk::idle_files(&role, &net.params)?;
        Ok((files.len() as u64 == FILES).then_some(()))
    })
    .await?;
    let outcome = net.audit(std::slice::from_ref(account)).await?;
    ensure!(
        outcome.get(account) == Some(&AuditOutcome::Passed),
        "{outcome:?}"
    );
    ensure!(disk::idle_files(&role, &net.params)?.len() as u64 == FILES);
    Ok(())
}

/// Takes the files of a miner that does not run, lets it begin to make them anew, and kills it: whether
/// that was before it had them all.
async fn dies_while_it_makes_files(net: &mut Devnet, role: &Role) -> Result<bool> {
    let space = role.data.join("idle");
    std::fs::remove_dir_all(&space)?;
    net.act(&role.name, Action::Restart).await?;
    let begun = async {
        let mut look = tokio::time::interval(Duration::from_millis(5));
        while !std::fs::read_dir(&space).is_ok_and(|mut entries| entries.next().is_some()) {
            look.tick().await;
        }
    };
    tokio::time::timeout(net.ticks(60), begun)
        .await
        .context("the miner makes its files again")?;
    net.act(&role.name, Action::Kill).await?;
    Ok((disk::idle_files(role, &net.params)?.len() as u64) < FILES)
}
